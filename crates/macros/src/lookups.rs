//! `q!`, `f!` and `set!`: Django's words as closures over field accessors.
//!
//! Each is read into a small tree first and written out after. The identifiers keep the user's spans, so that what the
//! compiler says about a misspelt field or a wrong value stands where the user wrote it.

mod expand;
mod path;
mod tree;
mod value;

use proc_macro2::TokenStream;
use syn::Result;
use syn::parse::Parser;

/// `q!(...)`.
pub(crate) fn q(input: TokenStream) -> Result<TokenStream> {
    tree::condition.parse2(input).map(|condition| expand::condition(&condition))
}

/// `f!(...)`.
pub(crate) fn f(input: TokenStream) -> Result<TokenStream> {
    tree::columns.parse2(input).map(|columns| expand::columns(&columns))
}

/// `set!(...)`.
pub(crate) fn set(input: TokenStream) -> Result<TokenStream> {
    tree::assignments.parse2(input).map(|assignments| expand::assignments(&assignments))
}
