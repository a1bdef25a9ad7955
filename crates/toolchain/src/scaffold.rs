//! Writing new projects and apps: names, files, and edits that leave everything else as the author wrote it.

mod app;
mod dependency;
mod edit;
mod files;
mod lock;
mod name;
mod project;

pub use app::create_app;
pub use dependency::Dependency;
pub use project::{NewProject, create_demo, create_project, random_text};
