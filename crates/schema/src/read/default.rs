//! `#[field(default = ...)]`: a literal, a variant or a function, held against the field's type.

use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

use super::attributes::{found, path_text};
use super::field_type::FieldType;
use super::problems::problem;
use crate::{DefaultValue, FieldKind};

/// The default of a field, as the struct gives it.
#[derive(Debug, Clone)]
pub enum ParsedDefault {
    /// A literal: the value, and the expression as written.
    Literal(DefaultValue, Box<Expr>),
    /// A function without arguments, called for each new instance.
    Function(syn::Path),
    /// A variant of the field's enum of choices.
    Variant(syn::Path),
}

impl ParsedDefault {
    /// The default as data. A variant's value is for [`crate::OpenModel::resolve`] to find.
    pub(super) fn value(&self) -> Option<DefaultValue> {
        match self {
            Self::Literal(value, _) => Some(value.clone()),
            Self::Function(path) => Some(DefaultValue::Function(path_text(path))),
            Self::Variant(_) => None,
        }
    }

    /// The name of the variant.
    pub(super) fn variant(&self) -> Option<String> {
        match self {
            Self::Variant(path) => path.segments.last().map(|segment| segment.ident.to_string()),
            _ => None,
        }
    }
}

/// The default that `expression` gives to a field of this type and kind. `None` for `None`, which is no default.
pub(super) fn parse(expression: &Expr, ty: &FieldType, kind: &FieldKind) -> syn::Result<Option<ParsedDefault>> {
    if let Expr::Path(path) = expression {
        return path_default(&path.path, ty, expression);
    }
    if let Expr::Call(call) = expression {
        let function = &call.func;
        let name = quote::quote!(#function).to_string().replace(' ', "");
        return Err(wrong("a value", expression, &format!("name the function without calling it: `default = {name}`")));
    }
    let literal = Literal::of(expression);
    let value = match (ty, &literal) {
        (FieldType::Choices(path), _) => {
            let example = format!("write `default = {}::Variant`", path_text(path));
            return Err(wrong("a variant", expression, &example));
        }
        (FieldType::Bool, Literal::Bool(value)) => DefaultValue::Bool(*value),
        (FieldType::Bool, _) => return Err(wrong("`true` or `false`", expression, "")),
        (FieldType::Integer { bits, signed }, Literal::Int(value)) => integer(*value, *bits, *signed, expression)?,
        (FieldType::Integer { .. }, _) => return Err(wrong("a whole number", expression, "")),
        (FieldType::Float, Literal::Int(_) | Literal::Float(_)) => match literal.digits().parse() {
            Ok(value) => DefaultValue::Float(value),
            Err(_) => return Err(wrong("a number", expression, "")),
        },
        (FieldType::Float, _) => return Err(wrong("a number", expression, "")),
        (FieldType::Decimal, Literal::Int(_) | Literal::Float(_) | Literal::Text(_)) => {
            decimal(&literal.digits(), kind, expression)?
        }
        (FieldType::Decimal, _) => return Err(wrong("a decimal", expression, "write `default = \"0.00\"`")),
        (FieldType::String | FieldType::File, Literal::Text(text)) => {
            short_enough(text, kind, expression)?;
            DefaultValue::Text(text.clone())
        }
        (FieldType::String | FieldType::File, _) => return Err(wrong("text", expression, "write `default = \"...\"`")),
        (FieldType::Json, Literal::Other) => {
            return Err(wrong("JSON as text", expression, "write `default = \"{}\"`, or name a function"));
        }
        (FieldType::Json, literal) => DefaultValue::Json(literal.digits()),
        (FieldType::ForeignKey(_) | FieldType::OneToOne(_) | FieldType::UserKey, Literal::Int(value)) => {
            integer(*value, 64, true, expression)?
        }
        (FieldType::ForeignKey(_) | FieldType::OneToOne(_) | FieldType::UserKey, Literal::Text(text)) => {
            DefaultValue::Text(text.clone())
        }
        (FieldType::ForeignKey(_) | FieldType::OneToOne(_) | FieldType::UserKey, _) => {
            return Err(wrong("the target's key", expression, ""));
        }
        (_, literal) => match (form(ty), literal) {
            (Some((_, fits)), Literal::Text(text)) if fits(text) => DefaultValue::Text(text.clone()),
            (Some((example, _)), _) => {
                let hint = format!("write `default = \"{example}\"`, or name a function");
                return Err(wrong(&format!("the text of {}", ty.noun()), expression, &hint));
            }
            (None, _) => return Err(wrong("a function", expression, "name one that takes no arguments")),
        },
    };
    Ok(Some(ParsedDefault::Literal(value, Box::new(expression.clone()))))
}

/// A path is a variant where the field has choices and the last segment looks like one; else it is a function.
fn path_default(path: &syn::Path, ty: &FieldType, expression: &Expr) -> syn::Result<Option<ParsedDefault>> {
    if path.is_ident("None") {
        return Ok(None);
    }
    let capital = path.segments.last().is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase));
    match ty {
        FieldType::Choices(_) if capital => Ok(Some(ParsedDefault::Variant(path.clone()))),
        // The source shows no constant's value, and a migration needs it.
        _ if capital => {
            let hint = "write the value of a constant itself, or a function that returns it";
            Err(wrong("a value or a function", expression, hint))
        }
        _ => Ok(Some(ParsedDefault::Function(path.clone()))),
    }
}

/// A literal, with the sign before it.
enum Literal {
    Bool(bool),
    Int(i128),
    /// Digits as written: a decimal keeps its zeros.
    Float(String),
    Text(String),
    Other,
}

impl Literal {
    fn of(expression: &Expr) -> Self {
        match expression {
            Expr::Lit(ExprLit { lit, .. }) => match lit {
                Lit::Bool(value) => Self::Bool(value.value),
                Lit::Int(value) => value.base10_parse().map_or(Self::Other, Self::Int),
                Lit::Float(value) => Self::Float(value.base10_digits().to_owned()),
                Lit::Str(value) => Self::Text(value.value()),
                _ => Self::Other,
            },
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => match Self::of(expr) {
                Self::Int(value) => Self::Int(-value),
                Self::Float(digits) => Self::Float(format!("-{digits}")),
                _ => Self::Other,
            },
            _ => Self::Other,
        }
    }

    fn digits(&self) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::Float(digits) | Self::Text(digits) => digits.clone(),
            Self::Other => String::new(),
        }
    }
}

fn wrong(expected: &str, expression: &Expr, hint: &str) -> syn::Error {
    problem(expression.span(), format!("expected {expected} for `default`, found {}", found(expression)), hint)
}

fn integer(value: i128, bits: u32, signed: bool, expression: &Expr) -> syn::Result<DefaultValue> {
    let (least, most) = match (signed, bits) {
        (true, bits) => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
        // The databases have no unsigned 64-bit column.
        (false, 64) => (0, i128::from(i64::MAX)),
        (false, bits) => (0, (1i128 << bits) - 1),
    };
    match i64::try_from(value) {
        Ok(number) if (least..=most).contains(&value) => Ok(DefaultValue::Int(number)),
        _ => Err(wrong(&format!("a whole number from {least} to {most}"), expression, "")),
    }
}

fn decimal(digits: &str, kind: &FieldKind, expression: &Expr) -> syn::Result<DefaultValue> {
    let plain = digits.strip_prefix(['-', '+']).unwrap_or(digits);
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let numeric = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !numeric(whole) || !numeric(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return Err(wrong("a decimal", expression, "write `default = \"0.00\"`"));
    }
    if let FieldKind::Decimal { max_digits, decimal_places } = kind {
        let before = whole.trim_start_matches('0').len();
        let after = fraction.trim_end_matches('0').len();
        let room = (*max_digits as usize).saturating_sub(*decimal_places as usize);
        if before > room || after > *decimal_places as usize {
            let limit = format!("{room} digits before the point and {decimal_places} after it");
            return Err(wrong(&format!("at most {limit}"), expression, "raise `max_digits` or `decimal_places`"));
        }
    }
    Ok(DefaultValue::Text(digits.to_owned()))
}

fn short_enough(text: &str, kind: &FieldKind, expression: &Expr) -> syn::Result<()> {
    let (FieldKind::Char { max_length }
    | FieldKind::Slug { max_length }
    | FieldKind::Email { max_length }
    | FieldKind::Url { max_length }
    | FieldKind::FilePath { max_length }
    | FieldKind::File { max_length, .. }) = kind
    else {
        return Ok(());
    };
    if text.chars().count() > *max_length as usize {
        return Err(wrong(&format!("at most {max_length} characters"), expression, "raise `max_length`"));
    }
    Ok(())
}

/// An example of the text of a type's value, and what tells it from other text.
type Form = (&'static str, fn(&str) -> bool);

/// The form of a type's text, where it has one. Whether a day exists is for the calendar, not for the form.
fn form(ty: &FieldType) -> Option<Form> {
    match ty {
        FieldType::Date => Some(("2025-01-31", |text| shaped(text, "0000-00-00"))),
        FieldType::Time => Some(("08:30:00", |text| shaped(text, "00:00:00") || shaped(text, "00:00"))),
        FieldType::DateTime => Some(("2025-01-31T08:30:00Z", |text| {
            text.strip_suffix('Z').is_some_and(|text| shaped(text, "0000-00-00T00:00:00"))
        })),
        FieldType::Uuid => Some(("00000000-0000-0000-0000-000000000000", |text| {
            text.len() == 36
                && text.char_indices().all(|(at, character)| match at {
                    8 | 13 | 18 | 23 => character == '-',
                    _ => character.is_ascii_hexdigit(),
                })
        })),
        FieldType::IpAddress(crate::IpProtocol::Ipv4) => {
            Some(("127.0.0.1", |text| text.parse::<std::net::Ipv4Addr>().is_ok()))
        }
        FieldType::IpAddress(crate::IpProtocol::Ipv6) => {
            Some(("::1", |text| text.parse::<std::net::Ipv6Addr>().is_ok()))
        }
        FieldType::IpAddress(_) => Some(("127.0.0.1", |text| text.parse::<std::net::IpAddr>().is_ok())),
        _ => None,
    }
}

fn shaped(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(found, wanted)| match wanted {
            b'0' => found.is_ascii_digit(),
            _ => found == wanted,
        })
}
