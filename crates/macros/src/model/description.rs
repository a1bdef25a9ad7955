//! The description as one JSON literal, and the functions that answer what the struct's tokens do not show.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Result};

use super::Source;

/// The expression that makes the description.
pub(super) fn expand(source: &Source<'_>) -> Result<TokenStream> {
    let model = source.model;
    let open = serde_json::to_string(&model.open())
        .map_err(|error| Error::new(model.ident.span(), format!("cannot describe the model: {error}")))?;
    let relations = model.relations();
    let choices = model.choices();
    let bases = model.bases();
    Ok(quote! {
        ::rjango::__private::Description {
            open: #open,
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
            relations: &[#(::rjango::__private::label::<#relations>),*],
            choices: &[#(<#choices as ::rjango::__private::Choices>::schema),*],
            bases: &[#(<#bases as ::rjango::__private::AbstractModel>::describe),*],
        }
        .resolve()
    })
}
