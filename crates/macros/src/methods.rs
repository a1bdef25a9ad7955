//! `#[methods]`: the methods of a model that templates, admin columns and the shell may call by name.
//!
//! The `impl` stays as it is written. Beside it stand the names of its `pub` methods, each with the way to call it.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{
    Attribute, Error, FnArg, ImplItem, ImplItemFn, ItemImpl, Meta, ReceiverKind, Result, ReturnType, Safety, Type,
    Visibility,
};

const SHAPE: &str = "`#[methods]` stands above `impl Product` with the methods of a model";

/// The implementation, and the registration of its methods beside it.
pub(crate) fn expand(attribute: TokenStream, item: TokenStream) -> Result<TokenStream> {
    if !attribute.is_empty() {
        return Err(Error::new_spanned(
            attribute,
            "`#[methods]` takes no arguments: the model is the type of the `impl`",
        ));
    }
    let mut implementation: ItemImpl = syn::parse2(item.clone()).map_err(|_| Error::new_spanned(&item, SHAPE))?;
    if let Some((path, _)) = &implementation.trait_ {
        return Err(Error::new_spanned(path, format!("{SHAPE}, and not above the `impl` of a trait")));
    }
    if let Some(parameter) = implementation.generics.params.first() {
        return Err(Error::new_spanned(parameter, format!("{SHAPE}, without type parameters")));
    }
    let model = implementation.self_ty.clone();
    let mut errors = Errors::default();
    let mut methods = Vec::new();
    // Those under a `cfg` may exclude each other.
    let mut seen: BTreeMap<String, bool> = BTreeMap::new();
    for item in &mut implementation.items {
        let ImplItem::Fn(method) = item else { continue };
        let alters_data = take_alters_data(method, &mut errors);
        let Some(kind) = Kind::of(method, alters_data, &mut errors) else { continue };
        let name = method.sig.ident.unraw().to_string();
        let conditions: Vec<Attribute> = conditions(&method.attrs);
        if name == "pk" {
            errors.add(&method.sig.ident, "`pk` is the primary key of every instance: give the method another name");
        }
        if seen.insert(name.clone(), conditions.is_empty()) == Some(true) && conditions.is_empty() {
            errors.add(&method.sig.ident, format!("the method `{name}` is there twice"));
        }
        let call = kind.call(&model, method);
        methods.push(quote!(#(#conditions)* ::rjango::__private::Method { name: #name, call: #call }));
    }
    if methods.is_empty() && errors.0.is_none() {
        errors.add(&model, "none of these methods is `pub fn name(&self)`, so nothing can be called by its name");
    }
    errors.done()?;
    let conditions = conditions(&implementation.attrs);
    Ok(quote! {
        #implementation

        #(#conditions)*
        ::rjango::__private::inventory::submit! {
            ::rjango::__private::Methods {
                model: <#model as ::rjango::__private::Model>::entry,
                methods: &[#(#methods),*],
            }
        }
    })
}

/// Every mistake, so that all are told at once.
#[derive(Default)]
struct Errors(Option<Error>);

impl Errors {
    fn add(&mut self, at: impl quote::ToTokens, message: impl std::fmt::Display) {
        let error = Error::new_spanned(at, message);
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    fn done(self) -> Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}

/// The conditions under which an item is compiled.
fn conditions(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).cloned().collect()
}

/// Whether `#[alters_data]` stands above the method. It is taken away: the compiler does not know it.
fn take_alters_data(method: &mut ImplItemFn, errors: &mut Errors) -> bool {
    let (own, rest): (Vec<_>, Vec<_>) =
        std::mem::take(&mut method.attrs).into_iter().partition(|attribute| attribute.path().is_ident("alters_data"));
    method.attrs = rest;
    for attribute in &own {
        if !matches!(attribute.meta, Meta::Path(_)) {
            errors.add(attribute, "`#[alters_data]` takes no arguments");
        }
        if !matches!(method.vis, Visibility::Public(_)) {
            errors.add(attribute, "only a `pub` method is called by its name: this one needs no `#[alters_data]`");
        }
    }
    !own.is_empty()
}

/// How a method is called.
enum Kind {
    /// By an instance that it borrows, or takes.
    Plain {
        takes: bool,
    },
    NeedsArguments,
    ChangesRows,
}

impl Kind {
    /// Of a method that can be called by its name: one that is `pub` and has `self`.
    fn of(method: &ImplItemFn, alters_data: bool, errors: &mut Errors) -> Option<Self> {
        let Some(FnArg::Receiver(receiver)) = method.sig.inputs.first() else {
            if alters_data {
                errors.add(&method.sig.ident, "`#[alters_data]` is for methods of an instance, which take `&self`");
            }
            return None;
        };
        if !matches!(method.vis, Visibility::Public(_)) {
            return None;
        }
        if alters_data {
            return Some(Self::ChangesRows);
        }
        let takes = match &receiver.kind {
            ReceiverKind::Value => true,
            ReceiverKind::Reference(_, _, None) => false,
            ReceiverKind::Reference(_, _, Some(_)) => return Some(Self::ChangesRows),
            ReceiverKind::Typed(_, ty) => match &**ty {
                Type::Reference(reference) if reference.mutability.is_some() => return Some(Self::ChangesRows),
                Type::Reference(reference) if is_self(&reference.elem) => false,
                own if is_self(own) => true,
                _ => {
                    errors.add(receiver, "a method that is called by its name takes `&self`");
                    return None;
                }
            },
            _ => {
                errors.add(receiver, "a method that is called by its name takes `&self`");
                return None;
            }
        };
        if method.sig.inputs.len() > 1 {
            return Some(Self::NeedsArguments);
        }
        if let Some(parameter) = method.sig.generics.type_params().next() {
            errors.add(
                parameter,
                "a method that is called by its name has no type parameters; put it into an `impl` of its own",
            );
            return None;
        }
        if let Safety::Unsafe(word) = &method.sig.safety {
            errors.add(word, "a method that is called by its name is not `unsafe`; put it into an `impl` of its own");
            return None;
        }
        if matches!(method.sig.output, ReturnType::Default) {
            errors.add(
                &method.sig.ident,
                "this method gives nothing that could be shown; if it changes something, write `#[alters_data]` above it",
            );
            return None;
        }
        Some(Self::Plain { takes })
    }

    fn call(&self, model: &Type, method: &ImplItemFn) -> TokenStream {
        let takes = match self {
            Self::NeedsArguments => return quote!(::rjango::__private::MethodCall::NeedsArguments),
            Self::ChangesRows => return quote!(::rjango::__private::MethodCall::ChangesRows),
            Self::Plain { takes } => *takes,
        };
        let name = &method.sig.ident;
        let given = if takes { quote!(__model) } else { quote!(&__model) };
        // What cannot be shown is told at the method's result.
        let span = match &method.sig.output {
            ReturnType::Type(_, given) => given.span(),
            ReturnType::Default => name.span(),
        };
        if method.sig.asyncness.is_some() {
            let value = quote_spanned!(span=> ::rjango::__private::Answer(__given).into_value());
            quote! {
                ::rjango::__private::MethodCall::Later(|__row| ::std::boxed::Box::pin(async move {
                    #[allow(unused_imports)]
                    use ::rjango::__private::AnswerValue as _;
                    let __model = __row.typed::<#model>()?;
                    let __given = <#model>::#name(#given).await;
                    #value
                }))
            }
        } else {
            let value = quote_spanned!(span=> ::rjango::__private::Answer(__given).into_value());
            quote! {
                ::rjango::__private::MethodCall::Now(|__row| {
                    #[allow(unused_imports)]
                    use ::rjango::__private::AnswerValue as _;
                    let __model = __row.typed::<#model>()?;
                    let __given = <#model>::#name(#given);
                    #value
                })
            }
        }
    }
}

fn is_self(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("Self"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the macro says to an `impl`, or the end of what it makes of it.
    fn check(item: TokenStream, expected: &str) {
        let made = expand(TokenStream::new(), item);
        let text = made.map_or_else(
            |error| error.into_iter().map(|error| format!("error: {error}\n")).collect(),
            |tokens| tokens.to_string(),
        );
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn each_method_has_its_way_to_be_called() {
        check(quote!(impl Product { pub fn a(&self) -> bool { true } }), "MethodCall :: Now");
        check(quote!(impl Product { pub async fn a(&self) -> Result<i64> { Ok(1) } }), "MethodCall :: Later");
        check(quote!(impl Product { pub fn a(&self, more: i64) -> i64 { more } }), "MethodCall :: NeedsArguments");
        check(quote!(impl Product { pub fn a(&mut self) {} }), "MethodCall :: ChangesRows");
        check(quote!(impl Product { #[alters_data] pub async fn a(&self) -> Result<()> { Ok(()) } }), "ChangesRows");
        check(quote!(impl Product { pub fn r#type(&self) -> bool { true } }), "name : \"type\"");
        check(quote!(impl Product { pub fn a(self) -> bool { true } }), "a (__model)");
        check(
            quote!(impl Product { #[cfg(unix)] pub fn a(&self) -> u8 { 1 } #[cfg(windows)] pub fn a(&self) -> u8 { 2 } }),
            "# [cfg (windows)] :: rjango :: __private :: Method",
        );
    }

    #[test]
    fn what_is_not_public_stays_out() {
        let item = quote!(
            impl Product {
                pub fn a(&self) -> bool { true }
                fn b(&self) -> bool { true }
                pub(crate) fn c(&self) -> bool { true }
                pub fn d() -> bool { true }
                pub const E: i64 = 1;
            }
        );
        let made = expand(TokenStream::new(), item).map(|tokens| tokens.to_string()).unwrap_or_default();
        let names: Vec<&str> = made.split("name : ").skip(1).filter_map(|rest| rest.split(' ').next()).collect();
        assert_eq!(names, ["\"a\""]);
    }

    #[test]
    fn the_attribute_of_ours_is_taken_away() {
        let item = quote!(impl Product { #[alters_data] #[must_use] pub fn a(&self) -> bool { true } });
        let made = expand(TokenStream::new(), item).map(|tokens| tokens.to_string()).unwrap_or_default();
        assert!(!made.contains("alters_data") && made.contains("must_use"), "{made}");
    }
}
