//! Days: today, the past seven days, this month, this year.

use chrono::{Datelike, Days, Months, NaiveDate, Utc};
use rjango_schema::{FieldKind, FieldSchema};

use super::Setting;

/// The choices of a date or a moment. Bounds are days in UTC, which is what the database holds.
pub(super) fn settings(path: &str, field: &FieldSchema) -> Vec<(String, Setting)> {
    of_day(path, field, Utc::now().date_naive())
}

fn of_day(path: &str, field: &FieldSchema, today: NaiveDate) -> Vec<(String, Setting)> {
    let day = |date: NaiveDate| match field.kind {
        FieldKind::DateTime { .. } => format!("{date} 00:00:00+00:00"),
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
        ("Today".to_owned(), between(Some(today), tomorrow)),
        ("Past 7 days".to_owned(), between(today.checked_sub_days(Days::new(7)), tomorrow)),
        ("This month".to_owned(), between(month, month.and_then(|month| month.checked_add_months(Months::new(1))))),
        ("This year".to_owned(), between(year, NaiveDate::from_ymd_opt(today.year() + 1, 1, 1))),
    ];
    if field.null {
        let is_null = |flag: &str| vec![(format!("{path}__isnull"), flag.to_owned())];
        settings.push(("No date".to_owned(), is_null("True")));
        settings.push(("Has date".to_owned(), is_null("False")));
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(kind: FieldKind) -> String {
        let today = NaiveDate::from_ymd_opt(2026, 12, 3).unwrap_or_default();
        let settings = of_day("created", &FieldSchema::new("created", kind), today);
        let line = |(label, setting): (String, Setting)| {
            let bounds: Vec<String> = setting.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
            format!("{label}: {}", bounds.join(" "))
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
