//! The compiled URL configuration: the first leaf that matches a path.

mod compile;

use std::sync::Arc;

use super::index::Index;
use super::pattern::{Parameter, Pattern};
use super::reverse::Names;
use crate::view::{BoxView, Capture, Captures};

/// A compiled URL configuration.
pub struct Resolver {
    leaves: Vec<Leaf>,
    index: Index,
    pub(super) names: Names,
    pub(super) handlers: Vec<(u16, BoxView)>,
}

/// A view's route with everything that encloses it.
struct Leaf {
    levels: Vec<Level>,
    view: BoxView,
    described: Arc<Described>,
}

/// One pattern on the way to a leaf and the extra arguments beside it.
#[derive(Clone)]
struct Level {
    pattern: Arc<Pattern>,
    extra: Arc<[(String, String)]>,
}

/// What is the same for every path that a leaf matches.
#[derive(Debug)]
struct Described {
    url_name: Option<String>,
    app_names: Vec<String>,
    namespaces: Vec<String>,
    view_name: String,
    route: String,
    place: &'static std::panic::Location<'static>,
}

/// What a path matched: Django's `ResolverMatch`.
#[derive(Debug, Clone)]
pub struct ResolverMatch {
    described: Arc<Described>,
    args: Vec<Option<String>>,
    kwargs: Vec<(String, String)>,
}

/// A match with what is needed to run its view.
pub(crate) struct Resolved {
    pub matched: ResolverMatch,
    pub view: BoxView,
    pub captures: Captures,
}

/// No leaf matched.
pub(crate) struct NotResolved;

impl ResolverMatch {
    /// The route's own name.
    pub fn url_name(&self) -> Option<&str> {
        self.described.url_name.as_deref()
    }

    /// The name with its namespaces: `shop:product-detail`; the view's function where the route has no name.
    pub fn view_name(&self) -> &str {
        &self.described.view_name
    }

    /// The app's namespace, joined by colons where nested; empty outside of any.
    pub fn app_name(&self) -> String {
        self.described.app_names.join(":")
    }

    /// The instance namespace, joined by colons where nested; empty outside of any.
    pub fn namespace(&self) -> String {
        self.described.namespaces.join(":")
    }

    /// Where the route was written: the line of its `path`.
    pub fn place(&self) -> &'static std::panic::Location<'static> {
        self.described.place
    }

    /// The whole pattern, as written: `products/<int:pk>/`.
    pub fn route(&self) -> &str {
        &self.described.route
    }

    /// Groups of `re_path` without a name.
    pub fn args(&self) -> impl Iterator<Item = Option<&str>> {
        self.args.iter().map(Option::as_deref)
    }

    /// Named captures and extra arguments.
    pub fn kwargs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.kwargs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The text of this named capture or extra argument.
    pub fn kwarg(&self, name: &str) -> Option<&str> {
        self.kwargs().find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

impl Resolver {
    /// What the path (decoded, with its leading slash) matches.
    pub fn matches(&self, path: &str) -> Option<ResolverMatch> {
        self.resolve(path).ok().map(|found| found.matched)
    }

    pub(crate) fn resolve(&self, path: &str) -> super::Resolution {
        let Some(path) = path.strip_prefix('/') else { return Err(NotResolved) };
        for leaf in self.index.candidates(path) {
            if let Some(resolved) = self.leaves[leaf as usize].resolve(path) {
                return Ok(Box::new(resolved));
            }
        }
        Err(NotResolved)
    }

    /// The patterns in the order they are tried, with their names: what the DEBUG page for 404 lists.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.leaves.iter().map(|leaf| (leaf.described.route.as_str(), leaf.described.url_name.as_deref()))
    }

    /// The views, each with the line of its route.
    pub(crate) fn views(&self) -> impl Iterator<Item = (&BoxView, &'static std::panic::Location<'static>)> {
        self.leaves.iter().map(|leaf| (&leaf.view, leaf.described.place))
    }

    pub(crate) fn handler(&self, status: u16) -> Option<&BoxView> {
        self.handlers.iter().find(|(of, _)| *of == status).map(|(_, view)| view)
    }
}

impl Leaf {
    fn resolve(&self, path: &str) -> Option<Resolved> {
        let mut rest = path;
        let mut levels = Vec::with_capacity(self.levels.len());
        for level in &self.levels {
            let (after, captures) = level.pattern.matches(rest)?;
            rest = after;
            levels.push(captures);
        }
        let (mut args, mut kwargs) = (Vec::new(), Vec::new());
        for (level, captures) in self.levels.iter().zip(&levels).rev() {
            (args, kwargs) = outward(level, captures, args, kwargs);
        }
        Some(Resolved {
            matched: ResolverMatch { described: Arc::clone(&self.described), args, kwargs },
            view: self.view.clone(),
            captures: for_view(&self.levels, levels),
        })
    }
}

type Kwargs = Vec<(String, String)>;

/// Django's rule, level by level from the inside: names take the place of positions.
fn outward(
    level: &Level,
    captures: &[Capture],
    inner_args: Vec<Option<String>>,
    inner_kwargs: Kwargs,
) -> (Vec<Option<String>>, Kwargs) {
    let mut kwargs: Kwargs = level
        .pattern
        .parameters
        .iter()
        .zip(captures)
        .filter_map(|((parameter, _), capture)| Some((parameter.0.clone()?, capture.text.clone()?)))
        .collect();
    let positional = kwargs.is_empty();
    for (name, value) in level.extra.iter().chain(&inner_kwargs) {
        match kwargs.iter_mut().find(|(key, _)| key == name) {
            Some(earlier) => earlier.1.clone_from(value),
            None => kwargs.push((name.clone(), value.clone())),
        }
    }
    // Extra arguments of this level do not take this level's own positions away, but those of the levels outside.
    let own_args = positional && (inner_kwargs.is_empty() && inner_args.is_empty());
    let mut args = Vec::new();
    if own_args || (positional && kwargs.is_empty()) {
        args.extend(captures.iter().map(|capture| capture.text.clone()));
    }
    args.extend(inner_args);
    (args, kwargs)
}

/// What the view gets, in order: every parameter of every level and its extra arguments, unnamed ones only where
/// nothing has a name. It does not depend on the path, so that start-up can compare it with the view's types.
fn for_view(levels: &[Level], found: Vec<Vec<Capture>>) -> Captures {
    let named = levels.iter().any(Level::is_named);
    let mut all: Vec<(Option<&str>, Capture)> = Vec::new();
    for (level, captures) in levels.iter().zip(found) {
        for ((parameter, _), capture) in level.pattern.parameters.iter().zip(captures) {
            add(&mut all, parameter.0.as_deref(), capture, named);
        }
        for (name, value) in level.extra.iter() {
            add(&mut all, Some(name), Capture { text: Some(value.clone()), value: None }, named);
        }
    }
    all.into_iter().map(|(_, capture)| capture).collect()
}

fn add<'n, T>(all: &mut Vec<(Option<&'n str>, T)>, name: Option<&'n str>, capture: T, named: bool) {
    match name {
        None if named => {}
        None => all.push((None, capture)),
        Some(name) => match all.iter_mut().find(|(earlier, _)| *earlier == Some(name)) {
            Some(earlier) => earlier.1 = capture,
            None => all.push((Some(name), capture)),
        },
    }
}

impl Level {
    fn is_named(&self) -> bool {
        self.pattern.parameters.iter().any(|(Parameter(name), _)| name.is_some())
    }
}
