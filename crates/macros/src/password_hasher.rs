//! `#[password_hasher]`: a password algorithm, known to PASSWORD_HASHERS by its dotted name.

use proc_macro2::TokenStream;
use syn::Result;

use crate::registration::{Registered, made_once, no_arguments};

const SHAPE: &str = "`#[password_hasher]` stands above an `impl Hasher for Name`, of which `Name::default()` is the hasher, \
                     or above a plain `fn()` that makes the hasher";

/// The item, and its registration beside it.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    no_arguments(&attribute, "password_hasher")?;
    made_once(Registered::parse(item, "Hasher", SHAPE)?, "HasherEntry", "Hasher", SHAPE)
}
