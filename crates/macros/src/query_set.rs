//! `#[query_set]`: query sets of a model's own, as methods of every query set of the model.
//!
//! A method of a type of another crate is a trait's; the macro writes the trait from its one implementation.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, ImplItem, ImplItemFn, ItemImpl, Result, Visibility};

const SHAPE: &str = "`#[query_set]` stands above `impl ProductQuery for QuerySet<Product>`, whose methods take `self`";

/// The trait, and the implementation as it stands.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let visibility: Visibility = if attribute.is_empty() { syn::parse_quote!(pub) } else { syn::parse2(attribute)? };
    let mut implementation: ItemImpl = syn::parse2(item.clone()).map_err(|_| Error::new_spanned(&item, SHAPE))?;
    let name = match &implementation.trait_ {
        Some((path, _)) if implementation.generics.params.is_empty() => match path.get_ident() {
            Some(name) => name.clone(),
            None => return Err(Error::new_spanned(path, SHAPE)),
        },
        _ => return Err(Error::new_spanned(&implementation.self_ty, SHAPE)),
    };
    let mut methods = Vec::with_capacity(implementation.items.len());
    let mut errors: Option<Error> = None;
    for item in &mut implementation.items {
        match item {
            ImplItem::Fn(method) => methods.push(declared(method)),
            other => {
                let error = Error::new_spanned(other, "a query set has methods alone");
                match &mut errors {
                    Some(errors) => errors.combine(error),
                    None => errors = Some(error),
                }
            }
        }
    }
    if let Some(errors) = errors {
        return Err(errors);
    }
    let doc = format!("Query sets of {}'s own.", name.to_string().trim_end_matches("Query"));
    Ok(quote! {
        #[doc = #doc]
        #[allow(dead_code, async_fn_in_trait)]
        #visibility trait #name: ::core::marker::Sized {
            #(#methods)*
        }

        #implementation
    })
}

/// The method's declaration, with its documentation; the implementation keeps the body.
fn declared(method: &mut ImplItemFn) -> TokenStream {
    let (docs, rest) = std::mem::take(&mut method.attrs)
        .into_iter()
        .partition::<Vec<_>, _>(|attribute| attribute.path().is_ident("doc"));
    method.attrs = rest;
    // A trait's methods are as visible as the trait.
    method.vis = Visibility::Inherited;
    let mut signature = method.sig.clone();
    for argument in &mut signature.inputs {
        match argument {
            // `mut self` is a matter of the body.
            syn::FnArg::Receiver(receiver) => receiver.mutability = None,
            syn::FnArg::Typed(argument) => {
                if let syn::Pat::Ident(name) = &mut *argument.pat {
                    name.mutability = None;
                }
            }
        }
    }
    quote!(#(#docs)* #signature;)
}
