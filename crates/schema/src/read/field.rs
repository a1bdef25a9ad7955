//! One field of a model: its type and its `#[field(...)]`.

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use super::attributes::{At, Entries, Entry, EntryValue, entries, is_identifier};
use super::default::{self, ParsedDefault};
use super::field_type::{self, FieldType};
use super::problems::{Problems, quoted, suggest};
use super::words;
use crate::{
    ChoicesSchema, FieldKind, FieldSchema, IpProtocol, ManyToManySchema, OnDelete, RelationSchema, USER_MODEL,
};

/// A field as its struct shows it.
#[derive(Debug, Clone)]
pub struct ParsedField {
    /// The struct field's identifier, as written: a raw one keeps its `r#`.
    pub ident: syn::Ident,
    /// The field's Rust type.
    pub ty: syn::Type,
    /// The same without its `Option`.
    pub inner: syn::Type,
    /// What the type means.
    pub field_type: FieldType,
    /// The default, where the field has one.
    pub default: Option<ParsedDefault>,
    /// The model that joins the two sides of a many-to-many field, where it names one.
    pub through: Option<syn::Path>,
    /// The description as far as the struct shows it. The labels of relations to a type are empty and the kind of a field of
    /// choices is `Text`, until [`super::ParsedModel::open`] numbers them. `None` for a flattened base.
    pub schema: Option<FieldSchema>,
    /// The length that a field of choices asks for.
    pub(super) max_length: Option<At<u32>>,
}

/// The words of text that is more than text.
const TEXT_KINDS: &[&str] = &["slug", "email", "url", "file_path"];

/// The words of `on_delete`.
const ON_DELETE: &[&str] = &["cascade", "protect", "restrict", "set_null", "set_default", "do_nothing"];

/// Parses a field. The errors go to `problems`; `None` where the field's type is none.
pub(super) fn parse(field: &syn::Field, model: &syn::Ident, problems: &mut Problems) -> Option<ParsedField> {
    let ident = field.ident.clone()?;
    check_name(&ident, problems);
    let entries = entries(&field.attrs, "field", problems);
    let (inner, null) = match field_type::optional(&field.ty) {
        Ok(found) => found,
        Err(error) => {
            problems.push(error);
            return None;
        }
    };
    if let Some(at) = entries.flag("flatten", problems).filter(|flag| flag.value) {
        return flattened(field, ident, inner, null, &entries, at.span, problems);
    }
    let field_type = match field_type::recognise(inner, model) {
        Ok(field_type) => field_type,
        Err(error) => {
            problems.push(error);
            return None;
        }
    };
    Reader { ident, field, inner, null, entries, field_type, problems }.read()
}

impl ParsedField {
    /// Holds a field of choices against its enum, where that is known.
    pub(super) fn check_choices(&self, choices: &ChoicesSchema, problems: &mut Problems) {
        if let Some(ParsedDefault::Variant(path)) = &self.default
            && let Some(variant) = path.segments.last().map(|segment| &segment.ident)
            && choices.value(&variant.unraw().to_string()).is_none()
        {
            let message = format!("`{}` has no variant `{variant}`", choices.name);
            let known = choices.variants.iter().map(|variant| variant.name.as_str());
            problems.add(variant.span(), message, suggest(&variant.to_string(), known));
        }
        let Some(length) = &self.max_length else { return };
        if choices.is_integer() {
            let message =
                format!("`max_length` does not apply to `{}`, a field of integer choices", self.ident.unraw());
            problems.add(length.span, message, "remove it");
        } else if length.value < choices.longest() {
            let message = format!(
                "expected `max_length` of at least {}, the longest value of `{}`, found {}",
                choices.longest(),
                choices.name,
                length.value
            );
            problems.add(length.span, message, "");
        }
    }
}

fn flattened(
    field: &syn::Field,
    ident: syn::Ident,
    inner: &syn::Type,
    null: bool,
    entries: &Entries,
    span: Span,
    problems: &mut Problems,
) -> Option<ParsedField> {
    let path = match inner {
        syn::Type::Path(path) if !null && path.qself.is_none() => path.path.clone(),
        _ => {
            let hint = "name the struct that has `#[model(abstract)]`";
            problems.add(span, format!("expected a struct to flatten in `{}`", ident.unraw()), hint);
            return None;
        }
    };
    entries.only(&["flatten"], "a flattened field", problems);
    Some(ParsedField {
        ident,
        ty: field.ty.clone(),
        inner: inner.clone(),
        field_type: FieldType::Flatten(path),
        default: None,
        through: None,
        schema: None,
        max_length: None,
    })
}

fn check_name(ident: &syn::Ident, problems: &mut Problems) {
    let name = ident.unraw().to_string();
    let complaint = if name == "pk" {
        "is what lookups call the primary key"
    } else if name.contains("__") {
        "has `__` in it, which separates the parts of a lookup"
    } else if name.ends_with('_') {
        "ends with `_`, which a lookup could not tell from `__`"
    } else {
        return;
    };
    problems.add(ident.span(), format!("the field name `{name}` {complaint}"), "choose another name");
}

/// What reading one field needs.
struct Reader<'a> {
    ident: syn::Ident,
    field: &'a syn::Field,
    inner: &'a syn::Type,
    null: bool,
    entries: Entries,
    field_type: FieldType,
    problems: &'a mut Problems,
}

impl Reader<'_> {
    fn read(mut self) -> Option<ParsedField> {
        words::check(&self.entries, &self.ident.unraw().to_string(), &self.field_type, self.problems);
        let name = self.ident.unraw().to_string();
        let max_length = self.entries.number("max_length", 1, 10_485_760, self.problems);
        let kind = self.kind(max_length.as_ref().map(|length| length.value))?;
        let default = self.default(&kind);
        let mut schema = FieldSchema::new(name, kind);
        schema.null = self.null;
        schema.default = default.as_ref().and_then(ParsedDefault::value);
        self.attributes(&mut schema);
        self.check(&schema);
        Some(ParsedField {
            ident: self.ident,
            ty: self.field.ty.clone(),
            inner: self.inner.clone(),
            through: self.entries.path("through", self.problems).map(|path| path.value),
            max_length: max_length.filter(|_| matches!(self.field_type, FieldType::Choices(_))),
            field_type: self.field_type,
            default,
            schema: Some(schema),
        })
    }

    fn kind(&mut self, max_length: Option<u32>) -> Option<FieldKind> {
        Some(match &self.field_type {
            FieldType::SmallAuto => FieldKind::SmallAuto,
            FieldType::Auto => FieldKind::Auto,
            FieldType::BigAuto => FieldKind::BigAuto,
            FieldType::Integer { bits: 8 | 16, signed: true } => FieldKind::SmallInteger,
            FieldType::Integer { bits: 32, signed: true } => FieldKind::Integer,
            FieldType::Integer { signed: true, .. } => FieldKind::BigInteger,
            FieldType::Integer { bits: 8 | 16, signed: false } => FieldKind::PositiveSmallInteger,
            FieldType::Integer { bits: 32, signed: false } => FieldKind::PositiveInteger,
            FieldType::Integer { signed: false, .. } => FieldKind::PositiveBigInteger,
            FieldType::String => self.text_kind(max_length),
            FieldType::Bool => FieldKind::Boolean,
            FieldType::Float => FieldKind::Float,
            FieldType::Decimal => self.decimal_kind()?,
            FieldType::Date => {
                let (auto_now, auto_now_add) = self.auto_times();
                FieldKind::Date { auto_now, auto_now_add }
            }
            FieldType::Time => {
                let (auto_now, auto_now_add) = self.auto_times();
                FieldKind::Time { auto_now, auto_now_add }
            }
            FieldType::DateTime => {
                let (auto_now, auto_now_add) = self.auto_times();
                FieldKind::DateTime { auto_now, auto_now_add }
            }
            FieldType::Duration => FieldKind::Duration,
            FieldType::Uuid => FieldKind::Uuid,
            FieldType::Json => FieldKind::Json,
            FieldType::Binary => FieldKind::Binary,
            FieldType::IpAddress(held) => {
                let held = *held;
                FieldKind::IpAddress { protocol: self.protocol(held) }
            }
            FieldType::File => FieldKind::File {
                max_length: max_length.unwrap_or(100),
                upload_to: self.entries.text("upload_to", self.problems).map_or_else(String::new, |text| text.value),
            },
            FieldType::ForeignKey(_) => FieldKind::ForeignKey(self.relation()?),
            FieldType::OneToOne(_) => FieldKind::OneToOne(self.relation()?),
            FieldType::UserKey => {
                FieldKind::ForeignKey(RelationSchema { to: USER_MODEL.to_owned(), ..self.relation()? })
            }
            FieldType::ManyToMany(_) => FieldKind::ManyToMany(self.many_to_many()),
            FieldType::Choices(_) | FieldType::Flatten(_) => FieldKind::Text,
        })
    }

    fn text_kind(&mut self, max_length: Option<u32>) -> FieldKind {
        let mut chosen: Option<&str> = None;
        for word in TEXT_KINDS {
            let Some(flag) = self.entries.flag(word, self.problems).filter(|flag| flag.value) else { continue };
            match chosen {
                Some(first) => {
                    let message = format!("a field is either `{first}` or `{word}`, found both");
                    self.problems.add(flag.span, message, "keep one of them");
                }
                None => chosen = Some(word),
            }
        }
        match (chosen, max_length) {
            (Some("slug"), length) => FieldKind::Slug { max_length: length.unwrap_or(50) },
            (Some("email"), length) => FieldKind::Email { max_length: length.unwrap_or(254) },
            (Some("url"), length) => FieldKind::Url { max_length: length.unwrap_or(200) },
            (Some(_), length) => FieldKind::FilePath { max_length: length.unwrap_or(100) },
            (None, Some(max_length)) => FieldKind::Char { max_length },
            (None, None) => FieldKind::Text,
        }
    }

    fn decimal_kind(&mut self) -> Option<FieldKind> {
        // 28 is what `rust_decimal` holds.
        let digits = self.entries.number("max_digits", 1, 28, self.problems);
        let places = self.entries.number("decimal_places", 0, 28, self.problems);
        let missing: Vec<&str> =
            ["max_digits", "decimal_places"].into_iter().filter(|word| !self.entries.has(word)).collect();
        if !missing.is_empty() {
            let message = format!("`{}` is a `Decimal` without {}", self.ident.unraw(), quoted(&missing));
            let hint = "write `#[field(max_digits = 10, decimal_places = 2)]`";
            self.problems.add(self.ident.span(), message, hint);
        }
        let (digits, places) = (digits?, places?);
        if places.value > digits.value {
            let message = format!(
                "expected `decimal_places` of at most `max_digits`, which is {}, found {}",
                digits.value, places.value
            );
            self.problems.add(places.span, message, "");
        }
        Some(FieldKind::Decimal { max_digits: digits.value, decimal_places: places.value })
    }

    fn auto_times(&mut self) -> (bool, bool) {
        let auto_now = self.entries.flag("auto_now", self.problems).filter(|flag| flag.value);
        let auto_now_add = self.entries.flag("auto_now_add", self.problems).filter(|flag| flag.value);
        if let (Some(_), Some(second)) = (&auto_now, &auto_now_add) {
            let message = "`auto_now` and `auto_now_add` exclude each other";
            self.problems.add(second.span, message, "`auto_now` sets the time at every save, the first included");
        }
        if let (Some(_), Some(span)) = (auto_now.as_ref().or(auto_now_add.as_ref()), self.entries.span("default")) {
            self.problems.add(span, "a time that sets itself has no default", "keep one of the two");
        }
        (auto_now.is_some(), auto_now_add.is_some())
    }

    fn protocol(&mut self, held: IpProtocol) -> IpProtocol {
        let Some(word) = self.entries.text("protocol", self.problems) else { return held };
        let wanted = match word.value.to_lowercase().as_str() {
            "both" => IpProtocol::Both,
            "ipv4" => IpProtocol::Ipv4,
            "ipv6" => IpProtocol::Ipv6,
            other => {
                let message = format!("expected `both`, `ipv4` or `ipv6` for `protocol`, found `{other}`");
                self.problems.add(word.span, message, "");
                return held;
            }
        };
        if held != IpProtocol::Both && wanted != held {
            let message = format!("`{}` holds one version of the protocol only", self.ident.unraw());
            self.problems.add(word.span, message, "write the type as `IpAddr`");
        }
        wanted
    }

    fn relation(&mut self) -> Option<RelationSchema> {
        let noun = self.field_type.noun();
        let on_delete = match self.entries.text("on_delete", self.problems) {
            Some(word) => self.on_delete(&word),
            None => {
                if !self.entries.has("on_delete") {
                    let message = format!("`{}` is {noun} without `on_delete`", self.ident.unraw());
                    let hint =
                        format!("write `#[field(on_delete = \"cascade\")]`, or one of {}", quoted(&ON_DELETE[1..]));
                    self.problems.add(self.ident.span(), message, hint);
                }
                None
            }
        }?;
        let constraint = self.entries.flag("db_constraint", self.problems);
        Some(RelationSchema {
            to: String::new(),
            on_delete,
            related_name: self.related_name(),
            db_constraint: constraint.is_none_or(|flag| flag.value),
        })
    }

    fn on_delete(&mut self, word: &At<String>) -> Option<OnDelete> {
        let found = match word.value.to_lowercase().as_str() {
            "cascade" => OnDelete::Cascade,
            "protect" => OnDelete::Protect,
            "restrict" => OnDelete::Restrict,
            "set_null" => OnDelete::SetNull,
            "set_default" => OnDelete::SetDefault,
            "do_nothing" => OnDelete::DoNothing,
            other => {
                let message = format!("expected one of Django's words for `on_delete`, found `{other}`");
                self.problems.add(word.span, message, suggest(other, ON_DELETE.iter().copied()));
                return None;
            }
        };
        if found == OnDelete::SetNull && !self.null {
            let message =
                format!("`on_delete = \"set_null\"` needs a field that may be NULL, `{}` may not", self.ident.unraw());
            self.problems.add(word.span, message, "write the type as `Option<...>`, or choose another `on_delete`");
        }
        if found == OnDelete::SetDefault && !self.entries.has("default") {
            let message = format!("`on_delete = \"set_default\"` needs a default, `{}` has none", self.ident.unraw());
            self.problems.add(word.span, message, "add `default = ...`, the key of a row that is always there");
        }
        Some(found)
    }

    fn related_name(&mut self) -> Option<String> {
        let name = self.entries.text("related_name", self.problems)?;
        let unfit = name.value != "+" && !is_identifier(&name.value);
        if unfit || name.value.ends_with('_') || name.value.contains("__") {
            let message = format!("expected an identifier for `related_name`, found `{}`", name.value);
            self.problems.add(name.span, message, "it names a method on the target; `+` asks for no way back");
            return None;
        }
        Some(name.value)
    }

    fn many_to_many(&mut self) -> ManyToManySchema {
        let name = self.ident.unraw();
        if self.null {
            let message = format!("`{name}` is a many-to-many field, which is never NULL");
            self.problems.add(self.field.ty.span(), message, "write `ManyToMany<...>` without `Option`");
        }
        if let (Some(span), true) = (self.entries.span("db_table"), self.entries.has("through")) {
            let message = "`db_table` does not go together with `through`";
            self.problems.add(span, message, "the through model names its own table");
        }
        let symmetrical = self.entries.flag("symmetrical", self.problems);
        ManyToManySchema {
            to: String::new(),
            through: self.entries.has("through").then(String::new),
            db_table: self.entries.text("db_table", self.problems).map(|text| text.value),
            related_name: self.related_name(),
            symmetrical: symmetrical.is_none_or(|flag| flag.value),
        }
    }

    fn default(&mut self, kind: &FieldKind) -> Option<ParsedDefault> {
        if !words::of(&self.field_type).contains(&"default") {
            return None;
        }
        let entry: Entry = self.entries.one("default", self.problems)?.clone();
        let EntryValue::Expr(expression) = &entry.value else {
            let message = format!("expected a value for `default`, found {}", entry.found());
            self.problems.add(entry.span, message, "write `default = ...`: a literal, a variant or a function's name");
            return None;
        };
        match default::parse(expression, &self.field_type, kind) {
            Ok(Some(default)) => Some(default),
            Ok(None) if self.null => None,
            Ok(None) => {
                let message =
                    format!("`default = None` needs a field that may be NULL, `{}` may not", self.ident.unraw());
                self.problems.add(entry.value_span(), message, "write the type as `Option<...>`");
                None
            }
            Err(error) => {
                self.problems.push(error);
                None
            }
        }
    }

    /// The attributes that every kind shares.
    fn attributes(&mut self, schema: &mut FieldSchema) {
        let automatic = schema.kind.is_auto();
        let sets_itself = match schema.kind {
            FieldKind::Date { auto_now, auto_now_add }
            | FieldKind::Time { auto_now, auto_now_add }
            | FieldKind::DateTime { auto_now, auto_now_add } => auto_now || auto_now_add,
            _ => false,
        };
        let (entries, problems) = (&self.entries, &mut *self.problems);
        let flag = |word: &str, implied: bool, problems: &mut Problems| {
            entries.flag(word, problems).map_or(implied, |flag| flag.value)
        };
        schema.primary_key = flag("primary_key", automatic, problems);
        // DIFFERENCE: Django's forms demand at least one row of a many-to-many field unless it says `blank=True`. Here it is
        // a list, and a list may be empty, as an `Option` may be `None`; `blank = false` asks for a row.
        let many = matches!(schema.kind, FieldKind::ManyToMany(_));
        schema.blank = flag("blank", schema.null || automatic || sets_itself || many, problems);
        schema.editable = flag("editable", !sets_itself, problems);
        schema.unique = flag("unique", schema.unique, problems);
        schema.db_index = flag("db_index", schema.db_index, problems);
        // `index = false` reads better than `db_index = false`; both are understood.
        schema.db_index = flag("index", schema.db_index, problems);
        let text = |word: &str, problems: &mut Problems| entries.text(word, problems).map(|text| text.value);
        schema.column = text("column", problems);
        schema.verbose_name = text("verbose_name", problems);
        schema.help_text = text("help_text", problems);
        schema.renamed_from = text("renamed_from", problems);
        let line = self.ident.span().start().line;
        schema.line = (line > 0).then_some(line);
    }

    /// What no single attribute shows.
    fn check(&mut self, schema: &FieldSchema) {
        if schema.primary_key && schema.null {
            let span = self.entries.span("primary_key").unwrap_or_else(|| self.field.ty.span());
            let message = format!("the primary key `{}` may not be NULL", schema.name);
            self.problems.add(span, message, "write its type without `Option`");
        }
        if schema.kind.is_auto() && !schema.primary_key {
            let span = self.entries.span("primary_key").unwrap_or_else(|| self.ident.span());
            let message = format!("`{}` is an automatic key, which is always the primary key", schema.name);
            self.problems.add(span, message, "write `i64` for a plain number");
        }
        if schema.renamed_from.as_deref() == Some(&schema.name) {
            let span = self.entries.span("renamed_from").unwrap_or_else(|| self.ident.span());
            let message = format!("`renamed_from` of `{}` is its own name", schema.name);
            self.problems.add(span, message, "give the name it had before");
        }
    }
}
