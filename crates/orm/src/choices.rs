//! Enums as the values of a field: what `#[derive(Choices)]` implements.

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

    /// Where the variant stands among them.
    fn index(&self) -> usize;

    /// Where the description is kept.
    fn schema_cell() -> &'static ChoicesCell;

    /// The description.
    fn schema() -> ChoicesSchema {
        Self::schema_cell().get().clone()
    }

    /// What people see.
    fn label(&self) -> &'static str {
        Self::schema_cell().get().variants.get(self.index()).map_or("", |variant| &variant.choice.label)
    }

    /// The variants' values and labels, as a form's `<select>` lists them.
    fn choices() -> Vec<(Value, &'static str)> {
        Self::all().iter().map(|variant| (choice_value(variant), variant.label())).collect()
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
/// `Validation` where no variant has the value.
pub fn choice_from_value<C: Choices>(value: Value) -> Result<C> {
    let schema = C::schema_cell().get();
    C::all().iter().find(|choice| choice_value(*choice) == value).cloned().ok_or_else(|| {
        let known: Vec<String> = C::all().iter().map(|choice| format!("`{}`", choice_value(choice))).collect();
        Error::new(ErrorKind::Validation, format!("`{value}` is none of the choices `{}`", schema.name))
            .with_hint(format!("the choices are {}", known.join(", ")))
    })
}
