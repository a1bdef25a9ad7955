//! rjango-cli.
