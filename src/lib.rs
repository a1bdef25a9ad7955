//! rjango: Django for Rust.
