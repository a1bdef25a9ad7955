//! Items under attributes that register them: `#[middleware]`, `#[command]` and the like, found at token level.
//!
//! As with derives, the last word of the attribute's path counts. What a macro writes is not seen.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::ext::IdentExt as _;

use super::items::requires_test;

/// An item of the project that registers itself by an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// What it registers itself as.
    pub kind: RegistrationKind,
    /// Its path from the crate's root: `shop::middleware::multi_tenant`.
    pub path: String,
    /// Its file, relative to the project's folder.
    pub file: String,
    /// The line of its name, from 1.
    pub line: usize,
    /// The column of its name, from 1.
    pub column: usize,
    /// Whether it, its attribute or a module around it stands under a `cfg`, so that it may not be there.
    pub conditional: bool,
}

impl Registration {
    /// The name in settings: `shop.middleware.multi_tenant`.
    pub fn dotted(&self) -> String {
        self.path.replace("::", ".")
    }
}

/// What an item registers itself as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationKind {
    /// The attribute: `middleware`.
    pub attribute: &'static str,
    /// Of a command, what the source shows of its words.
    pub command: CommandWords,
    /// Of a check, its tags.
    pub tags: Vec<String>,
    /// Of a template tag with a body, the tag that ends it.
    pub end: Option<String>,
    /// Of a receiver, what it hears.
    pub hears: Option<Hears>,
    /// Of `#[methods]`, the names of the methods that are registered, in the order of the source.
    pub methods: Vec<String>,
}

/// What a receiver hears: a signal of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hears {
    /// The signal: `post_save`.
    pub signal: String,
    /// The last word of the model's path: `User`.
    pub model: String,
}

/// A command's words, where its methods are plain texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommandWords {
    /// The word on the command line.
    pub name: Option<String>,
    /// One sentence about it: that of `about`, or the first one of the documentation above the `impl`.
    pub about: Option<String>,
    /// The app under which `help` lists it.
    pub app: Option<String>,
}

/// The attributes, and whether they stand above a function and above an `impl`.
const ATTRIBUTES: [(&str, bool, bool); 15] = [
    ("authentication_backend", true, true),
    ("check", true, false),
    ("command", false, true),
    ("context_processor", true, false),
    ("data_migration", true, false),
    ("filter", true, false),
    ("tag", true, false),
    ("inclusion_tag", true, false),
    ("methods", false, true),
    ("middleware", true, true),
    ("password_hasher", true, true),
    ("password_validator", false, true),
    ("receiver", true, false),
    ("router", true, false),
    ("session_engine", true, true),
];

/// An item under such an attribute, before its module is known.
pub(super) struct Registered {
    pub(super) kind: RegistrationKind,
    pub(super) ident: Ident,
    /// Whether the attribute stands in a `cfg_attr`.
    pub(super) conditional: bool,
}

/// What an item registers itself as, if it does. `tokens` are all of its tokens; `name` is the word after `fn`.
pub(super) fn find(
    attributes: &[Group],
    keyword: &str,
    name: Option<&Ident>,
    tokens: &[TokenTree],
) -> Option<Registered> {
    let is_impl = match keyword {
        "fn" => false,
        "impl" => true,
        _ => return None,
    };
    let found = attributes.iter().find_map(|attribute| registering(attribute.stream(), is_impl))?;
    let ident = match (is_impl, found.attribute) {
        (true, "methods") => inherent_type(tokens)?,
        (true, _) => self_type(tokens)?,
        (false, _) => name?.clone(),
    };
    let command = if found.attribute == "command" { words(attributes, tokens) } else { CommandWords::default() };
    let hears = if found.attribute == "receiver" { hears(&found.arguments, tokens) } else { None };
    let tags = if found.attribute == "check" { texts(found.arguments.clone()) } else { Vec::new() };
    let end = if found.attribute == "tag" { texts(found.arguments).pop() } else { None };
    let kind = RegistrationKind { attribute: found.attribute, command, tags, end, hears, methods: Vec::new() };
    Some(Registered { kind, ident, conditional: found.conditional })
}

struct Found {
    attribute: &'static str,
    arguments: TokenStream,
    conditional: bool,
}

/// The attribute among ours that these tokens, what stands between `#[` and `]`, are.
fn registering(attribute: TokenStream, is_impl: bool) -> Option<Found> {
    let (mut last, mut arguments) = (None, TokenStream::new());
    for token in attribute {
        match token {
            TokenTree::Ident(word) => last = Some(word),
            TokenTree::Group(group) => {
                arguments = group.stream();
                break;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => {}
            _ => return None,
        }
    }
    let word = last?;
    if word == "cfg_attr" {
        let parts: Vec<TokenTree> = arguments.into_iter().collect();
        let mut parts = parts.split(|token| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ','));
        let condition = parts.next()?.iter().cloned().collect();
        let found = parts.find_map(|part| registering(part.iter().cloned().collect(), is_impl))?;
        return (!requires_test(condition)).then_some(Found { conditional: true, ..found });
    }
    let above = |(_, function, implementation): &&(&'static str, bool, bool)| {
        if is_impl { *implementation } else { *function }
    };
    let (attribute, ..) = ATTRIBUTES.iter().filter(above).find(|(attribute, ..)| word == attribute)?;
    Some(Found { attribute, arguments, conditional: false })
}

/// The last word of the type in `impl Trait for some::Type { .. }`.
fn self_type(tokens: &[TokenTree]) -> Option<Ident> {
    let start = tokens.iter().rposition(|token| matches!(token, TokenTree::Ident(word) if word == "for"))?;
    let mut last = None;
    for token in &tokens[start + 1..] {
        match token {
            TokenTree::Ident(word) if word != "where" => last = Some(word.clone()),
            TokenTree::Punct(punct) if punct.as_char() == ':' => {}
            _ => break,
        }
    }
    last
}

/// The last word of the type in `impl some::Type { .. }`; nothing for the `impl` of a trait.
fn inherent_type(tokens: &[TokenTree]) -> Option<Ident> {
    let start = tokens.iter().position(|token| matches!(token, TokenTree::Ident(word) if word == "impl"))?;
    let mut last = None;
    for token in &tokens[start + 1..] {
        match token {
            TokenTree::Ident(word) if word == "for" => return None,
            TokenTree::Ident(word) if word != "where" => last = Some(word.clone()),
            TokenTree::Punct(punct) if punct.as_char() == ':' => {}
            _ => break,
        }
    }
    last
}

/// The names that `#[methods]` registers: those of `pub` methods with `self`.
pub(super) fn methods(implementation: &syn::ItemImpl) -> Vec<String> {
    let requires_test = |attribute: &syn::Attribute| match &attribute.meta {
        syn::Meta::List(list) => list.path.is_ident("cfg") && requires_test(list.tokens.clone()),
        _ => false,
    };
    let name = |item: &syn::ImplItem| match item {
        syn::ImplItem::Fn(method)
            if matches!(method.vis, syn::Visibility::Public(_))
                && matches!(method.sig.inputs.first(), Some(syn::FnArg::Receiver(_)))
                && !method.attrs.iter().any(requires_test) =>
        {
            Some(method.sig.ident.unraw().to_string())
        }
        _ => None,
    };
    implementation.items.iter().filter_map(name).collect()
}

/// What a command says of itself in plain texts.
fn words(attributes: &[Group], tokens: &[TokenTree]) -> CommandWords {
    let mut words = CommandWords::default();
    let Some(TokenTree::Group(body)) = tokens.last() else { return words };
    let mut method = None;
    let mut previous_is_fn = false;
    for token in body.stream() {
        match token {
            TokenTree::Ident(word) if previous_is_fn => {
                method = Some(word.unraw().to_string());
                previous_is_fn = false;
            }
            TokenTree::Ident(word) => previous_is_fn = word == "fn",
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let place = match method.take().as_deref() {
                    Some("name") => &mut words.name,
                    Some("about") => &mut words.about,
                    Some("app") => &mut words.app,
                    _ => continue,
                };
                *place = text(group.stream());
            }
            _ => {}
        }
    }
    words.about = words.about.or_else(|| documentation(attributes));
    words
}

/// The first sentence of the documentation, without its period.
fn documentation(attributes: &[Group]) -> Option<String> {
    let mut lines = Vec::new();
    for attribute in attributes {
        let mut tokens = attribute.stream().into_iter();
        if matches!(tokens.next(), Some(TokenTree::Ident(word)) if word == "doc") {
            let line = text(tokens.skip(1).collect())?;
            if line.trim().is_empty() {
                break;
            }
            lines.push(line.trim().to_owned());
        }
    }
    let paragraph = lines.join(" ");
    let sentence = paragraph.split(". ").next().unwrap_or_default().trim_end_matches('.');
    (!sentence.is_empty()).then(|| sentence.to_owned())
}

/// What `#[receiver(signal)]` above `async fn name(instance: &some::Model, ..)` hears.
fn hears(arguments: &TokenStream, tokens: &[TokenTree]) -> Option<Hears> {
    let Some(TokenTree::Ident(signal)) = arguments.clone().into_iter().next() else { return None };
    let start = tokens.iter().position(|token| matches!(token, TokenTree::Ident(word) if word == "fn"))?;
    let parameters = tokens[start..].iter().find_map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => Some(group.stream()),
        _ => None,
    })?;
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ',');
    let first = parameters.into_iter().take_while(|token| !is_comma(token));
    let words = first.filter_map(|token| match token {
        TokenTree::Ident(word) => Some(word.unraw().to_string()),
        _ => None,
    });
    // The parameter's own name comes first.
    let model = words.skip(1).last()?;
    Some(Hears { signal: signal.to_string(), model })
}

/// The text, where the tokens are one text and nothing else.
fn text(tokens: TokenStream) -> Option<String> {
    syn::parse2::<syn::LitStr>(tokens).ok().map(|text| text.value())
}

/// The texts of a list.
fn texts(tokens: TokenStream) -> Vec<String> {
    tokens.into_iter().filter_map(|token| text(token.into())).collect()
}
