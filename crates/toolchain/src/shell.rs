//! The shell: Python's call syntax over the project's models, without compiling the project.
//!
//! minijinja evaluates expressions over the objects of the ORM ([`adapter`]); assignment, loops and imports are the shell's own
//! lines ([`statement`]). Values show as Python shows them ([`repr`]).

mod adapter;
mod functions;
mod repr;
mod session;
mod slices;
mod statement;
mod text;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::Value;
use rjango_cli::{Project, app_label};
use rjango_orm::objects::ModelObject;

use adapter::to_shell;
pub(crate) use session::{Session, Step};
pub(crate) use statement::{SyntaxError, parse};

/// The names of a project's models, and what they stand for. Where two apps have a model of one name, the later app of
/// INSTALLED_APPS has it, as with Django's imports; the other is `app_Model`.
pub(crate) fn globals(project: &Project) -> Vec<(String, Value)> {
    let mut names = BTreeMap::new();
    for app in project.settings().installed_apps.iter().map(|app| app_label(app)) {
        for meta in project.models.iter().filter(|meta| meta.schema.app == app && !meta.auto_created) {
            let value = to_shell(ModelObject::value(Arc::clone(meta)));
            names.insert(format!("{app}_{}", meta.schema.name), value.clone());
            names.insert(meta.schema.name.clone(), value);
        }
    }
    names.into_iter().collect()
}
