//! The site's own time zone, and what its clocks show twice or never.

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, TimeDelta, TimeZone as _};
use rjango_core::timezone::Zone;

use crate::locale::Locale;

/// The zone of the setting TIME_ZONE. Outside of a site it is UTC.
pub(crate) fn default() -> Zone {
    rjango_core::timezone::default()
}

/// The zone in which a page shows moments. Where it shows them as they are, the site's.
pub(crate) fn current(locale: &Locale) -> Zone {
    locale.zone.unwrap_or_else(default)
}

/// The moment at which a zone's clocks show this time. A time that they show twice is the first one; one that they never show
/// counts by the offset of before the change, as Python's `fold=0` has it.
pub(crate) fn first(naive: NaiveDateTime, zone: Zone) -> DateTime<Zone> {
    match zone.from_local_datetime(&naive) {
        MappedLocalTime::Single(moment) | MappedLocalTime::Ambiguous(moment, _) => moment,
        MappedLocalTime::None => {
            let day = TimeDelta::days(1);
            let before = zone.from_utc_datetime(&(naive - day));
            let offset = chrono::Offset::fix(before.offset()).local_minus_utc();
            zone.from_utc_datetime(&(naive - TimeDelta::seconds(offset.into())))
        }
    }
}
