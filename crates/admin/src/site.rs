//! The routes of the admin: Django's `AdminSite.get_urls`.

use std::collections::BTreeSet;

use rjango_core::Error;
use rjango_http::decorators::{login_not_required, never_cache};
use rjango_http::urls::Route;
use rjango_http::{BoxView, Request, Response, Urls, View, include, path, re_path};
use rjango_orm::Models;

use crate::checks::is_installed;
use crate::gate::staff_only;
use crate::registration::Registration;
use crate::views;

/// The admin's routes, for `path("admin/", admin::site())`, in the namespace `admin`.
pub fn site() -> Urls {
    let models = Registration::all();
    let mut routes = vec![
        path("", staff_only(views::index)).name("index"),
        path("login/", never_cache(login_not_required(views::login))).name("login"),
        path("logout/", staff_only(views::logout)).name("logout"),
        path("password_change/", staff_only(views::password_change)).name("password_change"),
        path("password_change/done/", staff_only(views::password_change_done)).name("password_change_done"),
    ];
    let mut apps = BTreeSet::new();
    for model in models {
        let schema = model.schema();
        apps.insert(schema.app.clone());
        routes.push(path(format!("{}/{}/", schema.app, schema.model_name()), include(model_urls(model))));
    }
    let apps: Vec<String> = apps.into_iter().collect();
    if !apps.is_empty() {
        routes.push(
            re_path(format!("^(?P<app_label>{})/$", apps.join("|")), staff_only(views::app_list)).name("app_list"),
        );
    }
    // Whoever is not logged in cannot tell which of the other URLs exist.
    routes.push(re_path("(?s)^(?P<url>.*)$", staff_only(views::not_found)));
    Urls::new(routes).namespace("admin")
}

/// The routes of one model: Django's `ModelAdmin.get_urls`.
fn model_urls(model: &'static Registration) -> Urls {
    let prefix = format!("{}_{}", model.schema().app, model.schema().model_name());
    let name = |route: Route, page: &str| route.name(format!("{prefix}_{page}"));
    let mut routes = vec![
        name(path("", of(model, move |request: Request| views::change_list(request, model))), "changelist"),
        name(path("add/", of(model, move |request: Request| views::add(request, model))), "add"),
    ];
    if model.user().is_some() {
        let view = move |request: Request, id: String| views::user_password(request, model, id);
        routes.push(name(path("<path:id>/password/", of(model, view)), "password_change"));
    }
    routes.extend([
        name(
            path(
                "<path:object_id>/history/",
                of(model, move |request: Request, id: String| views::history(request, model, id)),
            ),
            "history",
        ),
        name(
            path(
                "<path:object_id>/delete/",
                of(model, move |request: Request, id: String| views::delete(request, model, id)),
            ),
            "delete",
        ),
        name(
            path(
                "<path:object_id>/change/",
                of(model, move |request: Request, id: String| views::change(request, model, id)),
            ),
            "change",
        ),
        path("<path:object_id>/", of(model, move |request: Request, id: String| views::to_change(request, model, id))),
    ]);
    Urls::new(routes)
}

/// A view of a model's rows, for staff. A model that the site does not have has no pages: its app is not installed, or another
/// model of users has taken its place.
fn of<Kind, V: View<Kind>>(model: &'static Registration, view: V) -> BoxView {
    staff_only(view.into_view().wrap(move |request, view| async move {
        if is_installed(request.site().require::<Models>()?, model.entry()) {
            return view.run(request).await;
        }
        Err::<Response, _>(Error::not_found(format!("the site has no model `{}`", model.schema().label())))
    }))
}
