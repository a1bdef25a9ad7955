//! `impl Display` of a model, where its body is plain enough to run without compiling it.

use syn::ext::IdentExt as _;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Lit, Member, Stmt, Token};

use crate::DisplayPart;

/// What the implementation writes. `None` where its body is more than one call that writes text and fields as they
/// are: `f.write_str(&self.a)`, `self.a.fmt(f)`, `write!(f, "{} of {}", self.a, self.b)`.
pub(super) fn parts(item: &syn::ItemImpl) -> Option<Vec<DisplayPart>> {
    let body = item.items.iter().find_map(|item| match item {
        syn::ImplItem::Fn(function) if function.sig.ident == "fmt" => Some(&function.block),
        _ => None,
    })?;
    let [statement] = body.stmts.as_slice() else { return None };
    match statement {
        Stmt::Expr(Expr::Return(expression), _) => written(expression.expr.as_deref()?),
        Stmt::Expr(expression, None) => written(expression),
        Stmt::Macro(statement) if statement.semi_token.is_none() => formatted(&statement.mac),
        _ => None,
    }
}

fn written(expression: &Expr) -> Option<Vec<DisplayPart>> {
    match expression {
        Expr::MethodCall(call) => match (call.method.to_string().as_str(), call.args.first()) {
            ("write_str" | "pad", Some(argument)) => part(argument).map(|part| vec![part]),
            ("fmt", Some(_)) => part(&call.receiver).map(|part| vec![part]),
            _ => None,
        },
        // `fmt::Display::fmt(&self.name, f)`
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => {
                let names: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
                let display = matches!(names.as_slice(), [.., owner, method] if owner == "Display" && method == "fmt");
                call.args.first().filter(|_| display).and_then(part).map(|part| vec![part])
            }
            _ => None,
        },
        Expr::Macro(call) => formatted(&call.mac),
        _ => None,
    }
}

/// `write!(f, "...", ...)`
fn formatted(call: &syn::Macro) -> Option<Vec<DisplayPart>> {
    if call.path.segments.last().is_none_or(|name| name.ident != "write") {
        return None;
    }
    let arguments = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(call.tokens.clone()).ok()?;
    let mut arguments = arguments.iter().skip(1);
    let Some(Expr::Lit(ExprLit { lit: Lit::Str(format), .. })) = arguments.next() else { return None };
    let mut positional = Vec::new();
    let mut named = Vec::new();
    for argument in arguments {
        match argument {
            // `name = self.name`
            Expr::Assign(assignment) => match &*assignment.left {
                Expr::Path(path) => named.push((path.path.get_ident()?.to_string(), part(&assignment.right)?)),
                _ => return None,
            },
            argument => positional.push(part(argument)?),
        }
    }
    interpolate(&format.value(), &positional, &named)
}

fn interpolate(format: &str, positional: &[DisplayPart], named: &[(String, DisplayPart)]) -> Option<Vec<DisplayPart>> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut next = positional.iter();
    let mut characters = format.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '{' | '}' if characters.peek() == Some(&character) => {
                characters.next();
                text.push(character);
            }
            '{' => {
                let mut name = String::new();
                loop {
                    match characters.next()? {
                        '}' => break,
                        // A width or precision would need the formatter itself.
                        ':' => return None,
                        character => name.push(character),
                    }
                }
                let name = name.trim();
                let value = match name.parse::<usize>() {
                    Ok(position) => positional.get(position)?,
                    Err(_) if name.is_empty() => next.next()?,
                    Err(_) => &named.iter().find(|(known, _)| known == name)?.1,
                };
                push(&mut parts, std::mem::take(&mut text));
                match value {
                    DisplayPart::Text(literal) => text.push_str(literal),
                    field => parts.push(field.clone()),
                }
            }
            '}' => return None,
            character => text.push(character),
        }
    }
    push(&mut parts, text);
    Some(parts)
}

fn push(parts: &mut Vec<DisplayPart>, text: String) {
    match parts.last_mut() {
        _ if text.is_empty() => {}
        Some(DisplayPart::Text(before)) => before.push_str(&text),
        _ => parts.push(DisplayPart::Text(text)),
    }
}

/// A field of `self` or a string literal, with or without `&`.
fn part(expression: &Expr) -> Option<DisplayPart> {
    match expression {
        Expr::Reference(reference) => part(&reference.expr),
        Expr::Paren(inner) => part(&inner.expr),
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(DisplayPart::Text(text.value())),
        Expr::Field(field) => match (&*field.base, &field.member) {
            (Expr::Path(base), Member::Named(name)) if base.path.is_ident("self") => {
                Some(DisplayPart::Field(name.unraw().to_string()))
            }
            _ => None,
        },
        // `self.name.as_str()`
        Expr::MethodCall(call) if call.method == "as_str" && call.args.is_empty() => part(&call.receiver),
        _ => None,
    }
}
