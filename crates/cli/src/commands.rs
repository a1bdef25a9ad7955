//! The framework's own commands, one file each, in the order of `help`.

mod version;

use crate::{Command, Tool};

/// Every command of the framework that works on a project. Project-defined ones register themselves: see
/// [`CommandEntry`](crate::CommandEntry).
pub fn all() -> Vec<&'static dyn Command> {
    vec![]
}

/// The commands of both binaries that need no project.
pub fn tools() -> Vec<&'static dyn Tool> {
    vec![&version::Version]
}
