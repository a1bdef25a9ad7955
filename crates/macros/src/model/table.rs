//! What makes a struct a table (`Model`) or a base to flatten (`AbstractModel`).

use proc_macro2::TokenStream;
use quote::quote;
use syn::Result;

use super::{Source, description};

/// `Model` and its registration.
pub(super) fn model(source: &Source<'_>) -> Result<TokenStream> {
    let Source { model, visibility, fields } = source;
    let name = &model.ident;
    let text = model.name();
    let app = match model.app_label() {
        Some(label) => quote!(::core::option::Option::Some(#label)),
        None => quote!(::core::option::Option::None),
    };
    let pk = match (model.primary_key(), source.first_base()) {
        (Some(key), _) => {
            let ty = &key.ty;
            quote!(#ty)
        }
        (None, Some(base)) => {
            let ty = &base.ty;
            quote!(<#ty as ::rjango::__private::Keyed>::Pk)
        }
        // The parser has refused a model without a key and without bases.
        (None, None) => quote!(::rjango::__private::Auto),
    };
    let description = description::expand(source)?;
    let serialize = model.is_serialized().then(|| {
        quote! {
            impl ::rjango::__private::serde::Serialize for #name {
                fn serialize<S: ::rjango::__private::serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> ::core::result::Result<S::Ok, S::Error> {
                    ::rjango::__private::serialize_model(self, serializer)
                }
            }
        }
    });
    let user = model.is_user().then(|| quote!(impl ::rjango::__private::UserModel for #name {}));
    Ok(quote! {
        #user

        impl ::rjango::__private::Model for #name {
            type Pk = #pk;

            fn entry() -> &'static ::rjango::__private::ModelEntry {
                #[allow(unused_imports)]
                use ::rjango::__private::NoDisplay as _;
                static ENTRY: ::rjango::__private::ModelEntry = ::rjango::__private::ModelEntry::new(
                    || ::rjango::__private::label_of(::core::module_path!(), #app, #text),
                    || #description,
                    |values| ::rjango::__private::Displayed::<#name>::new().display(values),
                );
                ::rjango::__private::inventory::submit! { &ENTRY }
                &ENTRY
            }
        }

        impl #name {
            /// Every row of the model, to narrow down: Django's `objects`.
            #[allow(dead_code)]
            #visibility fn objects() -> ::rjango::__private::QuerySet<Self> { ::rjango::__private::QuerySet::new() }
        }

        impl<P: ::rjango::__private::Place> ::rjango::__private::ReverseOf<#name> for #fields<P> {
            type Back<M: ::rjango::__private::Model> =
                ::rjango::__private::Relation<P, ::rjango::__private::Reverse<M>>;
            type BackOne<M: ::rjango::__private::Model> = Self::Back<M>;

            fn back<M: ::rjango::__private::Model>(&self, _: &'static str, name: &'static str) -> Self::Back<M> {
                self.0.back(name)
            }

            fn back_one<M: ::rjango::__private::Model>(&self, _: &'static str, name: &'static str) -> Self::Back<M> {
                self.0.back(name)
            }
        }

        #serialize
    })
}

/// `AbstractModel`.
pub(super) fn base(source: &Source<'_>) -> Result<TokenStream> {
    let name = &source.model.ident;
    let description = description::expand(source)?;
    let keyed = source.model.primary_key().map(|key| {
        let ty = &key.ty;
        quote! {
            impl ::rjango::__private::Keyed for #name {
                type Pk = #ty;
            }
        }
    });
    Ok(quote! {
        impl ::rjango::__private::AbstractModel for #name {
            fn describe() -> ::rjango::__private::ModelSchema { #description }
        }

        #keyed
    })
}
