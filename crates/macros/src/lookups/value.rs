//! The right side of `=`: any expression, in which `F(field)` stands for another field of the row.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::parse::ParseStream;
use syn::{Result, Token};

use super::path::{FieldPath, model};

/// An expression as tokens.
pub(super) struct Value {
    /// The tokens, with each `F(field)` replaced.
    pub(super) tokens: TokenStream,
    /// Whether the expression must run outside of the closure: it has `?` or `await` in it.
    pub(super) hoisted: bool,
    /// Whether it is `None`.
    pub(super) is_none: bool,
    /// The fields that `F(..)` names.
    pub(super) fields: Vec<FieldPath>,
}

impl Value {
    /// The expression up to the next `,` or the end, and in a condition up to the next `|`.
    pub(super) fn parse(input: ParseStream, word: &Ident, in_condition: bool) -> Result<Self> {
        let mut tokens = Vec::new();
        let ends = || input.is_empty() || input.peek(Token![,]) || (in_condition && input.peek(Token![|]));
        while !ends() {
            tokens.push(input.parse::<TokenTree>()?);
        }
        if tokens.is_empty() {
            return Err(syn::Error::new(word.span(), format!("expected a value for `{word}`, found nothing")));
        }
        if !in_condition {
            refuse_own_name(word, &tokens)?;
        }
        let is_none = matches!(tokens.as_slice(), [TokenTree::Ident(none)] if none == "None");
        let mut reader = Reader { fields: Vec::new(), suspends: false };
        let tokens = reader.replace(tokens)?;
        Ok(Self { tokens, hoisted: reader.suspends && reader.fields.is_empty(), is_none, fields: reader.fields })
    }

    /// The place of the whole expression, to blame for a wrong type.
    pub(super) fn span(&self) -> Span {
        let mut trees = self.tokens.clone().into_iter();
        let first = trees.next().map_or_else(Span::call_site, |tree| tree.span());
        trees.last().and_then(|last| first.join(last.span())).unwrap_or(first)
    }
}

/// `set!(votes = votes + 1)`: Rust's variable `votes`, where the row's own is meant. Whoever does mean a variable says so.
fn refuse_own_name(word: &Ident, tokens: &[TokenTree]) -> Result<()> {
    let computes = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(mark)) if matches!(mark.as_char(), '+' | '-' | '*' | '/' | '%'));
    for (index, token) in tokens.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| tokens.get(index));
        if matches!(token, TokenTree::Ident(name) if name == word)
            && (computes(tokens.get(index + 1)) || computes(before))
        {
            return Err(syn::Error::new(
                token.span(),
                format!(
                    "`{word}` is a variable here, not the row's own `{word}`\nhint: write `F({word})` for the field; \
                     write `{{ {word} }}` if you mean a variable of this name"
                ),
            ));
        }
    }
    Ok(())
}

struct Reader {
    fields: Vec<FieldPath>,
    suspends: bool,
}

impl Reader {
    fn replace(&mut self, tokens: impl IntoIterator<Item = TokenTree>) -> Result<TokenStream> {
        let mut out = Vec::new();
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(word) if word == "F" => match tokens.peek() {
                    Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                        let path = field(group)?;
                        out.extend(path.expand(&model()));
                        self.fields.push(path);
                        tokens.next();
                    }
                    _ => out.push(TokenTree::Ident(word)),
                },
                TokenTree::Group(group) => {
                    let mut inner = Group::new(group.delimiter(), self.replace(group.stream())?);
                    inner.set_span(group.span());
                    out.push(TokenTree::Group(inner));
                }
                token => {
                    self.suspends |= match &token {
                        TokenTree::Ident(word) => word == "await",
                        TokenTree::Punct(mark) => mark.as_char() == '?',
                        _ => false,
                    };
                    out.push(token);
                }
            }
        }
        Ok(out.into_iter().collect())
    }
}

/// The field that the parentheses of `F(field)` name.
fn field(group: &Group) -> Result<FieldPath> {
    let mut inner = group.stream().into_iter();
    match (inner.next(), inner.next()) {
        (Some(TokenTree::Ident(word)), None) => FieldPath::new(&word),
        _ => Err(syn::Error::new(
            group.span(),
            "expected one field in `F(..)`\nhint: write `F(price)`, or `F(category__rank)` over a relation",
        )),
    }
}
