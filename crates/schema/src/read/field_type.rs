//! Which kind of field a Rust type means.
//!
//! A type is known by the last segment of its path, as an author's `use` lines leave it: `Decimal`,
//! `rust_decimal::Decimal` and `rjango::models::Decimal` are one. Every other path is taken for an enum of choices.

use syn::spanned::Spanned as _;
use syn::{GenericArgument, PathArguments, PathSegment, Type};

use super::attributes::path_text;
use super::problems::problem;
use crate::IpProtocol;

/// What a field's Rust type means, inside an `Option` where it has one.
#[derive(Debug, Clone)]
pub enum FieldType {
    /// `SmallAuto`: 16 bits.
    SmallAuto,
    /// `Auto32`: 32 bits.
    Auto,
    /// `Auto`: 64 bits.
    BigAuto,
    /// `i8` to `i64` and `u8` to `u64`.
    Integer {
        /// The width.
        bits: u32,
        /// Whether it has a sign.
        signed: bool,
    },
    /// `String`.
    String,
    /// `bool`.
    Bool,
    /// `f32` and `f64`.
    Float,
    /// `Decimal`.
    Decimal,
    /// `Date`, or chrono's `NaiveDate`.
    Date,
    /// `Time`, or chrono's `NaiveTime`.
    Time,
    /// `DateTime`, or chrono's `DateTime<Utc>`.
    DateTime,
    /// `Duration`, or chrono's `TimeDelta`.
    Duration,
    /// `Uuid`.
    Uuid,
    /// `Json`, or `serde_json::Value`.
    Json,
    /// `Vec<u8>`.
    Binary,
    /// `IpAddr`, `Ipv4Addr`, `Ipv6Addr`: the versions that the type can hold.
    IpAddress(IpProtocol),
    /// `File`.
    File,
    /// `ForeignKey<Target>`.
    ForeignKey(syn::Path),
    /// `OneToOne<Target>`.
    OneToOne(syn::Path),
    /// `ManyToMany<Target>`.
    ManyToMany(syn::Path),
    /// `UserKey`: a foreign key to whatever model AUTH_USER_MODEL names.
    UserKey,
    /// An abstract base, by `#[field(flatten)]`.
    Flatten(syn::Path),
    /// Any other path: an enum with `#[derive(Choices)]`.
    Choices(syn::Path),
}

/// The types that a field may have, for hints.
pub(super) const KNOWN: &[&str] = &[
    "Auto",
    "Auto32",
    "SmallAuto",
    "i8",
    "i16",
    "i32",
    "i64",
    "u8",
    "u16",
    "u32",
    "u64",
    "String",
    "bool",
    "f32",
    "f64",
    "Decimal",
    "Date",
    "Time",
    "DateTime",
    "Duration",
    "Uuid",
    "Json",
    "Vec<u8>",
    "IpAddr",
    "Ipv4Addr",
    "Ipv6Addr",
    "File",
    "ForeignKey",
    "OneToOne",
    "ManyToMany",
    "UserKey",
];

impl FieldType {
    /// Whether the field refers to another model: a foreign key, one-to-one or many-to-many.
    pub fn target(&self) -> Option<&syn::Path> {
        match self {
            Self::ForeignKey(target) | Self::OneToOne(target) | Self::ManyToMany(target) => Some(target),
            _ => None,
        }
    }

    /// Whether the database numbers the rows.
    pub fn is_auto(&self) -> bool {
        matches!(self, Self::SmallAuto | Self::Auto | Self::BigAuto)
    }

    /// What people call a field of the type.
    pub(super) fn noun(&self) -> &'static str {
        match self {
            Self::SmallAuto | Self::Auto | Self::BigAuto => "an automatic key",
            Self::Integer { .. } => "an integer field",
            Self::String => "a text field",
            Self::Bool => "a boolean field",
            Self::Float => "a float field",
            Self::Decimal => "a decimal field",
            Self::Date => "a date field",
            Self::Time => "a time field",
            Self::DateTime => "a date and time field",
            Self::Duration => "a duration field",
            Self::Uuid => "a UUID field",
            Self::Json => "a JSON field",
            Self::Binary => "a binary field",
            Self::IpAddress(_) => "an IP address field",
            Self::File => "a file field",
            Self::ForeignKey(_) | Self::UserKey => "a foreign key",
            Self::OneToOne(_) => "a one-to-one field",
            Self::ManyToMany(_) => "a many-to-many field",
            Self::Flatten(_) => "a flattened base",
            Self::Choices(_) => "a field of choices",
        }
    }
}

/// The type without its `Option`, and whether it had one.
pub(super) fn optional(ty: &Type) -> syn::Result<(&Type, bool)> {
    let ty = ungrouped(ty);
    let Some(segment) = last_segment(ty).filter(|segment| segment.ident == "Option") else { return Ok((ty, false)) };
    let Some(inner) = argument(segment) else {
        return Err(problem(segment.ident.span(), "expected one type in `Option<...>`", ""));
    };
    let inner = ungrouped(inner);
    if last_segment(inner).is_some_and(|segment| segment.ident == "Option") {
        return Err(problem(inner.span(), "an `Option` within an `Option` is no field", "a column knows one NULL"));
    }
    Ok((inner, true))
}

/// What the type, without its `Option`, means for a field.
pub(super) fn recognise(ty: &Type, model: &syn::Ident) -> syn::Result<FieldType> {
    let Type::Path(path) = ty else { return Err(refuse(ty)) };
    let Some(segment) = last_segment(ty).filter(|_| path.qself.is_none()) else { return Err(refuse(ty)) };
    let name = segment.ident.to_string();
    let plain = |known: FieldType| match &segment.arguments {
        PathArguments::None => Ok(known),
        _ => Err(problem(ty.span(), format!("expected `{name}` without type arguments"), "")),
    };
    let integer = |bits, signed| plain(FieldType::Integer { bits, signed });
    let relation = |make: fn(syn::Path) -> FieldType| target(segment, &name, model).map(make);
    match name.as_str() {
        "Auto" => plain(FieldType::BigAuto),
        "Auto32" => plain(FieldType::Auto),
        "SmallAuto" => plain(FieldType::SmallAuto),
        "i8" => integer(8, true),
        "i16" => integer(16, true),
        "i32" => integer(32, true),
        "i64" => integer(64, true),
        "u8" => integer(8, false),
        "u16" => integer(16, false),
        "u32" => integer(32, false),
        "u64" => integer(64, false),
        "isize" | "i128" => Err(unsupported(ty, &name, "the widest integer of the databases is `i64`")),
        "usize" | "u128" => Err(unsupported(ty, &name, "the widest integers of the databases are `i64` and `u64`")),
        "String" => plain(FieldType::String),
        "str" | "char" => Err(unsupported(ty, &name, "write `String`")),
        "bool" => plain(FieldType::Bool),
        "f32" | "f64" => plain(FieldType::Float),
        "Decimal" => plain(FieldType::Decimal),
        "Date" | "NaiveDate" => plain(FieldType::Date),
        "Time" | "NaiveTime" => plain(FieldType::Time),
        "DateTime" => date_time(ty, segment),
        "NaiveDateTime" | "SystemTime" => Err(unsupported(ty, &name, "write `DateTime`, which is in UTC")),
        "Duration" | "TimeDelta" => plain(FieldType::Duration),
        "Uuid" => plain(FieldType::Uuid),
        "Json" => plain(FieldType::Json),
        "Value" if path_text(&path.path).ends_with("json::Value") => plain(FieldType::Json),
        "Vec" => binary(ty, segment),
        "IpAddr" => plain(FieldType::IpAddress(IpProtocol::Both)),
        "Ipv4Addr" => plain(FieldType::IpAddress(IpProtocol::Ipv4)),
        "Ipv6Addr" => plain(FieldType::IpAddress(IpProtocol::Ipv6)),
        "File" => plain(FieldType::File),
        "ForeignKey" => relation(FieldType::ForeignKey),
        "OneToOne" => relation(FieldType::OneToOne),
        "ManyToMany" => relation(FieldType::ManyToMany),
        "UserKey" => plain(FieldType::UserKey),
        "HashMap" | "BTreeMap" => Err(unsupported(ty, &name, "write `Json`")),
        "PathBuf" => Err(unsupported(ty, &name, "write `String` with `#[field(file_path)]`, or `File`")),
        _ => match &segment.arguments {
            PathArguments::None => Ok(FieldType::Choices(path.path.clone())),
            _ => Err(unknown(ty, &name)),
        },
    }
}

/// The error for a type that no field has.
pub(super) fn unknown(ty: &impl quote::ToTokens, name: &str) -> syn::Error {
    let near = super::problems::nearest(name, KNOWN.iter().copied());
    let near = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    problem(
        ty.span(),
        format!("unknown field type `{name}`"),
        format!("{near}a field has one of the types of `rjango::models`, or an enum with `#[derive(Choices)]`"),
    )
}

fn refuse(ty: &Type) -> syn::Error {
    let text = quote::quote!(#ty).to_string();
    match ty {
        Type::Reference(_) => problem(
            ty.span(),
            format!("expected a type that owns its value, found `{text}`"),
            "write `String` for text, `Vec<u8>` for bytes",
        ),
        _ => problem(
            ty.span(),
            format!("expected a field type, found `{text}`"),
            "a field is one value of one column: write `Json` for a structure, or a model of its own and a relation",
        ),
    }
}

fn unsupported(ty: &Type, name: &str, hint: &str) -> syn::Error {
    problem(ty.span(), format!("no column holds a `{name}`"), hint)
}

fn date_time(ty: &Type, segment: &PathSegment) -> syn::Result<FieldType> {
    let zone = argument(segment).and_then(last_segment).map(|zone| zone.ident.to_string());
    match (&segment.arguments, zone.as_deref()) {
        (PathArguments::None, _) | (_, Some("Utc")) => Ok(FieldType::DateTime),
        _ => Err(problem(
            ty.span(),
            "expected a `DateTime` in UTC",
            "write `DateTime`, or `chrono::DateTime<Utc>`; a template shows it in the current time zone",
        )),
    }
}

fn binary(ty: &Type, segment: &PathSegment) -> syn::Result<FieldType> {
    match argument(segment).and_then(last_segment) {
        Some(item) if item.ident == "u8" => Ok(FieldType::Binary),
        _ => Err(problem(
            ty.span(),
            "no column holds a list",
            "write `ManyToMany<...>` for other models, `Json` for plain values, `Vec<u8>` for bytes",
        )),
    }
}

/// The target of a relation; `Self` is the model itself.
fn target(segment: &PathSegment, name: &str, model: &syn::Ident) -> syn::Result<syn::Path> {
    let Some(Type::Path(path)) = argument(segment).map(ungrouped) else {
        let hint = format!("write `{name}<Target>`, with the model that it refers to");
        return Err(problem(segment.ident.span(), format!("expected a model in `{name}<...>`"), hint));
    };
    if path.path.is_ident("Self") {
        let mut own = model.clone();
        own.set_span(path.span());
        return Ok(own.into());
    }
    Ok(path.path.clone())
}

/// The only type argument of a path segment.
fn argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(ty)) if arguments.args.len() == 1 => Some(ty),
        _ => None,
    }
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ungrouped(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// A type without the invisible or real parentheses around it; macros leave invisible ones.
fn ungrouped(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungrouped(&group.elem),
        Type::Paren(paren) => ungrouped(&paren.elem),
        _ => ty,
    }
}
