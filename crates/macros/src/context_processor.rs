//! `#[context_processor]`: a function whose result is a variable of every template, under the function's name.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt as _;
use syn::{Error, Result};

use crate::registration::{function, no_arguments, submit};

const SHAPE: &str = "a context processor is a `fn(request: &RequestState) -> Result<..>`, async or plain";

/// The function, and its registration beside it.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    no_arguments(&attribute, "context_processor")?;
    let function = function(item, SHAPE)?;
    let (signature, name) = (&function.sig, &function.sig.ident);
    if signature.inputs.len() != 1 {
        return Err(Error::new_spanned(signature, SHAPE));
    }
    let text = name.unraw().to_string();
    let load = if signature.asyncness.is_some() {
        quote!(::rjango::__private::ContextLoad::Later(|request| ::std::boxed::Box::pin(async move {
            ::core::result::Result::Ok(::rjango::__private::template_value(&#name(&request).await?))
        })))
    } else {
        quote!(::rjango::__private::ContextLoad::Now(|request| {
            ::core::result::Result::Ok(::rjango::__private::template_value(&#name(request)?))
        }))
    };
    Ok(submit(&function, "OwnProcessor", name, &quote!(#text, #load)))
}
