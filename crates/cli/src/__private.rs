//! What macros refer to. Not for people: it changes without notice.

pub use rjango_contrib::__private::*;
pub use rjango_migrations::DataMigration;

pub use crate::Command;
pub use crate::command::CommandEntry;
pub use crate::compiled::{Embedded, ProjectBuilder};
