//! Window functions into SQL. The engines spell them alike.

use std::collections::BTreeSet;

use rjango_core::{Error, ErrorKind, Result};

use super::expressions::Written;
use super::joins::Reuse;
use super::scope::Scope;
use super::writer::Sql;
use crate::ValueType;
use crate::query::{Expression, Frame, Window, WindowFunction};

impl Scope<'_> {
    /// A function over a window.
    pub(super) fn window(&mut self, window: &Window, reuse: &mut Reuse) -> Result<Written> {
        let mut joins = BTreeSet::new();
        let mut sql = Sql::text(" OVER (");
        let mut space = "";
        if !window.partition_by.is_empty() {
            let mut pieces = Vec::with_capacity(window.partition_by.len());
            for by in &window.partition_by {
                let by = self.expression(by, reuse, None)?;
                joins.extend(by.joins);
                pieces.push(by.sql);
            }
            sql.push("PARTITION BY ").append(Sql::join(pieces, ", "));
            space = " ";
        }
        if !window.order_by.is_empty() {
            sql.push(space).push("ORDER BY ");
            for (index, term) in self.order(&window.order_by)?.iter().enumerate() {
                if index > 0 {
                    sql.push(", ");
                }
                term.write(self.dialect, &mut sql);
            }
            space = " ";
        }
        if let Some(frame) = window.frame {
            sql.push(space).push(&frame_text(frame)?);
        }
        sql.push(")");
        let function = self.window_function(&window.function, &sql, reuse)?;
        joins.extend(function.joins);
        Ok(Written { joins, ..function })
    }

    /// The function with its OVER clause.
    fn window_function(&mut self, function: &WindowFunction, window: &Sql, reuse: &mut Reuse) -> Result<Written> {
        let plain = |name: &str, value_type: ValueType| {
            let mut sql = Sql::text(name);
            sql.append(window.clone());
            Ok(Written { sql, value_type: Some(value_type), nullable: false, joins: BTreeSet::new(), affine: true })
        };
        let (name, over, number) = match function {
            WindowFunction::Aggregate(Expression::Aggregate { function, over, distinct, filter }) => {
                return self.aggregate(*function, over.as_deref(), *distinct, filter.as_deref(), Some(window));
            }
            WindowFunction::Aggregate(_) => {
                return Err(Error::new(ErrorKind::Other, "only an aggregate can be computed over a window")
                    .with_hint("for example `p.price().sum().over(window)`"));
            }
            WindowFunction::RowNumber => return plain("ROW_NUMBER()", ValueType::Int),
            WindowFunction::Rank => return plain("RANK()", ValueType::Int),
            WindowFunction::DenseRank => return plain("DENSE_RANK()", ValueType::Int),
            WindowFunction::PercentRank => return plain("PERCENT_RANK()", ValueType::Float),
            WindowFunction::CumeDist => return plain("CUME_DIST()", ValueType::Float),
            WindowFunction::Ntile(groups) => return plain(&format!("NTILE({groups})"), ValueType::Int),
            WindowFunction::Lag(over, rows) => ("LAG(", over, Some(rows)),
            WindowFunction::Lead(over, rows) => ("LEAD(", over, Some(rows)),
            WindowFunction::FirstValue(over) => ("FIRST_VALUE(", over, None),
            WindowFunction::LastValue(over) => ("LAST_VALUE(", over, None),
            WindowFunction::NthValue(over, row) => ("NTH_VALUE(", over, Some(row)),
        };
        let over = self.expression(over, reuse, None)?;
        let mut sql = Sql::text(name);
        sql.append(over.sql);
        if let Some(number) = number {
            // A whole number of Rust's needs no parameter.
            sql.push(&format!(", {number}"));
        }
        sql.push(")").append(window.clone());
        let sql = over.value_type.map_or_else(|| sql.clone(), |value_type| self.cast(sql.clone(), value_type));
        Ok(Written { sql, value_type: over.value_type, nullable: true, joins: over.joins, affine: true })
    }
}

fn frame_text(frame: Frame) -> Result<String> {
    let bound = |bound: Option<i64>, unbounded: &str| match bound {
        None => unbounded.to_owned(),
        Some(0) => "CURRENT ROW".to_owned(),
        Some(rows) if rows < 0 => format!("{} PRECEDING", rows.unsigned_abs()),
        Some(rows) => format!("{rows} FOLLOWING"),
    };
    let numbered = |bound: Option<i64>| bound.is_some_and(|rows| rows != 0);
    if !frame.rows && (numbered(frame.start) || numbered(frame.end)) {
        return Err(Error::new(ErrorKind::Other, "a range of equal rows begins or ends at the present one or at none")
            .with_hint("to count rows, take `rows(..)`"));
    }
    if let (Some(start), Some(end)) = (frame.start, frame.end)
        && start > end
    {
        return Err(Error::new(ErrorKind::Other, format!("a frame cannot begin at {start} and end at {end}"))
            .with_hint("the first row comes first: `rows(-1, 1)`"));
    }
    let kind = if frame.rows { "ROWS" } else { "RANGE" };
    Ok(format!(
        "{kind} BETWEEN {} AND {}",
        bound(frame.start, "UNBOUNDED PRECEDING"),
        bound(frame.end, "UNBOUNDED FOLLOWING")
    ))
}
