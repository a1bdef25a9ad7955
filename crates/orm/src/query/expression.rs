//! Expressions: what has a value in each row.

use std::borrow::Cow;

use rjango_core::timezone::Zone;

use super::{Condition, Ordering, Path, Query};
use crate::{Value, ValueType};

/// Something with a value in each row.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A field of the model or, over relations, of another.
    Column(Path),
    /// A value; always a parameter, never text.
    Value(Value),
    /// The primary key of an instance that is not saved, or of a reference that is not set; the text says of what. It is not
    /// NULL: a query that compares with it or writes it is refused.
    Unsaved(Cow<'static, str>),
    /// Arithmetic.
    Binary(Box<Expression>, BinaryOperator, Box<Expression>),
    /// An aggregate over the group.
    Aggregate {
        /// Which.
        function: AggregateFunction,
        /// Over what; `None` counts rows.
        over: Option<Box<Expression>>,
        /// Whether equal values count once.
        distinct: bool,
        /// Only over rows that satisfy this.
        filter: Option<Box<Condition>>,
    },
    /// A function of the database.
    Function(Function, Vec<Expression>),
    /// The value of the first branch whose condition holds.
    Case {
        /// Conditions and values, in order.
        branches: Vec<(Condition, Expression)>,
        /// The value where none holds; NULL where `None`.
        otherwise: Option<Box<Expression>>,
    },
    /// The one value of another query: this expression over its rows, of this type. NULL where it has no row.
    Subquery(Box<Query>, Box<Expression>, ValueType),
    /// Whether another query has a row.
    Exists(Box<Query>),
    /// Inside another query: an expression over the row of the query around it, Django's `OuterRef`. Wrapped again, of
    /// the query around that.
    Outer(Box<Expression>),
    /// A function over a window of rows beside this one.
    Window(Box<Window>),
    /// What the compiler has written already, in the place of an [`Expression::Outer`].
    #[doc(hidden)]
    Prepared(Prepared),
}

/// A written expression of the query around.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    pub(crate) sql: crate::sql::Sql,
    pub(crate) value_type: Option<ValueType>,
    pub(crate) nullable: bool,
}

/// Arithmetic operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOperator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
}

/// The aggregates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AggregateFunction {
    /// How many.
    Count,
    /// The sum.
    Sum,
    /// The mean.
    Avg,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// The standard deviation: of the rows as the whole population, or as a `sample` of one.
    StdDev {
        /// Whether the rows are a sample.
        sample: bool,
    },
    /// The variance, likewise.
    Variance {
        /// Whether the rows are a sample.
        sample: bool,
    },
}

/// The functions of a database, by Django's names. Arguments are in Django's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Function {
    /// Text in lower case.
    Lower,
    /// Text in upper case.
    Upper,
    /// Text without the spaces around it.
    Trim,
    /// Text without the spaces before it.
    LTrim,
    /// Text without the spaces after it.
    RTrim,
    /// How many characters a text has.
    Length,
    /// Two texts, one after the other; NULL counts as empty.
    Concat,
    /// A part of a text: the text, the position of the first character from 1, and how many.
    Substr,
    /// The text with each occurrence of a second replaced by a third.
    Replace,
    /// The first characters: text and number.
    Left,
    /// The last characters: text and number.
    Right,
    /// The position of a second text in the first, from 1; 0 where it is not there.
    StrIndex,
    /// The first of the arguments that is not NULL.
    Coalesce,
    /// The first argument, or NULL where it equals the second.
    NullIf,
    /// The largest of the arguments. Where one is NULL, NULL; PostgreSQL leaves it out.
    Greatest,
    /// The smallest of the arguments; NULL likewise.
    Least,
    /// The absolute value.
    Abs,
    /// The smallest whole number that is not less.
    Ceil,
    /// The largest whole number that is not greater.
    Floor,
    /// The nearest number of so many decimal places: number and places.
    Round,
    /// The first argument to the power of the second.
    Power,
    /// The square root.
    Sqrt,
    /// The moment at which the statement began.
    Now,
    /// A part of a day, a time or a moment, as a number. The moment's clocks are those of the zone; `None` is the zone that is in
    /// force where the query runs. So it is with the next three.
    Extract(DatePart, Option<Zone>),
    /// A day, a time or a moment, back to the start of the part.
    Trunc(DatePart, Option<Zone>),
    /// The day of a moment.
    TruncDate(Option<Zone>),
    /// The time of day of a moment.
    TruncTime(Option<Zone>),
    /// The value as another type.
    Cast(ValueType),
    /// What a document has under a key: the document and a text.
    JsonKey,
    /// What a document has at an index from 0: the document and a number.
    JsonIndex,
    /// A text in a document as text; what else a document holds, as it is written. JSON's `null` is NULL.
    JsonText,
}

impl Function {
    /// The type of its result, from the arguments' types.
    pub(crate) fn value_type(self, arguments: &[Option<ValueType>]) -> ValueType {
        let first = arguments.iter().find_map(|argument| *argument);
        match self {
            Self::Lower
            | Self::Upper
            | Self::Trim
            | Self::LTrim
            | Self::RTrim
            | Self::Concat
            | Self::Substr
            | Self::Replace
            | Self::Left
            | Self::Right => ValueType::Text,
            Self::Length | Self::StrIndex | Self::Extract(..) => ValueType::Int,
            Self::Coalesce
            | Self::NullIf
            | Self::Greatest
            | Self::Least
            | Self::Abs
            | Self::Ceil
            | Self::Floor
            | Self::Round => first.unwrap_or(ValueType::Int),
            Self::Trunc(..) => first.unwrap_or(ValueType::DateTime),
            Self::Power | Self::Sqrt => ValueType::Float,
            Self::Now => ValueType::DateTime,
            Self::TruncDate(_) => ValueType::Date,
            Self::TruncTime(_) => ValueType::Time,
            Self::Cast(value_type) => value_type,
            Self::JsonKey | Self::JsonIndex => ValueType::Json,
            Self::JsonText => ValueType::Text,
        }
    }

    /// The zone whose clocks it reads; `None` where it reads no clock, `Some(None)` for the zone that is in force.
    pub(crate) const fn zone(self) -> Option<Option<Zone>> {
        match self {
            Self::Extract(_, zone) | Self::Trunc(_, zone) | Self::TruncDate(zone) | Self::TruncTime(zone) => Some(zone),
            _ => None,
        }
    }

    /// Whether the arguments are of one type, so that a plain value takes that of its neighbours.
    pub(crate) const fn is_of_one_type(self) -> bool {
        matches!(self, Self::Coalesce | Self::NullIf | Self::Greatest | Self::Least)
    }

    /// Whether NULL in the first argument is NULL in the result, so that rows without the value never satisfy a lookup.
    pub(crate) const fn is_strict(self) -> bool {
        !matches!(self, Self::Coalesce | Self::Concat | Self::Greatest | Self::Least)
    }

    /// Whether the result may be NULL, where the arguments may be as told.
    pub(crate) fn is_nullable(self, arguments: &[bool]) -> bool {
        match self {
            Self::Coalesce => arguments.iter().all(|nullable| *nullable),
            Self::NullIf | Self::JsonKey | Self::JsonIndex | Self::JsonText => true,
            Self::Concat | Self::Now => false,
            _ => arguments.iter().any(|nullable| *nullable),
        }
    }
}

/// A part of a day or of a time, by Django's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DatePart {
    /// The year.
    Year,
    /// The year that the ISO 8601 week belongs to.
    IsoYear,
    /// The quarter, from 1 to 4.
    Quarter,
    /// The month, from 1 to 12.
    Month,
    /// The ISO 8601 week, from 1 to 53; weeks start on Monday.
    Week,
    /// The day of the month, from 1.
    Day,
    /// The day of the week, Sunday as 1 and Saturday as 7.
    WeekDay,
    /// The day of the week, Monday as 1 and Sunday as 7.
    IsoWeekDay,
    /// The hour, from 0.
    Hour,
    /// The minute, from 0.
    Minute,
    /// The whole second, from 0.
    Second,
}

impl DatePart {
    /// Every part.
    pub const ALL: [Self; 11] = [
        Self::Year,
        Self::IsoYear,
        Self::Quarter,
        Self::Month,
        Self::Week,
        Self::Day,
        Self::WeekDay,
        Self::IsoWeekDay,
        Self::Hour,
        Self::Minute,
        Self::Second,
    ];

    /// Django's name of the transform: `iso_year`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::IsoYear => "iso_year",
            Self::Quarter => "quarter",
            Self::Month => "month",
            Self::Week => "week",
            Self::Day => "day",
            Self::WeekDay => "week_day",
            Self::IsoWeekDay => "iso_week_day",
            Self::Hour => "hour",
            Self::Minute => "minute",
            Self::Second => "second",
        }
    }
}

/// A function over a window of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// Which.
    pub function: WindowFunction,
    /// The rows of equal values form a partition; all rows where empty.
    pub partition_by: Vec<Expression>,
    /// The order inside a partition.
    pub order_by: Vec<Ordering>,
    /// Which rows of the partition count, where it is not the engine's own choice.
    pub frame: Option<Frame>,
}

/// What is computed over a window.
#[derive(Debug, Clone, PartialEq)]
pub enum WindowFunction {
    /// An [`Expression::Aggregate`].
    Aggregate(Expression),
    /// The row's number, from 1.
    RowNumber,
    /// The rank, with gaps after equal rows.
    Rank,
    /// The rank, without gaps.
    DenseRank,
    /// The rank, from 0 to 1.
    PercentRank,
    /// The share of rows that are not after this one.
    CumeDist,
    /// Which of so many equal groups the row is in, from 1.
    Ntile(u32),
    /// The value so many rows before.
    Lag(Expression, u32),
    /// The value so many rows after.
    Lead(Expression, u32),
    /// The value in the frame's first row.
    FirstValue(Expression),
    /// The value in the frame's last row.
    LastValue(Expression),
    /// The value in the frame's row of this number, from 1.
    NthValue(Expression, u32),
}

/// The rows of a partition that count, from the present row: negative numbers before it, `None` to the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// Whether it is rows that are counted; otherwise rows of equal order count together, and bounds are 0 or `None`.
    pub rows: bool,
    /// The first row.
    pub start: Option<i64>,
    /// The last row.
    pub end: Option<i64>,
}
