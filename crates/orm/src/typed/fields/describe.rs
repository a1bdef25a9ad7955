//! What the derive's code calls to describe a model: the JSON literal completed by what names resolve to.

use std::marker::PhantomData;

use rjango_core::Result;
use rjango_schema::{Answers, ChoicesSchema, DefaultValue, ModelSchema, OpenModel, Origin, app_of};
use rust_decimal::Decimal;

use crate::relations::AnyModel;
use crate::{Model, ModelField, Record, Value, ValueType};

/// A struct with `#[derive(Model)]` and `#[model(abstract)]`: fields for models to flatten into themselves.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an abstract base, so it cannot be flattened",
    label = "flattened here",
    note = "give it `#[derive(Model)]` and `#[model(abstract)]`"
)]
pub trait AbstractModel: Record {
    /// The description; only its fields matter.
    fn describe() -> ModelSchema;
}

/// An abstract base that brings the primary key.
#[diagnostic::on_unimplemented(
    message = "the base `{Self}` has no primary key",
    label = "no primary key comes from here",
    note = "add `pub id: Auto,` to the model, or flatten the base that has the key first"
)]
pub trait Keyed {
    /// The key's Rust type.
    type Pk: ModelField;
}

/// A model's description as the derive wrote it down.
pub struct Description {
    /// An [`OpenModel`] as JSON.
    pub open: &'static str,
    /// The struct's module.
    pub module: &'static str,
    /// The struct's file.
    pub file: &'static str,
    /// The struct's line.
    pub line: u32,
    /// The labels of relation targets.
    pub relations: &'static [fn() -> String],
    /// The enums of choices.
    pub choices: &'static [fn() -> ChoicesSchema],
    /// The flattened bases.
    pub bases: &'static [fn() -> ModelSchema],
}

impl Description {
    /// The whole description.
    ///
    /// # Panics
    /// Never: the derive wrote the JSON with the same types.
    pub fn resolve(&self) -> ModelSchema {
        let open: OpenModel =
            serde_json::from_str(self.open).expect("invariant: the derive serialised an `OpenModel` of this version");
        let mut schema = open.resolve(
            app_of(self.module),
            &Answers {
                relations: self.relations.iter().map(|label| label()).collect(),
                choices: self.choices.iter().map(|schema| schema()).collect(),
                bases: self.bases.iter().map(|base| base().fields).collect(),
            },
        );
        schema.origin = Some(Origin { file: self.file.to_owned(), line: self.line as usize });
        schema
    }
}

/// A model's label, without its description: a relation may lead back to the model being described.
pub fn label<M: Model>() -> String {
    (M::entry().label)()
}

/// The label of a model of this module, name and, where it names one, app.
pub fn label_of(module: &str, app: Option<&str>, name: &str) -> String {
    format!("{}.{name}", app.unwrap_or_else(|| app_of(module)))
}

/// A new instance whose many-to-many fields know whose they are.
///
/// # Errors
/// None today.
pub fn bound<M: Model>(mut instance: M) -> Result<M> {
    let pk = instance.pk_value();
    let entry = M::entry();
    for (slot, field) in instance.all_slots_mut().into_iter().zip(&entry.schema().fields) {
        slot.bind(entry, &field.name, &pk);
    }
    Ok(instance)
}

/// Shows an instance by its `Display`, where it has one: the method with the bound wins over [`NoDisplay`]'s.
pub struct Displayed<M>(PhantomData<M>);

impl<M> Displayed<M> {
    /// A witness of the type.
    #[allow(clippy::new_without_default)] // Only the derive's code makes one.
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<M: Model + std::fmt::Display> Displayed<M> {
    /// The instance of these values as text.
    pub fn display(&self, values: Vec<Value>) -> Option<String> {
        M::from_values(&mut values.into_iter()).ok().map(|instance| instance.to_string())
    }
}

/// The instance as text where its struct has no `Display`: none.
pub trait NoDisplay {
    /// None.
    fn display(&self, values: Vec<Value>) -> Option<String>;
}

impl<M> NoDisplay for Displayed<M> {
    fn display(&self, _: Vec<Value>) -> Option<String> {
        None
    }
}

/// A default as the attribute parser read it.
pub trait Literal {
    /// The default as data.
    fn default_value(self) -> DefaultValue;
}

impl Literal for bool {
    fn default_value(self) -> DefaultValue {
        DefaultValue::Bool(self)
    }
}

impl Literal for i64 {
    fn default_value(self) -> DefaultValue {
        DefaultValue::Int(self)
    }
}

impl Literal for f64 {
    fn default_value(self) -> DefaultValue {
        DefaultValue::Float(self)
    }
}

impl Literal for &str {
    fn default_value(self) -> DefaultValue {
        DefaultValue::Text(self.to_owned())
    }
}

/// The value of a field's default that is no literal of its Rust type: `default = "3.50"` of a `Decimal`.
pub fn literal<T: ModelField>(literal: impl Literal) -> T {
    // The attribute parser has held the literal against the field's type.
    T::from_value(value(literal.default_value(), T::TYPE)).unwrap_or_else(|_| T::initial())
}

fn value(literal: DefaultValue, wanted: ValueType) -> Value {
    let text = match literal {
        DefaultValue::Bool(flag) => return Value::Bool(flag),
        DefaultValue::Int(number) => return Value::Int(number),
        DefaultValue::Float(number) => return Value::Float(number),
        DefaultValue::Text(text) | DefaultValue::Json(text) | DefaultValue::Function(text) => text,
    };
    parse(&text, wanted).unwrap_or(Value::Text(text))
}

fn parse(text: &str, wanted: ValueType) -> Option<Value> {
    Some(match wanted {
        ValueType::Decimal(_) => Value::Decimal(text.parse::<Decimal>().ok()?),
        ValueType::Date => Value::Date(text.parse().ok()?),
        ValueType::Time => Value::Time(text.parse().ok()?),
        ValueType::DateTime => Value::DateTime(crate::value::parse_date_time(text)?),
        ValueType::Duration => Value::Duration(crate::value::parse_duration(text)?),
        ValueType::Uuid => Value::Uuid(text.parse().ok()?),
        ValueType::Json => Value::Json(serde_json::from_str(text).ok()?),
        ValueType::Int => Value::Int(text.parse().ok()?),
        _ => return None,
    })
}
