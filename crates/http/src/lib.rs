//! rjango-http.
