//! A file's items, split at token level: those that describe models are parsed, the others are passed over.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::ext::IdentExt as _;

use super::registrations::{self, Registered};

/// An item that the reader looks at.
pub(super) struct Item {
    /// What it is.
    pub(super) kind: ItemKind,
    /// Whether it stands under a `cfg` other than `test`.
    pub(super) conditional: bool,
}

/// The items that the reader looks at.
pub(super) enum ItemKind {
    /// A struct with `derive(Model)`.
    Model(Box<syn::ItemStruct>),
    /// An enum with `derive(Choices)`.
    Choices(Box<syn::ItemEnum>),
    /// Any other struct, enum or union; what it is, for messages.
    Other(&'static str, Ident),
    /// `use ...;`
    Use(syn::ItemUse),
    /// `type Name = some::Path;`
    Alias(Ident, syn::Path),
    /// `mod name;` or `mod name { ... }`.
    Module(Module),
    /// `impl Display for ...`
    Display(Box<syn::ItemImpl>),
    /// What an attribute such as `#[middleware]` registers.
    Registered(Box<Registered>),
}

/// A module line or block.
pub(super) struct Module {
    pub(super) ident: Ident,
    /// The `#[path = "..."]`.
    pub(super) path: Option<String>,
    /// What stands between the braces.
    pub(super) content: Option<Vec<Item>>,
}

/// Splits the text of a file into items. The errors of items that do not parse go to `errors`; the others are kept.
pub(super) fn parse(text: &str, errors: &mut Vec<syn::Error>) -> Vec<Item> {
    match without_shebang(text).parse::<TokenStream>() {
        Ok(tokens) => split(tokens, errors),
        Err(error) => {
            let hint = "a bracket, brace or quote is missing, or one is too many";
            errors.push(super::super::problems::problem(error.span(), "the file does not parse", hint));
            Vec::new()
        }
    }
}

/// `#!/usr/bin/env ...` is no Rust; its line break stays, so that lines keep their numbers.
pub(super) fn without_shebang(text: &str) -> &str {
    let inner_attribute = text.get(2..).is_some_and(|rest| rest.trim_start().starts_with('['));
    if !text.starts_with("#!") || inner_attribute {
        return text;
    }
    text.find('\n').map_or("", |end| &text[end..])
}

fn split(tokens: TokenStream, errors: &mut Vec<syn::Error>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while tokens.peek().is_some() {
        let raw = RawItem::take(&mut tokens);
        let condition = raw.condition();
        if condition == Condition::Test {
            continue;
        }
        match raw.parse(errors) {
            Ok(Some(kind)) => items.push(Item { kind, conditional: condition == Condition::Other }),
            Ok(None) => {}
            Err(error) => errors.push(error),
        }
    }
    items
}

/// What a `cfg` says about an item.
#[derive(PartialEq, Clone, Copy)]
enum Condition {
    None,
    Test,
    Other,
}

/// The tokens of one item.
struct RawItem {
    /// The inner tokens of its attributes, `derive(Model)` of `#[derive(Model)]`.
    attributes: Vec<Group>,
    /// All of its tokens, the attributes first.
    tokens: Vec<TokenTree>,
    /// The word that says what it is: `struct`, `use`, `fn`, ...
    keyword: String,
    /// The word after it, which is the name of most items.
    name: Option<Ident>,
}

impl RawItem {
    /// Takes the tokens up to the item's end: a `;`, or the closing brace of items that end with one. Some items that
    /// the reader passes over end early (a brace in a const generic); what is left of them is passed over likewise.
    fn take(tokens: &mut std::iter::Peekable<proc_macro2::token_stream::IntoIter>) -> Self {
        let mut item = Self { attributes: Vec::new(), tokens: Vec::new(), keyword: String::new(), name: None };
        let mut attribute = false;
        let mut ends_with_semicolon = false;
        for token in tokens {
            match &token {
                TokenTree::Punct(punct) if item.keyword.is_empty() && matches!(punct.as_char(), '#' | '!') => {
                    attribute = true;
                    // An inner attribute of the file belongs to no item.
                    if punct.as_char() == '!' {
                        item.tokens.clear();
                        continue;
                    }
                }
                TokenTree::Group(group) if attribute => {
                    attribute = false;
                    if item.tokens.is_empty() {
                        continue;
                    }
                    item.attributes.push(group.clone());
                }
                TokenTree::Ident(ident) => {
                    item.word(ident);
                    ends_with_semicolon = matches!(item.keyword.as_str(), "use" | "type" | "const" | "static");
                }
                TokenTree::Punct(punct) if punct.as_char() == ';' => {
                    item.tokens.push(token);
                    break;
                }
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && !ends_with_semicolon => {
                    item.tokens.push(token);
                    break;
                }
                _ => {}
            }
            item.tokens.push(token);
        }
        item
    }

    fn word(&mut self, ident: &Ident) {
        let word = ident.to_string();
        match (self.keyword.as_str(), word.as_str()) {
            ("", "pub" | "unsafe" | "async" | "default") => {}
            // `const fn`, and the other words that may stand between the two.
            ("const", "fn" | "unsafe" | "extern" | "async") if self.name.is_none() => self.keyword = word,
            ("", _) => self.keyword = word,
            _ if self.name.is_none() => self.name = Some(ident.clone()),
            _ => {}
        }
    }

    fn condition(&self) -> Condition {
        let mut found = Condition::None;
        for attribute in &self.attributes {
            let mut tokens = attribute.stream().into_iter();
            let Some(TokenTree::Ident(word)) = tokens.next() else { continue };
            if word == "cfg" {
                match tokens.next() {
                    Some(TokenTree::Group(group)) if requires_test(group.stream()) => return Condition::Test,
                    _ => found = Condition::Other,
                }
            } else if word == "cfg_attr" && derives(&attribute.stream(), &["Model", "Choices"]).is_some() {
                found = Condition::Other;
            }
        }
        found
    }

    /// The derive that matters, if any.
    fn derive(&self) -> Option<&'static str> {
        self.attributes.iter().find_map(|attribute| derives(&attribute.stream(), &["Model", "Choices"]))
    }

    fn parse(self, errors: &mut Vec<syn::Error>) -> syn::Result<Option<ItemKind>> {
        match self.keyword.as_str() {
            "use" => return self.whole().map(ItemKind::Use).map(Some),
            "struct" if self.derive() == Some("Model") => {
                return self.whole().map(Box::new).map(ItemKind::Model).map(Some);
            }
            "enum" if self.derive() == Some("Choices") => {
                return self.whole().map(Box::new).map(ItemKind::Choices).map(Some);
            }
            _ => {}
        }
        if let Some(mut found) = registrations::find(&self.attributes, &self.keyword, self.name.as_ref(), &self.tokens)
        {
            if found.kind.attribute == "methods" {
                found.kind.methods = registrations::methods(&self.whole()?);
            }
            return Ok(Some(ItemKind::Registered(Box::new(found))));
        }
        let Some(name) = self.name.clone() else { return Ok(None) };
        match self.keyword.as_str() {
            "struct" => Ok(Some(ItemKind::Other("struct", name))),
            "enum" => Ok(Some(ItemKind::Other("enum", name))),
            "type" => {
                let item: syn::ItemType = self.whole()?;
                Ok(match *item.ty {
                    syn::Type::Path(path) if path.qself.is_none() && item.generics.params.is_empty() => {
                        Some(ItemKind::Alias(item.ident, path.path))
                    }
                    _ => None,
                })
            }
            "mod" => Ok(Some(ItemKind::Module(self.module(name, errors)))),
            "impl" if self.implements_display() => self.whole().map(Box::new).map(ItemKind::Display).map(Some),
            _ => Ok(None),
        }
    }

    /// The item as syn sees it.
    fn whole<T: syn::parse::Parse>(self) -> syn::Result<T> {
        let first = self.tokens.first().map(TokenTree::span);
        syn::parse2(self.tokens.into_iter().collect()).map_err(|error| match first {
            // At the end of an item syn has no token to point at.
            Some(first) if error.span().start().line == 0 => syn::Error::new(first, error),
            _ => error,
        })
    }

    fn module(self, ident: Ident, errors: &mut Vec<syn::Error>) -> Module {
        let path = self.attributes.iter().find_map(|attribute| {
            let meta: syn::MetaNameValue = syn::parse2(attribute.stream()).ok()?;
            match meta.value {
                syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) if meta.path.is_ident("path") => {
                    Some(text.value())
                }
                _ => None,
            }
        });
        let content = match self.tokens.last() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                Some(split(group.stream(), errors))
            }
            _ => None,
        };
        Module { ident, path, content }
    }

    /// Whether the header has `Display for`, be it `fmt::Display for` or another path.
    fn implements_display(&self) -> bool {
        let mut display = false;
        for token in &self.tokens {
            let TokenTree::Ident(word) = token else {
                display = false;
                continue;
            };
            if display && word == "for" {
                return true;
            }
            display = word == "Display";
        }
        false
    }
}

/// Whether a condition holds under `test` alone: `test`, or `all(...)` with `test` in it.
pub(super) fn requires_test(condition: TokenStream) -> bool {
    let mut tokens = condition.into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Ident(word)), None) => word == "test",
        (Some(TokenTree::Ident(word)), Some(TokenTree::Group(group))) if word == "all" => {
            let parts: Vec<TokenTree> = group.stream().into_iter().collect();
            parts
                .split(|token| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ','))
                .any(|part| requires_test(part.iter().cloned().collect()))
        }
        _ => false,
    }
}

/// The first of the wanted words that a `derive(...)` in these tokens names as the last segment of a path.
fn derives(attribute: &TokenStream, wanted: &[&'static str]) -> Option<&'static str> {
    let mut after_derive = false;
    for token in attribute.clone() {
        match token {
            TokenTree::Group(group) if after_derive => {
                let names: Vec<TokenTree> = group.stream().into_iter().collect();
                let last_words = names
                    .split(|token| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ','))
                    .filter_map(|path| match path.last() {
                        Some(TokenTree::Ident(word)) => Some(word.unraw().to_string()),
                        _ => None,
                    })
                    .collect::<Vec<_>>();
                return wanted.iter().copied().find(|word| last_words.iter().any(|last| last == word));
            }
            // The list of a `cfg_attr`.
            TokenTree::Group(group) => {
                if let Some(found) = derives(&group.stream(), wanted) {
                    return Some(found);
                }
            }
            TokenTree::Ident(word) => after_derive = word == "derive",
            TokenTree::Punct(_) | TokenTree::Literal(_) => after_derive = false,
        }
    }
    None
}
