//! Lookups in the query string: `category__id__exact=1`, `created__gte=2026-11-22`.

use rjango_orm::query::{Condition, Lookup};
use rjango_orm::{Models, Value, parse_value};
use rjango_schema::{FieldKind, FieldSchema};

use super::Start;
use crate::options::Options;
use crate::record;

/// A lookup, without its value.
pub(super) struct Parsed<'a> {
    /// The path to the field: `category__id`.
    path: String,
    /// The steps that lead away from what came before; a relation and its key are one.
    steps: Vec<String>,
    /// The last name of the path.
    last: String,
    lookup: Lookup,
    /// The field that values are of: for a relation, the key of its target.
    field: &'a FieldSchema,
    /// Whether the path leads over a relation with many rows.
    pub many: bool,
}

/// The lookup that a parameter's name spells, or nothing where it is none.
pub(super) fn parse<'a>(models: &'a Models, start: Start<'a>, key: &str) -> Option<Parsed<'a>> {
    let mut names: Vec<&str> = key.split("__").collect();
    let mut lookup = Lookup::Exact;
    if let [.., last] = names.as_slice()
        && names.len() > 1
        && let Some(found) = Lookup::from_name(last)
    {
        lookup = found;
        names.pop();
    }
    let mut meta = Some(start);
    let mut steps: Vec<String> = Vec::new();
    let (mut field, mut many, mut after_relation) = (None, false, false);
    for name in &names {
        let schema = &meta?.schema;
        let found = match *name {
            "pk" => schema.primary_key(),
            name => schema.field(name),
        }?;
        if !(after_relation && found.primary_key) {
            steps.push((*name).to_owned());
        }
        let target = match &found.kind {
            FieldKind::ManyToMany(relation) => {
                many = true;
                Some(relation.to.as_str())
            }
            kind => kind.relation().map(|relation| relation.to.as_str()),
        };
        after_relation = target.is_some();
        meta = target.and_then(|label| models.get(label));
        field = Some(found);
    }
    // A value compared with a relation is the key of its target.
    let field = match meta {
        Some(target) => target.schema.primary_key(),
        None => field,
    }?;
    let last = (*names.last()?).to_owned();
    Some(Parsed { path: names.join("__"), steps, last, lookup, field, many })
}

/// Whether a path leads over a relation with many rows.
pub(super) fn is_many(models: &Models, start: Start<'_>, path: &str) -> bool {
    // What is not a forward path leads back, and back are many.
    parse(models, start, path).is_none_or(|parsed| parsed.many)
}

impl Parsed<'_> {
    /// Whether strangers may look for rows by it: Django's `lookup_allowed`. The model's own fields are, others where
    /// `list_filter` names them; a user's password never is, since its hash could be guessed letter by letter.
    pub fn is_allowed(&self, options: &Options) -> bool {
        if options.is_user && self.path.starts_with("password") {
            return false;
        }
        if self.steps.len() <= 1 {
            return true;
        }
        let steps = self.steps.join("__");
        options.list_filter.iter().any(|allowed| *allowed == steps || *allowed == format!("{steps}__{}", self.last))
    }

    /// The condition with this value; nothing where the text is no such value.
    pub fn condition(&self, text: &str) -> Option<Condition> {
        match self.lookup {
            Lookup::IsNull => {
                let null = !["", "false", "False", "0"].contains(&text);
                Some(record::lookup(&self.path, Lookup::IsNull, Value::Bool(null)))
            }
            Lookup::In => {
                let values: Option<Vec<Value>> = text.split(',').map(|text| self.value(text)).collect();
                Some(record::is_in(&self.path, values?))
            }
            // A range takes two values, which no filter makes.
            Lookup::Range => None,
            Lookup::Exact | Lookup::Gt | Lookup::Gte | Lookup::Lt | Lookup::Lte => {
                Some(record::lookup(&self.path, self.lookup, self.value(text)?))
            }
            _ if text.contains('\0') => None,
            textual => Some(record::lookup(&self.path, textual, Value::Text(text.to_owned()))),
        }
    }

    fn value(&self, text: &str) -> Option<Value> {
        parse_value(self.field, text).ok().filter(|value| !value.is_null())
    }
}
