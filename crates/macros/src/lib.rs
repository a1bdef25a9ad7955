//! rjango-macros.
