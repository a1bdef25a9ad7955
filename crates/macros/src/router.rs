//! `#[router]`: a function that chooses the database of a query, known to settings by its dotted name.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt as _;
use syn::{Error, ItemFn, Result};

const SHAPE: &str = "a router is a plain `fn(query: &Routed<'_>) -> Option<String>`";

/// The function, and its registration beside it.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    if !attribute.is_empty() {
        return Err(Error::new_spanned(attribute, "`#[router]` takes no arguments: the name is the function's path"));
    }
    let function: ItemFn = syn::parse2(item.clone()).map_err(|_| Error::new_spanned(&item, SHAPE))?;
    let signature = &function.sig;
    if signature.asyncness.is_some() || signature.inputs.len() != 1 {
        return Err(Error::new_spanned(signature, SHAPE));
    }
    let name = &signature.ident;
    let text = name.unraw().to_string();
    Ok(quote! {
        #function

        ::rjango::__private::inventory::submit! {
            ::rjango::__private::RouterEntry {
                path: || ::rjango::__private::dotted(::core::module_path!(), #text),
                router: #name,
            }
        }
    })
}
