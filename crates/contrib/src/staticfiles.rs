//! Static files: found in the apps, served while developing, collected for production.
//! `rjango.contrib.staticfiles`.

mod finder;
mod embedded;
mod path;
mod serve;
mod collect;

pub use collect::{Collected, collect};
pub use embedded::{EmbeddedFiles, StaticTable};
pub use finder::{Finder, StaticFile};
pub use serve::{serve, urlpatterns, with_static};
