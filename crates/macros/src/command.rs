//! `#[command]`: a management command of the project's own.

use proc_macro2::TokenStream;
use syn::Result;

use crate::registration::{Registered, made_once, no_arguments};

const SHAPE: &str = "`#[command]` stands above an `impl Command for Name`, of which `Name::default()` is the command";

/// The item, and its registration beside it.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    no_arguments(&attribute, "command")?;
    let (implementation, path, name) = Registered::parse(item, "Command", SHAPE)?.only_impl(SHAPE)?;
    made_once(Registered::Impl(implementation, path, name), "CommandEntry", "Command", SHAPE)
}
