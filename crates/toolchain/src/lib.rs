//! rjango-toolchain.
