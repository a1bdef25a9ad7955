//! `#[filter]`: a function that templates apply to values, under its own name.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt as _;
use syn::{Error, Result};

use crate::registration::{function, no_arguments, submit};

const SHAPE: &str =
    "a template filter is a plain `fn(value: &Value, ..) -> ..`; the template's arguments follow the value";

/// The function, and its registration beside it.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    no_arguments(&attribute, "filter")?;
    let function = function(item, SHAPE)?;
    let (signature, name) = (&function.sig, &function.sig.ident);
    if signature.asyncness.is_some() || signature.inputs.is_empty() {
        return Err(Error::new_spanned(signature, SHAPE));
    }
    let text = name.unraw().to_string();
    let add = quote!(#text, |environment| environment.add_filter(#text, #name));
    Ok(submit(&function, "FilterEntry", name, &add))
}
