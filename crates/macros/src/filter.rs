//! `#[filter]`: a function that templates apply to values, under its own name.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt as _;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Error, Ident, Result, Token};

use crate::registration::{function, submit};
use crate::templates::Parameters;

const SHAPE: &str =
    "a template filter is a plain `fn(value: &Value, argument: ..) -> ..`; the argument may be left out";

/// The function, and its registration beside it.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let (mut is_safe, mut is_local) = (false, false);
    for word in Punctuated::<Ident, Token![,]>::parse_terminated.parse2(attribute)? {
        match word.to_string().as_str() {
            "is_safe" => is_safe = true,
            "expects_localtime" => is_local = true,
            _ => {
                return Err(Error::new_spanned(word, "`#[filter(..)]` takes `is_safe` and `expects_localtime`"));
            }
        }
    }
    let function = function(item, SHAPE)?;
    let (signature, name) = (&function.sig, &function.sig.ident);
    let parameters = Parameters::of(signature, "FilterContext", SHAPE)?;
    if signature.asyncness.is_some() || !matches!(parameters.given.len(), 1 | 2) {
        return Err(Error::new_spanned(signature, SHAPE));
    }
    let text = name.unraw().to_string();
    let takes = match parameters.given.get(1) {
        None => quote!(Nothing),
        Some(argument) if argument.is_optional => quote!(Optional),
        Some(_) => quote!(One),
    };
    let (read_value, value) = parameters.given[0].read(0, &quote!(::core::option::Option::Some(__value)));
    let (read_argument, argument) = match parameters.given.get(1) {
        Some(argument) => {
            let (read, pass) = argument.read(1, &quote!(__argument));
            (read, Some(pass))
        }
        None => (TokenStream::new(), None),
    };
    let context = parameters.has_context.then(|| quote!(__context));
    let given = context.into_iter().chain([value]).chain(argument);
    let filter = quote! {
        #text,
        |__context, __value, __argument| {
            #[allow(unused_imports)]
            use ::rjango::__private::AnswerValue as _;
            #read_value
            #read_argument
            ::rjango::__private::Answer(#name(#(#given),*)).into_value()
        },
        ::rjango::__private::Takes::#takes,
        #is_safe,
        #is_local
    };
    Ok(submit(&function, "OwnFilter", name, &filter))
}
