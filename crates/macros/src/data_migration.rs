//! `#[data_migration]`: a function that migrations run, known to `migration.toml` by its path.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, ItemFn, Result};

/// The function, and its registration beside it.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    const SHAPE: &str = "a data migration is an `async fn(apps: &StateApps) -> Result<()>`";
    if !attribute.is_empty() {
        return Err(Error::new_spanned(
            attribute,
            "`#[data_migration]` takes no arguments: `migration.toml` names the function by its path",
        ));
    }
    let function: ItemFn = syn::parse2(item.clone()).map_err(|_| Error::new_spanned(&item, SHAPE))?;
    let signature = &function.sig;
    if signature.asyncness.is_none() || signature.inputs.len() != 1 {
        return Err(Error::new_spanned(signature, SHAPE));
    }
    if let Some(parameter) = signature.generics.type_params().next() {
        return Err(Error::new_spanned(
            parameter,
            "a data migration has no type parameters: nobody says what they are",
        ));
    }
    let name = &signature.ident;
    let text = syn::ext::IdentExt::unraw(name).to_string();
    Ok(quote! {
        #function

        ::rjango::__private::inventory::submit! {
            ::rjango::__private::DataMigration {
                module: ::core::module_path!(),
                name: #text,
                run: |apps| ::std::boxed::Box::pin(#name(apps)),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_error(attribute: TokenStream, item: TokenStream, expected: &str) {
        let error = expand(attribute, item).map(|tokens| tokens.to_string()).map_err(|error| error.to_string());
        assert_eq!(error, Err(expected.to_owned()));
    }

    #[test]
    fn what_is_no_data_migration_is_refused() {
        const SHAPE: &str = "a data migration is an `async fn(apps: &StateApps) -> Result<()>`";
        check_error(
            quote!(),
            quote!(
                fn fill(apps: &StateApps) -> Result<()> {
                    Ok(())
                }
            ),
            SHAPE,
        );
        check_error(
            quote!(),
            quote!(
                async fn fill() -> Result<()> {
                    Ok(())
                }
            ),
            SHAPE,
        );
        check_error(
            quote!(),
            quote!(
                struct Fill;
            ),
            SHAPE,
        );
        check_error(
            quote!(),
            quote!(
                async fn fill<T>(apps: &T) -> Result<()> {
                    Ok(())
                }
            ),
            "a data migration has no type parameters: nobody says what they are",
        );
        check_error(
            quote!(elidable),
            quote!(
                async fn fill(apps: &StateApps) -> Result<()> {
                    Ok(())
                }
            ),
            "`#[data_migration]` takes no arguments: `migration.toml` names the function by its path",
        );
    }

    #[test]
    fn function_is_registered_under_its_module_and_name() {
        let tokens = expand(
            quote!(),
            quote!(
                async fn r#try(apps: &StateApps) -> Result<()> {
                    Ok(())
                }
            ),
        );
        let text = tokens.map(|tokens| tokens.to_string()).unwrap_or_default();
        assert!(text.contains("name : \"try\"") && text.contains("r#try (apps)"), "{text}");
    }
}
