//! Enums as the values of a field: what `#[derive(Choices)]` implements.

use std::borrow::Cow;
use std::sync::OnceLock;

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::{ChoicesSchema, DefaultValue};

use crate::Value;
use crate::query::Expression;

/// An enum with `#[derive(Choices)]`: Django's `TextChoices` or `IntegerChoices`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a model's field",
    label = "neither a field type nor an enum of choices",
    note = "for an enum, add `#[derive(Choices)]`; field types: integers, `String`, `Decimal`, `DateTime`, ..."
)]
pub trait Choices: Clone + 'static {
    /// Every variant, in declaration order.
    fn all() -> &'static [Self];

    /// Where the variant stands among them; `usize::MAX` for one that holds another value.
    fn index(&self) -> usize;

    /// The value that is none of the choices', in the variant with `#[choice(other)]`.
    #[doc(hidden)]
    fn other(&self) -> Option<Value> {
        None
    }

    /// The variant with `#[choice(other)]`, holding this value; `None` where the enum has no such variant.
    #[doc(hidden)]
    fn from_other(value: Value) -> Option<Self> {
        let _ = value;
        None
    }

    /// Where the description is kept.
    fn schema_cell() -> &'static ChoicesCell;

    /// The description.
    fn schema() -> ChoicesSchema {
        Self::schema_cell().get().clone()
    }

    /// What people see: the label, or the value itself where it is none of the choices'.
    fn label(&self) -> Cow<'static, str> {
        match Self::schema_cell().get().variants.get(self.index()) {
            Some(variant) => Cow::Borrowed(&variant.choice.label),
            None => Cow::Owned(choice_value(self).to_string()),
        }
    }

    /// The variants' values and labels, as a form's `<select>` lists them.
    fn choices() -> Vec<(Value, &'static str)> {
        let labels = Self::schema_cell().get().variants.iter().map(|variant| variant.choice.label.as_str());
        Self::all().iter().map(choice_value).zip(labels).collect()
    }
}

/// The description of an enum of choices: JSON until it is first asked for.
pub struct ChoicesCell {
    open: &'static str,
    schema: OnceLock<ChoicesSchema>,
}

impl ChoicesCell {
    /// A cell for this JSON.
    pub const fn new(open: &'static str) -> Self {
        Self { open, schema: OnceLock::new() }
    }

    fn get(&self) -> &ChoicesSchema {
        self.schema.get_or_init(|| {
            serde_json::from_str(self.open).expect("invariant: the derive serialised a `ChoicesSchema` of this version")
        })
    }
}

/// A variant's value in the database.
pub fn choice_value<C: Choices>(choice: &C) -> Value {
    if let Some(other) = choice.other() {
        return other;
    }
    match C::schema_cell().get().variants.get(choice.index()).map(|variant| &variant.choice.value) {
        Some(DefaultValue::Int(number)) => Value::Int(*number),
        Some(DefaultValue::Text(text)) => Value::Text(text.clone()),
        // The attribute parser makes no others.
        _ => Value::Null,
    }
}

/// A variant as an operand.
pub fn choice_operand<C: Choices>(choice: &C) -> Expression {
    Expression::Value(choice_value(choice))
}

/// The variant of a value.
///
/// # Errors
/// `Validation` where no variant has the value, and none takes other values.
pub fn choice_from_value<C: Choices>(value: Value) -> Result<C> {
    let schema = C::schema_cell().get();
    if let Some(known) = C::all().iter().find(|choice| choice_value(*choice) == value) {
        return Ok(known.clone());
    }
    if let Some(other) = C::from_other(value.clone()).filter(|_| !value.is_null()) {
        return Ok(other);
    }
    let known: Vec<String> = C::all().iter().map(|choice| format!("`{}`", choice_value(choice))).collect();
    let holder = if schema.is_integer() { "i64" } else { "String" };
    Err(Error::new(ErrorKind::Validation, format!("`{value}` is not one of the choices of `{}`", schema.name))
        .with_hint(format!(
            "the choices are {}; to take other values too, add the variant `#[choice(other)] Other({holder})`",
            known.join(", ")
        )))
}
