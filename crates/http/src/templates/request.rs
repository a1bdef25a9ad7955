//! `request` in templates.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use rjango_core::Result;
use rjango_templates::{Attribute, Object, Value};

use super::context::Variables;
use super::query::QueryDict;

/// The request, and with it what context processors make of it: `request.user`, `request.messages`.
pub(super) struct RequestObject(pub(super) Arc<Variables>);

/// What it has without a context processor.
const NAMES: [&str; 17] = [
    "path",
    "path_info",
    "method",
    "scheme",
    "host",
    "GET",
    "COOKIES",
    "headers",
    "content_type",
    "LANGUAGE_CODE",
    "resolver_match",
    "get_full_path",
    "get_full_path_info",
    "is_secure",
    "get_host",
    "get_port",
    "build_absolute_uri",
];

impl fmt::Debug for RequestObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

impl Object for RequestObject {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn type_name(&self) -> &str {
        "request"
    }

    fn attribute(&self, name: &str) -> Attribute<'_> {
        let request = &self.0.request;
        let told = |value: Result<Value>| value.map_or_else(Attribute::Refused, Attribute::Value);
        Attribute::Value(match name {
            "path" => request.path().into(),
            "path_info" => request.path_info().into(),
            "method" => request.method().as_str().into(),
            "scheme" => request.scheme().into(),
            "host" => request.host().into(),
            "GET" => Value::object(QueryDict::new(request.query().iter())),
            "COOKIES" => Value::map(request.cookies().iter().map(|(name, value)| (name, Value::from(value)))),
            "headers" => Value::map(
                request
                    .headers()
                    .iter()
                    .filter_map(|(name, value)| Some((title(name.as_str()), Value::from(value.to_str().ok()?)))),
            ),
            "content_type" => request.header("content-type").and_then(|own| own.split(';').next()).unwrap_or("").into(),
            "LANGUAGE_CODE" => request.language_code().into(),
            "get_full_path" => request.full_path().into(),
            "get_full_path_info" => request.full_path().into(),
            "is_secure" => request.is_secure().into(),
            "get_host" => return told(request.get_host().map(Value::from)),
            "get_port" => return told(request.get_host().map(|host| port(host, request.is_secure()).into())),
            "build_absolute_uri" => return told(request.build_absolute_uri(None).map(Value::from)),
            "resolver_match" => match request.resolver_match() {
                None => Value::None,
                Some(matched) => Value::map([
                    ("url_name", Value::from(matched.url_name())),
                    ("view_name", Value::from(matched.view_name())),
                    ("app_name", Value::from(matched.app_name())),
                    ("namespace", Value::from(matched.namespace())),
                    ("route", Value::from(matched.route())),
                    ("kwargs", Value::map(matched.kwargs().map(|(name, value)| (name, Value::from(value))))),
                ]),
            },
            other => return self.0.processed(other),
        })
    }

    fn attribute_names(&self) -> Vec<Cow<'_, str>> {
        NAMES.into_iter().chain(self.0.processor_names()).map(Into::into).collect()
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        let request = &self.0.request;
        write!(out, "<Request: {} '{}'>", request.method(), request.full_path())
    }
}

/// `x-real-ip` as `X-Real-Ip`.
fn title(name: &str) -> String {
    let parts = name.split('-').map(|part| {
        let mut characters = part.chars();
        let first = characters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(characters).collect::<String>()
    });
    parts.collect::<Vec<_>>().join("-")
}

fn port(host: impl AsRef<str>, is_secure: bool) -> String {
    let port = host.as_ref().rsplit_once(':').map(|(_, port)| port);
    let own = port.filter(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()));
    own.unwrap_or(if is_secure { "443" } else { "80" }).to_owned()
}
