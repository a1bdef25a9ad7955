//! The request pipeline: URLs, middleware, views and templates.
//!
//! A request comes in through [`Handler`] (from a socket, an axum router or the test [`client`]), walks inwards
//! through the middleware named in the settings, is matched by [`mod@urls`], runs a view, and its [`Response`] walks out
//! through the same layers. Sessions, users and messages belong to `rjango-contrib`; they keep their per-request
//! things in the slots of [`RequestState`].
#![deny(missing_docs)]

mod request;
mod response;
mod view;

pub mod client;
pub mod decorators;
pub mod logging;
pub mod middleware;
pub mod server;
pub mod shortcuts;
pub mod templates;
pub mod urls;

mod abandoned;
mod cookie_text;
mod error_pages;
mod handler;
mod health;

#[doc(hidden)]
pub mod __private;

pub use axum::Json;
pub use axum::response::{Html, IntoResponse};
pub use client::Client;
pub use handler::{Handler, RequestLog};
pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
#[doc(hidden)]
pub use middleware::MiddlewareEntry;
pub use middleware::{Middleware, Next};
pub use request::{Cookies, FormData, QueryDict, Request, RequestState, TlsConnection, UploadedFile};
pub use response::{Body, Cookie, CookieAge, CookieSettings, FileResponse, Response, SameSite, setting_cookie};
pub use templates::{ContextProcessor, Templates};
pub use urls::{Urls, include, path, re_path, reverse};
pub use view::{BoxView, Capture, Converter, FromCapture, NextView, View};

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;
