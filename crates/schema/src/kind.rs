//! What a field holds: Django's field classes that make sense in Rust.

use serde::{Deserialize, Serialize};

use crate::flag::{is_no, is_yes, yes};

/// The kind of a field. The comments give Django's class and the Rust type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FieldKind {
    /// `SmallAutoField`, `SmallAuto`.
    SmallAuto,
    /// `AutoField`, `Auto32`: 32 bits, as `auth_user.id`.
    Auto,
    /// `BigAutoField`, `Auto`: 64 bits, the usual primary key.
    BigAuto,
    /// `SmallIntegerField`, `i16` (and `i8`).
    SmallInteger,
    /// `IntegerField`, `i32`.
    Integer,
    /// `BigIntegerField`, `i64`.
    BigInteger,
    /// `PositiveSmallIntegerField`, `u16` (and `u8`).
    PositiveSmallInteger,
    /// `PositiveIntegerField`, `u32`.
    PositiveInteger,
    /// `PositiveBigIntegerField`, `u64` up to `i64::MAX`.
    PositiveBigInteger,
    /// `CharField`, `String` with `max_length`.
    Char {
        /// The largest number of characters.
        max_length: u32,
    },
    /// `TextField`, `String` without `max_length`.
    Text,
    /// `SlugField`, `String` with `slug`; `max_length` 50 unless given.
    Slug {
        /// The largest number of characters.
        max_length: u32,
    },
    /// `EmailField`, `String` with `email`; `max_length` 254 unless given.
    Email {
        /// The largest number of characters.
        max_length: u32,
    },
    /// `URLField`, `String` with `url`; `max_length` 200 unless given.
    Url {
        /// The largest number of characters.
        max_length: u32,
    },
    /// `FilePathField`, `String` with `file_path`; `max_length` 100 unless given.
    FilePath {
        /// The largest number of characters.
        max_length: u32,
    },
    /// `FileField`, `File`; `max_length` 100 unless given.
    File {
        /// The largest number of characters of the stored path.
        max_length: u32,
        /// The folder under `MEDIA_ROOT`.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        upload_to: String,
    },
    /// `BooleanField`, `bool`.
    Boolean,
    /// `FloatField`, `f64` (and `f32`).
    Float,
    /// `DecimalField`, `Decimal`.
    Decimal {
        /// The largest number of digits, at most 28.
        max_digits: u32,
        /// How many of them stand after the point.
        decimal_places: u32,
    },
    /// `DateField`, `Date`.
    Date {
        /// Whether each save sets today's date.
        #[serde(default, skip_serializing_if = "is_no")]
        auto_now: bool,
        /// Whether the first save sets today's date.
        #[serde(default, skip_serializing_if = "is_no")]
        auto_now_add: bool,
    },
    /// `TimeField`, `Time`.
    Time {
        /// Whether each save sets the time.
        #[serde(default, skip_serializing_if = "is_no")]
        auto_now: bool,
        /// Whether the first save sets the time.
        #[serde(default, skip_serializing_if = "is_no")]
        auto_now_add: bool,
    },
    /// `DateTimeField`, `DateTime` (UTC).
    DateTime {
        /// Whether each save sets the moment.
        #[serde(default, skip_serializing_if = "is_no")]
        auto_now: bool,
        /// Whether the first save sets the moment.
        #[serde(default, skip_serializing_if = "is_no")]
        auto_now_add: bool,
    },
    /// `DurationField`, `Duration`; microseconds.
    Duration,
    /// `UUIDField`, `Uuid`.
    Uuid,
    /// `JSONField`, `Json`.
    Json,
    /// `BinaryField`, `Vec<u8>`.
    Binary,
    /// `GenericIPAddressField`, `IpAddr` (`Ipv4Addr`, `Ipv6Addr`).
    IpAddress {
        /// Which versions are allowed.
        protocol: IpProtocol,
    },
    /// `ForeignKey`, `ForeignKey<T>`.
    ForeignKey(RelationSchema),
    /// `OneToOneField`, `OneToOne<T>`.
    OneToOne(RelationSchema),
    /// `ManyToManyField`, `ManyToMany<T>`.
    ManyToMany(ManyToManySchema),
}

/// Which IP addresses a field allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IpProtocol {
    /// Both.
    Both,
    /// Version 4 alone.
    Ipv4,
    /// Version 6 alone.
    Ipv6,
}

/// The target of a foreign key or one-to-one, and what happens when the target goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelationSchema {
    /// The target's label, `app.Model`.
    pub to: String,
    /// What becomes of this row when the target is deleted.
    pub on_delete: OnDelete,
    /// The name of the way back; `+` for none; by default `model_set`, or `model` for a one-to-one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub related_name: Option<String>,
    /// Whether the database itself enforces the reference.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub db_constraint: bool,
}

/// Django's `on_delete`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnDelete {
    /// Delete the referring rows too.
    Cascade,
    /// Refuse.
    Protect,
    /// Refuse, unless the referring row goes by another cascade.
    Restrict,
    /// Set the reference to NULL.
    SetNull,
    /// Set the reference to the field's default.
    SetDefault,
    /// Leave it to the database.
    DoNothing,
}

/// The target of a many-to-many field and its join table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManyToManySchema {
    /// The target's label, `app.Model`.
    pub to: String,
    /// The label of the model whose rows are the join, where it is not made automatically.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<String>,
    /// The join table's name where it is not `app_model_field`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub db_table: Option<String>,
    /// The name of the way back; `+` for none; by default `model_set`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub related_name: Option<String>,
    /// Whether a relation of a model to itself is mutual. It is, unless it says otherwise.
    #[serde(default, skip_serializing_if = "is_no")]
    pub symmetrical: bool,
}

impl FieldKind {
    /// The relation of a foreign key or one-to-one.
    pub fn relation(&self) -> Option<&RelationSchema> {
        match self {
            Self::ForeignKey(relation) | Self::OneToOne(relation) => Some(relation),
            _ => None,
        }
    }

    /// Whether the database numbers the rows.
    pub fn is_auto(&self) -> bool {
        matches!(self, Self::SmallAuto | Self::Auto | Self::BigAuto)
    }
}
