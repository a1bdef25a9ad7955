//! Models by name: what the admin, the shell, fixtures and forms use.

mod defaults;

pub use defaults::default_value;
