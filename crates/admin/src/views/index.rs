//! The first page: the models that one may see, and what one did last.

use rjango_contrib::auth::{CurrentUser, RequestUser as _};
use rjango_core::Result;
use rjango_http::{Request, Response, context, reverse};
use rjango_macros::{f, q};
use rjango_orm::Models;
use serde::Serialize;

use crate::access::Access;
use crate::checks::is_installed;
use crate::log::LogEntry;
use crate::object_url::object_url;
use crate::page::{self, Crumbs, app_name, parse_pk};
use crate::registration::Registration;
use crate::words::{capitalized, model_name, model_names, text};

/// An app of the list.
#[derive(Debug, Serialize)]
pub(super) struct App {
    pub label: String,
    pub name: String,
    pub url: String,
    pub models: Vec<Model>,
}

/// A model of the list.
#[derive(Debug, Serialize)]
pub(super) struct Model {
    model_name: String,
    name: String,
    list_url: Option<String>,
    add_url: Option<String>,
    can_change: bool,
}

#[derive(Debug, Serialize)]
struct Recent {
    kind: &'static str,
    object: String,
    url: Option<String>,
    model: String,
}

pub(crate) async fn index(request: Request) -> Result<Response> {
    let user = request.user().await?;
    let models = request.site().require::<Models>()?;
    let apps = apps(&user, models).await?;
    let own = context! { apps, show_recent => true, recent => recent(&user, models).await? };
    page::render(&request, "admin/index.html", &text("Site administration"), Crumbs::default(), own).await
}

/// The apps with the models on which the user has any permission, by name: Django's `get_app_list`.
pub(super) async fn apps(user: &CurrentUser, models: &Models) -> Result<Vec<App>> {
    let mut apps: Vec<App> = Vec::new();
    for registration in Registration::all() {
        let schema = registration.schema();
        if !is_installed(models, registration.entry()) {
            continue;
        }
        let access = Access::of(user, schema).await?;
        if !access.any() {
            continue;
        }
        let model = Model {
            model_name: schema.model_name(),
            name: capitalized(&model_names(schema)),
            list_url: if access.view { Some(registration.url("changelist")?) } else { None },
            add_url: if access.add { Some(registration.url("add")?) } else { None },
            can_change: access.change,
        };
        match apps.iter_mut().find(|app| app.label == schema.app) {
            Some(app) => app.models.push(model),
            None => apps.push(App {
                label: schema.app.clone(),
                name: app_name(&schema.app),
                url: reverse("admin:app_list", [("app_label", &schema.app)])?,
                models: vec![model],
            }),
        }
    }
    apps.sort_by_key(|app| app.name.to_lowercase());
    for app in &mut apps {
        app.models.sort_by(|one, other| one.name.cmp(&other.name));
    }
    Ok(apps)
}

/// The user's ten last entries in the log.
async fn recent(user: &CurrentUser, models: &Models) -> Result<Vec<Recent>> {
    let Some(user) = user.user() else { return Ok(Vec::new()) };
    let entries = LogEntry::objects()
        .filter(q!(user = user.key()))
        .select_related(f!(content_type))
        .order_by(f!(-action_time))
        .slice(..10)
        .await?;
    let mut recent = Vec::with_capacity(entries.len());
    for entry in entries {
        let content_type = entry.content_type.as_ref().and_then(|content_type| content_type.loaded());
        let schema = content_type.and_then(|content_type| content_type.schema(models));
        let registration = schema.and_then(|schema| Registration::find(&schema.label()));
        let url = match (registration, &entry.object_id) {
            (Some(registration), Some(id)) if entry.action_flag != 3 => match parse_pk(registration.schema(), id) {
                Some(pk) => Some(object_url(registration, "change", &pk)?),
                None => None,
            },
            _ => None,
        };
        let model = schema.map_or_else(|| text("Unknown content"), |schema| capitalized(&model_name(schema)));
        recent.push(Recent { kind: entry.kind(), object: entry.object_repr.clone(), url, model });
    }
    Ok(recent)
}
