//! `category__name__icontains`: the way to a field, and a lookup.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt as _;
use syn::{Error, Result};

/// Every lookup of Django's that the ORM has, with its method.
const LOOKUPS: &[(&str, &str)] = &[
    ("exact", "exact"),
    ("iexact", "iexact"),
    ("contains", "contains"),
    ("icontains", "icontains"),
    ("startswith", "startswith"),
    ("istartswith", "istartswith"),
    ("endswith", "endswith"),
    ("iendswith", "iendswith"),
    ("gt", "gt"),
    ("gte", "gte"),
    ("lt", "lt"),
    ("lte", "lte"),
    ("in", "in_"),
    ("range", "range"),
    ("isnull", "isnull"),
    ("regex", "regex"),
    ("iregex", "iregex"),
    ("contained_by", "contained_by"),
    ("has_key", "has_key"),
    ("has_keys", "has_keys"),
    ("has_any_keys", "has_any_keys"),
];

/// The names of a path, each an accessor.
pub(super) struct FieldPath {
    names: Vec<Ident>,
}

impl FieldPath {
    /// The path that an identifier spells.
    pub(super) fn new(word: &Ident) -> Result<Self> {
        let text = word.unraw().to_string();
        let names = text.split("__").map(|name| accessor(name, word)).collect::<Result<_>>()?;
        Ok(Self { names })
    }

    /// The path and the lookup method that an identifier spells: `exact` where it names none.
    pub(super) fn with_lookup(word: &Ident) -> Result<(Self, Ident)> {
        let Self { mut names } = Self::new(word)?;
        let last = names.last().map(|name| name.unraw().to_string()).unwrap_or_default();
        let method = match LOOKUPS.iter().find(|(name, _)| *name == last) {
            Some((_, method)) if names.len() > 1 => {
                names.pop();
                method
            }
            _ => "exact",
        };
        Ok((Self { names }, Ident::new(method, word.span())))
    }

    /// How many names it has.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// The names after the first, which the compiler must not correct by itself: it would put its word in the place of the
    /// whole path.
    pub(super) fn later(&self) -> &[Ident] {
        self.names.get(1..).unwrap_or_default()
    }

    /// The accessors called on `model`, one after the other.
    pub(super) fn expand(&self, model: &Ident) -> TokenStream {
        let names = &self.names;
        quote!(#model #(.#names())*)
    }
}

fn accessor(name: &str, word: &Ident) -> Result<Ident> {
    let span = word.span();
    if name.is_empty() || name.starts_with(|character: char| character.is_ascii_digit()) {
        return Err(Error::new(
            span,
            format!("`{word}` is not a field's name or a way to one\nhint: join names by `__`: `category__name`"),
        ));
    }
    // A field may be called `type`.
    let is_keyword = syn::parse_str::<Ident>(name).is_err();
    Ok(if is_keyword { Ident::new_raw(name, span) } else { Ident::new(name, span) })
}

/// The closure's parameter. It cannot meet a variable of the user's.
pub(super) fn model() -> Ident {
    Ident::new("model", Span::mixed_site())
}
