//! How the admin shows a model, as plain data: what [`crate::ModelAdmin`] makes of its author's words.

use std::sync::Arc;

use rjango_core::Result;
use rjango_http::BoxFuture;
use rjango_orm::Value;
use rjango_orm::query::Ordering;

/// How the admin shows a model. Fields are named as in lookups: `category__name`.
#[derive(Clone)]
pub struct Options {
    /// The columns of the list; empty for the instance's `Display` alone.
    pub list_display: Vec<String>,
    /// The filters beside the list.
    pub list_filter: Vec<String>,
    /// The fields that a search looks in; empty for no search.
    pub search_fields: Vec<String>,
    /// The list's order; empty for the model's own.
    pub ordering: Vec<Ordering>,
    /// Rows on a page of the list.
    pub list_per_page: u64,
    /// The most rows that "Show all" shows.
    pub list_max_show_all: u64,
    /// The form's fields in their groups; empty for all of them in one.
    pub fieldsets: Vec<Fieldset>,
    /// Fields that the form leaves out.
    pub exclude: Vec<String>,
    /// Fields that the form shows without an input.
    pub readonly_fields: Vec<String>,
    /// What can be done with selected rows, beside deleting them.
    pub actions: Vec<Action>,
}

/// A group of a form's fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fieldset {
    /// Its heading; empty for none.
    pub title: String,
    /// The fields.
    pub fields: Vec<String>,
}

/// What an action does with the rows of these primary keys; it gives the message for the person.
pub(crate) type RunAction = dyn Fn(Vec<Value>) -> BoxFuture<'static, Result<String>> + Send + Sync;

/// Something to do with the selected rows of a list.
#[derive(Clone)]
pub struct Action {
    /// The name in the form.
    pub name: String,
    /// What people see.
    pub label: String,
    pub(crate) run: Arc<RunAction>,
}

impl std::fmt::Debug for Action {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Action").field("name", &self.name).field("label", &self.label).finish_non_exhaustive()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            list_display: Vec::new(),
            list_filter: Vec::new(),
            search_fields: Vec::new(),
            ordering: Vec::new(),
            list_per_page: 100,
            list_max_show_all: 200,
            fieldsets: Vec::new(),
            exclude: Vec::new(),
            readonly_fields: Vec::new(),
            actions: Vec::new(),
        }
    }
}
