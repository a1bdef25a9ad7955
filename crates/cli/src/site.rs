//! What every site has, whichever binary makes it.

use std::sync::Arc;

// Its model, migration and checks register themselves; a crate that nobody names would not be linked.
use rjango_admin as _;
use rjango_core::{Result, Settings, Site};
use rjango_migrations::AppMigrations;
use rjango_orm::{Databases, ModelEntry, Models};
use rjango_schema::ModelSchema;

/// A site with its models and databases. Nothing is opened yet. `compiled` is whether the project's own code is here, and
/// with it the routers that the settings name.
///
/// # Errors
/// Where a database's engine is not part of this build, or a router does not exist.
pub fn site(settings: Settings, models: &Models, compiled: bool) -> Result<Site> {
    let databases = if compiled { Databases::with_routers(&settings)? } else { Databases::from_settings(&settings)? };
    Ok(Site::new(settings).with(models.clone()).with(databases))
}

/// The models of a site, with the users that AUTH_USER_MODEL names.
///
/// # Errors
/// `ImproperlyConfigured` where the models do not fit together, or AUTH_USER_MODEL names none of them.
pub fn models(
    settings: &Settings,
    models: impl IntoIterator<Item = (Arc<ModelSchema>, Option<&'static ModelEntry>)>,
) -> Result<Models> {
    Models::with_users(models, &settings.auth_user_model).map_err(|error| {
        // The place of what the setting says; of a model's own mistakes, the model's.
        let about_setting = error.place().is_none() && error.to_string().starts_with("AUTH_USER_MODEL");
        if about_setting { settings.locate(error, "AUTH_USER_MODEL") } else { error }
    })
}

/// The migrations of the installed apps, in their order: the registered ones of the framework and of other crates, and
/// for the project's own what `own` says of the label.
pub fn app_migrations(settings: &Settings, own: impl Fn(&str) -> AppMigrations) -> Vec<AppMigrations> {
    let registered = |label: &str| AppMigrations::registered().find(|known| known.app == label).cloned();
    settings
        .installed_apps
        .iter()
        .map(|app| app_label(app))
        .map(|label| registered(label).unwrap_or_else(|| own(label)).with_users(&settings.auth_user_model))
        .collect()
}

/// The label of an installed app: the last part of its name (`auth` for `rjango.contrib.auth`).
pub fn app_label(installed: &str) -> &str {
    installed.rsplit('.').next().unwrap_or(installed)
}
