//! [`ModelAdmin`]: how the admin shows a model, with field names that the compiler checks.

use std::marker::PhantomData;
use std::sync::Arc;

use rjango_core::Result;
use rjango_orm::query::{Condition, Expression, Lookup, Operand, Path};
use rjango_orm::{Columns, FieldsOf, Model, Orderings, Q, QuerySet};

use crate::options::{Action, Fieldset, Options};

/// How the admin shows the model `M`: Django's `ModelAdmin`. Fields are closures over the model's accessors, as `f!`
/// makes them; inside `register!` the model is known.
pub struct ModelAdmin<M> {
    options: Options,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> Default for ModelAdmin<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: Model> ModelAdmin<M> {
    /// The usual list and form.
    pub fn new() -> Self {
        Self { options: Options::default(), model: PhantomData }
    }

    /// The columns of the list: `f!(name, price, category)`. Relations show the related row, which comes with the same
    /// query.
    #[must_use]
    pub fn list_display<C: Columns<M>>(mut self, fields: impl FieldsOf<M, C>) -> Self {
        self.options.list_display = names(fields);
        self
    }

    /// The filters beside the list: booleans, choices, relations, dates, or any field's values.
    #[must_use]
    pub fn list_filter<C: Columns<M>>(mut self, fields: impl FieldsOf<M, C>) -> Self {
        self.options.list_filter = names(fields);
        self
    }

    /// The text fields that the search looks in. Every word must be in one of them, in any case.
    #[must_use]
    pub fn search_fields<C: Columns<M>>(mut self, fields: impl FieldsOf<M, C>) -> Self {
        self.options.search_fields = names(fields);
        self
    }

    /// The list's order, instead of the model's own: `f!(-price, name)`.
    #[must_use]
    pub fn ordering<O: Orderings<M>>(mut self, terms: impl FieldsOf<M, O>) -> Self {
        self.options.ordering.clear();
        terms(M::fields(Path::root())).orderings(&mut self.options.ordering);
        self
    }

    /// Rows on a page of the list; 100 unless told. At least 1.
    #[must_use]
    pub fn list_per_page(mut self, rows: u64) -> Self {
        self.options.list_per_page = rows.max(1);
        self
    }

    /// The most rows that "Show all" shows at once; 200 unless told.
    #[must_use]
    pub fn list_max_show_all(mut self, rows: u64) -> Self {
        self.options.list_max_show_all = rows;
        self
    }

    /// The form's fields, in this order.
    #[must_use]
    pub fn fields<C: Columns<M>>(mut self, fields: impl FieldsOf<M, C>) -> Self {
        self.options.fieldsets = vec![Fieldset { title: String::new(), fields: names(fields) }];
        self
    }

    /// One more group of the form's fields, under a heading.
    #[must_use]
    pub fn fieldset<C: Columns<M>>(mut self, title: impl Into<String>, fields: impl FieldsOf<M, C>) -> Self {
        self.options.fieldsets.push(Fieldset { title: title.into(), fields: names(fields) });
        self
    }

    /// Fields that the form leaves out.
    #[must_use]
    pub fn exclude<C: Columns<M>>(mut self, fields: impl FieldsOf<M, C>) -> Self {
        self.options.exclude = names(fields);
        self
    }

    /// Fields that the form shows and does not change.
    #[must_use]
    pub fn readonly_fields<C: Columns<M>>(mut self, fields: impl FieldsOf<M, C>) -> Self {
        self.options.readonly_fields = names(fields);
        self
    }

    /// Something to do with the selected rows of the list, for those who may change them. It gives a sentence for the
    /// person.
    #[must_use]
    pub fn action<F, Done>(mut self, name: impl Into<String>, label: impl Into<String>, run: F) -> Self
    where
        F: Fn(QuerySet<M>) -> Done + Send + Sync + 'static,
        Done: Future<Output = Result<String>> + Send + 'static,
    {
        let run = move |keys: Vec<rjango_orm::Value>| -> rjango_http::BoxFuture<'static, Result<String>> {
            let condition = Condition::Lookup {
                left: Expression::Column(Path(vec!["pk".into()])),
                lookup: Lookup::In,
                right: Operand::Many(keys.into_iter().map(Expression::Value).collect()),
            };
            Box::pin(run(QuerySet::new().filter_by(Q::from_condition(condition))))
        };
        self.options.actions.push(Action { name: name.into(), label: label.into(), run: Arc::new(run) });
        self
    }

    /// The options as data.
    pub fn into_options(self) -> Options {
        self.options
    }
}

fn names<M: Model, C: Columns<M>>(fields: impl FieldsOf<M, C>) -> Vec<String> {
    fields(M::fields(Path::root())).names()
}
