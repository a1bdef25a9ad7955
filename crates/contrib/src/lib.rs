//! rjango-contrib.
