//! `#[tag]` and `#[inclusion_tag]`: functions that templates call as tags, under their own names.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt as _;
use syn::parse::Parser as _;
use syn::{Error, LitStr, MetaNameValue, Result};

use crate::registration::{function, submit};
use crate::templates::Parameters;

const SHAPE: &str =
    "a template tag is a `fn(..) -> ..`, async or plain, whose parameters a template gives by place or by name";

/// `#[tag]`, or `#[tag(end = "endbox")]` for one with a body.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    if attribute.is_empty() {
        return registered(item, &quote!(::rjango::__private::TagKind::Simple), false);
    }
    let wrong = |tokens: &TokenStream| {
        Error::new_spanned(tokens, "`#[tag]` takes nothing, or `end = \"..\"`: the tag that ends its body")
    };
    let end: MetaNameValue = syn::parse2(attribute.clone()).map_err(|_| wrong(&attribute))?;
    let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(name), .. }) = &end.value else {
        return Err(wrong(&attribute));
    };
    if !end.path.is_ident("end") || name.value().is_empty() {
        return Err(wrong(&attribute));
    }
    registered(item, &quote!(::rjango::__private::TagKind::Block { end: #name }), true)
}

/// `#[inclusion_tag("shop/card.html")]`.
pub(crate) fn expand_inclusion(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let template =
        (|input: syn::parse::ParseStream<'_>| input.parse::<LitStr>()).parse2(attribute.clone()).map_err(|_| {
            Error::new_spanned(&attribute, "`#[inclusion_tag(\"shop/card.html\")]` takes the name of a template")
        })?;
    registered(item, &quote!(::rjango::__private::TagKind::Inclusion { template: #template }), false)
}

fn registered(item: TokenStream, kind: &TokenStream, has_body: bool) -> Result<TokenStream> {
    let function = function(item, SHAPE)?;
    let (signature, name) = (&function.sig, &function.sig.ident);
    let parameters = Parameters::of(signature, "TagContext", SHAPE)?;
    if has_body && parameters.given.is_empty() {
        return Err(Error::new_spanned(signature, "the first parameter of a tag with a body is the body's text"));
    }
    let text = name.unraw().to_string();
    let known = parameters.given.iter().map(|parameter| {
        let (name, is_required) = (&parameter.name, !parameter.is_optional);
        quote!((#name, #is_required))
    });
    let mut reads = Vec::new();
    let mut given = Vec::new();
    if parameters.has_context {
        given.push(quote!(&__call.context));
    }
    for (place, parameter) in parameters.given.iter().enumerate() {
        let name = &parameter.name;
        let (read, pass) = parameter.read(place, &quote!(__call.argument(#place, #name)));
        reads.push(read);
        given.push(pass);
    }
    let wait = signature.asyncness.map(|_| quote!(.await));
    let rest = quote! {
        #text,
        &[#(#known),*],
        #kind,
        |__call| ::std::boxed::Box::pin(async move {
            #[allow(unused_imports)]
            use ::rjango::__private::AnswerValue as _;
            #(#reads)*
            ::rjango::__private::Answer(#name(#(#given),*)#wait).into_value()
        })
    };
    Ok(submit(&function, "OwnTag", name, &rest))
}
