//! Rows for models that have none yet, after `migrate`.

use std::collections::HashSet;

use rjango_core::{Result, Site};
use rjango_migrations::{PostMigrate, PostMigrateContext};
use rjango_orm::Databases;
use rjango_schema::ModelSchema;

use super::ContentType;

/// Makes the content type of every model that has none; how many were made.
///
/// # Errors
/// The database's.
pub async fn create_contenttypes<'a>(models: impl IntoIterator<Item = &'a ModelSchema>) -> Result<usize> {
    let existing: HashSet<(String, String)> = ContentType::objects()
        .for_write()
        .await?
        .into_iter()
        .map(|content_type| (content_type.app_label, content_type.model))
        .collect();
    let missing: Vec<ContentType> = models
        .into_iter()
        .map(|schema| (schema.app.clone(), schema.model_name()))
        .filter(|names| !existing.contains(names))
        .map(|(app_label, model)| ContentType { app_label, model, ..ContentType::default() })
        .collect();
    // Another `migrate` may be making the same ones.
    Ok(ContentType::objects().bulk_create_or_ignore(missing).await?.len())
}

/// The models that the database has after `migrate`: those that the migrations describe, and those that others
/// manage. Join tables are none, as in Django. Nothing where the model of this label has no table itself.
pub(crate) fn migrated_models<'a>(context: &PostMigrateContext<'a>, label: &str) -> Vec<&'a ModelSchema> {
    let (app, _) = label.split_once('.').unwrap_or((label, ""));
    let is_here = |databases: &Databases| databases.allow_migrate(context.database.alias(), app);
    let elsewhere = Site::current().is_ok_and(|site| site.get::<Databases>().is_some_and(|known| !is_here(known)));
    if elsewhere || context.state.get(label).is_none() {
        return Vec::new();
    }
    let models = context.models.iter().filter(|meta| !meta.auto_created);
    let models = models.filter(|meta| !meta.schema.managed || context.state.get(&meta.schema.label()).is_some());
    models.map(|meta| &*meta.schema).collect()
}

inventory::submit! {
    PostMigrate {
        name: "create_contenttypes",
        rank: 10,
        run: |context| Box::pin(async move {
            let models = migrated_models(context, "contenttypes.ContentType");
            // Without its table there is nothing to ask: the app is compiled in, but not installed.
            if models.is_empty() {
                return Ok(());
            }
            create_contenttypes(models).await.map(|_| ())
        }),
    }
}
