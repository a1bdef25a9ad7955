//! The closures that `q!`, `f!` and `set!` become.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::path::{FieldPath, model};
use super::tree::{Condition, Term};
use super::value::Value;

/// `|m| m.category().name().lt(value) & ...`
pub(super) fn condition(condition: &Condition) -> TokenStream {
    let mut values = Closure::default();
    let body = clause(condition, &mut values);
    values.finish(&body)
}

/// `|m| (m.price().desc(), m.name())`, without the tuple for a single one.
pub(super) fn columns(terms: &[Term]) -> TokenStream {
    let mut closure = Closure::default();
    let terms: Vec<TokenStream> = terms
        .iter()
        .map(|term| match term {
            Term::Field { path, descending } => {
                let column = closure.column(path);
                if *descending { quote!(#column.desc()) } else { column }
            }
            Term::Random(mark) => quote_spanned!(mark.span=> ::rjango::__private::Order::random()),
        })
        .collect();
    let body = match terms.len() {
        1 => quote!(#(#terms)*),
        _ => quote!((#(#terms),*)),
    };
    closure.finish(&body)
}

/// `|m| [m.name().set(value), ...]`
pub(super) fn assignments(assignments: &[(FieldPath, Value)]) -> TokenStream {
    let mut values = Closure::default();
    let body: Vec<TokenStream> = assignments
        .iter()
        .map(|(path, value)| {
            let column = values.column(path);
            if value.is_none {
                let set_null = Ident::new("set_null", value.span());
                return quote!(#column.#set_null());
            }
            let value = values.place(value);
            quote!(#column.set(#value))
        })
        .collect();
    values.finish(&quote!([#(#body),*]))
}

fn clause(condition: &Condition, values: &mut Closure) -> TokenStream {
    match condition {
        Condition::All(all) if all.is_empty() => quote!(::rjango::__private::Q::all()),
        Condition::All(all) => {
            let all = all.iter().map(|condition| clause(condition, values));
            quote!((#(#all)&*))
        }
        Condition::Any(any) => {
            let any = any.iter().map(|condition| clause(condition, values));
            quote!((#(#any)|*))
        }
        Condition::Not(inner) => {
            let inner = clause(inner, values);
            quote!((!#inner))
        }
        Condition::Lookup(path, lookup, value) => {
            let column = values.column(path);
            if value.is_none && lookup == "exact" {
                return quote!(#column.exact_null());
            }
            let value = values.place(value);
            quote!(#column.#lookup(#value))
        }
    }
}

/// A closure while its body is written.
#[derive(Default)]
struct Closure {
    /// The values that run before it: those with `?` or `await`, which a closure cannot have.
    hoisted: Vec<(Ident, TokenStream)>,
    /// The names that stand behind another in a path.
    later: Vec<Ident>,
}

impl Closure {
    /// The column, relation or expression that a path leads to.
    fn column(&mut self, path: &FieldPath) -> TokenStream {
        for name in path.later() {
            if !self.later.contains(name) {
                self.later.push(name.clone());
            }
        }
        path.expand(&model())
    }

    /// What stands for the value inside the closure.
    fn place(&mut self, value: &Value) -> TokenStream {
        for path in &value.fields {
            self.column(path);
        }
        let tokens = &value.tokens;
        if !value.hoisted {
            return quote!(#tokens);
        }
        let span = Span::mixed_site().located_at(value.span());
        let name = Ident::new(&format!("value{}", self.hoisted.len()), span);
        self.hoisted.push((name.clone(), tokens.clone()));
        quote_spanned!(span=> #name)
    }

    fn finish(self, body: &TokenStream) -> TokenStream {
        let model = model();
        let unknown = self.later.iter().map(unknown);
        let body = if self.later.is_empty() { quote!(#body) } else { quote!({ #(#unknown)* #body }) };
        if self.hoisted.is_empty() {
            return quote!(|#model| #body);
        }
        let (names, values): (Vec<_>, Vec<_>) = self.hoisted.into_iter().unzip();
        quote!({
            #(let #names = #values;)*
            move |#model| #body
        })
    }
}

/// What a name means that is neither a field of the model reached nor a lookup: a method that nothing may call. The trait
/// comes into play only where no accessor has the name, and then the compiler says what there is to choose from.
///
/// By itself the compiler would propose a similar name in the place of the whole path, which is another field.
fn unknown(name: &Ident) -> TokenStream {
    let site = Span::mixed_site();
    let text = name.unraw().to_string();
    let witness = if name == &text { Ident::new(&text, site) } else { Ident::new_raw(&text, site) };
    // Inside of a module, neither name meets one of the user's.
    let module = Ident::new(&format!("unknown_{text}"), site);
    quote! {
        #[allow(non_camel_case_types, dead_code, unreachable_pub)]
        mod #module {
            pub enum #witness {}

            pub trait Unknown: ::rjango::__private::Ends {
                fn #name<R, T>(&self) -> ::rjango::__private::Column<R, T>
                where
                    Self: ::rjango::__private::Reaches<#witness>,
                {
                    ::rjango::__private::Reaches::<#witness>::column(self)
                }
            }

            impl<T: ::rjango::__private::Ends> Unknown for T {}
        }
        #[allow(unused_imports)]
        use #module::Unknown as _;
    }
}
