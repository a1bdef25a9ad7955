//! `dates` and `datetimes`: which days, months or years have rows.

use chrono::{DateTime, NaiveDate, Utc};
use rjango_core::timezone::Zone;

use crate::query::{DatePart, Expression, Function, Path};
use crate::typed::FieldsOf;
use crate::typed::expressions::functions::{MomentField, TemporalField};
use crate::typed::fields::column::{Column, Expr};
use crate::typed::fields::null::Selected;
use crate::{Model, QuerySet, ValueType, ValuesList};

impl<M: Model> QuerySet<M> {
    /// The days at whose start a part begins that has rows, each once and in order:
    /// `.dates(f!(created), DatePart::Month)`. Of moments, the days in the zone that is in force.
    pub fn dates<T: TemporalField>(
        self,
        column: impl FieldsOf<M, Column<M, T>>,
        part: DatePart,
    ) -> ValuesList<M, NaiveDate> {
        let mut column = column(M::fields(Path::root())).into_expression();
        if T::TYPE == ValueType::DateTime {
            column = Expression::Function(Function::TruncDate(None), vec![column]);
        }
        self.truncated::<NaiveDate>(column, part, None)
    }

    /// The moments at which a part begins that has rows, each once and in order:
    /// `.datetimes(f!(created), DatePart::Hour)`, by the clocks of the zone that is in force. [`datetimes_in`](Self::datetimes_in) names
    /// a zone.
    pub fn datetimes<T: MomentField>(
        self,
        column: impl FieldsOf<M, Column<M, T>>,
        part: DatePart,
    ) -> ValuesList<M, DateTime<Utc>> {
        let column = column(M::fields(Path::root())).into_expression();
        self.truncated::<DateTime<Utc>>(column, part, None)
    }

    /// As [`datetimes`](Self::datetimes), by the clocks of this zone: Django's `tzinfo`.
    pub fn datetimes_in<T: MomentField>(
        self,
        column: impl FieldsOf<M, Column<M, T>>,
        part: DatePart,
        zone: Zone,
    ) -> ValuesList<M, DateTime<Utc>> {
        let column = column(M::fields(Path::root())).into_expression();
        self.truncated::<DateTime<Utc>>(column, part, Some(zone))
    }

    fn truncated<T: crate::ModelField>(
        self,
        column: Expression,
        part: DatePart,
        zone: Option<Zone>,
    ) -> ValuesList<M, Selected<T>> {
        let start: Expr<M, T> = Expr::new(Expression::Function(Function::Trunc(part, zone), vec![column]));
        let some = start.clone().isnull(false);
        let order = start.clone().asc();
        self.filter_by(some).order_by(|_| order).values_list(|_| start).distinct()
    }
}
