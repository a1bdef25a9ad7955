//! Numbers of different types, and days, times and moments, compute with each other in the database.

use chrono::{NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};

use crate::database;
use crate::library::models::Everything;
use crate::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn time(text: &str) -> NaiveTime {
    text.parse().expect("a time")
}

fn moment(text: &str) -> DateTime {
    Utc.from_utc_datetime(&text.parse().expect("a moment"))
}

async fn rows() -> Result<()> {
    let row = |day_of: &str, hour: &str, at: &str, span: i64| Everything {
        medium: 3,
        natural: 2,
        large: 7,
        ratio: 0.5,
        amount: dec!(1.250),
        day: day(day_of),
        hour: time(hour),
        moment: moment(at),
        span: TimeDelta::microseconds(span),
        ..Default::default()
    };
    Everything::objects().create(row("2024-02-28", "23:30:00.000001", "2024-02-28T23:59:59.999999", 1)).await?;
    Everything::objects().create(row("1969-12-31", "00:00:00", "1969-12-31T23:59:59.5", -3_600_000_000)).await?;
    Ok(())
}

#[test]
fn numbers_of_different_types_compute_with_each_other() {
    database::run(async || {
        rows().await?;
        let first = || Everything::objects().order_by(f!(id)).slice(..1);
        let product: Vec<(Decimal, Decimal)> =
            first().values_list(|e| (e.amount() * e.medium(), e.medium() * e.amount())).await?;
        assert_eq!(product, [(dec!(3.75), dec!(3.75))]);
        let mixed: Vec<(f64, f64)> = first().values_list(|e| (e.ratio() * e.medium(), e.large() - e.ratio())).await?;
        assert_eq!(mixed, [(1.5, 6.5)]);
        let wide: Vec<(i64, i64)> =
            first().values_list(|e| (e.medium() * e.natural(), e.medium() * 1_000_000_000_000_i64)).await?;
        assert_eq!(wide, [(6, 3_000_000_000_000)]);
        let dear: Vec<Decimal> = first().values_list(|e| e.medium() * dec!(1.5)).await?;
        assert_eq!(dear, [dec!(4.5)]);
        assert_eq!(Everything::objects().filter(q!(amount__lt = F(amount) * F(natural))).count().await?, 2);
        first().await?;
        Everything::objects().update(set!(amount = F(amount) * F(medium))).await?;
        assert_eq!(first().values_list(f!(amount)).await?, [dec!(3.750)]);
        Ok(())
    });
}

#[test]
fn moments_days_and_times_subtract_to_durations() {
    database::run(async || {
        rows().await?;
        let all = || Everything::objects().order_by(f!(id));
        let at = moment("2024-02-29T00:00:00");
        let since: Vec<TimeDelta> = all().values_list(|e| e.moment() - at).await?;
        assert_eq!(since[0], TimeDelta::microseconds(-1));
        assert_eq!(since[1], moment("1969-12-31T23:59:59.5") - at);
        let zero: Vec<(TimeDelta, TimeDelta, TimeDelta)> =
            all().values_list(|e| (e.moment() - e.moment(), e.day() - e.day(), e.hour() - e.hour())).await?;
        assert_eq!(zero, [(TimeDelta::zero(), TimeDelta::zero(), TimeDelta::zero()); 2]);
        let days: Vec<TimeDelta> = all().values_list(|e| e.day() - day("2024-03-01")).await?;
        assert_eq!(days, [TimeDelta::days(-2), day("1969-12-31") - day("2024-03-01")]);
        let hours: Vec<TimeDelta> = all().values_list(|e| e.hour() - time("23:00:00")).await?;
        assert_eq!(hours, [TimeDelta::microseconds(1_800_000_001), TimeDelta::hours(-23)]);
        let sum: Option<TimeDelta> = Everything::objects().aggregate(|e| (e.day() - day("1970-01-01")).sum()).await?;
        assert_eq!(sum, Some(day("2024-02-28") - day("1970-01-02")));
        let early = Everything::objects().filter(|e| (e.moment() - at).lt(TimeDelta::days(-1))).count().await?;
        assert_eq!(early, 1);
        Ok(())
    });
}

#[test]
fn durations_shift_moments_days_and_times() {
    database::run(async || {
        rows().await?;
        let all = || Everything::objects().order_by(f!(id));
        let shifted: Vec<(DateTime, DateTime, DateTime)> =
            all().values_list(|e| (e.moment() + e.span(), e.span() + e.moment(), e.moment() - e.span())).await?;
        let tomorrow = moment("2024-02-29T00:00:00");
        assert_eq!(shifted[0], (tomorrow, tomorrow, moment("2024-02-28T23:59:59.999998")));
        let before = moment("1969-12-31T22:59:59.5");
        assert_eq!(shifted[1], (before, before, moment("1970-01-01T00:59:59.5")));
        let days: Vec<(DateTime, DateTime, DateTime)> = all()
            .values_list(|e| (e.day() + TimeDelta::days(2), e.day() - TimeDelta::microseconds(1), e.span() + e.day()))
            .await?;
        assert_eq!(
            days[0],
            (moment("2024-03-01T00:00:00"), moment("2024-02-27T23:59:59.999999"), moment("2024-02-28T00:00:00.000001"))
        );
        // Past midnight, either way.
        let times: Vec<(NaiveTime, NaiveTime, NaiveTime)> = all()
            .values_list(|e| {
                (e.hour() + TimeDelta::minutes(45), e.hour() - TimeDelta::minutes(45), e.span() + e.hour())
            })
            .await?;
        assert_eq!(times[0], (time("00:15:00.000001"), time("22:45:00.000001"), time("23:30:00.000002")));
        assert_eq!(times[1], (time("00:45:00"), time("23:15:00"), time("23:00:00")));
        let doubled: Vec<(TimeDelta, TimeDelta)> =
            all().values_list(|e| (e.span() * 4, (e.span() + e.span()) / 2)).await?;
        assert_eq!(doubled[0], (TimeDelta::microseconds(4), TimeDelta::microseconds(1)));
        assert_eq!(doubled[1], (TimeDelta::hours(-4), TimeDelta::hours(-1)));
        Ok(())
    });
}

#[test]
fn shifted_moments_compare_and_are_written_as_columns_are() {
    database::run(async || {
        rows().await?;
        let later = moment("2024-02-29T00:00:00");
        // On SQLite, moments are texts: the shifted one must have the form of a column's.
        assert_eq!(Everything::objects().filter(|e| (e.moment() + e.span()).exact(later)).count().await?, 1);
        let later = later + TimeDelta::days(1);
        Everything::objects()
            .filter(q!(moment__year = 2024))
            .update(set!(moment = F(moment) + F(span) + TimeDelta::days(1)))
            .await?;
        assert_eq!(Everything::objects().get(q!(moment = later)).await?.moment, later);
        Everything::objects().update(set!(hour = F(hour) + TimeDelta::hours(12))).await?;
        assert_eq!(Everything::objects().filter(q!(hour = time("12:00:00"))).count().await?, 1);
        // What the type says of NULL holds here too.
        let nothing: Vec<Option<DateTime>> =
            Everything::objects().values_list(|e| e.moment() + None::<TimeDelta>).await?;
        assert_eq!(nothing, [None, None]);
        Ok(())
    });
}
