//! The log-in page, for staff alone.

use http::Method;
use rjango_contrib::auth::{self, AnyUser, CurrentUser, LoginName, RequestUser as _, next_url};
use rjango_core::Result;
use rjango_http::{Request, Response, context, reverse};

use crate::gate::{may_enter, require_csrf};
use crate::page::{self, Crumbs};
use crate::words::{filled, text};

pub(crate) async fn login(request: Request) -> Result<Response> {
    require_csrf(&request)?;
    let current = request.user().await?;
    let index = reverse("admin:index", ())?;
    let next = next_url(&request).await?;
    if *request.method() != Method::POST {
        if may_enter(&current) {
            return Response::redirect(&index);
        }
        return show(&request, &current, "", Vec::new(), next.unwrap_or(index)).await;
    }
    let form = request.form().await?;
    // Spaces around a name are slips; in a password they count.
    let username = form.get("username").unwrap_or_default().trim();
    let password = form.get("password").unwrap_or_default();
    let name = LoginName::of_site()?;
    let errors = name.missing(username, password);
    if !errors.is_empty() {
        return show(&request, &current, username, errors, next.unwrap_or(index)).await;
    }
    match staff(&name, username, password).await? {
        Some(user) => {
            auth::login(&request, &user).await?;
            Response::redirect(&next.unwrap_or(index))
        }
        None => {
            // The same to every wrong name and password, and to users who are not staff.
            let refusal = filled(
                "Please enter the correct %(username)s and password for a staff account. Note that both fields may be \
                 case-sensitive.",
                &[("username", &name.label)],
            );
            show(&request, &current, username, vec![refusal], next.unwrap_or(index)).await
        }
    }
}

/// The user of this name and password, if the admin is for them.
async fn staff(name: &LoginName, username: &str, password: &str) -> Result<Option<AnyUser>> {
    if !name.is_possible(username) {
        return Ok(None);
    }
    let user = auth::authenticate(username, password).await?;
    Ok(user.filter(|user| user.is_active() && user.is_staff()))
}

async fn show(
    request: &Request,
    current: &CurrentUser,
    username: &str,
    mut errors: Vec<String>,
    next: String,
) -> Result<Response> {
    if errors.is_empty() && current.is_authenticated() {
        errors.push(filled(
            "You are authenticated as %(username)s, but are not authorized to access this page. Would you like to login to \
             a different account?",
            &[("username", current.username())],
        ));
    }
    let name = LoginName::of_site()?;
    let own = context! {
        errors,
        username,
        username_label => name.capitalized(),
        username_max_length => name.max_length,
        next,
        action => request.full_path(),
    };
    page::render(request, "admin/login.html", &text("Log in"), Crumbs::default(), own).await
}
