//! Logging out, by POST alone.

use http::Method;
use rjango_contrib::auth;
use rjango_core::Result;
use rjango_http::{Request, Response, context, reverse};

use crate::page::{self, Crumbs};
use crate::words::text;

pub(crate) async fn logout(request: Request) -> Result<Response> {
    if *request.method() != Method::POST {
        return Ok(Response::method_not_allowed(&["POST", "OPTIONS"]));
    }
    auth::logout(&request).await?;
    let own = context! {
        text => text("Thanks for spending some quality time with the web site today."),
        link_url => reverse("admin:index", ())?,
        link_label => text("Log in again"),
    };
    page::render(&request, "admin/message.html", &text("Logged out"), Crumbs::default(), own).await
}
