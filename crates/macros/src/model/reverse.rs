//! The ways back: a trait per relation, beside the referring model, with a method for the target's instances and
//! accessors alike.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use rjango_schema::FieldKind;
use rjango_schema::read::ParsedField;
use syn::ext::IdentExt as _;

use super::Source;

pub(super) fn expand(source: &Source<'_>) -> TokenStream {
    source.model.fields.iter().filter_map(|field| way_back(source, field)).collect()
}

fn way_back(source: &Source<'_>, field: &ParsedField) -> Option<TokenStream> {
    let target = field.field_type.target()?;
    let (related_name, single) = match &field.schema.as_ref()?.kind {
        FieldKind::ForeignKey(relation) => (relation.related_name.as_deref(), false),
        FieldKind::OneToOne(relation) => (relation.related_name.as_deref(), true),
        FieldKind::ManyToMany(relation) => (relation.related_name.as_deref(), false),
        _ => return None,
    };
    if related_name == Some("+") {
        return None;
    }
    let model_name = source.model.name().to_lowercase();
    // Django's names: `products` where the relation gives one, else `product_set` on instances and `product` in lookups.
    let query_name = related_name.unwrap_or(&model_name).to_owned();
    let accessors = match related_name {
        Some(name) => vec![name.to_owned()],
        None if single => vec![model_name.clone()],
        None => vec![format!("{model_name}_set"), model_name.clone()],
    };
    let Source { model, visibility, .. } = source;
    let (name, span) = (&model.ident, field.ident.span());
    let (back, method) = if single { ("BackOne", "back_one") } else { ("Back", "back") };
    let (back, method) = (format_ident!("{back}"), format_ident!("{method}"));
    let field_name = field.ident.unraw().to_string();
    let trait_name = format_ident!("{}{}Reverse", model.name(), camel_case(&field_name));
    let accessors = accessors.iter().map(|accessor| identifier(accessor, span));
    let doc = format!("The way from [`{}`] back over `{}.{field_name}`.", quote!(#target), model.name());
    Some(quote! {
        #[doc = #doc]
        #[allow(missing_docs, dead_code)]
        #visibility trait #trait_name: ::rjango::__private::ReverseOf<#target> {
            #(fn #accessors(&self) -> Self::#back<#name> { self.#method::<#name>(#field_name, #query_name) })*
        }

        impl<T: ::rjango::__private::ReverseOf<#target>> #trait_name for T {}
    })
}

fn identifier(name: &str, span: proc_macro2::Span) -> Ident {
    if syn::parse_str::<Ident>(name).is_ok() { Ident::new(name, span) } else { Ident::new_raw(name, span) }
}

fn camel_case(name: &str) -> String {
    name.split('_')
        .filter_map(|word| {
            let mut characters = word.chars();
            Some(characters.next()?.to_uppercase().chain(characters).collect::<String>())
        })
        .collect()
}
