//! What every room of rjango stands on: the error, the settings, the site, checks, signing and languages.
//!
//! Nothing here knows of a database, a request or a terminal.
#![deny(missing_docs)]

mod active;
mod dotted;
mod answer;
mod error;
mod nearest;
mod site;

pub mod checks;
#[doc(hidden)]
pub mod named;
pub mod settings;
pub mod signing;
pub mod timezone;
pub mod translation;

pub use active::Active;
#[doc(hidden)]
pub use dotted::dotted;
pub use error::{Error, ErrorKind, Place, Result, ResultExt};
pub use nearest::nearest;
pub use settings::{DatabaseSettings, LogFormat, LogLevel, LoggingSettings, NumberGrouping, SameSite, Settings};
pub use site::Site;
