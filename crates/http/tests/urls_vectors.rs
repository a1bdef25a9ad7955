//! Every URL that Django's own tests resolve and reverse, with Django's answers. See `vectors/LICENSE.django`.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use rjango_http::urls::{ReverseOptions, Route, UrlArguments};
use rjango_http::{BoxView, Request, Urls, View, include, path, re_path};
use serde_json::Value;

fn view() -> BoxView {
    async fn view(_request: Request) -> &'static str {
        ""
    }
    view.into_view().ignoring_captures()
}

// DIFFERENCE: the `regex` crate has no look-around and no back references, and `check` refuses such patterns.
const UNSUPPORTED: &[&str] =
    &["people_backref", "lookahead-negative", "lookahead-positive", "lookbehind-negative", "lookbehind-positive"];

fn urls(entries: &[Value], whole: &[Value]) -> Urls {
    Urls::new(entries.iter().filter_map(|entry| route(entry, whole)).collect())
}

/// The recording says "recursive" instead of listing a configuration again. One without includes of its own is
/// recorded in full elsewhere, under the same pattern; the others end there.
fn recorded<'v>(pattern: &str, entries: &'v [Value]) -> Option<&'v Vec<Value>> {
    entries.iter().find_map(|entry| {
        let included = entry.get("include")?.as_array()?;
        let flat = included.iter().all(|inner| inner.get("include").is_none());
        if flat && entry["pattern"] == pattern { Some(included) } else { recorded(pattern, included) }
    })
}

fn route(entry: &Value, whole: &[Value]) -> Option<Route> {
    let text = |key: &str| entry.get(key).and_then(Value::as_str);
    if text("name").is_some_and(|name| UNSUPPORTED.contains(&name)) {
        return None;
    }
    let pattern = text("pattern").unwrap();
    let is_regex = text("kind") == Some("RegexPattern");
    let mut route = match entry.get("include") {
        Some(included) => {
            let included = included.as_array().or_else(|| recorded(pattern, whole));
            let mut included = urls(included.map_or(&[], Vec::as_slice), whole);
            if let Some(app) = text("app") {
                included = included.namespace(app);
                included = included.instance(text("ns").unwrap());
            }
            if is_regex { re_path(pattern, include(included)) } else { path(pattern, include(included)) }
        }
        None if is_regex => re_path(pattern, view()),
        None => path(pattern, view()),
    };
    if let Some(name) = text("name") {
        route = route.name(name);
    }
    for (name, value) in entry["extra"].as_object().into_iter().flatten() {
        route = route.extra(name, shown(value));
    }
    Some(route)
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn vectors(json: &str) -> (Urls, Vec<Vec<Value>>) {
    let vectors: Value = serde_json::from_str(json).unwrap();
    let cases = vectors["cases"].as_array().unwrap().iter().map(|case| case.as_array().unwrap().clone()).collect();
    let whole = vectors["urlconf"].as_array().unwrap();
    (urls(whole, whole), cases)
}

#[test]
fn names_reverse_as_in_django() {
    let (urls, cases) = vectors(include_str!("vectors/urls_reverse.json"));
    assert_eq!(urls.check(), []);
    let resolver = urls.resolver().unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let [name, expected, args, kwargs] = case.as_slice() else { panic!("a case has four parts") };
        let name = name.as_str().unwrap();
        if UNSUPPORTED.contains(&name) {
            continue;
        }
        let arguments = if args.as_array().unwrap().is_empty() {
            UrlArguments::named(kwargs.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), shown(value))))
        } else if kwargs.as_object().unwrap().is_empty() {
            UrlArguments::positional(args.as_array().unwrap().iter().map(shown))
        } else {
            // DIFFERENCE: Django refuses positions and names together when it runs, here the types do.
            assert_eq!(expected, &Value::Null);
            continue;
        };
        let found = resolver.reverse(name, &arguments, &ReverseOptions::default()).ok();
        if found.as_deref() != expected.as_str() {
            wrong.push(format!("{name} {args} {kwargs}: expected {expected}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases.len() > 40);
}

#[test]
fn paths_resolve_as_in_django() {
    let (urls, cases) = vectors(include_str!("vectors/urls_resolve.json"));
    assert_eq!(urls.check(), []);
    let resolver = urls.resolver().unwrap();
    for case in &cases {
        let [path, url_name, app_name, namespace, view_name, args, kwargs] = case.as_slice() else {
            panic!("a case has seven parts")
        };
        let found = resolver.matches(path.as_str().unwrap()).unwrap_or_else(|| panic!("{path} does not resolve"));
        assert_eq!(found.url_name(), url_name.as_str(), "{path}");
        assert_eq!(Some(found.app_name().as_str()), app_name.as_str(), "{path}");
        assert_eq!(Some(found.namespace().as_str()), namespace.as_str(), "{path}");
        if url_name.is_string() {
            assert_eq!(Some(found.view_name()), view_name.as_str(), "{path}");
        }
        let found_args: Vec<Option<&str>> = found.args().collect();
        let args: Vec<Option<&str>> = args.as_array().unwrap().iter().map(Value::as_str).collect();
        assert_eq!(found_args, args, "{path}");
        let found_kwargs: BTreeMap<&str, String> =
            found.kwargs().map(|(name, value)| (name, value.to_owned())).collect();
        let kwargs: BTreeMap<&str, String> =
            kwargs.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), shown(value))).collect();
        assert_eq!(found_kwargs, kwargs, "{path}");
    }
    assert!(cases.len() > 10);
}
