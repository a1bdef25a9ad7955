//! The table `django_content_type`.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rjango_core::{Result, Site};
use rjango_macros::{Model, set};
use rjango_orm::{Auto32, Model, Models, execute};
use rjango_schema::ModelSchema;

/// A model, as a row can refer to it: Django's `ContentType`.
#[derive(Model, Debug, Clone)]
#[model(
    table = "django_content_type",
    verbose_name = "content type",
    verbose_name_plural = "content types",
    unique_together = "app_label, model"
)]
pub struct ContentType {
    /// The key.
    pub id: Auto32,
    /// The app's label.
    #[field(max_length = 100)]
    pub app_label: String,
    /// The model's lower-case name.
    #[field(max_length = 100, verbose_name = "python model class name")]
    pub model: String,
}

impl fmt::Display for ContentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} | {}", self.app_label, self.model)
    }
}

/// The content types that a site has read, by the database's alias, the app's label and the model's name.
#[derive(Default)]
struct Cache(Mutex<HashMap<(String, String, String), ContentType>>);

impl Cache {
    fn of(site: &Site) -> Arc<Self> {
        site.late(|_| Self::default())
    }

    fn types(&self) -> MutexGuard<'_, HashMap<(String, String, String), ContentType>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ContentType {
    /// The content type of a model, made if it is missing. Read once a site.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_for_model<M: Model>() -> Result<Self> {
        Self::get_for_schema(M::entry().schema()).await
    }

    /// As [`ContentType::get_for_model`], for a model known as a description alone.
    ///
    /// # Errors
    /// The database's.
    pub async fn get_for_schema(schema: &ModelSchema) -> Result<Self> {
        let database = execute::write_database(&Self::entry().schema().label(), None)?;
        let key = (database.alias().to_owned(), schema.app.clone(), schema.model_name());
        let cache = Cache::of(&*Site::current()?);
        if let Some(found) = cache.types().get(&key) {
            return Ok(found.clone());
        }
        let (_, app_label, model) = key.clone();
        let (found, _) = Self::objects().get_or_create(set!(app_label = app_label, model = model)).await?;
        // A row of a transaction that is rolled back must not get into the cache.
        let remembered = found.clone();
        rjango_orm::on_commit_on(database.alias(), move || {
            cache.types().insert(key, remembered);
        })?;
        Ok(found)
    }

    /// The description of the model, where the site has it.
    pub fn schema<'a>(&self, models: &'a Models) -> Option<&'a ModelSchema> {
        models.by_model_name(&self.app_label, &self.model).map(|meta| &*meta.schema)
    }

    /// Forgets what [`ContentType::get_for_model`] has read, for a database that was emptied.
    pub fn clear_cache() {
        if let Ok(site) = Site::current() {
            Cache::of(&site).types().clear();
        }
    }
}
