//! Settings that name items of the program, such as MIDDLEWARE: which items there are, and what is said of a name that no
//! item has.
//!
//! Each crate that has such a setting submits one [`Named`]. In the project's own binary the items are those that are compiled
//! in. The toolchain has the framework's items, and [`SourceItems`]: the project's own as its source shows them. One check
//! holds the settings against both, so that both binaries say the same.

use std::fmt;
use std::sync::OnceLock;

use crate::{Error, Settings, Site, nearest};

/// A setting whose value names items of the program.
pub struct Named {
    /// The setting: `MIDDLEWARE`.
    pub setting: &'static str,
    /// What one item is: `middleware`.
    pub noun: &'static str,
    /// The attribute that makes an item of the project's own one; none where a project cannot add one.
    pub attribute: Option<&'static str>,
    /// The names in the settings that must be there.
    pub named: fn(&Settings) -> Vec<&str>,
    /// The names of the items that are compiled into this program.
    pub compiled: fn() -> Vec<String>,
}

inventory::collect!(&'static Named);

/// The project's own items, as its source shows them: a part of the toolchain's site.
#[derive(Debug, Clone, Default)]
pub struct SourceItems(pub Vec<SourceItem>);

/// An item under an attribute that registers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceItem {
    /// The attribute: `middleware`.
    pub attribute: &'static str,
    /// The item's dotted name: `shop.middleware.multi_tenant`.
    pub name: String,
    /// Whether it stands under a `cfg`, so that it may not be there.
    pub is_conditional: bool,
    /// Of a template tag with a body, the tag that ends it.
    pub end: Option<String>,
}

impl SourceItems {
    /// The items under this attribute.
    pub fn of(&self, attribute: &str) -> impl Iterator<Item = &SourceItem> {
        self.0.iter().filter(move |item| item.attribute == attribute)
    }
}

impl Named {
    /// Every such setting of the crates in this program, in order.
    pub fn all() -> Vec<&'static Self> {
        let mut all: Vec<&'static Self> = inventory::iter::<&'static Self>.into_iter().copied().collect();
        all.sort_by_key(|named| named.setting);
        all
    }

    /// The error for a name that no item compiled into this program has.
    pub fn missing(&self, name: &str, settings: &Settings) -> Error {
        let site = Site::current().ok();
        let source = site.as_deref().and_then(Site::get::<SourceItems>);
        if source.is_some_and(|source| self.is_shown(name, source)) {
            return Error::improperly_configured(format!(
                "`{}` names `{name}`, which is the project's own code, and this program does not have it",
                self.setting
            ))
            .with_hint("run this in the project's own binary: `cargo run -- ...`")
            .with_told_source(Checked);
        }
        self.unknown(name, settings, source)
    }

    /// The first name in the settings whose item is not compiled into this program.
    pub fn beyond<'a>(&self, settings: &'a Settings) -> Option<&'a str> {
        let compiled = (self.compiled)();
        (self.named)(settings).into_iter().find(|name| !compiled.iter().any(|known| known == name))
    }

    /// Whether the project's source shows an item of this name.
    pub fn is_shown(&self, name: &str, source: &SourceItems) -> bool {
        self.attribute.is_some_and(|attribute| source.of(attribute).any(|item| item.name == name))
    }

    fn unknown(&self, name: &str, settings: &Settings, source: Option<&SourceItems>) -> Error {
        let mut known = (self.compiled)();
        if let (Some(source), Some(attribute)) = (source, self.attribute) {
            known.extend(source.of(attribute).map(|item| item.name.clone()));
        }
        known.sort_unstable();
        let hint = match (nearest(name, known.iter().map(String::as_str)), self.attribute) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, Some(attribute)) => format!(
                "write `#[{attribute}]` above the item, and name it by its module and its own name: `app.module.name`"
            ),
            (None, None) => format!("there are `{}`", known.join("`, `")),
        };
        let message = format!("`{}` names `{name}`, and there is no such {}", self.setting, self.noun);
        let error = Error::improperly_configured(message).with_hint(hint).with_told_source(Checked);
        settings.locate(error, self.setting)
    }

    /// What is wrong with the names in a site's settings.
    pub fn problems(site: &Site) -> Vec<Error> {
        let (settings, source) = (site.settings(), site.get::<SourceItems>());
        let mut problems = Vec::new();
        for named in Self::all() {
            let compiled = (named.compiled)();
            for name in (named.named)(settings) {
                let is_there = compiled.iter().any(|known| known == name)
                    || source.is_some_and(|source| named.is_shown(name, source));
                if !is_there {
                    problems.push(named.unknown(name, settings, source));
                }
            }
        }
        problems
    }
}

/// The cause of an error that another system check answers for, so that it is not reported twice.
#[derive(Debug, Clone, Copy)]
pub struct Checked;

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("another system check answers for this")
    }
}

impl std::error::Error for Checked {}

impl Checked {
    /// Whether an error, or a cause of it, is one that another check answers for.
    pub fn is_in(error: &Error) -> bool {
        std::iter::successors(error.source(), |source| source.source()).any(|source| source.is::<Self>())
    }
}

/// An item of the project's own that is made when it is first used. Macros put one into a static.
pub struct Made<T: ?Sized + 'static>(OnceLock<Box<T>>);

impl<T: ?Sized + 'static> Made<T> {
    /// Nothing yet.
    #[expect(clippy::new_without_default, reason = "a static needs a const")]
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The item.
    pub fn get(&'static self, make: fn() -> Box<T>) -> &'static T {
        self.0.get_or_init(make)
    }
}
