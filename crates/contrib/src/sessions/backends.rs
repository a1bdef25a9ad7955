//! The backends, one a file.

mod db;
mod signed_cookies;
