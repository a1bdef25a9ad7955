//! Views for some users only. Each keeps the captures of the view that it guards.

use rjango_core::{Error, Result};
use rjango_http::{BoxView, RequestState, Response, View};

use super::redirect::redirect_to_login;
use super::{CurrentUser, RequestUser as _};

/// The view for users who are logged in; others are sent to LOGIN_URL and come back after.
pub fn login_required<Kind, V: View<Kind>>(view: V) -> BoxView {
    user_passes_test(CurrentUser::is_authenticated, view)
}

/// The view for users who pass a test; others are sent to LOGIN_URL.
pub fn user_passes_test<Kind, V: View<Kind>>(
    test: impl Fn(&CurrentUser) -> bool + Clone + Send + Sync + 'static,
    view: V,
) -> BoxView {
    view.into_view().wrap(move |request, view| {
        let test = test.clone();
        async move {
            let user = request.user().await?;
            if test(&user) { view.run(request).await } else { redirect_to_login(&request) }
        }
    })
}

/// The view for users with this permission, for example `shop.add_product`; others are sent to LOGIN_URL, as in
/// Django, to log in as somebody who has it.
pub fn permission_required<Kind, V: View<Kind>>(permission: &'static str, view: V) -> BoxView {
    view.into_view().wrap(move |request, view| async move {
        if has_permission(&request, permission).await? { view.run(request).await } else { redirect_to_login(&request) }
    })
}

/// The view for users with this permission; others get status 403: Django's `raise_exception=True`.
pub fn permission_required_or_403<Kind, V: View<Kind>>(permission: &'static str, view: V) -> BoxView {
    view.into_view().wrap(move |request, view| async move {
        if has_permission(&request, permission).await? {
            return view.run(request).await;
        }
        Err::<Response, _>(Error::permission_denied(format!("the permission `{permission}` is needed")))
    })
}

async fn has_permission(request: &RequestState, permission: &str) -> Result<bool> {
    request.user().await?.has_perm(permission).await
}
