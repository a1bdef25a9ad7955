//! `#[check("shop")]`: a system check of the project's own.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt as _;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Error, Expr, ExprLit, Lit, LitStr, Result, Token};

use crate::registration::function;

const SHAPE: &str = "a check is a plain `fn(context: &CheckContext<'_>) -> Vec<CheckMessage>`";

const ARGUMENTS: &str = "`#[check(..)]` takes tags as texts, and `deploy` where it looks at deployments alone";

/// The function, and its registration beside it.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let (tags, deploy) = arguments(attribute)?;
    let function = function(item, SHAPE)?;
    let (signature, name) = (&function.sig, &function.sig.ident);
    if signature.asyncness.is_some() || signature.inputs.len() != 1 {
        return Err(Error::new_spanned(signature, SHAPE));
    }
    let text = name.unraw().to_string();
    Ok(quote! {
        #function

        ::rjango::__private::inventory::submit! {
            ::rjango::__private::Check {
                name: ::core::concat!(::core::module_path!(), "::", #text),
                tags: &[#(#tags),*],
                deploy: #deploy,
                run: #name,
            }
        }
    })
}

fn arguments(attribute: TokenStream) -> Result<(Vec<LitStr>, bool)> {
    let (mut tags, mut deploy) = (Vec::new(), false);
    let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
    for argument in parser.parse2(attribute.clone()).map_err(|_| Error::new_spanned(&attribute, ARGUMENTS))? {
        match argument {
            Expr::Lit(ExprLit { lit: Lit::Str(tag), .. }) => tags.push(tag),
            Expr::Path(path) if path.path.is_ident("deploy") => deploy = true,
            other => return Err(Error::new_spanned(other, ARGUMENTS)),
        }
    }
    Ok((tags, deploy))
}
