//! Time zones: which there are, what a moment is in one of them, and which one is in force here.
//!
//! Moments are stored in UTC. They are shown, typed in and cut into dates and hours in the current zone. That is TIME_ZONE of
//! the site, until [`activate`] or [`with_zone`] chooses another one. The choice belongs to the task, as the site does: two
//! requests never see each other's zone.
//!
//! | Django | here |
//! |---|---|
//! | `timezone.get_current_timezone()` | [`current`] |
//! | `timezone.get_default_timezone()` | [`default`] |
//! | `timezone.activate(zone)`, `deactivate()` | [`activate`], [`deactivate`] |
//! | `with timezone.override(zone)` | [`with_zone`], [`enter_zone`] |
//! | `timezone.localtime(moment)` | [`localtime`] |
//! | `timezone.localdate()` | [`localdate`] |
//! | `timezone.make_aware(naive)` | [`Zone::make_aware`] |
//! | `forms.utils.from_current_timezone(naive)` | [`Zone::resolve`] |
//! | `timezone.get_fixed_timezone(minutes)` | [`Zone::fixed`] |

mod offset;
mod zone;

use std::future::Future;

use chrono::{DateTime, NaiveDate, Utc};

pub use offset::ZoneOffset;
pub use zone::Zone;

use crate::active::Active;
pub use crate::active::scope;
use crate::{Result, Site};

/// The zone that is in force here: the one that was activated, or else the site's.
pub fn current() -> Zone {
    Active::zone().unwrap_or_else(default)
}

/// The site's own zone, its TIME_ZONE. Outside of a site it is UTC.
pub fn default() -> Zone {
    Site::current().map_or(Zone::UTC, |site| site.settings().time_zone)
}

/// Puts a zone into force for the rest of the request, or of whichever [`scope`], [`with_zone`] or [`enter_zone`] is the
/// innermost one here.
///
/// # Errors
/// `Other` outside of a scope: there is nothing whose end would end the choice.
pub fn activate(zone: Zone) -> Result<()> {
    Active::set_zone(Some(zone))
}

/// Puts the site's own zone back into force, as [`activate`] does with another one.
///
/// # Errors
/// `Other` outside of a scope.
pub fn deactivate() -> Result<()> {
    Active::set_zone(None)
}

/// Runs a future in a zone, or with `None` in the site's own. The zone of before is in force after it.
pub async fn with_zone<F: Future>(zone: impl Into<Option<Zone>>, future: F) -> F::Output {
    Active::capture().with_zone(zone.into()).scope(future).await
}

/// Runs a closure in a zone, or with `None` in the site's own. The zone of before is in force after it.
pub fn enter_zone<T>(zone: impl Into<Option<Zone>>, closure: impl FnOnce() -> T) -> T {
    Active::capture().with_zone(zone.into()).enter(closure)
}

/// A moment in the zone that is in force.
pub fn localtime(moment: DateTime<Utc>) -> DateTime<Zone> {
    current().local(moment)
}

/// Today in the zone that is in force.
pub fn localdate() -> NaiveDate {
    localtime(Utc::now()).date_naive()
}
