//! Moments in forms, filters and lookups: typed and shown in the current zone, stored in UTC.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rjango_core::timezone;

use crate::words::filled;

/// A moment as the two inputs of a form show it: the day and the time.
pub(crate) fn shown(moment: DateTime<Utc>) -> [String; 2] {
    let local = timezone::localtime(moment).naive_local();
    [local.format("%Y-%m-%d").to_string(), local.format("%H:%M:%S").to_string()]
}

/// The moment that somebody typed.
///
/// # Errors
/// Django's sentence where the clocks of the zone skip it or show it twice.
pub(crate) fn typed(naive: NaiveDateTime) -> Result<DateTime<Utc>, String> {
    let zone = timezone::current();
    zone.resolve(naive).map_err(|_| {
        filled(
            "%(datetime)s couldn’t be interpreted in time zone %(current_timezone)s; it may be ambiguous or it may not \
             exist.",
            &[("datetime", &naive.to_string()), ("current_timezone", zone.name())],
        )
    })
}

/// The first moment of a day, with the distance from UTC, as Django's date filters write it into an address.
pub(crate) fn midnight(day: NaiveDate) -> String {
    let zone = timezone::current();
    match zone.make_aware(day.and_time(NaiveTime::MIN)) {
        Ok(moment) => zone.local(moment).format("%Y-%m-%d %H:%M:%S%:z").to_string(),
        // No clock shows a day as far away as this.
        Err(_) => format!("{day} 00:00:00+00:00"),
    }
}

/// The moment of a lookup that names no zone: `created__gte=2026-11-22`. Nothing where the text has a zone or is not a moment.
///
/// As in Django it is in the zone of the site, whichever zone is current.
pub(crate) fn looked_for(text: &str) -> Option<DateTime<Utc>> {
    const FORMATS: [&str; 4] = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"];
    let text = text.trim();
    let naive = FORMATS.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let naive = naive.or_else(|| text.parse::<NaiveDate>().ok().map(|day| day.and_time(NaiveTime::MIN)))?;
    timezone::default().make_aware(naive).ok()
}

#[cfg(test)]
mod tests {
    use rjango_core::timezone::{Zone, enter_zone};

    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap_or_default()
    }

    fn in_berlin<T>(closure: impl FnOnce() -> T) -> T {
        enter_zone(Zone::named("Europe/Berlin").ok(), closure)
    }

    #[test]
    fn moments_are_typed_and_shown_in_the_current_zone() {
        let moment = in_berlin(|| typed(at("2026-07-01T14:00:00")));
        assert_eq!(moment, Ok(at("2026-07-01T12:00:00").and_utc()));
        assert_eq!(in_berlin(|| shown(at("2026-07-01T12:00:00").and_utc())), ["2026-07-01", "14:00:00"]);
        assert_eq!(shown(at("2026-07-01T12:00:00").and_utc()), ["2026-07-01", "12:00:00"]);
    }

    #[test]
    fn what_the_clocks_skip_or_show_twice_is_refused() {
        let wrong = |text: &str| in_berlin(|| typed(at(text))).err().unwrap_or_default();
        let sentence = "couldn’t be interpreted in time zone Europe/Berlin; it may be ambiguous or it may not exist.";
        assert_eq!(wrong("2026-03-29T02:30:00"), format!("2026-03-29 02:30:00 {sentence}"));
        assert_eq!(wrong("2026-10-25T02:30:00"), format!("2026-10-25 02:30:00 {sentence}"));
    }

    #[test]
    fn days_begin_in_the_current_zone() {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap_or_default();
        assert_eq!(midnight(day(12, 3)), "2026-12-03 00:00:00+00:00");
        assert_eq!(in_berlin(|| midnight(day(12, 3))), "2026-12-03 00:00:00+01:00");
        assert_eq!(in_berlin(|| midnight(day(7, 1))), "2026-07-01 00:00:00+02:00");
    }

    #[test]
    fn a_lookup_without_a_zone_is_in_that_of_the_site() {
        let midday = at("2026-11-22T12:00:00").and_utc();
        assert_eq!(in_berlin(|| looked_for("2026-11-22 12:00")), Some(midday));
        assert_eq!(looked_for("2026-11-22"), Some(at("2026-11-22T00:00:00").and_utc()));
        assert_eq!(looked_for("2026-11-22 12:00:00+01:00"), None);
    }
}
