//! An enum with `#[derive(Choices)]`.

use syn::ext::IdentExt as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, ExprUnary, Lit, Token, UnOp, Variant};

use super::attributes::{Entries, entries};
use super::problems::Problems;
use crate::{Choice, ChoicesSchema, DefaultValue, VariantSchema, snake_case, title_words};

/// An enum of choices as its tokens show it: all there is to know.
#[derive(Debug, Clone)]
pub struct ParsedChoices {
    /// The enum's name.
    pub ident: syn::Ident,
    /// The variants in declaration order, without the one for other values.
    pub variants: Vec<ParsedVariant>,
    /// The variant with `#[choice(other)]`, which takes every value that is none of the others'.
    pub other: Option<syn::Ident>,
}

/// One variant of an enum of choices.
#[derive(Debug, Clone)]
pub struct ParsedVariant {
    /// The variant's name.
    pub ident: syn::Ident,
    /// The value in the database and the label.
    pub choice: Choice,
    /// Whether it has `#[default]`, as the standard library's `derive(Default)` spells it.
    pub is_default: bool,
}

impl ParsedChoices {
    /// The enum as data.
    pub fn schema(&self) -> ChoicesSchema {
        ChoicesSchema {
            name: self.ident.unraw().to_string(),
            variants: self
                .variants
                .iter()
                .map(|variant| VariantSchema {
                    name: variant.ident.unraw().to_string(),
                    choice: variant.choice.clone(),
                })
                .collect(),
            default: self
                .variants
                .iter()
                .find(|variant| variant.is_default)
                .map(|variant| variant.ident.unraw().to_string()),
        }
    }
}

/// Parses an enum with `#[derive(Choices)]`.
///
/// A variant's value is text, by default its name in snake case; where any variant has an explicit discriminant, the
/// values are the discriminants. Its label is by default its name in words, as Django makes it. One variant may hold the
/// values that are none of the others': `#[choice(other)] Other(String)`, of integers `Other(i64)`.
///
/// # Errors
/// Everything that is wrong with the enum, combined into one error.
pub fn parse_choices(input: &syn::DeriveInput) -> syn::Result<ParsedChoices> {
    match &input.data {
        syn::Data::Enum(data) => parse(&input.ident, &input.generics, &data.variants),
        _ => Err(super::problems::problem(
            input.ident.span(),
            format!("expected an enum for choices, found another item `{}`", input.ident),
            "for a table, write `#[derive(Model)]`",
        )),
    }
}

/// The same for an item of a file.
///
/// # Errors
/// As [`parse_choices`].
pub fn parse_choices_item(item: &syn::ItemEnum) -> syn::Result<ParsedChoices> {
    parse(&item.ident, &item.generics, &item.variants)
}

fn parse(
    ident: &syn::Ident,
    generics: &syn::Generics,
    variants: &Punctuated<Variant, Token![,]>,
) -> syn::Result<ParsedChoices> {
    let mut problems = Problems::default();
    if !generics.params.is_empty() {
        problems.add(generics.span(), "an enum of choices has no type parameters", "");
    }
    if variants.is_empty() {
        problems.add(ident.span(), format!("the choices `{}` have no variant", ident.unraw()), "");
    }
    let integers = variants.iter().any(|variant| variant.discriminant.is_some());
    let mut next = Some(0);
    let mut parsed: Vec<ParsedVariant> = Vec::new();
    let mut other: Option<syn::Ident> = None;
    for variant in variants {
        let attributes = entries(&variant.attrs, "choice", &mut Problems::default());
        if let Some(span) = attributes.span("other") {
            check_other(variant, integers, &mut problems);
            if let Some(first) = &other {
                let message = format!("the variants `{first}` and `{}` both take other values", variant.ident);
                problems.add(span, message, "leave `other` at one of them");
            }
            other = Some(variant.ident.clone());
            // Rust counts it too.
            next = next.and_then(|next: i64| next.checked_add(1));
            continue;
        }
        if !variant.fields.is_empty() {
            let message = format!("the choice `{}` has fields of its own", variant.ident.unraw());
            problems.add(variant.fields.span(), message, "a choice is one value of one column; for values that are none of the choices, write `#[choice(other)]`");
        }
        let entries = entries(&variant.attrs, "choice", &mut problems);
        entries.only(&["value", "label"], "`#[choice(...)]`", &mut problems);
        let value = if integers {
            integer(variant, &entries, &mut next, &mut problems)
        } else {
            text(variant, &entries, &mut problems)
        };
        let label =
            entries.any_text("label", &mut problems).map_or_else(|| default_label(&variant.ident), |text| text.value);
        if let Some(twin) = parsed.iter().find(|other| other.choice.value == value) {
            let message =
                format!("the choices `{}` and `{}` have the same value", twin.ident.unraw(), variant.ident.unraw());
            problems.add(variant.ident.span(), message, "give one of them another: `#[choice(value = \"...\")]`");
        }
        let is_default = variant.attrs.iter().any(|attribute| attribute.path().is_ident("default"));
        parsed.push(ParsedVariant { ident: variant.ident.clone(), choice: Choice { value, label }, is_default });
    }
    if parsed.is_empty() && other.is_some() {
        problems.add(ident.span(), format!("the choices `{}` have no variant but the other", ident.unraw()), "");
    }
    problems.or(ParsedChoices { ident: ident.clone(), variants: parsed, other })
}

/// The variant for other values holds one: a `String`, or an `i64` beside integers.
fn check_other(variant: &Variant, integers: bool, problems: &mut Problems) {
    let entries = entries(&variant.attrs, "choice", problems);
    entries.only(&["other"], "`#[choice(other)]`", problems);
    entries.flag("other", problems);
    let wanted = if integers { "i64" } else { "String" };
    let fits = match &variant.fields {
        syn::Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            fields.unnamed.iter().all(|field| match &field.ty {
                syn::Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == wanted),
                _ => false,
            })
        }
        _ => false,
    };
    if !fits {
        let message = format!("the variant `{}` holds the other values, so it has one field", variant.ident.unraw());
        problems.add(variant.ident.span(), message, format!("write `{}({wanted})`", variant.ident.unraw()));
    }
    if variant.attrs.iter().any(|attribute| attribute.path().is_ident("default")) {
        let message =
            format!("the variant `{}` holds the other values, so it is not the default", variant.ident.unraw());
        problems.add(variant.ident.span(), message, "put `#[default]` on a choice");
    }
}

fn text(variant: &Variant, entries: &Entries, problems: &mut Problems) -> DefaultValue {
    let value = entries.any_text("value", problems).map(|text| text.value);
    DefaultValue::Text(value.unwrap_or_else(|| snake_case(&variant.ident.unraw().to_string())))
}

/// The discriminant, counted as Rust counts it.
fn integer(variant: &Variant, entries: &Entries, next: &mut Option<i64>, problems: &mut Problems) -> DefaultValue {
    if let Some(span) = entries.span("value") {
        let message = "a variant of integer choices has its discriminant for a value";
        problems.add(span, message, "write `Variant = 1`, or no discriminants and only text");
    }
    let value = match &variant.discriminant {
        Some((_, expression)) => {
            let value = number(expression);
            if value.is_none() {
                problems.add(
                    expression.span(),
                    "expected a whole number, found an expression",
                    "write the number itself",
                );
            }
            value
        }
        None => *next,
    };
    *next = value.and_then(|value| value.checked_add(1));
    DefaultValue::Int(value.unwrap_or_default())
}

fn number(expression: &Expr) -> Option<i64> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Int(literal), .. }) => literal.base10_parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => match &**expr {
            Expr::Lit(ExprLit { lit: Lit::Int(literal), .. }) => format!("-{}", literal.base10_digits()).parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

/// `InReview` becomes `In Review`.
fn default_label(ident: &syn::Ident) -> String {
    title_words(&ident.unraw().to_string())
}
