//! What all attributes share that register an item under its dotted name: reading what they stand above, and the
//! registration beside it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;
use syn::{Error, Ident, Item, ItemFn, ItemImpl, PathArguments, Result, Type};

/// An item under such an attribute.
pub(crate) enum Registered {
    /// A function.
    Function(ItemFn),
    /// `impl Trait for Name`; the type's path and its last word.
    Impl(ItemImpl, syn::TypePath, Ident),
}

impl Registered {
    /// Reads the item. `trait_name` is the trait that an `impl` must be of; `shape` says what the attribute stands above.
    pub(crate) fn parse(item: TokenStream, trait_name: &str, shape: &str) -> Result<Self> {
        let wrong = |tokens: &TokenStream| Error::new_spanned(tokens, shape);
        match syn::parse2(item.clone()).map_err(|_| wrong(&item))? {
            Item::Fn(function) => match function.sig.generics.type_params().next() {
                Some(parameter) => Err(Error::new_spanned(parameter, format!("{shape}, without type parameters"))),
                None => Ok(Self::Function(function)),
            },
            Item::Impl(implementation) => {
                let is_of_trait = implementation
                    .trait_
                    .as_ref()
                    .is_some_and(|(of, _)| of.segments.last().is_some_and(|last| last.ident == trait_name));
                let path = match &*implementation.self_ty {
                    Type::Path(path) if is_of_trait && path.qself.is_none() => path.clone(),
                    _ => return Err(wrong(&item)),
                };
                if let Some(parameter) = implementation.generics.params.first() {
                    return Err(Error::new_spanned(parameter, format!("{shape}, without type parameters")));
                }
                let last = path.path.segments.last().filter(|last| matches!(last.arguments, PathArguments::None));
                let name = last.map(|last| last.ident.clone()).ok_or_else(|| wrong(&item))?;
                Ok(Self::Impl(implementation, path, name))
            }
            _ => Err(wrong(&item)),
        }
    }

    /// The `impl`, its type and its name; an error for a function.
    pub(crate) fn only_impl(self, shape: &str) -> Result<(ItemImpl, syn::TypePath, Ident)> {
        match self {
            Self::Impl(implementation, path, name) => Ok((implementation, path, name)),
            Self::Function(function) => Err(Error::new_spanned(function.sig, shape)),
        }
    }
}

/// The function above which such an attribute stands. Its `impl`s are not for this attribute.
pub(crate) fn function(item: TokenStream, shape: &str) -> Result<ItemFn> {
    let function: ItemFn = syn::parse2(item.clone()).map_err(|_| Error::new_spanned(&item, shape))?;
    match function.sig.generics.type_params().next() {
        Some(parameter) => Err(Error::new_spanned(parameter, format!("{shape}, without type parameters"))),
        None => Ok(function),
    }
}

/// Refuses arguments.
pub(crate) fn no_arguments(arguments: &TokenStream, attribute: &str) -> Result<()> {
    if arguments.is_empty() {
        return Ok(());
    }
    Err(Error::new_spanned(arguments, format!("`#[{attribute}]` takes no arguments: the name is the item's path")))
}

/// The item with its registration: an entry of this type, with the item's dotted name as its first argument.
pub(crate) fn submit(item: &impl quote::ToTokens, entry: &str, name: &Ident, rest: &TokenStream) -> TokenStream {
    let entry = format_ident!("{entry}");
    let name = name.unraw().to_string();
    quote! {
        #item

        ::rjango::__private::inventory::submit! {
            ::rjango::__private::#entry::new(
                || ::rjango::__private::dotted(::core::module_path!(), #name),
                #rest
            )
        }
    }
}

/// An item that is made once, without the settings: `Name::default()`, or what a function without arguments gives. The
/// entry takes a function that gives the item as this trait.
pub(crate) fn made_once(registered: Registered, entry: &str, of: &str, shape: &str) -> Result<TokenStream> {
    let of = format_ident!("{of}");
    let made = |make: TokenStream| {
        quote!(|| {
            static MADE: ::rjango::__private::Made<dyn ::rjango::__private::#of> = ::rjango::__private::Made::new();
            MADE.get(|| ::std::boxed::Box::new(#make))
        })
    };
    match registered {
        Registered::Impl(implementation, path, name) => {
            let make = made(quote!(<#path as ::core::default::Default>::default()));
            Ok(submit(&implementation, entry, &name, &make))
        }
        Registered::Function(function) => {
            let (signature, name) = (&function.sig, &function.sig.ident);
            if signature.asyncness.is_some() || !signature.inputs.is_empty() {
                return Err(Error::new_spanned(signature, shape));
            }
            Ok(submit(&function, entry, name, &made(quote!(#name()))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the attribute says to an item, or the end of what it makes of it.
    fn check(result: Result<TokenStream>, expected: &str) {
        let text = result.map_or_else(|error| format!("error: {error}"), |tokens| tokens.to_string());
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn backend_is_an_impl_of_its_trait_or_a_function_that_makes_it() {
        let expand = |item| crate::authentication_backend::expand(quote!(), item);
        check(
            expand(quote!(impl AuthenticationBackend for Email {})),
            "dotted (:: core :: module_path ! () , \"Email\")",
        );
        check(expand(quote!(impl auth::AuthenticationBackend for crate::r#Email {})), "< crate :: r#Email as");
        check(
            expand(quote!(
                fn email() -> Email {
                    Email
                }
            )),
            "Box :: new (email ())",
        );
        const SHAPE: &str = "error: `#[authentication_backend]` stands above an `impl AuthenticationBackend for Name`";
        check(
            expand(quote!(
                struct Email;
            )),
            SHAPE,
        );
        check(expand(quote!(impl Hasher for Email {})), SHAPE);
        check(expand(quote!(impl Email {})), SHAPE);
        check(
            expand(quote!(
                impl<T: Store> AuthenticationBackend for Email<T> {}
            )),
            "without type parameters",
        );
        check(
            expand(quote!(
                fn email(settings: &Settings) -> Email {
                    Email
                }
            )),
            SHAPE,
        );
        check(
            expand(quote!(
                async fn email() -> Email {
                    Email
                }
            )),
            SHAPE,
        );
        check(
            crate::authentication_backend::expand(quote!("email"), quote!(impl AuthenticationBackend for Email {})),
            "error: `#[authentication_backend]` takes no arguments: the name is the item's path",
        );
    }

    #[test]
    fn hasher_session_engine_and_command_say_what_they_stand_above() {
        check(crate::password_hasher::expand(quote!(), quote!(impl Hasher for Fast {})), "HasherEntry :: new");
        check(
            crate::password_hasher::expand(quote!(), quote!(impl Encoder for Fast {})),
            "error: `#[password_hasher]` stands above an `impl Hasher for Name`",
        );
        check(crate::session_engine::expand(quote!(), quote!(impl SessionBackend for Redis {})), "| _ |");
        check(
            crate::session_engine::expand(
                quote!(),
                quote!(
                    fn redis(settings: &Settings) -> Result<Redis> {
                        redis()
                    }
                ),
            ),
            "into_engine (redis (settings))",
        );
        check(
            crate::session_engine::expand(
                quote!(),
                quote!(
                    fn redis() -> Redis {
                        Redis
                    }
                ),
            ),
            "error: `#[session_engine]` stands above an `impl SessionBackend for Name`",
        );
        check(crate::command::expand(quote!(), quote!(impl Command for Greet {})), "CommandEntry :: new");
        check(
            crate::command::expand(
                quote!(),
                quote!(
                    fn greet() {}
                ),
            ),
            "error: `#[command]` stands above an `impl Command for Name`",
        );
    }

    #[test]
    fn validator_is_made_of_its_options() {
        let expand = |item| crate::password_validator::expand(quote!(), item);
        check(expand(quote!(impl PasswordValidator for Digits {})), "of_options :: < Digits >");
        check(
            expand(quote!(
                fn digits() -> Digits {
                    Digits
                }
            )),
            "error: `#[password_validator]` stands above an `impl PasswordValidator for Name`",
        );
    }

    #[test]
    fn filter_is_a_plain_function_of_a_value() {
        let expand = |item| crate::filter::expand(quote!(), item);
        check(
            expand(quote!(
                fn shout(text: &str) -> String {
                    text.to_uppercase()
                }
            )),
            "Takes :: Nothing",
        );
        const SHAPE: &str = "error: a template filter is a plain `fn(value: &Value, argument: ..) -> ..`";
        check(
            expand(quote!(
                async fn shout(text: &str) -> String {
                    String::new()
                }
            )),
            SHAPE,
        );
        check(
            expand(quote!(
                fn shout() -> String {
                    String::new()
                }
            )),
            SHAPE,
        );
        check(
            expand(quote!(
                fn shout<T>(value: T) -> T {
                    value
                }
            )),
            "without type parameters",
        );
        check(
            expand(quote!(
                struct Shout;
            )),
            SHAPE,
        );
    }

    #[test]
    fn context_processor_takes_the_request_alone() {
        let expand = |item| crate::context_processor::expand(quote!(), item);
        check(
            expand(quote!(
                fn shop_name(request: &RequestState) -> Result<String> {
                    x()
                }
            )),
            "ContextLoad :: Now",
        );
        check(
            expand(quote!(
                async fn basket(request: &RequestState) -> Result<Basket> {
                    x()
                }
            )),
            "ContextLoad :: Later",
        );
        const SHAPE: &str = "error: a context processor is a `fn(request: &RequestState) -> Result<..>`";
        check(
            expand(quote!(
                fn shop_name() -> Result<String> {
                    x()
                }
            )),
            SHAPE,
        );
        check(expand(quote!(impl Basket {})), SHAPE);
    }

    #[test]
    fn check_has_its_tags_as_texts() {
        let function = quote!(
            fn one_currency(context: &CheckContext<'_>) -> Vec<CheckMessage> {
                Vec::new()
            }
        );
        check(
            crate::check::expand(quote!("shop", "prices", deploy), function.clone()),
            "tags : & [\"shop\" , \"prices\"]",
        );
        check(crate::check::expand(quote!("shop", deploy), function.clone()), "deploy : true");
        check(crate::check::expand(quote!(), function.clone()), "deploy : false");
        const ARGUMENTS: &str = "error: `#[check(..)]` takes tags as texts, and `deploy`";
        check(crate::check::expand(quote!(shop), function.clone()), ARGUMENTS);
        check(crate::check::expand(quote!(tag = "shop"), function), ARGUMENTS);
        check(
            crate::check::expand(
                quote!(),
                quote!(
                    async fn look(context: &CheckContext<'_>) -> Vec<CheckMessage> {
                        x()
                    }
                ),
            ),
            "error: a check is a plain `fn(context: &CheckContext<'_>) -> Vec<CheckMessage>`",
        );
    }

    #[test]
    fn middleware_and_router_use_the_same_registration() {
        check(crate::middleware::expand(quote!(), quote!(impl Middleware for Tenants {})), "MiddlewareEntry :: new");
        check(
            crate::middleware::expand(quote!(), quote!(impl Layer for Tenants {})),
            "error: `#[middleware]` stands above",
        );
        check(
            crate::router::expand(
                quote!(),
                quote!(
                    fn r#try(query: &Routed<'_>) -> Option<String> {
                        None
                    }
                ),
            ),
            "dotted (:: core :: module_path ! () , \"try\") , r#try",
        );
    }
}
