//! rjango
