//! A moment by the clocks of a zone that the query names: Django's `tzinfo`.

use std::marker::PhantomData;

use chrono::{NaiveDate, NaiveTime};
use rjango_core::timezone::Zone;

use super::functions::{MomentField, call};
use crate::query::{DatePart, Expression, Function};
use crate::typed::Like;
use crate::typed::fields::column::Expr;

/// A moment whose parts are taken by the clocks of one zone, whichever is in force: `p.created().in_zone(berlin).hour()`.
#[derive(Debug, Clone)]
pub struct InZone<R, T> {
    moment: Expression,
    zone: Zone,
    of: PhantomData<fn() -> (R, T)>,
}

macro_rules! parts {
    ($($doc:literal, $method:ident, $part:ident;)*) => {
        $(#[doc = $doc]
        pub fn $method(self) -> Expr<R, Like<T, i64>> {
            call(Function::Extract(DatePart::$part, Some(self.zone)), [self.moment])
        })*
    };
}

impl<R, T: MomentField> InZone<R, T> {
    pub(in crate::typed) fn new(moment: Expression, zone: Zone) -> Self {
        Self { moment, zone, of: PhantomData }
    }

    parts! {
        "The year.", year, Year;
        "The year that the ISO 8601 week belongs to.", iso_year, IsoYear;
        "The quarter, from 1 to 4.", quarter, Quarter;
        "The month, from 1 to 12.", month, Month;
        "The ISO 8601 week, from 1 to 53.", week, Week;
        "The day of the month, from 1.", day, Day;
        "The day of the week, Sunday as 1 and Saturday as 7.", week_day, WeekDay;
        "The day of the week, Monday as 1 and Sunday as 7.", iso_week_day, IsoWeekDay;
        "The hour, from 0.", hour, Hour;
        "The minute, from 0.", minute, Minute;
        "The whole second, from 0.", second, Second;
    }

    /// Back to the start of the part: the moment at which it begins by the zone's clocks.
    pub fn trunc(self, part: DatePart) -> Expr<R, T> {
        call(Function::Trunc(part, Some(self.zone)), [self.moment])
    }

    /// The day.
    pub fn date(self) -> Expr<R, Like<T, NaiveDate>> {
        call(Function::TruncDate(Some(self.zone)), [self.moment])
    }

    /// The time of day.
    pub fn time(self) -> Expr<R, Like<T, NaiveTime>> {
        call(Function::TruncTime(Some(self.zone)), [self.moment])
    }
}
