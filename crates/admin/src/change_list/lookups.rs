//! Lookups in the query string: `category__id__exact=1`, `created__gte=2026-11-22`, `created__year=2026`.

use rjango_orm::dynamic::{Argument, parse_lookup, part_type};
use rjango_orm::query::{Condition, Lookup};
use rjango_orm::{Models, Value, ValueType, parse_value};
use rjango_schema::{FieldKind, FieldSchema};

use super::Start;
use crate::moments::looked_for;
use crate::options::Options;

/// How many values a lookup takes at most, whether listed by `__in` or given again and again.
pub(super) const VALUES: usize = 1_000;

/// A lookup, without its value.
pub(super) struct Parsed<'a> {
    /// As it was asked.
    key: String,
    /// The path to the field: `category__id`.
    path: String,
    /// The steps that lead away from what came before; a relation and its key are one.
    steps: Vec<String>,
    /// The last name of the path.
    last: String,
    lookup: Lookup,
    /// The type of what is compared, where it is a part of the field's value: `created__year`.
    part: Option<ValueType>,
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
    let (mut field, mut many, mut after_relation) = (None::<&FieldSchema>, false, false);
    let mut part = None;
    let mut length = 0;
    for (place, name) in names.iter().enumerate() {
        let found = match meta {
            Some(meta) if *name == "pk" => meta.schema.primary_key(),
            Some(meta) => meta.schema.field(name),
            None => None,
        };
        let Some(found) = found else {
            // A relation has no parts.
            let of = ValueType::of(&field?.kind, |_| ValueType::Int);
            part = Some(part_type(name, of).filter(|_| place + 1 == names.len())?);
            break;
        };
        length = place + 1;
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
        meta = target.and_then(|label| models.get(label)).map(|meta| &**meta);
        field = Some(found);
    }
    // A value compared with a relation is the key of its target.
    let field = match meta {
        Some(target) if part.is_none() => target.schema.primary_key(),
        _ => field,
    }?;
    names.truncate(length);
    let last = (*names.last()?).to_owned();
    let parsed = Parsed { key: key.to_owned(), path: names.join("__"), steps, last, lookup, part, field, many };
    parsed.makes_sense().then_some(parsed)
}

/// Whether a path leads over a relation with many rows.
pub(super) fn is_many(models: &Models, start: Start<'_>, path: &str) -> bool {
    // What is not a forward path leads back, and back are many.
    parse(models, start, path).is_none_or(|parsed| parsed.many)
}

impl Parsed<'_> {
    /// Whether strangers may look for rows by it: Django's `lookup_allowed`. The model's own fields are, others where
    /// `list_filter` names them; a user's password never is, since its hash could be guessed letter by letter.
    pub fn is_allowed(&self, options: &Options, of_users: bool) -> bool {
        if of_users && self.path.starts_with("password") {
            return false;
        }
        if self.steps.len() <= 1 {
            return true;
        }
        let steps = self.steps.join("__");
        options.list_filter.iter().any(|allowed| *allowed == steps || *allowed == format!("{steps}__{}", self.last))
    }

    /// Whether values of the field can be compared so, on every engine alike.
    fn makes_sense(&self) -> bool {
        let is_document = matches!(self.field.kind, FieldKind::Json);
        let has_order = !matches!(self.field.kind, FieldKind::Boolean | FieldKind::Binary | FieldKind::Json);
        match self.lookup {
            Lookup::IsNull | Lookup::Exact | Lookup::In => true,
            // A range takes two values, which no filter makes.
            Lookup::Range => false,
            Lookup::HasKey | Lookup::HasKeys | Lookup::HasAnyKeys | Lookup::ContainedBy => is_document,
            Lookup::Gt | Lookup::Gte | Lookup::Lt | Lookup::Lte => has_order,
            _ => has_order && self.part.is_none(),
        }
    }

    /// The condition with this value; nothing where the text cannot be such a value.
    pub fn condition(&self, models: &Models, start: Start<'_>, text: &str) -> Option<Condition> {
        let argument = match self.lookup {
            Lookup::IsNull => Argument::Value(Value::Bool(!["", "false", "False", "0"].contains(&text))),
            Lookup::In => {
                let values =
                    text.split(',').take(VALUES + 1).map(|text| self.value(text)).collect::<Option<Vec<_>>>()?;
                Argument::List((values.len() <= VALUES).then_some(values)?)
            }
            Lookup::Exact | Lookup::Gt | Lookup::Gte | Lookup::Lt | Lookup::Lte => Argument::Value(self.value(text)?),
            _ if text.contains('\0') => return None,
            _ => Argument::Value(Value::Text(text.to_owned())),
        };
        parse_lookup(models, start, &self.key, argument).ok()
    }

    fn value(&self, text: &str) -> Option<Value> {
        match self.part {
            None if matches!(self.field.kind, FieldKind::DateTime { .. }) && looked_for(text).is_some() => {
                looked_for(text).map(Value::DateTime)
            }
            None => parse_value(self.field, text).ok().filter(|value| !value.is_null()),
            Some(ValueType::Date) => text.trim().parse().ok().map(Value::Date),
            Some(ValueType::Time) => text.trim().parse().ok().map(Value::Time),
            Some(_) => text.trim().parse().ok().map(Value::Int),
        }
    }
}
