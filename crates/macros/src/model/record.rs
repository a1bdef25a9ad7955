//! How the library reaches a struct's fields: `Record`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::{Source, is_base, is_many_to_many};

pub(super) fn expand(source: &Source<'_>) -> TokenStream {
    let Source { model, fields, .. } = source;
    let name = &model.ident;
    let accessors = match source.first_base() {
        Some(base) => {
            let ty = &base.ty;
            quote! {
                let base = <#ty as ::rjango::__private::Record>::fields(::core::clone::Clone::clone(&path));
                #fields(::rjango::__private::At::new(path), base)
            }
        }
        None => quote!(#fields(::rjango::__private::At::new(path))),
    };
    let taken = model.fields.iter().map(|field| {
        let name = &field.ident;
        if is_base(field) {
            quote!(#name: ::rjango::__private::Record::from_values(values)?)
        } else if is_many_to_many(field) {
            quote!(#name: ::core::default::Default::default())
        } else {
            quote_spanned!(field.ty.span()=> #name: ::rjango::__private::take(values)?)
        }
    });
    let binds = !model.is_abstract() && model.fields.iter().any(|field| is_base(field) || is_many_to_many(field));
    let built = if binds {
        quote!(::rjango::__private::bound(Self { #(#taken),* }))
    } else {
        quote!(::core::result::Result::Ok(Self { #(#taken),* }))
    };
    let (shared, unique) = (slots(source, false), slots(source, true));
    quote! {
        impl ::rjango::__private::Record for #name {
            type Fields<P: ::rjango::__private::Place> = #fields<P>;

            fn fields<P: ::rjango::__private::Place>(path: ::rjango::__private::Path) -> #fields<P> { #accessors }

            fn from_values(
                values: &mut ::std::vec::IntoIter<::rjango::__private::Value>,
            ) -> ::rjango::__private::Result<Self> {
                #built
            }

            fn slots<'a>(&'a self, out: &mut ::std::vec::Vec<&'a dyn ::rjango::__private::Slot>) { #shared }

            fn slots_mut<'a>(&'a mut self, out: &mut ::std::vec::Vec<&'a mut dyn ::rjango::__private::Slot>) { #unique }
        }
    }
}

/// Pushes every field, those between two bases together.
fn slots(source: &Source<'_>, mutable: bool) -> TokenStream {
    let reference = if mutable { quote!(&mut) } else { quote!(&) };
    let method = if mutable { quote!(slots_mut) } else { quote!(slots) };
    let runs = source.model.fields.chunk_by(|left, right| !is_base(left) && !is_base(right)).map(|run| match run {
        [base] if is_base(base) => {
            let name = &base.ident;
            quote!(::rjango::__private::Record::#method(#reference self.#name, out);)
        }
        run => {
            let slots = run.iter().map(|field| {
                let name = &field.ident;
                quote_spanned!(field.ty.span()=> #reference self.#name as #reference dyn ::rjango::__private::Slot)
            });
            quote!(out.extend([#(#slots),*]);)
        }
    });
    quote!(#(#runs)*)
}
