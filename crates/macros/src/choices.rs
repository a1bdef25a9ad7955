//! `derive(Choices)`: an enum as the values of a field.

use proc_macro2::TokenStream;
use quote::quote;
use rjango_schema::read::parse_choices;
use syn::{DeriveInput, Error, Result};

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let parsed = parse_choices(input)?;
    let name = &parsed.ident;
    let schema = parsed.schema();
    let value_type = if schema.is_integer() { quote!(Int) } else { quote!(Text) };
    let open = serde_json::to_string(&schema)
        .map_err(|error| Error::new(name.span(), format!("cannot describe the choices: {error}")))?;
    let variants: Vec<_> = parsed.variants.iter().map(|variant| &variant.ident).collect();
    let numbers = 0..variants.len();
    let initial = parsed.variants.iter().find(|variant| variant.is_default).or(parsed.variants.first());
    let initial = initial.map(|variant| &variant.ident);
    let other = parsed.other.as_ref().map(|other| {
        quote! {
            fn other(&self) -> ::core::option::Option<::rjango::__private::Value> {
                match self {
                    Self::#other(value) => {
                        ::core::option::Option::Some(::rjango::__private::FieldValue::to_value(value))
                    }
                    _ => ::core::option::Option::None,
                }
            }

            fn from_other(value: ::rjango::__private::Value) -> ::core::option::Option<Self> {
                ::rjango::__private::FieldValue::from_value(value).ok().map(Self::#other)
            }
        }
    });
    // It stands behind all choices.
    let beyond = parsed.other.as_ref().map(|other| quote!(, Self::#other(_) => ::core::primitive::usize::MAX));
    Ok(quote! {
        impl ::rjango::__private::Choices for #name {
            fn all() -> &'static [Self] {
                const ALL: &[#name] = &[#(#name::#variants),*];
                ALL
            }

            fn index(&self) -> ::core::primitive::usize {
                match self { #(Self::#variants => #numbers),* #beyond }
            }

            #other

            fn schema_cell() -> &'static ::rjango::__private::ChoicesCell {
                static CELL: ::rjango::__private::ChoicesCell = ::rjango::__private::ChoicesCell::new(#open);
                &CELL
            }
        }

        impl ::rjango::__private::FieldValue for #name {
            const TYPE: ::rjango::__private::ValueType = ::rjango::__private::ValueType::#value_type;

            fn to_value(&self) -> ::rjango::__private::Value { ::rjango::__private::choice_value(self) }

            fn from_value(value: ::rjango::__private::Value) -> ::rjango::__private::Result<Self> {
                ::rjango::__private::choice_from_value(value)
            }
        }

        impl ::rjango::__private::ModelField for #name {
            type Operand = Self;
            type Inner = Self;
            type Null = ::rjango::__private::NotNull;

            fn initial() -> Self { Self::#initial }
        }

        impl<R> ::rjango::__private::Operand<R, #name> for #name {
            type Null = ::rjango::__private::NotNull;

            fn operand(self) -> ::rjango::__private::Expression { ::rjango::__private::choice_operand(&self) }
        }

        impl<R> ::rjango::__private::Operand<R, #name> for &#name {
            type Null = ::rjango::__private::NotNull;

            fn operand(self) -> ::rjango::__private::Expression { ::rjango::__private::choice_operand(self) }
        }

        /// The label.
        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(&::rjango::__private::Choices::label(self))
            }
        }

        /// The value.
        impl ::rjango::__private::serde::Serialize for #name {
            fn serialize<S: ::rjango::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                ::rjango::__private::serde::Serialize::serialize(&::rjango::__private::choice_value(self), serializer)
            }
        }
    })
}
