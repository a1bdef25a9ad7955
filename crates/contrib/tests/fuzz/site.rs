//! A site without a database, asked from outside.

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use rjango_contrib::messages;
use rjango_contrib::sessions::RequestSession as _;
use rjango_core::{LogLevel, Result, Settings, Site};
use rjango_http::shortcuts::json;
use rjango_http::{Cookie, Handler, Request, Response, Urls, path, urls};
use serde_json::json;

pub fn settings() -> Settings {
    let mut settings = Settings::for_tests();
    settings.logging.level = LogLevel::Off;
    settings.session_engine = "rjango.contrib.sessions.backends.signed_cookies".to_owned();
    settings.message_storage = "rjango.contrib.messages.storage.cookie.CookieStorage".to_owned();
    settings
}

async fn cookies(request: Request) -> Response {
    json(request.cookies().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>())
}
async fn set(request: Request) -> Response {
    let mut response = Response::new("");
    for (number, (_, value)) in request.cookies().iter().enumerate() {
        response.set_cookie(Cookie::new(format!("c{number}"), value.to_owned()));
    }
    response
}
async fn form(request: Request) -> Result<String> {
    let form = request.form().await?;
    let fields: Vec<(&str, &str)> = form.fields().iter().collect();
    let mut files = Vec::new();
    for (field, file) in form.files() {
        assert!(!file.name().contains(['/', '\\', '\n', '\0']));
        files.push(json!([field, file.name(), file.content_type(), file.read().await?.to_vec()]));
    }
    Ok(json!({ "fields": fields, "files": files }).to_string())
}
async fn host(request: Request) -> Result<String> {
    request.build_absolute_uri(None)?;
    Ok(request.get_host()?.to_owned())
}
async fn language(request: Request) -> String {
    request.language_code().to_owned()
}
async fn begin(request: Request) -> Result<String> {
    request.session().await?.set("color", "red")?;
    messages::info(&request, "hello");
    Ok(String::new())
}
async fn kept(request: Request) -> Result<String> {
    let color = request.session().await?.get::<String>("color")?;
    let said: Vec<String> =
        messages::get_messages(&request).await?.read().into_iter().map(|message| message.message).collect();
    Ok(format!("{} [{}]", color.as_deref().unwrap_or("-"), said.join(",")))
}
async fn number(_request: Request, number: i64) -> String {
    number.to_string()
}

fn urlpatterns() -> Urls {
    urls![
        path("cookies/", cookies),
        path("set/", set),
        path("form/", form),
        path("host/", host),
        path("language/", language),
        path("begin/", begin),
        path("kept/", kept),
        path("numbers/<int:number>/", number),
    ]
}

/// What a client sends.
pub struct Asked {
    method: Method,
    uri: String,
    headers: HeaderMap,
    body: Vec<u8>,
    pieces: usize,
}

impl Asked {
    pub fn new(method: Method, uri: &str) -> Self {
        let headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static("example.com"))]);
        Self { method, uri: uri.to_owned(), headers, body: Vec::new(), pieces: 1 << 20 }
    }

    pub fn get(uri: &str) -> Self {
        Self::new(Method::GET, uri)
    }

    pub fn post(uri: &str, content_type: &'static str, body: &[u8]) -> Self {
        let asked = Self::new(Method::POST, uri).with(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { body: body.to_vec(), ..asked }
    }

    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    pub fn in_pieces(self, pieces: usize) -> Self {
        Self { pieces, ..self }
    }
}

/// What it gets.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: String,
    headers: HeaderMap,
}

impl Answer {
    /// Names and values of the cookies that are set, as Django's client reads them.
    pub fn cookies(&self) -> Vec<(String, String)> {
        let all = self.headers.get_all(header::SET_COOKIE).iter();
        let mut jar = HeaderMap::new();
        for cookie in all {
            let pair = cookie.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
            jar.append(header::COOKIE, HeaderValue::from_bytes(pair).unwrap());
        }
        let outside = Outside::new(|_| {});
        let mut asked = Asked::get("/cookies/");
        asked.headers.extend(jar);
        serde_json::from_str(&outside.ask(asked).body).unwrap()
    }
}

/// The site, and a runtime to ask it on.
pub struct Outside {
    runtime: tokio::runtime::Runtime,
    handler: Handler,
}

impl Outside {
    pub fn new(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = settings();
        change(&mut settings);
        let handler = Handler::new(Site::new(settings).with(urlpatterns())).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { runtime, handler }
    }

    pub fn ask(&self, asked: Asked) -> Answer {
        self.runtime.block_on(async {
            let pieces: Vec<std::io::Result<Bytes>> =
                asked.body.chunks(asked.pieces).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
            let mut request = http::Request::new(Body::from_stream(futures_util::stream::iter(pieces)));
            *request.method_mut() = asked.method;
            *request.uri_mut() = asked.uri.parse().unwrap();
            *request.headers_mut() = asked.headers;
            let (parts, body) = self.handler.handle(request).await.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            self.handler.finished().await;
            let body = String::from_utf8_lossy(&body).into_owned();
            Answer { status: parts.status.as_u16(), body, headers: parts.headers }
        })
    }
}
