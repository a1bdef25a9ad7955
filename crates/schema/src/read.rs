//! From Rust source to descriptions: the one attribute parser, and the reader that follows a project's files.
//!
//! The derives call [`parse_model`] and [`parse_choices`] on what the compiler hands them; [`read_project`] calls the
//! same two on what it finds in the files. Nothing here expands a macro or evaluates a `cfg`.

mod attributes;
mod choices;
mod default;
mod field;
mod field_type;
mod model;
mod options;
mod problems;
mod source;
mod words;

pub use choices::{ParsedChoices, ParsedVariant, parse_choices, parse_choices_item};
pub use default::ParsedDefault;
pub use field::ParsedField;
pub use field_type::FieldType;
pub use model::{ParsedModel, parse_model, parse_model_item};
pub use source::{
    CommandWords, ExternalItem, ExternalKind, Hears, ReadError, Registration, RegistrationKind, SourceModels,
    SourceProject, read_project, unreached,
};
