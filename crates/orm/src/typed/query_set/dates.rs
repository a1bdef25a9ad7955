//! `dates` and `datetimes`: which days, months or years have rows.

use chrono::{DateTime, NaiveDate, Utc};

use crate::query::{DatePart, Expression, Function, Path};
use crate::typed::FieldsOf;
use crate::typed::expressions::functions::{MomentField, TemporalField};
use crate::typed::fields::column::{Column, Expr};
use crate::typed::fields::null::Selected;
use crate::{Model, QuerySet, ValueType, ValuesList};

impl<M: Model> QuerySet<M> {
    /// The days at whose start a part begins that has rows, each once and in order:
    /// `.dates(f!(created), DatePart::Month)`. Of moments, the days in UTC.
    pub fn dates<T: TemporalField>(
        self,
        column: impl FieldsOf<M, Column<M, T>>,
        part: DatePart,
    ) -> ValuesList<M, NaiveDate> {
        let mut column = column(M::fields(Path::root())).into_expression();
        if T::TYPE == ValueType::DateTime {
            column = Expression::Function(Function::TruncDate, vec![column]);
        }
        self.truncated::<NaiveDate>(column, part)
    }

    /// The moments at which a part begins that has rows, each once and in order:
    /// `.datetimes(f!(created), DatePart::Hour)`, in UTC.
    pub fn datetimes<T: MomentField>(
        self,
        column: impl FieldsOf<M, Column<M, T>>,
        part: DatePart,
    ) -> ValuesList<M, DateTime<Utc>> {
        let column = column(M::fields(Path::root())).into_expression();
        self.truncated::<DateTime<Utc>>(column, part)
    }

    fn truncated<T: crate::ModelField>(self, column: Expression, part: DatePart) -> ValuesList<M, Selected<T>> {
        let start: Expr<M, T> = Expr::new(Expression::Function(Function::Trunc(part), vec![column]));
        let some = start.clone().isnull(false);
        let order = start.clone().asc();
        self.filter_by(some).order_by(|_| order).values_list(|_| start).distinct()
    }
}
