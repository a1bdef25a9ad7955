//! Lookups in the query string: `category__id__exact=1`, `created__gte=2026-11-22`, `created__year=2026`.

use rjango_orm::dynamic::{Argument, parse_lookup};
use rjango_orm::query::{Condition, Lookup};
use rjango_orm::{Models, Value, parse_value};
use rjango_schema::{FieldKind, FieldSchema};

use super::Start;
use crate::options::Options;

/// How many values a lookup takes at most, whether listed by `__in` or given again and again.
pub(super) const VALUES: usize = 1_000;

/// The parts of a day and of a time of day that a lookup may ask for, and what they are compared with.
const PARTS: [(&str, Part); 13] = [
    ("year", Part::Number),
    ("iso_year", Part::Number),
    ("quarter", Part::Number),
    ("month", Part::Number),
    ("week", Part::Number),
    ("day", Part::Number),
    ("week_day", Part::Number),
    ("iso_week_day", Part::Number),
    ("hour", Part::Number),
    ("minute", Part::Number),
    ("second", Part::Number),
    ("date", Part::Date),
    ("time", Part::Time),
];

/// What a part of a value is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Number,
    Date,
    Time,
    /// The value is compared whole.
    None,
}

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
    /// The part of the field's value that is compared.
    part: Part,
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
    let mut part = Part::None;
    let mut length = 0;
    for (place, name) in names.iter().enumerate() {
        let found = match meta {
            Some(meta) if *name == "pk" => meta.schema.primary_key(),
            Some(meta) => meta.schema.field(name),
            None => None,
        };
        let Some(found) = found else {
            part = part_of(field?, name).filter(|_| place + 1 == names.len())?;
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
        Some(target) if part == Part::None => target.schema.primary_key(),
        _ => field,
    }?;
    names.truncate(length);
    let last = (*names.last()?).to_owned();
    let parsed = Parsed { key: key.to_owned(), path: names.join("__"), steps, last, lookup, part, field, many };
    parsed.makes_sense().then_some(parsed)
}

/// The part of this name that the field's values have.
fn part_of(field: &FieldSchema, name: &str) -> Option<Part> {
    let (_, part) = *PARTS.iter().find(|(known, _)| *known == name)?;
    let of_time = matches!(name, "hour" | "minute" | "second");
    let is_whole = matches!(part, Part::Date | Part::Time);
    match field.kind {
        FieldKind::DateTime { .. } => Some(part),
        FieldKind::Date { .. } => (!of_time && !is_whole).then_some(part),
        FieldKind::Time { .. } => of_time.then_some(part),
        _ => None,
    }
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

    /// Whether values of the field can be compared so, on every engine alike.
    fn makes_sense(&self) -> bool {
        let is_document = matches!(self.field.kind, FieldKind::Json);
        match self.lookup {
            Lookup::IsNull | Lookup::Exact | Lookup::In => true,
            // A range takes two values, which no filter makes.
            Lookup::Range => false,
            Lookup::HasKey | Lookup::HasKeys | Lookup::HasAnyKeys | Lookup::ContainedBy => is_document,
            Lookup::Gt | Lookup::Gte | Lookup::Lt | Lookup::Lte => {
                !matches!(self.field.kind, FieldKind::Boolean | FieldKind::Binary | FieldKind::Json)
            }
            _ => {
                let is_text = !matches!(self.field.kind, FieldKind::Boolean | FieldKind::Binary | FieldKind::Json);
                is_text && self.part == Part::None
            }
        }
    }

    /// The condition with this value; nothing where the text is no such value.
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
            Part::None => parse_value(self.field, text).ok().filter(|value| !value.is_null()),
            Part::Number => text.trim().parse().ok().map(Value::Int),
            Part::Date => text.trim().parse().ok().map(Value::Date),
            Part::Time => text.trim().parse().ok().map(Value::Time),
        }
    }
}
