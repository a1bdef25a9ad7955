//! From a name and arguments back to a URL.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use regex::Regex;
use rjango_core::{Error, Result};

use super::pattern::{Element, Pattern};
use super::quoting::{escape_leading_slashes, quote_reversed};
use super::regex_bits::{self, Bits};
use super::resolver::Resolver;
use crate::request::QueryDict;

/// The arguments of [`reverse`](crate::reverse): `()`, a tuple, or an array of names and values.
#[derive(Debug, Clone, Default)]
pub struct UrlArguments {
    args: Vec<String>,
    kwargs: Vec<(String, String)>,
}

impl UrlArguments {
    /// Positional arguments.
    pub fn positional<T: ToString>(args: impl IntoIterator<Item = T>) -> Self {
        Self { args: args.into_iter().map(|argument| argument.to_string()).collect(), kwargs: Vec::new() }
    }

    /// Named arguments.
    pub fn named<N: Into<String>, T: ToString>(kwargs: impl IntoIterator<Item = (N, T)>) -> Self {
        let kwargs = kwargs.into_iter().map(|(name, value)| (name.into(), value.to_string())).collect();
        Self { args: Vec::new(), kwargs }
    }

    pub(crate) fn new(args: Vec<String>, kwargs: Vec<(String, String)>) -> Self {
        Self { args, kwargs }
    }

    fn shown(&self) -> String {
        let mut shown = String::new();
        if self.args.is_empty() && self.kwargs.is_empty() {
            return "no arguments".to_owned();
        }
        if !self.args.is_empty() {
            let _ = write!(shown, "the arguments ({})", self.args.join(", "));
        }
        if !self.kwargs.is_empty() {
            let pairs: Vec<String> = self.kwargs.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let _ = write!(shown, "the keyword arguments ({})", pairs.join(", "));
        }
        shown
    }
}

impl From<()> for UrlArguments {
    fn from((): ()) -> Self {
        Self::default()
    }
}

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<$($name: ToString),*> From<($($name,)*)> for UrlArguments {
            #[allow(non_snake_case)]
            fn from(($($name,)*): ($($name,)*)) -> Self {
                Self { args: vec![$($name.to_string()),*], kwargs: Vec::new() }
            }
        }
    };
}
tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);

impl<N: Into<String>, T: ToString, const COUNT: usize> From<[(N, T); COUNT]> for UrlArguments {
    fn from(kwargs: [(N, T); COUNT]) -> Self {
        Self::named(kwargs)
    }
}

/// What else may shape a reversed URL.
#[derive(Debug, Clone, Default)]
pub struct ReverseOptions<'a> {
    /// The query string.
    pub query: QueryDict,
    /// The fragment, after `#`.
    pub fragment: &'a str,
    /// The instance of an app to prefer: Django's `current_app`.
    pub current_app: &'a str,
}

/// The names of one namespace.
#[derive(Default)]
pub(super) struct Names {
    routes: HashMap<String, Vec<Possibility>>,
    /// Instances, by name.
    namespaces: HashMap<String, Names>,
    /// The instances of each app, in order.
    apps: HashMap<String, Vec<String>>,
}

/// One named route.
pub(super) struct Possibility {
    patterns: Vec<Arc<Pattern>>,
    extra: Vec<(String, String)>,
    bits: Vec<Bits>,
    regex: OnceLock<Option<Regex>>,
}

impl Possibility {
    pub(super) fn new(patterns: Vec<Arc<Pattern>>, extra: Vec<(String, String)>) -> Self {
        let bits =
            patterns.iter().fold(vec![Bits::default()], |heads, pattern| regex_bits::chain(&heads, &pattern.bits()));
        Self { patterns, extra, bits, regex: OnceLock::new() }
    }

    fn url(&self, arguments: &UrlArguments) -> Option<String> {
        self.bits.iter().find_map(|bits| self.url_of(bits, arguments))
    }

    fn url_of(&self, bits: &Bits, arguments: &UrlArguments) -> Option<String> {
        let parameters: Vec<&str> = bits.parameters().collect();
        let given: Vec<(&str, &str)> = if arguments.args.is_empty() {
            self.accepts_names(&parameters, &arguments.kwargs)
                .then(|| arguments.kwargs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect())?
        } else {
            (arguments.kwargs.is_empty() && arguments.args.len() == parameters.len())
                .then(|| parameters.iter().copied().zip(arguments.args.iter().map(String::as_str)).collect())?
        };
        let converted: Option<Vec<(&str, String)>> =
            given.iter().map(|&(name, value)| Some((name, self.to_url(name, value)?))).collect();
        let converted = converted?;
        let url = bits.fill(|name| converted.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str()))?;
        self.matches(&url).then_some(url)
    }

    /// Whether these names are the parameters, but for extra arguments, whose values must agree.
    fn accepts_names(&self, parameters: &[&str], kwargs: &[(String, String)]) -> bool {
        let extra = |name: &str| self.extra.iter().find(|(key, _)| key == name).map(|(_, value)| value);
        let all_known = kwargs.iter().all(|(name, _)| parameters.contains(&name.as_str()) || extra(name).is_some());
        let all_given = parameters
            .iter()
            .all(|parameter| kwargs.iter().any(|(name, _)| name == parameter) || extra(parameter).is_some());
        let agree = self.extra.iter().all(|(name, value)| {
            parameters.contains(&name.as_str()) || kwargs.iter().all(|(key, given)| key != name || given == value)
        });
        all_known && all_given && agree
    }

    fn to_url(&self, name: &str, value: &str) -> Option<String> {
        let elements = self.patterns.iter().filter_map(|pattern| pattern.elements.as_ref()).flatten();
        // The innermost pattern with the name converts, as the merged converters of Django do.
        let mut kind = elements.filter_map(|element| match element {
            Element::Capture { name: own, kind } if own == name => Some(kind),
            _ => None,
        });
        match kind.next_back() {
            Some(kind) => kind.to_url(value),
            None => Some(value.to_owned()),
        }
    }

    /// Whether the URL that came out would lead back here.
    fn matches(&self, url: &str) -> bool {
        if let [only] = self.patterns.as_slice() {
            return only.matches(url).is_some();
        }
        let regex = self.regex.get_or_init(|| {
            let mut source = String::new();
            let mut seen = Vec::new();
            for (index, pattern) in self.patterns.iter().enumerate() {
                let part = pattern.regex_source();
                // An anchor inside the chain would never match.
                let part = if index > 0 { part.strip_prefix('^').map(str::to_owned).unwrap_or(part) } else { part };
                source.push_str(&without_repeated_names(&part, &mut seen));
            }
            Regex::new(&source).ok()
        });
        regex.as_ref().is_some_and(|regex| regex.is_match(url))
    }
}

/// A chain may name a parameter twice, which one regular expression may not.
fn without_repeated_names(regex: &str, seen: &mut Vec<String>) -> String {
    let mut out = String::new();
    let mut rest = regex;
    while let Some(start) = rest.find("(?P<") {
        let name_start = start + 4;
        let Some(length) = rest[name_start..].find('>') else { break };
        let name = &rest[name_start..name_start + length];
        out.push_str(&rest[..start]);
        if seen.iter().any(|earlier| earlier == name) {
            out.push('(');
        } else {
            seen.push(name.to_owned());
            let _ = write!(out, "(?P<{name}>");
        }
        rest = &rest[name_start + length + 1..];
    }
    out + rest
}

impl Names {
    pub(super) fn include(&mut self, namespaces: &[String], app_name: &str, instance: &str) {
        let scope = self.scope(namespaces);
        let instances = scope.apps.entry(app_name.to_owned()).or_default();
        if !instances.iter().any(|known| known == instance) {
            instances.push(instance.to_owned());
        }
        scope.namespaces.entry(instance.to_owned()).or_default();
    }

    pub(super) fn add(&mut self, namespaces: &[String], name: &str, possibility: Possibility) {
        self.scope(namespaces).routes.entry(name.to_owned()).or_default().push(possibility);
    }

    fn scope(&mut self, namespaces: &[String]) -> &mut Self {
        namespaces.iter().fold(self, |scope, namespace| scope.namespaces.entry(namespace.clone()).or_default())
    }
}

impl Resolver {
    /// The URL of a named route; see [`reverse`](crate::reverse).
    ///
    /// # Errors
    /// `ImproperlyConfigured` where no route has the name and takes these arguments.
    #[track_caller]
    pub fn reverse(&self, name: &str, arguments: &UrlArguments, options: &ReverseOptions<'_>) -> Result<String> {
        let mut scope = &self.names;
        let mut walked = Vec::new();
        let mut current = (!options.current_app.is_empty()).then(|| options.current_app.split(':'));
        let mut parts = name.split(':').peekable();
        let mut own_name = name;
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                own_name = part;
                break;
            }
            let current_part = current.as_mut().and_then(Iterator::next);
            let mut namespace = part;
            if let Some(instances) = scope.apps.get(part) {
                match current_part {
                    Some(current) if instances.iter().any(|instance| instance == current) => namespace = current,
                    // The app's default instance has its name; otherwise the one that was included last counts.
                    _ if !instances.iter().any(|instance| instance == part) => {
                        namespace = instances.last().map_or(part, String::as_str);
                    }
                    _ => {}
                }
            }
            if current_part != Some(namespace) {
                current = None;
            }
            scope = scope.namespaces.get(namespace).ok_or_else(|| no_namespace(scope, name, part, &walked))?;
            walked.push(namespace);
        }
        let Some(possibilities) = scope.routes.get(own_name) else { return Err(no_name(scope, name, own_name)) };
        // The route that was defined last is tried first, as in Django.
        let Some(path) = possibilities.iter().rev().find_map(|possibility| possibility.url(arguments)) else {
            return Err(no_match(possibilities, name, arguments));
        };
        let mut url = escape_leading_slashes(format!("/{}", quote_reversed(&path)));
        if !options.query.is_empty() {
            url.push('?');
            url.push_str(&options.query.urlencode());
        }
        if !options.fragment.is_empty() {
            url.push('#');
            url.push_str(&super::quoting::quote(options.fragment, true));
        }
        Ok(url)
    }
}

/// Marks the error of a name that no route has, whatever its arguments.
#[derive(Debug)]
struct UnknownName;

impl std::fmt::Display for UnknownName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no route has this name")
    }
}

impl std::error::Error for UnknownName {}

/// The error of a name that no route has; nothing where one has it, whatever its arguments.
pub(crate) fn unknown_name(name: &str) -> Option<Error> {
    super::reverse(name, ()).err().filter(|error| error.downcast_ref::<UnknownName>().is_some())
}

#[track_caller]
fn no_namespace(scope: &Names, name: &str, part: &str, walked: &[&str]) -> Error {
    let inside = if walked.is_empty() { String::new() } else { format!(" inside `{}`", walked.join(":")) };
    let known: Vec<&String> = scope.namespaces.keys().collect();
    Error::improperly_configured(format!("`{name}` has no URL: `{part}` is not a registered namespace{inside}"))
        .with_hint(known_names("namespaces", known))
        .with_told_source(UnknownName)
}

#[track_caller]
fn no_name(scope: &Names, name: &str, own_name: &str) -> Error {
    Error::improperly_configured(format!("`{name}` has no URL: no route has the name `{own_name}`"))
        .with_hint(known_names("names", scope.routes.keys().collect()))
        .with_told_source(UnknownName)
}

#[track_caller]
fn no_match(possibilities: &[Possibility], name: &str, arguments: &UrlArguments) -> Error {
    let tried: Vec<String> = possibilities
        .iter()
        .flat_map(|possibility| &possibility.bits)
        .map(|bits| format!("`{}`", bits.shown()))
        .collect();
    Error::improperly_configured(format!("`{name}` has no URL with {}", arguments.shown()))
        .with_hint(format!("tried {}", tried.join(", ")))
}

fn known_names(what: &str, mut known: Vec<&String>) -> String {
    known.sort();
    match known.as_slice() {
        [] => format!("there are no {what} here; name a route with `.name(\"...\")`"),
        known => {
            let shown: Vec<String> = known.iter().take(20).map(|name| format!("`{name}`")).collect();
            format!("the {what} here: {}", shown.join(", "))
        }
    }
}
