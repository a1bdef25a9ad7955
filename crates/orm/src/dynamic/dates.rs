//! `dates` and `datetimes` by name: which days, months or hours have rows.

use rjango_core::timezone::Zone;
use rjango_core::{Error, ErrorKind, Result, Site};

use super::Objects;
use crate::execute;
use crate::model::Models;
use crate::query::{Condition, DatePart, Expression, Function, Lookup, Operand, Ordering, Path};
use crate::sql::Columns;
use crate::sql::paths::{resolve, value_type};
use crate::{Value, ValueType};

impl Objects {
    /// The days at which a part begins that has rows, each once and in order. Of moments, the days of the zone that is in force.
    ///
    /// # Errors
    /// `Other` where the name is not that of a date or a moment, `Database` where the database refuses.
    pub async fn dates(&self, name: &str, part: DatePart) -> Result<Vec<Value>> {
        let (column, of) = self.clock(name, "dates", &[ValueType::Date, ValueType::DateTime])?;
        let column = match of {
            ValueType::DateTime => Expression::Function(Function::TruncDate(None), vec![column]),
            _ => column,
        };
        self.starts(Expression::Function(Function::Trunc(part, None), vec![column]), ValueType::Date).await
    }

    /// The moments at which a part begins that has rows, each once and in order, by the clocks of a zone; of the one that is in
    /// force where none is named.
    ///
    /// # Errors
    /// As [`Objects::dates`].
    pub async fn datetimes(&self, name: &str, part: DatePart, zone: Option<Zone>) -> Result<Vec<Value>> {
        let (column, _) = self.clock(name, "datetimes", &[ValueType::DateTime])?;
        self.starts(Expression::Function(Function::Trunc(part, zone), vec![column]), ValueType::DateTime).await
    }

    /// The column of this name, which has one of these types.
    fn clock(&self, name: &str, what: &str, types: &[ValueType]) -> Result<(Expression, ValueType)> {
        let site = Site::current()?;
        let models = site.require::<Models>()?;
        let path = Path(name.split("__").map(|name| name.to_owned().into()).collect());
        let target = resolve(models, self.meta(), &path.0)?;
        let of = value_type(models, target.field);
        if !types.contains(&of) {
            let label = target.meta.schema.label();
            let wanted = if types.len() > 1 { "a date or a moment" } else { "a moment" };
            return Err(Error::new(ErrorKind::Other, format!("`{label}.{}` is not {wanted}", target.field.name))
                .with_hint(format!("`{what}` takes {wanted}")));
        }
        Ok((Expression::Column(path), of))
    }

    async fn starts(&self, start: Expression, of: ValueType) -> Result<Vec<Value>> {
        let some = Condition::Lookup {
            left: start.clone(),
            lookup: Lookup::IsNull,
            right: Operand::One(Expression::Value(Value::Bool(false))),
        };
        let mut query = self.clone().filter_by(some)?.into_query();
        query.ordering = vec![Ordering { by: start.clone(), descending: false, nulls_first: None }];
        query.distinct = true;
        let rows = execute::fetch(&query, Columns::Expressions(&[(start, of)])).await?;
        Ok(rows.into_iter().filter_map(|row| row.into_iter().next()).collect())
    }
}
