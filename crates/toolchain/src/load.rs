//! Loading the project from its source: settings, models, migrations. Nothing is compiled and nothing connects.

use std::path::Path;

use rjango_cli::Globals;
use rjango_core::settings::Sources;
use rjango_core::{Result, Settings};

/// The settings of the project in this folder, with the overlay that the command line names.
pub(crate) fn load_settings(root: &Path, globals: &Globals) -> Result<Settings> {
    Settings::from_sources(&Sources::gather_for(root, globals.settings_env.as_deref())?)
}
