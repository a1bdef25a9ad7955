//! `#[authentication_backend]`: a way to find out who somebody is, known to AUTHENTICATION_BACKENDS by its dotted name.

use proc_macro2::TokenStream;
use syn::Result;

use crate::registration::{Registered, made_once, no_arguments};

const SHAPE: &str = "`#[authentication_backend]` stands above an `impl AuthenticationBackend for Name`, of which \
                     `Name::default()` is the backend, or above a plain `fn()` that makes the backend";

/// The item, and its registration beside it.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    no_arguments(&attribute, "authentication_backend")?;
    let registered = Registered::parse(item, "AuthenticationBackend", SHAPE)?;
    made_once(registered, "BackendRegistration", "AuthenticationBackend", SHAPE)
}
