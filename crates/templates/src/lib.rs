//! Django's template language: parsed once to a tree, rendered by a loop that may wait.
#![deny(missing_docs)]

mod engine;
mod lexer;
mod parser;
mod mistake;
mod expression;
mod condition;
mod tree;
mod tag;
mod tags;
mod library;
mod libraries;
mod own;
mod reference;
mod render;
mod scopes;
mod stream;
mod value;
mod formats;
mod locale;
mod translate;
mod zone;
mod timesince;
mod filter;
mod filters;
mod random;

pub use engine::{Engine, Loader, Missing, Options, Prepared, Reverse, Source, StaticUrl};
pub use filter::{Filter, FilterContext, FilterFunction, Takes};
pub use filters::{builtin as builtin_filter, builtin_names as builtin_filter_names};
pub use formats::{FormatSettings, Formats, format_date, format_time};
pub use libraries::filter as library_filter;
pub use library::Libraries;
pub use locale::Locale;
pub use mistake::excerpt;
pub use own::{OwnFilter, OwnTag, TagCall, TagContext, TagFunction, TagKind};
pub use reference::{Reference, ReferenceKind};
pub use stream::PageStream;
pub use timesince::{timesince, timeuntil};
pub use value::{
    Arguments, Attribute, BoxFuture, FromValue, Items, Map, Object, Shape, Str, Value, argument, escape, failed,
    from_serialize, is_serializing, serialize_object, write_escaped,
};
