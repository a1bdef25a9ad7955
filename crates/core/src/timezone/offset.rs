//! How far the clocks of a zone are from UTC at one moment.

use std::fmt;

use chrono::{FixedOffset, Offset};

use super::Zone;

/// The distance of a zone's clocks from UTC at one moment, with what the clocks' time is then called.
///
/// `Display` writes the abbreviation, as Python's `%Z` does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ZoneOffset {
    zone: Zone,
    seconds: i32,
    daylight: bool,
    abbreviation: &'static str,
}

impl ZoneOffset {
    pub(super) fn new(zone: Zone, seconds: i32, daylight: bool, abbreviation: &'static str) -> Self {
        Self { zone, seconds, daylight, abbreviation }
    }

    /// The zone.
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// Seconds east of UTC.
    pub fn seconds(&self) -> i32 {
        self.seconds
    }

    /// Whether it is daylight saving time.
    // DIFFERENCE: in Ireland this is the summer. Python's newer data calls Irish winter time a negative saving.
    pub fn is_daylight(&self) -> bool {
        self.daylight
    }

    /// What the clocks' time is called: `CEST`, `+0545`; for a fixed distance its name.
    pub fn abbreviation(&self) -> &str {
        if self.zone.fixed_minutes().is_some() { self.zone.name() } else { self.abbreviation }
    }
}

impl Offset for ZoneOffset {
    fn fix(&self) -> FixedOffset {
        // The database has nothing beyond a day; chrono would not take it.
        FixedOffset::east_opt(self.seconds).unwrap_or_else(|| chrono::Utc.fix())
    }
}

impl fmt::Display for ZoneOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.abbreviation())
    }
}

impl fmt::Debug for ZoneOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.fix())
    }
}
