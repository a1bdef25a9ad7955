//! rjango-migrations.
