//! [`Window`]: values over the rows beside each row.

use std::marker::PhantomData;

use crate::ModelField;
use crate::query::{Expression, Frame, Ordering, Window as Over, WindowFunction};
use crate::typed::expressions::aggregates::Aggregate;
use crate::typed::expressions::case::IntoExpr;
use crate::typed::fields::column::{Expr, Selection};
use crate::typed::query_set::order::Orderings;

/// The rows beside a row: those of its partition, in an order.
///
/// `Window::new().partition_by(p.category()).order_by(p.price().desc()).rank()`. Aggregates take one by
/// [`Aggregate::over`].
#[must_use = "a window is only part of an expression"]
pub struct Window<R> {
    partition_by: Vec<Expression>,
    order_by: Vec<Ordering>,
    frame: Option<Frame>,
    marker: PhantomData<fn() -> R>,
}

impl<R> Clone for Window<R> {
    fn clone(&self) -> Self {
        Self {
            partition_by: self.partition_by.clone(),
            order_by: self.order_by.clone(),
            frame: self.frame,
            marker: PhantomData,
        }
    }
}

impl<R> Default for Window<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R> Window<R> {
    /// All rows of the query.
    pub fn new() -> Self {
        Self { partition_by: Vec::new(), order_by: Vec::new(), frame: None, marker: PhantomData }
    }

    /// Only the rows with the same values of these.
    pub fn partition_by<S: Selection<R>>(mut self, by: S) -> Self {
        let mut expressions = Vec::new();
        by.expressions(&mut expressions);
        self.partition_by.extend(expressions.into_iter().map(|(expression, _)| expression));
        self
    }

    /// In this order.
    pub fn order_by<O: Orderings<R>>(mut self, terms: O) -> Self {
        terms.orderings(&mut self.order_by);
        self
    }

    /// Only the rows from `start` to `end`, counted from the present row: `rows(Some(-1), Some(1))` is three rows, `None`
    /// is the end of the partition.
    pub fn rows(mut self, start: impl Into<Option<i64>>, end: impl Into<Option<i64>>) -> Self {
        self.frame = Some(Frame { rows: true, start: start.into(), end: end.into() });
        self
    }

    /// As [`Window::rows`], where rows of equal order count together: the bounds are 0 or `None`.
    pub fn range(mut self, start: impl Into<Option<i64>>, end: impl Into<Option<i64>>) -> Self {
        self.frame = Some(Frame { rows: false, start: start.into(), end: end.into() });
        self
    }

    fn function<T>(self, function: WindowFunction) -> Expr<R, T> {
        Expr::new(Expression::Window(Box::new(Over {
            function,
            partition_by: self.partition_by,
            order_by: self.order_by,
            frame: self.frame,
        })))
    }

    /// The row's number, from 1.
    pub fn row_number(self) -> Expr<R, i64> {
        self.function(WindowFunction::RowNumber)
    }

    /// The rank, from 1; equal rows have the same, and a gap follows them.
    pub fn rank(self) -> Expr<R, i64> {
        self.function(WindowFunction::Rank)
    }

    /// The rank, from 1; equal rows have the same, and no gap follows them.
    pub fn dense_rank(self) -> Expr<R, i64> {
        self.function(WindowFunction::DenseRank)
    }

    /// The rank, from 0 to 1.
    pub fn percent_rank(self) -> Expr<R, f64> {
        self.function(WindowFunction::PercentRank)
    }

    /// The share of rows that are not after this one, above 0 and up to 1.
    pub fn cume_dist(self) -> Expr<R, f64> {
        self.function(WindowFunction::CumeDist)
    }

    /// Which of so many groups of equal size the row is in, from 1.
    pub fn ntile(self, groups: u32) -> Expr<R, i64> {
        self.function(WindowFunction::Ntile(groups))
    }

    /// The value so many rows before this one; `None` where there is none.
    pub fn lag<V: IntoExpr<R>>(self, value: V, rows: u32) -> Expr<R, Option<<V::Field as ModelField>::Inner>> {
        self.function(WindowFunction::Lag(value.into_expr().into_expression(), rows))
    }

    /// The value so many rows after this one; `None` where there is none.
    pub fn lead<V: IntoExpr<R>>(self, value: V, rows: u32) -> Expr<R, Option<<V::Field as ModelField>::Inner>> {
        self.function(WindowFunction::Lead(value.into_expr().into_expression(), rows))
    }

    /// The value in the first row.
    pub fn first_value<V: IntoExpr<R>>(self, value: V) -> Expr<R, Option<<V::Field as ModelField>::Inner>> {
        self.function(WindowFunction::FirstValue(value.into_expr().into_expression()))
    }

    /// The value in the last row. With an order, and without [`Window::rows`], rows count up to the present one.
    pub fn last_value<V: IntoExpr<R>>(self, value: V) -> Expr<R, Option<<V::Field as ModelField>::Inner>> {
        self.function(WindowFunction::LastValue(value.into_expr().into_expression()))
    }

    /// The value in the row of this number, from 1; `None` where there is none.
    pub fn nth_value<V: IntoExpr<R>>(self, value: V, row: u32) -> Expr<R, Option<<V::Field as ModelField>::Inner>> {
        self.function(WindowFunction::NthValue(value.into_expr().into_expression(), row))
    }
}

impl<R, T: ModelField> Aggregate<R, T> {
    /// Over a window of rows instead of a group: `p.price().sum().over(Window::new().order_by(p.name()))`.
    pub fn over(self, window: Window<R>) -> Expr<R, T> {
        window.function(WindowFunction::Aggregate(self.into_expression()))
    }
}
