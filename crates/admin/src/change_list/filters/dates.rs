//! Days: today, the past seven days, this month, this year.

use chrono::{Datelike, Days, Months, NaiveDate};
use rjango_core::timezone;
use rjango_http::templates::Value as Shown;
use rjango_schema::{FieldKind, FieldSchema};

use super::Setting;
use crate::moments::midnight;
use crate::words::text;

/// The choices of a date or a moment. Days begin and end in the current zone.
pub(super) fn settings(path: &str, field: &FieldSchema) -> Vec<(Shown, Setting)> {
    of_day(path, field, timezone::localdate())
}

fn of_day(path: &str, field: &FieldSchema, today: NaiveDate) -> Vec<(Shown, Setting)> {
    let day = |date: NaiveDate| match field.kind {
        FieldKind::DateTime { .. } => midnight(date),
        _ => date.to_string(),
    };
    let between = |from: Option<NaiveDate>, until: Option<NaiveDate>| -> Setting {
        let bound = |name: &str, date: NaiveDate| (format!("{path}__{name}"), day(date));
        from.map(|date| bound("gte", date)).into_iter().chain(until.map(|date| bound("lt", date))).collect()
    };
    let tomorrow = today.checked_add_days(Days::new(1));
    let month = today.with_day(1);
    let year = NaiveDate::from_ymd_opt(today.year(), 1, 1);
    let mut settings = vec![
        (text("Today").into(), between(Some(today), tomorrow)),
        (text("Past 7 days").into(), between(today.checked_sub_days(Days::new(7)), tomorrow)),
        (text("This month").into(), between(month, month.and_then(|month| month.checked_add_months(Months::new(1))))),
        (text("This year").into(), between(year, NaiveDate::from_ymd_opt(today.year() + 1, 1, 1))),
    ];
    if field.null {
        let is_null = |flag: &str| vec![(format!("{path}__isnull"), flag.to_owned())];
        settings.push((text("No date").into(), is_null("True")));
        settings.push((text("Has date").into(), is_null("False")));
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(kind: FieldKind) -> String {
        let today = NaiveDate::from_ymd_opt(2026, 12, 3).unwrap_or_default();
        let settings = of_day("created", &FieldSchema::new("created", kind), today);
        let line = |(label, setting): (Shown, Setting)| {
            let bounds: Vec<String> = setting.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
            format!("{}: {}", label.text(), bounds.join(" "))
        };
        settings.into_iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn days_are_bounds() {
        assert_eq!(
            bounds(FieldKind::Date { auto_now: false, auto_now_add: false }),
            "Today: created__gte=2026-12-03 created__lt=2026-12-04\n\
             Past 7 days: created__gte=2026-11-26 created__lt=2026-12-04\n\
             This month: created__gte=2026-12-01 created__lt=2027-01-01\n\
             This year: created__gte=2026-01-01 created__lt=2027-01-01"
        );
    }

    #[test]
    fn moments_have_a_zone() {
        let bounds = bounds(FieldKind::DateTime { auto_now: false, auto_now_add: true });
        assert!(bounds.starts_with("Today: created__gte=2026-12-03 00:00:00+00:00 "), "{bounds}");
    }
}
