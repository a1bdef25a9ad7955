//! Loading and writing.
