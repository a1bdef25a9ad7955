//! `#[receiver(post_save)]`: a function that hears of a model's instances.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, FnArg, Ident, ItemFn, Result, Type, TypeReference};

const SHAPE: &str =
    "a receiver is an `async fn(instance: &Model) -> Result<()>`, or takes what happened as a second argument";

/// The function, and its registration beside it.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let (signal, event) = signal(attribute)?;
    let function: ItemFn = syn::parse2(item.clone()).map_err(|_| Error::new_spanned(&item, SHAPE))?;
    let signature = &function.sig;
    let (Some(_), 1..=2) = (signature.asyncness, signature.inputs.len()) else {
        return Err(Error::new_spanned(signature, SHAPE));
    };
    if let Some(parameter) = signature.generics.type_params().next() {
        return Err(Error::new_spanned(
            parameter,
            "a receiver has no type parameters: it hears of the model that it names",
        ));
    }
    let instance = match signature.inputs.first() {
        Some(FnArg::Typed(argument)) => &*argument.ty,
        _ => return Err(Error::new_spanned(signature, SHAPE)),
    };
    let Type::Reference(TypeReference { mutability, elem: model, .. }) = instance else {
        return Err(Error::new_spanned(instance, SHAPE));
    };
    if let Some(mutability) = mutability.filter(|_| signal != "PreSave") {
        return Err(Error::new_spanned(
            mutability,
            "only `pre_save` can change the instance: after it nobody would write the change",
        ));
    }
    let name = &signature.ident;
    let text = syn::ext::IdentExt::unraw(name).to_string();
    let event = (signature.inputs.len() == 2).then(|| quote!(__event.#event()?));
    Ok(quote! {
        #function

        ::rjango::__private::inventory::submit! {
            ::rjango::__private::Receiver {
                signal: ::rjango::__private::Signal::#signal,
                path: ::core::concat!(::core::module_path!(), "::", #text),
                sender: <#model as ::rjango::__private::Model>::entry,
                make: ::rjango::__private::instance::<#model>,
                run: |__instance, __event| {
                    let _ = __event;
                    ::std::boxed::Box::pin(async move {
                        #name(::rjango::__private::sent::<#model>(__instance)?, #event).await
                    })
                },
            }
        }
    })
}

/// The variant of the signal, and the method that gives what it tells.
fn signal(attribute: TokenStream) -> Result<(Ident, Ident)> {
    const KNOWN: &str =
        "`#[receiver(..)]` takes one signal: `pre_save`, `post_save`, `pre_delete`, `post_delete` or `m2m_changed`";
    let name: Ident = syn::parse2(attribute.clone()).map_err(|error| {
        if attribute.is_empty() { Error::new(error.span(), KNOWN) } else { Error::new_spanned(&attribute, KNOWN) }
    })?;
    let (variant, event) = match name.to_string().as_str() {
        "pre_save" => ("PreSave", "saving"),
        "post_save" => ("PostSave", "saved"),
        "pre_delete" => ("PreDelete", "deletion"),
        "post_delete" => ("PostDelete", "deletion"),
        "m2m_changed" => ("M2mChanged", "change"),
        _ => return Err(Error::new_spanned(name, KNOWN)),
    };
    Ok((Ident::new(variant, name.span()), Ident::new(event, name.span())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_error(attribute: TokenStream, item: TokenStream, expected: &str) {
        let error = expand(attribute, item).map(|tokens| tokens.to_string()).map_err(|error| error.to_string());
        assert_eq!(error, Err(expected.to_owned()));
    }

    #[test]
    fn what_is_no_receiver_is_refused() {
        const KNOWN: &str =
            "`#[receiver(..)]` takes one signal: `pre_save`, `post_save`, `pre_delete`, `post_delete` or `m2m_changed`";
        let good = quote!(
            async fn note(product: &Product) -> Result<()> {
                Ok(())
            }
        );
        check_error(quote!(), good.clone(), KNOWN);
        check_error(quote!(saved), good.clone(), KNOWN);
        check_error(quote!(post_save, pre_save), good, KNOWN);
        check_error(
            quote!(post_save),
            quote!(
                fn note(product: &Product) -> Result<()> {
                    Ok(())
                }
            ),
            SHAPE,
        );
        check_error(
            quote!(post_save),
            quote!(
                async fn note(product: Product) -> Result<()> {
                    Ok(())
                }
            ),
            SHAPE,
        );
        check_error(
            quote!(post_save),
            quote!(
                async fn note(product: &mut Product) -> Result<()> {
                    Ok(())
                }
            ),
            "only `pre_save` can change the instance: after it nobody would write the change",
        );
        check_error(
            quote!(post_save),
            quote!(
                async fn note<T>(product: &T) -> Result<()> {
                    Ok(())
                }
            ),
            "a receiver has no type parameters: it hears of the model that it names",
        );
    }
}
