//! The management commands, for both binaries: `rjango` (which reads the project's source) and the project's own.
//!
//! A [`Command`] takes a [`Project`] and does not know where it came from. The binaries differ in how they load the
//! project and in which [`Tool`]s, commands that need no project, they add: see [`Program`].
#![deny(missing_docs)]

mod address;
mod apps;
mod command;
mod data_migrations;
mod migration_files;
mod migration_progress;
mod own_binary;
mod own_commands;
mod project;
mod questioner;
mod site;
mod system_checks;
mod terminal;

mod compiled;
mod program;
mod server;
mod report;

pub mod commands;

#[doc(hidden)]
pub mod __private;

pub use address::{Address, LISTEN_FD, READY_FILE, SUPERVISOR};
pub use apps::check_apps;
#[doc(hidden)]
pub use command::CommandEntry;
pub use command::{Command, ExitStatus, Running, Tool};
pub use compiled::{Embedded, ProjectBuilder, manage};
pub use own_binary::{OwnBinary, OwnCheck, OwnReceiver};
pub use own_commands::{OwnCommand, RESERVED};
pub use program::{Fallback, Globals, Program};
pub use project::Project;
pub use site::{app_label, app_migrations, models, site};
pub use terminal::{Captured, Paint, Terminal};

/// The builder of command lines, for a command's own options.
pub use clap;
