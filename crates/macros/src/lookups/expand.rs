//! The closures that `q!`, `f!` and `set!` become.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::path::{FieldPath, model};
use super::tree::{Condition, Term};
use super::value::Value;

/// `|m| m.category().name().lt(value) & ...`
pub(super) fn condition(condition: &Condition) -> TokenStream {
    let mut values = Hoisted::default();
    let body = clause(condition, &mut values);
    values.closure(&body)
}

/// `|m| (m.price().desc(), m.name())`, without the tuple for a single one.
pub(super) fn columns(terms: &[Term]) -> TokenStream {
    let terms = terms.iter().map(|term| match term {
        Term::Field { path, descending: false } => path.expand(&model()),
        Term::Field { path, descending: true } => {
            let column = path.expand(&model());
            quote!(#column.desc())
        }
        Term::Random(mark) => quote_spanned!(mark.span=> ::rjango::__private::Order::random()),
    });
    let body = match terms.len() {
        1 => quote!(#(#terms)*),
        _ => quote!((#(#terms),*)),
    };
    Hoisted::default().closure(&body)
}

/// `|m| [m.name().set(value), ...]`
pub(super) fn assignments(assignments: &[(FieldPath, Value)]) -> TokenStream {
    let mut values = Hoisted::default();
    let body: Vec<TokenStream> = assignments
        .iter()
        .map(|(path, value)| {
            let column = path.expand(&model());
            if value.is_none {
                let set_null = Ident::new("set_null", value.span());
                return quote!(#column.#set_null());
            }
            let value = values.place(value);
            quote!(#column.set(#value))
        })
        .collect();
    values.closure(&quote!([#(#body),*]))
}

fn clause(condition: &Condition, values: &mut Hoisted) -> TokenStream {
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
            let column = path.expand(&model());
            if value.is_none && lookup == "exact" {
                return quote!(#column.exact_null());
            }
            let value = values.place(value);
            quote!(#column.#lookup(#value))
        }
    }
}

/// The values that run before the closure: those with `?` or `await`, which a closure cannot have.
#[derive(Default)]
struct Hoisted(Vec<(Ident, TokenStream)>);

impl Hoisted {
    /// What stands for the value inside the closure.
    fn place(&mut self, value: &Value) -> TokenStream {
        let tokens = &value.tokens;
        if !value.hoisted {
            return quote!(#tokens);
        }
        let span = Span::mixed_site().located_at(value.span());
        let name = Ident::new(&format!("value{}", self.0.len()), span);
        self.0.push((name.clone(), tokens.clone()));
        quote_spanned!(span=> #name)
    }

    fn closure(self, body: &TokenStream) -> TokenStream {
        let model = model();
        if self.0.is_empty() {
            return quote!(|#model| #body);
        }
        let (names, values): (Vec<_>, Vec<_>) = self.0.into_iter().unzip();
        quote!({
            #(let #names = #values;)*
            move |#model| #body
        })
    }
}
