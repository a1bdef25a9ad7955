//! `impl Default`: an instance as Django's `Model()` makes it.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use rjango_schema::DefaultValue;
use rjango_schema::read::{FieldType, ParsedDefault, ParsedField};
use syn::spanned::Spanned as _;

use super::{Source, is_base, is_many_to_many};

pub(super) fn expand(source: &Source<'_>) -> TokenStream {
    let name = &source.model.ident;
    let values = source.model.fields.iter().map(|field| {
        let (name, value) = (&field.ident, value(field));
        quote!(#name: #value)
    });
    quote! {
        impl ::core::default::Default for #name {
            fn default() -> Self { Self { #(#values),* } }
        }
    }
}

fn value(field: &ParsedField) -> TokenStream {
    if is_base(field) || is_many_to_many(field) {
        return quote!(::core::default::Default::default());
    }
    let Some(default) = &field.default else {
        let span = field.ty.span();
        return quote_spanned!(span=> ::rjango::__private::ModelField::initial());
    };
    let null = field.schema.as_ref().is_some_and(|schema| schema.null);
    match default {
        ParsedDefault::Function(path) => quote!(::core::convert::Into::into(#path())),
        ParsedDefault::Variant(path) => wrapped(null, quote!(#path)),
        ParsedDefault::Literal(value, expression) => match (&field.field_type, value) {
            (FieldType::Bool | FieldType::Integer { .. }, _) => wrapped(null, quote!(#expression)),
            (FieldType::String, DefaultValue::Text(text)) => wrapped(null, quote!(::std::string::String::from(#text))),
            (FieldType::Float, DefaultValue::Float(number)) => {
                let inner = &field.inner;
                wrapped(null, quote!(#number as #inner))
            }
            (_, value) => literal(value),
        },
    }
}

/// A literal that no Rust literal is: the library turns it into the field's type.
fn literal(value: &DefaultValue) -> TokenStream {
    match value {
        DefaultValue::Bool(value) => quote!(::rjango::__private::literal(#value)),
        DefaultValue::Int(value) => quote!(::rjango::__private::literal(#value)),
        DefaultValue::Float(value) => quote!(::rjango::__private::literal(#value)),
        DefaultValue::Text(value) | DefaultValue::Json(value) | DefaultValue::Function(value) => {
            quote!(::rjango::__private::literal(#value))
        }
    }
}

fn wrapped(null: bool, value: TokenStream) -> TokenStream {
    if null { quote!(::core::option::Option::Some(#value)) } else { value }
}
