//! What every site has, whichever binary makes it.

use rjango_core::{Result, Settings, Site};
use rjango_orm::{Databases, Models};

/// A site with its models and databases. Nothing is opened yet.
///
/// # Errors
/// Where a database's engine is not part of this build.
pub fn site(settings: Settings, models: &Models) -> Result<Site> {
    let databases = Databases::from_settings(&settings)?;
    Ok(Site::new(settings).with(models.clone()).with(databases))
}

/// The label of an installed app: the last part of its name (`auth` for `rjango.contrib.auth`).
pub fn app_label(installed: &str) -> &str {
    installed.rsplit('.').next().unwrap_or(installed)
}
