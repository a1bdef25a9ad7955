//! rjango-admin.
