//! What `#[filter]`, `#[tag]` and `#[inclusion_tag]` share: the parameters of a function that templates call.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Error, FnArg, GenericArgument, Pat, PathArguments, Result, Signature, Type};

/// A parameter that a template gives a value to.
pub(crate) struct Parameter {
    pub name: String,
    pub is_optional: bool,
    ty: Type,
}

/// What a function takes.
pub(crate) struct Parameters {
    /// Whether the first one is the surroundings.
    pub has_context: bool,
    pub given: Vec<Parameter>,
}

impl Parameters {
    /// Reads a signature; a first parameter of the type `context` is the surroundings.
    pub(crate) fn of(signature: &Signature, context: &str, shape: &str) -> Result<Self> {
        let mut given = Vec::new();
        let mut has_context = false;
        for (place, input) in signature.inputs.iter().enumerate() {
            let FnArg::Typed(typed) = input else { return Err(Error::new_spanned(input, shape)) };
            if last_name(&typed.ty).is_some_and(|name| name == context) {
                if place != 0 {
                    return Err(Error::new_spanned(typed, format!("`{context}` is the first parameter")));
                }
                has_context = true;
                continue;
            }
            let Pat::Ident(name) = &*typed.pat else {
                return Err(Error::new_spanned(
                    &typed.pat,
                    "a parameter has a plain name, by which a template can give it",
                ));
            };
            given.push(Parameter {
                name: name.ident.unraw().to_string(),
                is_optional: last_name(&typed.ty).is_some_and(|name| name == "Option"),
                ty: (*typed.ty).clone(),
            });
        }
        Ok(Self { has_context, given })
    }
}

impl Parameter {
    /// Statements that read the parameter out of `value`, an `Option<&Value>`, and the expression to pass on.
    pub(crate) fn read(&self, place: usize, value: &TokenStream) -> (TokenStream, TokenStream) {
        let (raw, read) = (format_ident!("__raw{place}"), format_ident!("__read{place}"));
        let ty = &self.ty;
        let name = &self.name;
        let bind = quote!(let #raw: ::rjango::__private::TemplateValue = #value.cloned().unwrap_or_default(););
        if is_reference_to(ty, "str") {
            let read_it = quote!(#bind let #read = #raw.text(););
            return (read_it, quote!(&*#read));
        }
        if is_reference_to(ty, "Value") {
            return (bind, quote!(&#raw));
        }
        if is_option_of_str(ty) {
            let read_it = quote! {
                #bind
                let #read = if #raw.is_none() || #raw.is_undefined() { None } else { Some(#raw.text()) };
            };
            return (read_it, quote!(#read.as_deref()));
        }
        // What cannot be made of a value is told at the type.
        let read_it = quote_spanned! {ty.span()=>
            #bind
            let #read = ::rjango::__private::argument::<#ty>(#name, &#raw)?;
        };
        (read_it, quote!(#read))
    }
}

fn last_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        Type::Reference(reference) => last_name(&reference.elem),
        _ => None,
    }
}

fn is_reference_to(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Reference(reference) if matches!(&*reference.elem, Type::Path(path)
        if path.path.segments.last().is_some_and(|last| last.ident == name)))
}

fn is_option_of_str(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last().filter(|last| last.ident == "Option") else { return false };
    let PathArguments::AngleBracketed(inner) = &last.arguments else { return false };
    inner.args.first().is_some_and(|inner| matches!(inner, GenericArgument::Type(ty) if is_reference_to(ty, "str")))
}
