//! Django's own cases of `{% url %}`, over the routes that they were recorded with. The file and its licence stand beside the engine's
//! tests.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use rjango_core::{Settings, Site};
use rjango_http::templates::Value;
use rjango_http::urls::Route;
use rjango_http::{BoxView, Client, Request, Templates, Urls, View, include, path, re_path};
use serde_json::Value as Json;

fn view() -> BoxView {
    async fn view(_request: Request) -> &'static str {
        ""
    }
    view.into_view().ignoring_captures()
}

fn urls(entries: &[Json]) -> Urls {
    Urls::new(entries.iter().map(route).collect())
}

fn route(entry: &Json) -> Route {
    let pattern = entry["pattern"].as_str().unwrap();
    let is_regex = entry["kind"] == "RegexPattern";
    let route = match entry["children"].as_array() {
        Some(children) => {
            let mut inner = urls(children);
            if let Some(app) = entry["app_name"].as_str() {
                inner = inner.namespace(app);
            }
            if let Some(namespace) = entry["namespace"].as_str() {
                inner = inner.instance(namespace);
            }
            if is_regex { re_path(pattern, include(inner)) } else { path(pattern, include(inner)) }
        }
        None if is_regex => re_path(pattern, view()),
        None => path(pattern, view()),
    };
    match entry["name"].as_str() {
        Some(name) => route.name(name),
        None => route,
    }
}

fn value(json: &Json) -> Value {
    match json {
        Json::Array(items) => items.iter().map(value).collect(),
        Json::Object(pairs) => Value::map(pairs.iter().map(|(name, inner)| (name.as_str(), value(inner)))),
        other => Value::from(other),
    }
}

#[tokio::test]
async fn addresses_in_templates_are_those_of_django() {
    let routes: Vec<Json> =
        serde_json::from_str(include_str!("../../templates/tests/vectors/template_urls.json")).unwrap();
    // Python's JSON has numbers that JSON has not; none of them is in a case of this tag.
    let text = include_str!("../../templates/tests/vectors/template.json").replace(": Infinity", ": 0");
    let cases: Vec<Json> = serde_json::from_str(&text).unwrap();
    let client = Client::new(Site::new(Settings::for_tests()).with(urls(&routes))).unwrap();
    let site = Arc::clone(client.site());
    let mut count = 0;
    for case in cases.iter().filter(|case| case["test"].as_str().unwrap().contains("test_url.")) {
        count += 1;
        let source = case["template"].as_str().unwrap();
        let templates = site.require::<Templates>().unwrap();
        let found = Arc::clone(&site).scope(templates.render_text("case", source, value(&case["context"]))).await;
        match (case["error"].as_str(), found) {
            (None, Ok(page)) => assert_eq!(page, case["output"].as_str().unwrap(), "{source}"),
            (Some("NoReverseMatch"), Err(error)) => {
                assert!(error.to_string().contains("has no URL"), "{source}: {error}")
            }
            (Some(_), Err(error)) => assert!(error.to_string().contains("does not parse"), "{source}: {error}"),
            (expected, found) => panic!("{source}: expected {expected:?}, found {found:?}"),
        }
    }
    assert_eq!(count, 34);
}
