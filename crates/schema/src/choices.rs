//! The values of a Rust enum with `#[derive(Choices)]`.

use serde::{Deserialize, Serialize};

use crate::{Choice, DefaultValue, FieldKind};

/// An enum whose variants are the allowed values of a field, as Django's `TextChoices` and `IntegerChoices`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChoicesSchema {
    /// The enum's name.
    pub name: String,
    /// The variants in declaration order; their values are all text or all integers.
    pub variants: Vec<VariantSchema>,
    /// The variant with `#[default]`: what a new instance's field holds where the field names no default of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

/// One variant of an enum of choices.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VariantSchema {
    /// The variant's name in Rust.
    pub name: String,
    /// Its value in the database and its label.
    #[serde(flatten)]
    pub choice: Choice,
}

impl ChoicesSchema {
    /// Whether the values are integers. They are where a variant has an explicit discriminant.
    pub fn is_integer(&self) -> bool {
        self.variants.iter().any(|variant| matches!(variant.choice.value, DefaultValue::Int(_)))
    }

    /// The kind of a field of integer choices: `Integer`, or `BigInteger` where a value needs more than 32 bits.
    pub fn integer_kind(&self) -> FieldKind {
        let fits = |variant: &VariantSchema| match variant.choice.value {
            DefaultValue::Int(value) => i32::try_from(value).is_ok(),
            _ => true,
        };
        if self.variants.iter().all(fits) { FieldKind::Integer } else { FieldKind::BigInteger }
    }

    /// The number of characters of the longest text value.
    pub fn longest(&self) -> u32 {
        let length = |variant: &VariantSchema| match &variant.choice.value {
            DefaultValue::Text(text) => text.chars().count(),
            _ => 0,
        };
        self.variants.iter().map(length).max().and_then(|length| u32::try_from(length).ok()).unwrap_or(0)
    }

    /// Values with their labels, in declaration order.
    pub fn choices(&self) -> Vec<Choice> {
        self.variants.iter().map(|variant| variant.choice.clone()).collect()
    }

    /// The value of the variant of this name.
    pub fn value(&self, variant: &str) -> Option<&DefaultValue> {
        self.variants.iter().find(|candidate| candidate.name == variant).map(|variant| &variant.choice.value)
    }
}
