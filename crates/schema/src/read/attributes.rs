//! The grammar of `#[model(...)]`, `#[field(...)]` and `#[choice(...)]`: words, `word = value` and `word(...)`.
//!
//! Which words mean what is for the callers; they take the entries one by one, by the type of the value.

use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, Ident, Lit, Token};

use super::problems::{Problems, problem};

/// A value and the place to blame for it.
#[derive(Debug, Clone)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) span: Span,
}

/// One entry of an attribute.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The word; empty for a bare literal.
    pub(super) name: String,
    /// The word's place.
    pub(super) span: Span,
    /// What follows it.
    pub(super) value: EntryValue,
}

/// What follows an entry's word.
#[derive(Debug, Clone)]
pub(super) enum EntryValue {
    /// Nothing.
    None,
    /// `= expression`, or a bare literal.
    Expr(Box<Expr>),
    /// `( entries )`.
    List(Vec<Entry>),
}

impl Parse for Entry {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        if input.peek(Lit) && !input.peek(syn::LitBool) {
            let literal: Expr = input.parse()?;
            return Ok(Self { name: String::new(), span: literal.span(), value: EntryValue::Expr(Box::new(literal)) });
        }
        // `abstract` is a reserved word of Rust.
        let word = input.call(Ident::parse_any)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            EntryValue::Expr(Box::new(input.parse()?))
        } else if input.peek(syn::token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            EntryValue::List(Punctuated::<Self, Token![,]>::parse_terminated(&content)?.into_iter().collect())
        } else {
            EntryValue::None
        };
        Ok(Self { name: word.unraw().to_string(), span: word.span(), value })
    }
}

/// The entries of every `#[word(...)]` among an item's attributes.
pub(super) fn entries(attributes: &[syn::Attribute], word: &str, problems: &mut Problems) -> Entries {
    let mut all = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(word)) {
        match attribute.parse_args_with(Punctuated::<Entry, Token![,]>::parse_terminated) {
            Ok(entries) => all.extend(entries),
            Err(error) => {
                let hint = format!("write `#[{word}(word, word = value)]`");
                for error in error {
                    problems.add(error.span(), format!("`#[{word}]` does not parse: {error}"), &hint);
                }
            }
        }
    }
    Entries { all }
}

/// The entries of an item, taken word by word.
#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) all: Vec<Entry>,
}

impl Entries {
    /// Whether the word occurs.
    pub(super) fn has(&self, word: &str) -> bool {
        self.all.iter().any(|entry| entry.name == word)
    }

    /// The word's place.
    pub(super) fn span(&self, word: &str) -> Option<Span> {
        self.all.iter().find(|entry| entry.name == word).map(|entry| entry.span)
    }

    /// The entry of a word that may stand once; complains about a second one.
    pub(super) fn one(&self, word: &str, problems: &mut Problems) -> Option<&Entry> {
        let mut found = self.all.iter().filter(|entry| entry.name == word);
        let first = found.next()?;
        for again in found {
            problems.add(again.span, format!("`{word}` is given twice"), "keep one of them");
        }
        Some(first)
    }

    /// A yes or no: `word`, `word = true` or `word = false`.
    pub(super) fn flag(&self, word: &str, problems: &mut Problems) -> Option<At<bool>> {
        let entry = self.one(word, problems)?;
        let value = match &entry.value {
            EntryValue::None => true,
            EntryValue::Expr(value) => match boolean(value) {
                Some(value) => value,
                None => return complain(entry, "`true` or `false`", word, problems),
            },
            EntryValue::List(_) => return complain(entry, "`true` or `false`", word, problems),
        };
        Some(At { value, span: entry.span })
    }

    /// Text that is not empty.
    pub(super) fn text(&self, word: &str, problems: &mut Problems) -> Option<At<String>> {
        let text = self.any_text(word, problems)?;
        if text.value.trim().is_empty() {
            problems.add(text.span, format!("expected text for `{word}`, found an empty string"), "");
            return None;
        }
        Some(text)
    }

    /// Text that may be empty.
    pub(super) fn any_text(&self, word: &str, problems: &mut Problems) -> Option<At<String>> {
        let entry = self.one(word, problems)?;
        match entry.text() {
            Some(text) => Some(text),
            None => complain(entry, "a string", &format!("{word} = \"...\""), problems),
        }
    }

    /// A whole number from `least` to `most`.
    pub(super) fn number(&self, word: &str, least: u32, most: u32, problems: &mut Problems) -> Option<At<u32>> {
        let entry = self.one(word, problems)?;
        let EntryValue::Expr(value) = &entry.value else {
            return complain(entry, "a number", &format!("{word} = {}", least.max(10).min(most)), problems);
        };
        let Expr::Lit(ExprLit { lit: Lit::Int(literal), .. }) = &**value else {
            return complain(entry, "a number", &format!("{word} = {}", least.max(10).min(most)), problems);
        };
        match literal.base10_parse::<u32>() {
            Ok(number) if (least..=most).contains(&number) => Some(At { value: number, span: literal.span() }),
            _ => {
                let message = format!("expected `{word}` from {least} to {most}, found {literal}");
                problems.add(literal.span(), message, "");
                None
            }
        }
    }

    /// A path: a type or function.
    pub(super) fn path(&self, word: &str, problems: &mut Problems) -> Option<At<syn::Path>> {
        let entry = self.one(word, problems)?;
        match &entry.value {
            EntryValue::Expr(value) => match &**value {
                Expr::Path(path) => Some(At { value: path.path.clone(), span: path.span() }),
                _ => complain(entry, "a type", &format!("{word} = Type"), problems),
            },
            _ => complain(entry, "a type", &format!("{word} = Type"), problems),
        }
    }

    /// Complains about every entry whose word is not `known`.
    pub(super) fn only(&self, known: &[&str], what: &str, problems: &mut Problems) {
        for entry in self.all.iter().filter(|entry| !known.contains(&entry.name.as_str())) {
            problems.push(unknown(entry, known, what));
        }
    }
}

impl Entry {
    /// The entry's value where it is a string literal.
    pub(super) fn text(&self) -> Option<At<String>> {
        match &self.value {
            EntryValue::Expr(value) => match &**value {
                Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) => {
                    Some(At { value: literal.value(), span: literal.span() })
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Where to point when the value is wrong.
    pub(super) fn value_span(&self) -> Span {
        match &self.value {
            EntryValue::Expr(value) => value.span(),
            EntryValue::None | EntryValue::List(_) => self.span,
        }
    }

    /// What was found where a value was expected.
    pub(super) fn found(&self) -> String {
        match &self.value {
            EntryValue::None => "no value".to_owned(),
            EntryValue::List(_) => "a list in parentheses".to_owned(),
            EntryValue::Expr(value) => found(value),
        }
    }
}

/// The error for a word that `what` does not know.
pub(super) fn unknown(entry: &Entry, known: &[&str], what: &str) -> syn::Error {
    if entry.name.is_empty() {
        return problem(entry.span, format!("expected a word in {what}, found {}", entry.found()), "");
    }
    let hint = super::problems::suggest(&entry.name, known.iter().copied());
    problem(entry.span, format!("unknown word `{}` in {what}", entry.name), hint)
}

/// What an expression is, for people.
pub(super) fn found(value: &Expr) -> String {
    match value {
        Expr::Lit(ExprLit { lit, .. }) => match lit {
            Lit::Str(text) => format!("the text {}", quote::quote!(#text)),
            Lit::ByteStr(_) => "bytes".to_owned(),
            Lit::Bool(value) => format!("`{}`", value.value),
            Lit::Int(_) | Lit::Float(_) => format!("the number {}", quote::quote!(#lit)),
            _ => format!("`{}`", quote::quote!(#lit)),
        },
        Expr::Unary(_) => format!("`{}`", quote::quote!(#value).to_string().replace("- ", "-")),
        Expr::Path(path) => format!("the path `{}`", path_text(&path.path)),
        _ => "an expression".to_owned(),
    }
}

/// A path as people write it.
pub(super) fn path_text(path: &syn::Path) -> String {
    quote::quote!(#path).to_string().replace(' ', "")
}

/// Whether the text could be an identifier; a reserved word could, as a raw one.
pub(super) fn is_identifier(text: &str) -> bool {
    let letters = text.chars().all(|character| character == '_' || character.is_alphanumeric());
    letters && !text.starts_with(|first: char| first.is_numeric()) && !matches!(text, "" | "_" | "self" | "super")
}

/// The names in a list like `"name, -price"`, in order.
pub(super) fn names(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn boolean(value: &Expr) -> Option<bool> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Bool(literal), .. }) => Some(literal.value),
        _ => None,
    }
}

fn complain<T>(entry: &Entry, expected: &str, example: &str, problems: &mut Problems) -> Option<T> {
    let message = format!("expected {expected} for `{}`, found {}", entry.name, entry.found());
    problems.add(entry.value_span(), message, format!("write `{example}`"));
    None
}
