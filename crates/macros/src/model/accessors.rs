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
            let target = quote!(<#ty as ::rjango::__private::Record>::Fields<P>);
            let deref = quote! {
                impl<P: ::rjango::__private::Place> ::core::ops::Deref for #fields<P> {
                    type Target = #target;
                    fn deref(&self) -> &Self::Target { &self.1 }
                }
            };
            (quote!((::rjango::__private::At<P>, #target)), deref)
        }
        None => (quote!((::rjango::__private::At<P>)), end(source)),
    };
    quote! {
        #[doc = #doc]
        #visibility struct #fields<P: ::rjango::__private::Place> #storage;

        #[allow(missing_docs, dead_code)]
        impl<P: ::rjango::__private::Place> #fields<P> {
            #(#methods)*
            #pk
        }

        #deref
    }
}

/// What stands behind the accessors: the names that none of them has, which the compiler answers with those that there are.
fn end(source: &Source<'_>) -> TokenStream {
    let Source { model, fields, .. } = source;
    let (ident, name) = (&model.ident, model.name());
    let message = format!("`{{Self}}` is not a field of `{name}`");
    let names: Vec<String> = model.fields.iter().map(|field| format!("`{}`", field.ident.unraw())).collect();
    let note = format!("the fields of `{name}` are {}, and the ways back to it", names.join(", "));
    quote! {
        impl<P: ::rjango::__private::Place> ::core::ops::Deref for #fields<P> {
            type Target = ::rjango::__private::Unknown<#ident>;
            fn deref(&self) -> &Self::Target { ::rjango::__private::Unknown::field() }
        }

        const _: () = {
            #[diagnostic::on_unimplemented(message = #message, label = "not a field", note = #note)]
            pub trait Field {
                fn path() -> ::rjango::__private::Path;
            }

            impl<N: Field> ::rjango::__private::HasField<N> for #ident {
                fn path() -> ::rjango::__private::Path { N::path() }
            }
        };
    }
}

/// The accessor `name` of a field.
fn method(name: &Ident, field: &ParsedField, visibility: &syn::Visibility) -> TokenStream {
    let ty = &field.ty;
    let column = field.ident.unraw().to_string();
    if is_base(field) {
        return quote! {
            #visibility fn #name(&self) -> <#ty as ::rjango::__private::Record>::Fields<P> { self.0.base::<#ty>() }
        };
    }
    if field.field_type.target().is_some() {
        return quote! {
            #visibility fn #name(&self) -> ::rjango::__private::Relation<P, #ty> { self.0.relation(#column) }
        };
    }
    quote! {
        #visibility fn #name(&self) -> ::rjango::__private::ColumnAt<P, #ty> { self.0.column(#column) }
    }
}
