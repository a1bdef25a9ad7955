//! `#[middleware]`: a layer of the onion, known to settings by its dotted name.
//!
//! On an `async fn(Request, Next) -> Result<Response>` the function is the layer. On a plain `fn(&Settings)` it makes
//! the layer, or a `Result` of one. On `impl Middleware for Name` the layer is `Name::default()`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, ItemFn, Result};

use crate::registration::{Registered, no_arguments, submit};

const ENTRY: &str = "MiddlewareEntry";

const SHAPE: &str = "`#[middleware]` stands above an `async fn(Request, Next) -> Result<Response>`, a `fn(&Settings)` that \
                     makes a layer, or an `impl Middleware for ...`";

/// The item, and its registration beside it.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    no_arguments(&attribute, "middleware")?;
    match Registered::parse(item, "Middleware", SHAPE)? {
        Registered::Function(function) => function_layer(&function),
        Registered::Impl(implementation, path, name) => {
            let build = quote!(|_| {
                ::core::result::Result::Ok(::std::boxed::Box::new(<#path as ::core::default::Default>::default()))
            });
            Ok(submit(&implementation, ENTRY, &name, &build))
        }
    }
}

fn function_layer(function: &ItemFn) -> Result<TokenStream> {
    let (signature, name) = (&function.sig, &function.sig.ident);
    let build = match (&signature.asyncness, signature.inputs.len()) {
        (Some(_), 2) => quote!(|_| {
            ::core::result::Result::Ok(::std::boxed::Box::new(::rjango::__private::FunctionMiddleware(#name)))
        }),
        (None, 1) => quote!(|settings| ::rjango::__private::IntoLayer::into_layer(#name(settings))),
        (Some(_), _) => {
            return Err(Error::new_spanned(
                signature,
                "a middleware takes two arguments: `request: Request, next: Next`",
            ));
        }
        (None, _) => {
            return Err(Error::new_spanned(
                signature,
                "a middleware is an `async fn(request: Request, next: Next) -> Result<Response>`; a plain function takes \
                 `&Settings` and makes the layer",
            ));
        }
    };
    Ok(submit(function, ENTRY, name, &build))
}
