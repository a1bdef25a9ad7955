//! The shell: Python's call syntax over the project's models, without compiling the project.
//!
//! minijinja evaluates expressions; assignment, loops and imports are the shell's own lines ([`statement`]). Values
//! show as Python shows them ([`repr`]).

mod functions;
mod repr;
mod session;
mod statement;
mod text;

pub(crate) use session::{Session, Step};
pub(crate) use statement::{SyntaxError, parse};

/// The names of a project's models, and the manager objects that they stand for.
pub(crate) fn globals(_project: &rjango_cli::Project) -> rjango_core::Result<Vec<(String, minijinja::Value)>> {
    Ok(Vec::new())
}
