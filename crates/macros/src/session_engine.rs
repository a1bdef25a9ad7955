//! `#[session_engine]`: a place for sessions, known to SESSION_ENGINE by its dotted name.
//!
//! As with `#[middleware]`, an `impl` is made by `default()`, and a plain `fn(&Settings)` makes it from the settings.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Result};

use crate::registration::{Registered, no_arguments, submit};

const SHAPE: &str = "`#[session_engine]` stands above an `impl SessionBackend for Name`, of which `Name::default()` is the \
                     engine, or above a plain `fn(&Settings)` that makes the engine";

/// The item, and its registration beside it.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    no_arguments(&attribute, "session_engine")?;
    match Registered::parse(item, "SessionBackend", SHAPE)? {
        Registered::Impl(implementation, path, name) => {
            let build = quote!(|_| {
                ::core::result::Result::Ok(::std::sync::Arc::new(<#path as ::core::default::Default>::default()))
            });
            Ok(submit(&implementation, "SessionEngine", &name, &build))
        }
        Registered::Function(function) => {
            let (signature, name) = (&function.sig, &function.sig.ident);
            if signature.asyncness.is_some() || signature.inputs.len() != 1 {
                return Err(Error::new_spanned(signature, SHAPE));
            }
            let build = quote!(|settings| ::rjango::__private::IntoEngine::into_engine(#name(settings)));
            Ok(submit(&function, "SessionEngine", name, &build))
        }
    }
}
