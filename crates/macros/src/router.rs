//! `#[router]`: a function that chooses the database of a query, known to settings by its dotted name.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Result};

use crate::registration::{function, no_arguments, submit};

const SHAPE: &str = "a router is a plain `fn(query: &Routed<'_>) -> Option<String>`";

/// The function, and its registration beside it.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    no_arguments(&attribute, "router")?;
    let function = function(item, SHAPE)?;
    let (signature, name) = (&function.sig, &function.sig.ident);
    if signature.asyncness.is_some() || signature.inputs.len() != 1 {
        return Err(Error::new_spanned(signature, SHAPE));
    }
    Ok(submit(&function, "RouterEntry", name, &quote!(#name)))
}
