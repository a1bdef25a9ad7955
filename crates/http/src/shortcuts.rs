//! What views reach for: `render`, `redirect`, `json`, `get_object_or_404`.

use http::StatusCode;
use rjango_core::{Error, Result};
use rjango_orm::{Model, QuerySet};
use rjango_templates::Value;
use serde::Serialize;

use crate::request::RequestState;
use crate::templates::Templates;
use crate::urls::UrlArguments;
use crate::{Body, Response, urls};

/// A template with this context as a page of HTML, status 200: Django's `render`.
///
/// The context processors' variables (`request`, `csrf_token`, `user`, ...) are there too. One that needs a query is
/// loaded when the template uses it and at no other time. The page is made once, when the view and its decorators are done,
/// and before middleware sees the response.
///
/// # Errors
/// `Template` where the template does not exist or does not parse. What goes wrong while it is rendered becomes the
/// response's error, so that a page is whole or is that of status 500.
#[track_caller]
pub fn render(request: &RequestState, template: &str, context: Value) -> Result<Response> {
    Ok(Response::new(render_body(request, template, context)?))
}

/// A page as [`render`] makes it, sent while it is rendered: for a page that is too long to be kept in memory.
///
/// Middleware sees it as a stream, without a length. What goes wrong while it is rendered can only break it off, since the status
/// is out by then; the log tells of it.
///
/// # Errors
/// `Template` where the template does not exist or does not parse.
#[track_caller]
pub fn render_streaming(request: &RequestState, template: &str, context: Value) -> Result<Response> {
    Ok(Response::new(request.site().require::<Templates>()?.stream_for(request, template, context)?))
}

fn render_body(request: &RequestState, template: &str, context: Value) -> Result<Body> {
    request.site().require::<Templates>()?.render_for(request, template, context)
}

/// A redirect, status 302, to a route's name or a URL: Django's `redirect`. What has a slash or a dot is a URL.
///
/// # Errors
/// Where neither can be made of it.
#[track_caller]
pub fn redirect(to: &str) -> Result<Response> {
    Response::redirect(&resolve_url(to)?)
}

/// [`redirect`] for ever, status 301.
///
/// # Errors
/// As [`redirect`].
#[track_caller]
pub fn redirect_permanent(to: &str) -> Result<Response> {
    Ok(redirect(to)?.with_status(StatusCode::MOVED_PERMANENTLY))
}

/// A redirect to a named route with arguments: `redirect_to("product-detail", [("pk", 5)])`.
///
/// # Errors
/// As [`reverse`](crate::reverse).
#[track_caller]
pub fn redirect_to(name: &str, arguments: impl Into<UrlArguments>) -> Result<Response> {
    Response::redirect(&urls::reverse(name, arguments)?)
}

/// The URL of a route's name; what looks like a URL stays as it is: Django's `resolve_url`.
///
/// # Errors
/// Where it is neither.
#[track_caller]
pub fn resolve_url(to: &str) -> Result<String> {
    if to.starts_with("./") || to.starts_with("../") {
        return Ok(to.to_owned());
    }
    match urls::reverse(to, ()) {
        Ok(url) => Ok(url),
        Err(_) if to.contains('/') || to.contains('.') => Ok(to.to_owned()),
        Err(error) => Err(error),
    }
}

/// A value as JSON, status 200.
pub fn json(value: impl Serialize) -> Response {
    Response::json(value)
}

/// What [`get_object_or_404`] can get one thing from: a query set, and anything else that a crate makes of it.
pub trait GetObject {
    /// The thing.
    type Object;

    /// The one thing.
    fn get_object(self) -> impl Future<Output = Result<Self::Object>> + Send;
}

/// What [`get_list_or_404`] can get things from.
pub trait GetList {
    /// One of the things.
    type Object;

    /// The things.
    fn get_list(self) -> impl Future<Output = Result<Vec<Self::Object>>> + Send;
}

impl<M: Model> GetObject for QuerySet<M> {
    type Object = M;

    fn get_object(self) -> impl Future<Output = Result<M>> + Send {
        self.one().into_future()
    }
}

impl<M: Model> GetList for QuerySet<M> {
    type Object = M;

    fn get_list(self) -> impl Future<Output = Result<Vec<M>>> + Send {
        self.into_future()
    }
}

/// The one row of a query, or the page for 404.
///
/// # Errors
/// `NotFound` where there is no row; otherwise the query's own.
pub async fn get_object_or_404<Q: GetObject>(query: Q) -> Result<Q::Object> {
    query.get_object().await.map_err(|error| {
        if error.is_does_not_exist() {
            Error::not_found(error.to_string()).with_source(error.into_boxed())
        } else {
            error
        }
    })
}

/// The rows of a query, or the page for 404 where there is none.
///
/// # Errors
/// `NotFound` where there is no row; otherwise the query's own.
pub async fn get_list_or_404<Q: GetList>(query: Q) -> Result<Vec<Q::Object>> {
    let list = query.get_list().await?;
    if list.is_empty() { Err(Error::not_found("the query matches no row")) } else { Ok(list) }
}

/// The variables of a template or the fields of a JSON object: `context! { products, total => 3 }`.
///
/// Anything that serializes is a value; a model becomes an object with attributes and relations.
#[macro_export]
macro_rules! context {
    ($($key:ident $(=> $value:expr)?),* $(,)?) => {
        $crate::__private::template_context([
            $((::core::stringify!($key), $crate::__context_value!($key $(=> $value)?))),*
        ])
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __context_value {
    ($key:ident) => {
        $crate::__private::template_value(&$key)
    };
    ($key:ident => $value:expr) => {
        $crate::__private::template_value(&$value)
    };
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rjango_core::ErrorKind;

    struct Query(Vec<u8>, Option<ErrorKind>);

    impl GetObject for Query {
        type Object = u8;

        async fn get_object(self) -> Result<u8> {
            match (self.1, self.0.as_slice()) {
                (Some(kind), _) => Err(Error::new(kind, "it went wrong")),
                (None, [one]) => Ok(*one),
                (None, _) => Err(Error::new(ErrorKind::DoesNotExist, "`Product` matching query does not exist")),
            }
        }
    }

    impl GetList for Query {
        type Object = u8;

        async fn get_list(self) -> Result<Vec<u8>> {
            Ok(self.0)
        }
    }

    #[tokio::test]
    async fn what_does_not_exist_is_not_found_and_other_errors_stay() {
        assert_eq!(get_object_or_404(Query(vec![7], None)).await.unwrap(), 7);
        let missing = get_object_or_404(Query(vec![], None)).await.unwrap_err();
        assert_eq!((missing.status(), missing.to_string().as_str()), (404, "`Product` matching query does not exist"));
        let broken = get_object_or_404(Query(vec![7], Some(ErrorKind::Database))).await.unwrap_err();
        assert_eq!(broken.status(), 500);
        assert_eq!(get_list_or_404(Query(vec![1, 2], None)).await.unwrap(), [1, 2]);
        assert!(get_list_or_404(Query(vec![], None)).await.unwrap_err().is_not_found());
    }
}
