//! `created__year=2026` as a range of the column itself, so that an index on it serves: Django's way too.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use rjango_core::Result;
use rjango_core::timezone::{self, Zone};

use super::lookups::Right;
use super::paths::value_type;
use super::scope::Scope;
use crate::query::{DatePart, Expression, Function, Lookup, Operand};
use crate::{Value, ValueType};

impl Scope<'_> {
    /// What a comparison of a column's year with a number comes to: the column, and the lookup and the days or moments that it is
    /// compared with. `None` where it is another comparison, or the year has no days that every engine can hold.
    pub(super) fn years<'q>(
        &self,
        left: &'q Expression,
        lookup: Lookup,
        right: &Right<'_>,
    ) -> Result<Option<(&'q Expression, Lookup, Operand)>> {
        let Expression::Function(Function::Extract(part @ (DatePart::Year | DatePart::IsoYear), zone), arguments) =
            left
        else {
            return Ok(None);
        };
        let ([column @ Expression::Column(path)], Right::Operand(Operand::One(Expression::Value(Value::Int(year))))) =
            (arguments.as_slice(), right)
        else {
            return Ok(None);
        };
        if !matches!(lookup, Lookup::Exact | Lookup::Gt | Lookup::Gte | Lookup::Lt | Lookup::Lte) {
            return Ok(None);
        }
        let of = match self.annotation(&path.0) {
            Some((_, annotation)) => annotation.value_type,
            None => value_type(self.models, self.resolve(&path.0)?.field),
        };
        let Some((first, last)) = days(*part, *year) else { return Ok(None) };
        let bounds = match of {
            ValueType::Date => Some((Value::Date(first), Value::Date(last))),
            ValueType::DateTime => moments(first, last, zone.unwrap_or_else(timezone::current))
                .map(|(first, last)| (Value::DateTime(first), Value::DateTime(last))),
            _ => None,
        };
        let Some((first, last)) = bounds else { return Ok(None) };
        let one = |value| Operand::One(Expression::Value(value));
        Ok(Some(match lookup {
            Lookup::Gt => (column, lookup, one(last)),
            Lookup::Lte => (column, lookup, one(last)),
            Lookup::Gte | Lookup::Lt => (column, lookup, one(first)),
            _ => (column, Lookup::Range, Operand::Many(vec![Expression::Value(first), Expression::Value(last)])),
        }))
    }
}

/// The first and the last day of a year.
fn days(part: DatePart, year: i64) -> Option<(NaiveDate, NaiveDate)> {
    let year = i32::try_from(year).ok().filter(|year| (1..=9999).contains(year))?;
    let (first, last) = match part {
        DatePart::IsoYear => {
            let monday = |year| NaiveDate::from_isoywd_opt(year, 1, Weekday::Mon);
            (monday(year)?, monday(year + 1)?.pred_opt()?)
        }
        _ => (NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?),
    };
    (1..=9999).contains(&first.year()).then_some(())?;
    (1..=9999).contains(&last.year()).then_some((first, last))
}

/// The first and the last moment of these days by the zone's clocks.
fn moments(first: NaiveDate, last: NaiveDate, zone: Zone) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let last = last.succ_opt()?.and_time(NaiveTime::MIN) - TimeDelta::microseconds(1);
    let first = zone.make_aware(first.and_time(NaiveTime::MIN)).ok()?;
    let last = zone.make_aware(last).ok()?;
    [first, last].iter().all(|moment| (1..=9999).contains(&moment.year())).then_some((first, last))
}
