//! From the tree that the project wrote to leaves, index and names; every mistake is collected on the way.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Described, Leaf, Level, Resolver, add};
use crate::urls::check::{self, UrlMistake};
use crate::urls::index::Index;
use crate::urls::pattern::{Parameter, Pattern};
use crate::urls::reverse::{Names, Possibility};
use crate::urls::route::{Route, Target, Urls};
use crate::view::{AnyConverter, CaptureSource};

/// What encloses the routes that are being compiled.
#[derive(Clone, Default)]
struct Scope {
    levels: Vec<Level>,
    app_names: Vec<String>,
    namespaces: Vec<String>,
    converters: Vec<(String, Arc<dyn AnyConverter>)>,
}

#[derive(Default)]
struct Compiler {
    leaves: Vec<Leaf>,
    index: Index,
    names: Names,
    mistakes: Vec<UrlMistake>,
}

impl Resolver {
    pub(in crate::urls) fn new(urls: &Urls) -> Result<Self, Vec<UrlMistake>> {
        let mut compiler = Compiler::default();
        compiler.routes(urls, &Scope::default());
        if !compiler.mistakes.is_empty() {
            return Err(compiler.mistakes);
        }
        Ok(Self {
            leaves: compiler.leaves,
            index: compiler.index,
            names: compiler.names,
            handlers: urls.handlers.clone(),
        })
    }
}

impl Compiler {
    fn routes(&mut self, urls: &Urls, scope: &Scope) {
        let mut scope = scope.clone();
        scope.converters.extend(urls.converters.iter().cloned());
        for route in &urls.routes {
            self.route(route, &scope);
        }
    }

    fn route(&mut self, route: &Route, scope: &Scope) {
        let endpoint = matches!(route.target, Target::View(_));
        let pattern = if route.is_regex {
            Pattern::regex_of(&route.pattern, endpoint, route.place)
        } else {
            Pattern::path(&route.pattern, endpoint, &scope.converters, route.place)
        };
        let pattern = match pattern {
            Ok(pattern) => Arc::new(pattern),
            Err(mistake) => return self.mistakes.push(mistake),
        };
        let mut inside = scope.clone();
        inside.levels.push(Level { pattern, extra: route.extra.clone().into() });
        match &route.target {
            Target::View(view) => self.leaf(route, view.clone(), &inside),
            Target::Include(urls) => {
                if let Some(app_name) = &urls.app_name {
                    let instance = urls.instance.as_ref().unwrap_or(app_name);
                    inside.app_names.push(app_name.clone());
                    inside.namespaces.push(instance.clone());
                    self.names.include(&scope.namespaces, app_name, instance);
                } else if let Some(instance) = &urls.instance {
                    self.mistakes.push(
                        UrlMistake::new(
                            route.place,
                            format!("the instance namespace `{instance}` needs an app's namespace"),
                        )
                        .with_hint("add `.namespace(\"...\")` to the included `Urls`"),
                    );
                }
                self.routes(urls, &inside);
            }
        }
    }

    fn leaf(&mut self, route: &Route, view: crate::BoxView, scope: &Scope) {
        let shown: String = scope.levels.iter().map(|level| level.pattern.source.as_str()).collect();
        check::captures(&view, &shown, &parameters(&scope.levels), route.place, &mut self.mistakes);
        let number = u32::try_from(self.leaves.len()).unwrap_or(u32::MAX);
        let (prefix, exact) = prefix(&scope.levels);
        self.index.insert(&prefix, exact, number);
        if let Some(name) = &route.name {
            if name.contains(':') {
                self.mistakes.push(
                    UrlMistake::new(route.place, format!("the name `{name}` of the route `{shown}` has a colon"))
                        .with_hint("colons separate namespaces; use `-` in names"),
                );
            }
            let patterns: Vec<Arc<Pattern>> = scope.levels.iter().map(|level| Arc::clone(&level.pattern)).collect();
            let extra = scope.levels.iter().flat_map(|level| level.extra.iter().cloned()).collect();
            self.names.add(&scope.namespaces, name, Possibility::new(patterns, extra));
        }
        let own = route.name.as_deref().unwrap_or(view.name());
        let view_name = scope.namespaces.iter().map(String::as_str).chain([own]).collect::<Vec<_>>().join(":");
        self.leaves.push(Leaf {
            levels: scope.levels.clone(),
            view,
            described: Arc::new(Described {
                url_name: route.name.clone(),
                app_names: scope.app_names.clone(),
                namespaces: scope.namespaces.clone(),
                view_name,
                route: shown,
                place: route.place,
            }),
        });
    }
}

/// What the levels give a view; the order and the rule are those of `for_view`.
fn parameters(levels: &[Level]) -> Vec<(Parameter, CaptureSource)> {
    let named = levels.iter().any(Level::is_named);
    let mut all: Vec<(Option<&str>, (Parameter, CaptureSource))> = Vec::new();
    for level in levels {
        for (parameter, source) in &level.pattern.parameters {
            add(&mut all, parameter.0.as_deref(), (parameter.clone(), source.clone()), named);
        }
        for (name, _) in level.extra.iter() {
            let source = CaptureSource { converter: Cow::Borrowed("extra"), value: None };
            add(&mut all, Some(name), (Parameter(Some(name.clone())), source), named);
        }
    }
    all.into_iter().map(|(_, parameter)| parameter).collect()
}

/// The literal start of a chain of patterns, and whether it is all there is.
fn prefix(levels: &[Level]) -> (String, bool) {
    let mut prefix = String::new();
    for (index, level) in levels.iter().enumerate() {
        let (literal, whole) = level.pattern.literal_prefix();
        prefix.push_str(&literal);
        if !whole {
            return (prefix, false);
        }
        if index + 1 == levels.len() {
            return (prefix, level.pattern.is_literal_endpoint());
        }
    }
    (prefix, false)
}
