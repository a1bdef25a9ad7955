//! What every room of rjango stands on: the error, the settings, the site, checks and signing.
//!
//! Nothing here knows of a database, a request or a terminal.
#![deny(missing_docs)]

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

#[doc(hidden)]
pub use dotted::dotted;
pub use error::{Error, ErrorKind, Place, Result, ResultExt};
pub use nearest::nearest;
pub use settings::{DatabaseSettings, LogFormat, LogLevel, LoggingSettings, SameSite, Settings};
pub use site::Site;
