//! Which tags and filters there are: Django's own, those of its libraries, and the project's.

use std::collections::BTreeSet;

use rjango_core::{Error, ErrorKind};

use crate::filter::{Filter, FilterContext, Takes};
use crate::filters;
use crate::libraries;
use crate::mistake::Parsed;
use crate::own::{OwnFilter, OwnTag, TagFunction, TagKind};
use crate::parser::{Parser, TagToken};
use crate::tag::TagReader;
use crate::tags;
use crate::tree::NodeKind;
use crate::value::Value;

/// The tags and filters of a site.
///
/// As in Django a tag or filter of a library needs its `{% load %}`. Those of the project are there without one; `{% load name %}`
/// with the name of the module that they stand in is accepted too.
#[derive(Default)]
pub struct Libraries {
    /// With the name of the library that each is in.
    filters: Vec<(String, Filter)>,
    tags: Vec<(String, &'static OwnTag)>,
}

/// A tag, wherever it comes from.
#[derive(Clone, Copy)]
pub(crate) enum Reader {
    Builtin(&'static TagReader),
    Own(&'static OwnTag),
}

impl Reader {
    pub(crate) fn read<'a>(self, parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
        match self {
            Self::Builtin(reader) => (reader.read)(parser, tag),
            Self::Own(own) => own.read(parser, tag),
        }
    }

    pub(crate) fn end(self) -> Option<&'static str> {
        match self {
            Self::Builtin(reader) => reader.end,
            Self::Own(own) => own.end(),
        }
    }
}

impl Libraries {
    /// What is compiled into this program.
    pub fn compiled() -> Self {
        let filters = inventory::iter::<OwnFilter>.into_iter().map(|own| (library_of(&own.path()), own.filter));
        let tags = inventory::iter::<OwnTag>.into_iter().map(|own| (library_of(&own.path()), own));
        Self { filters: filters.collect(), tags: tags.collect() }
    }

    /// The same libraries with a filter of this dotted name that is not compiled into this program. A template with it can be
    /// read, and is an error where it is rendered.
    #[must_use]
    pub fn with_filter_elsewhere(mut self, path: &str) -> Self {
        // Once for each name of a source, by a program that ends soon.
        let name: &'static str = String::leak(path.rsplit('.').next().unwrap_or_default().to_owned());
        let run = |_: &FilterContext<'_>, _: &Value, _: Option<&Value>| Err(elsewhere());
        self.filters.push((library_of(path), Filter::new(name, run).takes(Takes::Optional)));
        self
    }

    /// The same libraries with a tag of this dotted name, likewise; `end` is the tag that ends its body, where it has one.
    #[must_use]
    pub fn with_tag_elsewhere(mut self, path: &str, end: Option<&str>) -> Self {
        let name: &'static str = String::leak(path.rsplit('.').next().unwrap_or_default().to_owned());
        let end = end.map(|end| &*String::leak(end.to_owned()));
        let run: TagFunction = |_| Box::pin(async { Err(elsewhere()) });
        let tag = OwnTag::new(String::new, name, &[], TagKind::Elsewhere { end }, run);
        self.tags.push((library_of(path), Box::leak(Box::new(tag))));
        self
    }

    pub(crate) fn tag(&self, name: &str, loaded: &[String], names: &[(String, String)]) -> Option<Reader> {
        // A name that was loaded later hides one that was loaded before.
        let named = names.iter().rev().filter(|(own, _)| own == name).map(|(_, library)| library);
        let mut of_libraries = named.chain(loaded.iter().rev());
        of_libraries
            .find_map(|library| {
                let built_in = libraries::tag(library, name).map(Reader::Builtin);
                built_in.or_else(|| self.own_tags(library).find(|tag| tag.name == name).map(Reader::Own))
            })
            .or_else(|| tags::builtin(name).map(Reader::Builtin))
            .or_else(|| self.tags.iter().find(|(_, tag)| tag.name == name).map(|(_, tag)| Reader::Own(tag)))
    }

    pub(crate) fn filter(&self, name: &str, loaded: &[String], names: &[(String, String)]) -> Option<Filter> {
        let named = names.iter().rev().filter(|(own, _)| own == name).map(|(_, library)| library);
        let mut of_libraries = named.chain(loaded.iter().rev());
        of_libraries
            .find_map(|library| {
                let built_in = libraries::filter(library, name).copied();
                built_in.or_else(|| self.own_filters(library).find(|filter| filter.name == name))
            })
            .or_else(|| filters::builtin(name).copied())
            .or_else(|| self.filters.iter().find(|(_, filter)| filter.name == name).map(|(_, filter)| *filter))
    }

    /// Whether there is a library of this name.
    pub(crate) fn has(&self, library: &str) -> bool {
        libraries::NAMES.contains(&library) || self.own_libraries().contains(library)
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let own = self.own_libraries();
        libraries::NAMES.iter().map(|name| (*name).to_owned()).chain(own).collect()
    }

    pub(crate) fn tag_names(&self) -> Vec<String> {
        let own = self.tags.iter().map(|(_, tag)| tag.name.to_owned());
        tags::names().map(str::to_owned).chain(own).collect()
    }

    pub(crate) fn filter_names(&self) -> Vec<String> {
        let own = self.filters.iter().map(|(_, filter)| filter.name.to_owned());
        filters::builtin_names().map(str::to_owned).chain(own).collect()
    }

    /// The library that must be loaded for a tag.
    pub(crate) fn library_of_tag(&self, name: &str) -> Option<&'static str> {
        libraries::NAMES.iter().copied().find(|library| libraries::tag(library, name).is_some())
    }

    /// The library that must be loaded for a filter.
    pub(crate) fn library_of_filter(&self, name: &str) -> Option<&'static str> {
        libraries::NAMES.iter().copied().find(|library| libraries::filter(library, name).is_some())
    }

    /// All of Django's filters: the library that must be loaded for it, and its name.
    pub fn builtin_filters() -> impl Iterator<Item = (Option<&'static str>, &'static str)> {
        let own = filters::builtin_names().map(|name| (None, name));
        let of = |library| libraries::filters(library).iter().map(move |filter| (Some(library), filter.name));
        own.chain(libraries::NAMES.into_iter().flat_map(of))
    }

    /// All of Django's tags: the library that must be loaded for it, and its name.
    pub fn builtin_tags() -> impl Iterator<Item = (Option<&'static str>, &'static str)> {
        let own = tags::names().map(|name| (None, name));
        let of = |library| libraries::tags(library).iter().map(move |tag| (Some(library), tag.name));
        own.chain(libraries::NAMES.into_iter().flat_map(of))
    }

    /// Whether Django or rjango has a filter of this name, whether it must be loaded or not.
    pub fn is_builtin_filter(name: &str) -> bool {
        filters::builtin(name).is_some()
            || libraries::NAMES.iter().any(|library| libraries::filter(library, name).is_some())
    }

    /// Whether Django or rjango has a tag of this name, whether it must be loaded or not.
    pub fn is_builtin_tag(name: &str) -> bool {
        tags::builtin(name).is_some() || libraries::NAMES.iter().any(|library| libraries::tag(library, name).is_some())
    }

    fn own_libraries(&self) -> BTreeSet<String> {
        let filters = self.filters.iter().map(|(library, _)| library.clone());
        let own = filters.chain(self.tags.iter().map(|(library, _)| library.clone()));
        // What stands in the crate's root is in no library.
        own.filter(|library| !library.is_empty()).collect()
    }

    fn own_tags(&self, library: &str) -> impl Iterator<Item = &'static OwnTag> {
        self.tags.iter().filter(move |(own, _)| own == library).map(|(_, tag)| *tag)
    }

    fn own_filters(&self, library: &str) -> impl Iterator<Item = Filter> {
        self.filters.iter().filter(move |(own, _)| own == library).map(|(_, filter)| *filter)
    }
}

fn elsewhere() -> Error {
    Error::new(ErrorKind::Template, "the page uses the project's own code, which this program does not have")
        .with_hint("run this in the project's own binary: `cargo run -- ...`")
}

/// The module that a function stands in: `shop.extras.shout` is in the library `extras`.
fn library_of(path: &str) -> String {
    let mut parts = path.rsplit('.');
    parts.next();
    parts.next().unwrap_or_default().to_owned()
}
