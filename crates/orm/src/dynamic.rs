//! Models by name: what the admin, the shell, fixtures and forms use.
//!
//! [`Objects`] is Django's manager and query set, [`Instance`] a row with its model; names are strings and values
//! [`crate::Value`]s. Both live inside a site: its models resolve the names, its databases run the queries.

mod objects;

mod argument;
mod dates;
mod defaults;
mod display;
mod instance;
mod lookups;
mod related;

pub use argument::Argument;
pub use defaults::{default_value, is_known_function};
pub use instance::Instance;
pub use lookups::{parse_lookup, part_type};
pub use objects::Objects;
pub use related::RelatedObjects;
