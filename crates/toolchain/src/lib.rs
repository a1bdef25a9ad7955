//! The `rjango` binary's own part: loading a project from source, scaffolding, building, watching and hand-over.
//!
//! Nothing of this is compiled into a project.
#![deny(missing_docs)]

mod assets;
mod folder;
mod load;

mod build;
mod child;
mod error_page;
mod supervisor;
mod watch;

pub mod scaffold;

mod shell;

mod commands;
mod program;

pub use assets::Assets;
pub use folder::find_project;
pub use program::main;
