//! What `q!`, `f!` and `set!` say, read from their tokens.

use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Error, Result, Token, parenthesized, token};

use super::path::FieldPath;
use super::value::Value;

/// A condition.
pub(super) enum Condition {
    /// All hold: `a, b`.
    All(Vec<Condition>),
    /// One holds: `a | b`.
    Any(Vec<Condition>),
    /// It does not hold: `!a`.
    Not(Box<Condition>),
    /// `path__lookup = value`.
    Lookup(FieldPath, Ident, Value),
}

/// What `f!` names.
pub(super) enum Term {
    /// A field, and whether `-` stands before it.
    Field { path: FieldPath, descending: bool },
    /// `?`: Django's random order.
    Random(Token![?]),
}

/// Conditions with `,` between them, to the end of the input.
pub(super) fn condition(input: ParseStream) -> Result<Condition> {
    let mut all = Vec::new();
    while !input.is_empty() {
        all.push(alternatives(input)?);
        comma(input)?;
    }
    Ok(if all.len() == 1 { all.remove(0) } else { Condition::All(all) })
}

fn alternatives(input: ParseStream) -> Result<Condition> {
    let mut any = vec![atom(input)?];
    while input.peek(Token![|]) {
        if input.peek(Token![||]) {
            return Err(input.error("expected `|`, found `||`\nhint: in `q!`, `|` is or, `,` is and, `!` is not"));
        }
        input.parse::<Token![|]>()?;
        any.push(atom(input)?);
    }
    Ok(if any.len() == 1 { any.remove(0) } else { Condition::Any(any) })
}

fn atom(input: ParseStream) -> Result<Condition> {
    if input.peek(Token![!]) {
        input.parse::<Token![!]>()?;
        return Ok(Condition::Not(Box::new(atom(input)?)));
    }
    if input.peek(token::Paren) {
        let inner;
        parenthesized!(inner in input);
        return condition(&inner);
    }
    let word = word(input)?;
    let (path, lookup) = FieldPath::with_lookup(&word)?;
    equals(input, &word)?;
    let value = Value::parse(input, &word, true)?;
    Ok(Condition::Lookup(path, lookup, value))
}

/// Fields with `,` between them, to the end of the input.
pub(super) fn columns(input: ParseStream) -> Result<Vec<Term>> {
    let mut terms = Vec::new();
    while !input.is_empty() {
        if let Some(mark) = input.parse::<Option<Token![?]>>()? {
            terms.push(Term::Random(mark));
        } else {
            let descending = input.parse::<Option<Token![-]>>()?.is_some();
            terms.push(Term::Field { path: FieldPath::new(&word(input)?)?, descending });
        }
        comma(input)?;
    }
    Ok(terms)
}

/// `field = value`, with `,` between them, to the end of the input.
pub(super) fn assignments(input: ParseStream) -> Result<Vec<(FieldPath, Value)>> {
    let mut all = Vec::new();
    while !input.is_empty() {
        let word = word(input)?;
        let path = FieldPath::new(&word)?;
        if path.len() > 1 {
            return Err(Error::new(
                word.span(),
                format!(
                    "cannot set `{word}`: it is a field of another model\nhint: query that model, and update it there"
                ),
            ));
        }
        equals(input, &word)?;
        all.push((path, Value::parse(input, &word, false)?));
        comma(input)?;
    }
    Ok(all)
}

fn word(input: ParseStream) -> Result<Ident> {
    if input.peek(syn::LitStr) {
        return Err(input.error("expected a field's name, found text\nhint: write the name without quotes: `name`"));
    }
    input.call(Ident::parse_any).map_err(|error| Error::new(error.span(), "expected a field's name"))
}

fn equals(input: ParseStream, word: &Ident) -> Result<()> {
    if input.peek(Token![=]) && !input.peek(Token![==]) && !input.peek(Token![=>]) {
        return input.parse::<Token![=]>().map(drop);
    }
    let (found, hint) = [
        (input.peek(Token![==]), "`==`", "="),
        (input.peek(Token![!=]), "`!=`", ""),
        (input.peek(Token![<=]), "`<=`", "__lte ="),
        (input.peek(Token![>=]), "`>=`", "__gte ="),
        (input.peek(Token![<]), "`<`", "__lt ="),
        (input.peek(Token![>]), "`>`", "__gt ="),
    ]
    .into_iter()
    .find_map(|(is_it, found, hint)| is_it.then_some((found, hint)))
    .unwrap_or(("something else", "="));
    let hint = match hint {
        "" => format!("write `!{word} = ...`"),
        "=" => format!("write `{word} = ...`"),
        lookup => format!("write `{word}{lookup} ...`"),
    };
    Err(input.error(format!("expected `=` after `{word}`, found {found}\nhint: {hint}")))
}

fn comma(input: ParseStream) -> Result<()> {
    if input.is_empty() { Ok(()) } else { input.parse::<Token![,]>().map(drop) }
}
