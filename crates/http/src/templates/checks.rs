//! The check that reads every template of the site, and what they name of the rest of it.

use rjango_core::checks::{Check, CheckContext, CheckMessage};
use rjango_core::named::SourceItems;
use rjango_core::{Error, ErrorKind, Site};
use rjango_templates::{Libraries, ReferenceKind};

use super::Templates;
use crate::urls;

inventory::submit! { Check::new("http::template_files", &["templates"], check) }

fn check(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    let wrong = with_templates(context.site(), |templates| {
        let names = templates.engine().loader().names();
        names.iter().filter_map(|name| templates.engine().check(name).err()).collect::<Vec<_>>()
    });
    wrong.iter().map(|error| CheckMessage::from_error("templates.E006", error)).collect()
}

/// The site's templates. The toolchain's site has none: they are made of its settings then, with the tags and filters that the
/// project's source shows.
fn with_templates<T>(site: &Site, closure: impl FnOnce(&Templates) -> T) -> T {
    if let Some(templates) = site.get::<Templates>() {
        return closure(templates);
    }
    let mut libraries = Libraries::compiled();
    if let Some(source) = site.get::<SourceItems>() {
        for filter in source.of("filter") {
            libraries = libraries.with_filter_elsewhere(&filter.name);
        }
        for tag in source.of("tag").chain(source.of("inclusion_tag")) {
            libraries = libraries.with_tag_elsewhere(&tag.name, tag.end.as_deref());
        }
    }
    closure(&Templates::new(site.settings()).with_libraries(libraries))
}

/// The routes, static files and templates that the site's templates name and nothing has: what `check --templates` tells.
///
/// It goes by the URLs of the ambient site. A name that is computed is not looked at, and neither is a route behind `as`.
pub fn unknown_references(site: &Site, has_static_file: impl Fn(&str) -> bool) -> Vec<CheckMessage> {
    with_templates(site, |templates| {
        let mut messages = Vec::new();
        for name in templates.engine().loader().names() {
            // What does not parse is told by the check above.
            let Ok((origin, references)) = templates.engine().check(&name) else { continue };
            for reference in references {
                let wrong = match reference.kind {
                    ReferenceKind::Route => urls::unknown_name(&reference.name).map(|error| ("templates.E007", error)),
                    ReferenceKind::StaticFile if !has_static_file(&reference.name) => Some((
                        "templates.E008",
                        missing(&format!("there is no static file `{}`", reference.name))
                            .with_hint("`rjango findstatic` shows where files are looked for"),
                    )),
                    ReferenceKind::Template => match templates.engine().has_relative(&name, &reference.name) {
                        Ok(true) => None,
                        Ok(false) => Some((
                            "templates.E009",
                            missing(&format!("the template `{}` does not exist", reference.name)),
                        )),
                        Err(error) => Some(("templates.E009", error)),
                    },
                    ReferenceKind::StaticFile => None,
                };
                messages.extend(wrong.map(|(id, error)| {
                    CheckMessage::from_error(id, &error.at(&*origin, reference.line, reference.column))
                }));
            }
        }
        messages
    })
}

fn missing(message: &str) -> Error {
    Error::new(ErrorKind::Template, message)
}
