//! `#[password_validator]`: a demand on new passwords, known to AUTH_PASSWORD_VALIDATORS by its dotted name.
//!
//! The validator is read from the options of its entry, by serde.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Result;

use crate::registration::{Registered, no_arguments, submit};

const SHAPE: &str = "`#[password_validator]` stands above an `impl PasswordValidator for Name`, where `Name` has \
                     `#[derive(Deserialize)]` and is read from the options of the settings";

/// The item, and its registration beside it.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    no_arguments(&attribute, "password_validator")?;
    let (implementation, path, name) = Registered::parse(item, "PasswordValidator", SHAPE)?.only_impl(SHAPE)?;
    let build = quote!(::rjango::__private::validator_of_options::<#path>);
    Ok(submit(&implementation, "ValidatorEntry", &name, &build))
}
