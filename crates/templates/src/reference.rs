//! What a template names of the rest of the site: routes, static files and other templates.

/// A name in a template that something else must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What is named.
    pub kind: ReferenceKind,
    /// The name.
    pub name: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

/// What a name in a template is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceKind {
    /// A route, in `{% url %}`.
    Route,
    /// A static file, in `{% static %}`.
    StaticFile,
    /// A template, in `{% include %}` or `{% extends %}`.
    Template,
}
