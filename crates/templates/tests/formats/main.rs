//! Formats, lengths of time and the filters of libraries, held against Django.
#![allow(clippy::unwrap_used)]

mod given;
mod numbers;
mod settings;
#[cfg(feature = "everything-tested")]
mod oracle;
mod vectors;
