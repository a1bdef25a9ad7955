//! The struct of accessors: a method per field, each a line over the library's `At`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use rjango_schema::read::ParsedField;
use syn::ext::IdentExt as _;

use super::{Source, is_base};

pub(super) fn expand(source: &Source<'_>) -> TokenStream {
    let Source { model, visibility, fields } = source;
    let methods = model.fields.iter().map(|field| method(&field.ident, field, visibility));
    let pk = model
        .primary_key()
        .filter(|key| key.ident != "pk")
        .map(|key| method(&Ident::new("pk", key.ident.span()), key, visibility));
    let doc = format!("The fields of [`{}`], as `q!`, `f!` and `set!` see them.", model.ident);
    let (storage, deref) = match source.first_base() {
        Some(base) => {
            let ty = &base.ty;
            let target = quote!(<#ty as ::rjango::__private::Record>::Fields<R>);
            let deref = quote! {
                impl<R: 'static> ::core::ops::Deref for #fields<R> {
                    type Target = #target;
                    fn deref(&self) -> &Self::Target { &self.1 }
                }
            };
            (quote!((::rjango::__private::At<R>, #target)), deref)
        }
        None => (quote!((::rjango::__private::At<R>)), TokenStream::new()),
    };
    quote! {
        #[doc = #doc]
        #visibility struct #fields<R: 'static> #storage;

        #[allow(missing_docs, dead_code)]
        impl<R: 'static> #fields<R> {
            #(#methods)*
            #pk
        }

        #deref
    }
}

/// The accessor `name` of a field.
fn method(name: &Ident, field: &ParsedField, visibility: &syn::Visibility) -> TokenStream {
    let ty = &field.ty;
    let column = field.ident.unraw().to_string();
    if is_base(field) {
        return quote! {
            #visibility fn #name(&self) -> <#ty as ::rjango::__private::Record>::Fields<R> { self.0.base::<#ty>() }
        };
    }
    if field.field_type.target().is_some() {
        return quote! {
            #visibility fn #name(&self) -> ::rjango::__private::Relation<R, #ty> { self.0.relation(#column) }
        };
    }
    quote! {
        #visibility fn #name(&self) -> ::rjango::__private::Column<R, #ty> { self.0.column(#column) }
    }
}
