//! `derive(Model)`: the parsed struct, its description, and the code.

mod accessors;
mod default;
mod description;
mod record;
mod reverse;
mod table;

use proc_macro2::TokenStream;
use quote::quote;
use rjango_schema::read::{FieldType, ParsedField, ParsedModel, parse_model};
use syn::{DeriveInput, Result, Visibility};

/// A struct as every part of the expansion needs it.
struct Source<'a> {
    model: &'a ParsedModel,
    visibility: &'a Visibility,
    /// The name of the struct of accessors.
    fields: syn::Ident,
}

impl Source<'_> {
    /// The first flattened base: its accessors are the model's own too.
    fn first_base(&self) -> Option<&ParsedField> {
        self.model.fields.iter().find(|field| is_base(field))
    }
}

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let model = parse_model(input)?;
    let fields = quote::format_ident!("{}Fields", model.ident);
    let source = Source { model: &model, visibility: &input.vis, fields };
    let accessors = accessors::expand(&source);
    let record = record::expand(&source);
    let default = default::expand(&source);
    let kind = if model.is_abstract() { table::base(&source)? } else { table::model(&source)? };
    let reverse = if model.is_abstract() { TokenStream::new() } else { reverse::expand(&source) };
    Ok(quote!(#accessors #record #default #kind #reverse))
}

fn is_base(field: &ParsedField) -> bool {
    matches!(field.field_type, FieldType::Flatten(_))
}

fn is_many_to_many(field: &ParsedField) -> bool {
    matches!(field.field_type, FieldType::ManyToMany(_))
}
