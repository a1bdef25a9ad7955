//! Filters, tags and context processors of a project's own: what `#[filter]`, `#[tag]`, `#[inclusion_tag]` and
//! `#[context_processor]` register.
//!
//! A name belongs to one of them. What Django or rjango has already stays, and a second one of a name is a mistake that the
//! system checks and the start of the site tell of.

use std::collections::BTreeMap;

use rjango_core::checks::{Check, CheckContext, CheckMessage};
use rjango_core::named::{Checked, SourceItems};
use rjango_core::{Error, Site};

use rjango_templates::{Libraries, OwnFilter, OwnTag};

use super::context::{ContextLoad, ContextProcessor};

/// A context processor of the project's own.
pub struct OwnProcessor {
    path: fn() -> String,
    processor: ContextProcessor,
}

inventory::collect!(OwnProcessor);

impl OwnProcessor {
    /// A processor of this dotted name, whose last word is the variable's.
    pub const fn new(path: fn() -> String, name: &'static str, load: ContextLoad) -> Self {
        Self { path, processor: ContextProcessor { app: "", name, load } }
    }
}

/// The processor of the project's own that makes this variable.
pub(super) fn processor(name: &str) -> Option<&'static ContextProcessor> {
    let all = inventory::iter::<OwnProcessor>.into_iter();
    all.map(|own| &own.processor).find(|processor| processor.name == name)
}

/// The names of the project's own variables.
pub(super) fn processor_names() -> impl Iterator<Item = &'static str> {
    inventory::iter::<OwnProcessor>.into_iter().map(|own| own.processor.name)
}

inventory::submit! { Check::new("http::templates", &["templates"], check) }

fn check(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    let filters = filter_problems(context.site()).into_iter().map(|error| ("templates.E003", error));
    let variables = variable_problems(context.site()).into_iter().map(|error| ("templates.E004", error));
    let tags = tag_problems(context.site()).into_iter().map(|error| ("templates.E005", error));
    filters.chain(variables).chain(tags).map(|(id, error)| CheckMessage::from_error(id, &error)).collect()
}

/// What is wrong with the project's own filters, tags and context processors.
pub(crate) fn problems(site: &Site) -> Vec<Error> {
    filter_problems(site).into_iter().chain(variable_problems(site)).chain(tag_problems(site)).collect()
}

fn filter_problems(site: &Site) -> Vec<Error> {
    let compiled = inventory::iter::<OwnFilter>.into_iter().map(OwnFilter::path);
    clashes("filter", own(site, compiled.collect(), &["filter"]), |name| {
        Libraries::is_builtin_filter(name).then_some("Django has")
    })
}

fn tag_problems(site: &Site) -> Vec<Error> {
    let compiled = inventory::iter::<OwnTag>.into_iter().map(OwnTag::path);
    clashes("template tag", own(site, compiled.collect(), &["tag", "inclusion_tag"]), |name| {
        Libraries::is_builtin_tag(name).then_some("Django has")
    })
}

fn variable_problems(site: &Site) -> Vec<Error> {
    let compiled = inventory::iter::<OwnProcessor>.into_iter().map(|entry| (entry.path)());
    clashes("template variable", own(site, compiled.collect(), &["context_processor"]), |name| {
        let is_taken = name == "request" || super::context::is_frameworks(name);
        is_taken.then_some("rjango has already")
    })
}

/// The dotted names of the project's own items: those in this program, or those that its source shows.
fn own(site: &Site, compiled: Vec<String>, attributes: &[&'static str]) -> Vec<String> {
    let source = site.get::<SourceItems>();
    let shown = attributes.iter().flat_map(|attribute| source.into_iter().flat_map(|source| source.of(attribute)));
    compiled.into_iter().chain(shown.filter(|item| !item.is_conditional).map(|item| item.name.clone())).collect()
}

fn clashes(what: &str, paths: Vec<String>, taken: impl Fn(&str) -> Option<&'static str>) -> Vec<Error> {
    let mut by_name: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in paths {
        let name = path.rsplit('.').next().unwrap_or_default().to_owned();
        by_name.entry(name).or_default().push(path);
    }
    let mut problems = Vec::new();
    for (name, mut paths) in by_name {
        paths.sort();
        let messages = match taken(&name) {
            Some(by) => paths.iter().map(|path| format!("`{path}` makes the {what} `{name}`, which {by}")).collect(),
            None if paths.len() > 1 => vec![format!("`{}` each make the {what} `{name}`", paths.join("` and `"))],
            None => Vec::new(),
        };
        problems.extend(messages.into_iter().map(|message| {
            Error::improperly_configured(message).with_hint("give the function another name").with_told_source(Checked)
        }));
    }
    problems
}

#[cfg(test)]
mod tests {
    use rjango_core::Settings;
    use rjango_core::named::SourceItem;

    use super::*;

    fn item(attribute: &'static str, name: &str, is_conditional: bool) -> SourceItem {
        SourceItem { attribute, name: name.to_owned(), is_conditional, end: None }
    }

    #[test]
    fn taken_names_are_told() {
        let site = Site::new(Settings::for_tests()).with(SourceItems(vec![
            item("filter", "shop.filters.shout", false),
            item("filter", "shop.filters.lower", false),
            item("filter", "shop.filters.urlize", false),
            item("filter", "shop.filters.upper", true),
            item("filter", "blog.filters.twice", false),
            item("filter", "shop.filters.twice", false),
            item("tag", "shop.tags.cycle", false),
            item("inclusion_tag", "shop.tags.card", false),
            item("context_processor", "shop.context.basket", false),
            item("context_processor", "shop.context.csrf_token", false),
        ]));
        let messages: Vec<String> = problems(&site).iter().map(ToString::to_string).collect();
        assert_eq!(
            messages,
            [
                "`shop.filters.lower` makes the filter `lower`, which Django has",
                "`blog.filters.twice` and `shop.filters.twice` each make the filter `twice`",
                "`shop.filters.urlize` makes the filter `urlize`, which Django has",
                "`shop.context.csrf_token` makes the template variable `csrf_token`, which rjango has already",
                "`shop.tags.cycle` makes the template tag `cycle`, which Django has",
            ]
        );
    }
}
