//! `#[middleware]`: a layer of the onion, known to settings by its dotted name.
//!
//! On an `async fn(Request, Next) -> Result<Response>` the function is the layer. On a plain `fn(&Settings)` it makes
//! the layer, or a `Result` of one. On `impl Middleware for Name` the layer is `Name::default()`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Item, ItemFn, ItemImpl, Result, Type};

/// The item, and its registration beside it.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    if !attribute.is_empty() {
        return Err(Error::new_spanned(attribute, "`#[middleware]` takes no arguments: the name is the item's path"));
    }
    match syn::parse2(item)? {
        Item::Fn(function) => function_layer(function),
        Item::Impl(implementation) => struct_layer(implementation),
        other => Err(Error::new_spanned(
            other,
            "`#[middleware]` stands above an `async fn(Request, Next) -> Result<Response>`, a `fn(&Settings)` that makes \
             a layer, or an `impl Middleware for ...`",
        )),
    }
}

fn function_layer(function: ItemFn) -> Result<TokenStream> {
    let signature = &function.sig;
    let name = &signature.ident;
    let count = signature.inputs.len();
    let build = match (&signature.asyncness, count) {
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
    let registration = registration(&name.to_string(), &build);
    Ok(quote!(#function #registration))
}

fn struct_layer(implementation: ItemImpl) -> Result<TokenStream> {
    let Type::Path(path) = &*implementation.self_ty else {
        return Err(Error::new_spanned(&implementation.self_ty, "a middleware is a struct of its own"));
    };
    let Some(last) = path.path.segments.last() else {
        return Err(Error::new_spanned(path, "a middleware is a struct of its own"));
    };
    let build = quote!(|_| {
        ::core::result::Result::Ok(::std::boxed::Box::new(<#path as ::core::default::Default>::default()))
    });
    let registration = registration(&last.ident.to_string(), &build);
    Ok(quote!(#implementation #registration))
}

fn registration(name: &str, build: &TokenStream) -> TokenStream {
    quote! {
        ::rjango::__private::inventory::submit! {
            ::rjango::__private::MiddlewareEntry {
                path: || ::rjango::__private::dotted(::core::module_path!(), #name),
                build: #build,
            }
        }
    }
}
