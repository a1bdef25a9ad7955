//! Bad input: each ends in an error with file, line and column, or in a page; in bounded time and memory.
#![allow(clippy::unwrap_used)]

#[path = "hostile/site.rs"]
mod site;

#[path = "hostile/jinja.rs"]
mod jinja;
#[path = "hostile/mistakes.rs"]
mod mistakes;
#[path = "hostile/size.rs"]
mod size;
#[path = "hostile/strict.rs"]
mod strict;
#[path = "hostile/waiting.rs"]
mod waiting;
