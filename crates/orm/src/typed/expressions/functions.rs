//! The database's functions as methods, the same on columns, expressions and aggregates: `p.name().lower()`,
//! `p.created().year()`. In `q!` they stand between field and lookup: `created__year__gte = 2026`.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::ModelField;
use crate::query::{DatePart, Expression, Function};
use crate::typed::fields::column::Expr;

/// A field whose values are text.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` is not text",
    label = "`lower`, `length` and their kin need a `String` or an `Option<String>`"
)]
pub trait TextField: ModelField {}

impl TextField for String {}
impl TextField for Option<String> {}

/// A field whose values are days, times or moments.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` has no date or time in it",
    label = "`year`, `hour`, `trunc` and their kin need a `Date`, a `Time` or a `DateTime`"
)]
pub trait TemporalField: ModelField {}

impl TemporalField for NaiveDate {}
impl TemporalField for NaiveTime {}
impl TemporalField for DateTime<Utc> {}
impl<T: TemporalField> TemporalField for Option<T> {}

/// A field whose values are moments.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` is not a moment",
    label = "`date` and `time` take apart a `DateTime`"
)]
pub trait MomentField: TemporalField {}

impl MomentField for DateTime<Utc> {}
impl MomentField for Option<DateTime<Utc>> {}

pub(in crate::typed) fn call<R, T>(function: Function, arguments: impl Into<Vec<Expression>>) -> Expr<R, T> {
    Expr::new(Expression::Function(function, arguments.into()))
}

pub(in crate::typed) fn extract<R, T>(part: DatePart, of: Expression) -> Expr<R, T> {
    call(Function::Extract(part, None), [of])
}

pub(in crate::typed) fn number(number: i64) -> Expression {
    Expression::Value(crate::Value::Int(number))
}

impl<R> Expr<R, DateTime<Utc>> {
    /// The moment at which the statement began, by the database's clock.
    pub fn now() -> Self {
        call(Function::Now, [])
    }
}

macro_rules! functions {
    ($type:ident) => {
        impl<R, T: $crate::ModelField> $type<R, T> {
            /// This value, or the other where it is NULL.
            pub fn coalesce<V: $crate::Operand<R, T::Operand>>(
                self,
                other: V,
            ) -> $crate::Expr<R, $crate::typed::Either<T, V::Null>> {
                $crate::typed::expressions::functions::call(
                    $crate::query::Function::Coalesce,
                    [self.into_expression(), other.operand()],
                )
            }

            /// NULL where this value equals the other.
            pub fn null_if(self, other: impl $crate::Operand<R, T::Operand>) -> $crate::Expr<R, Option<T::Inner>> {
                $crate::typed::expressions::functions::call(
                    $crate::query::Function::NullIf,
                    [self.into_expression(), other.operand()],
                )
            }

            /// The larger of the two values. Where one is NULL, NULL; PostgreSQL gives the other.
            pub fn greatest<V: $crate::Operand<R, T::Operand>>(
                self,
                other: V,
            ) -> $crate::Expr<R, $crate::typed::With<T, V::Null>> {
                $crate::typed::expressions::functions::call(
                    $crate::query::Function::Greatest,
                    [self.into_expression(), other.operand()],
                )
            }

            /// The smaller of the two values. Where one is NULL, NULL; PostgreSQL gives the other.
            pub fn least<V: $crate::Operand<R, T::Operand>>(
                self,
                other: V,
            ) -> $crate::Expr<R, $crate::typed::With<T, V::Null>> {
                $crate::typed::expressions::functions::call(
                    $crate::query::Function::Least,
                    [self.into_expression(), other.operand()],
                )
            }

            /// The value as another type: `p.price().cast::<i64>()`. What cannot be read as that type is the engine's
            /// affair: an error on PostgreSQL, 0 or NULL elsewhere.
            pub fn cast<U: $crate::ModelField>(self) -> $crate::Expr<R, $crate::typed::Like<T, U>> {
                $crate::typed::expressions::functions::call(
                    $crate::query::Function::Cast(<U as $crate::FieldValue>::TYPE),
                    [self.into_expression()],
                )
            }
        }

        /// Functions of text.
        impl<R, T: $crate::typed::TextField> $type<R, T> {
            /// In lower case.
            pub fn lower(self) -> $crate::Expr<R, T> {
                $crate::typed::expressions::functions::call($crate::query::Function::Lower, [self.into_expression()])
            }

            /// In upper case.
            pub fn upper(self) -> $crate::Expr<R, T> {
                $crate::typed::expressions::functions::call($crate::query::Function::Upper, [self.into_expression()])
            }

            /// Without the spaces around it.
            pub fn trim(self) -> $crate::Expr<R, T> {
                $crate::typed::expressions::functions::call($crate::query::Function::Trim, [self.into_expression()])
            }

            /// Without the spaces before it.
            pub fn ltrim(self) -> $crate::Expr<R, T> {
                $crate::typed::expressions::functions::call($crate::query::Function::LTrim, [self.into_expression()])
            }

            /// Without the spaces after it.
            pub fn rtrim(self) -> $crate::Expr<R, T> {
                $crate::typed::expressions::functions::call($crate::query::Function::RTrim, [self.into_expression()])
            }

            /// How many characters it has.
            pub fn length(self) -> $crate::Expr<R, $crate::typed::Like<T, i64>> {
                $crate::typed::expressions::functions::call($crate::query::Function::Length, [self.into_expression()])
            }

            /// This text and then the other; NULL counts as empty.
            pub fn concat(self, other: impl $crate::Operand<R, String>) -> $crate::Expr<R, String> {
                $crate::typed::expressions::functions::call(
                    $crate::query::Function::Concat,
                    [self.into_expression(), other.operand()],
                )
            }

            /// So many characters from a position, which counts from 1.
            pub fn substr(self, position: u32, length: u32) -> $crate::Expr<R, T> {
                let number = |number: u32| $crate::typed::expressions::functions::number(number.into());
                $crate::typed::expressions::functions::call(
                    $crate::query::Function::Substr,
                    [self.into_expression(), number(position), number(length)],
                )
            }

            /// With each occurrence of one text replaced by another.
            pub fn replace<V: $crate::Operand<R, String>, W: $crate::Operand<R, String>>(
                self,
                text: V,
                by: W,
            ) -> $crate::Expr<R, $crate::typed::With<$crate::typed::With<T, V::Null>, W::Null>> {
                $crate::typed::expressions::functions::call(
                    $crate::query::Function::Replace,
                    [self.into_expression(), text.operand(), by.operand()],
                )
            }

            /// The first characters.
            pub fn left(self, length: u32) -> $crate::Expr<R, T> {
                $crate::typed::expressions::functions::call(
                    $crate::query::Function::Left,
                    [self.into_expression(), $crate::typed::expressions::functions::number(length.into())],
                )
            }

            /// The last characters.
            pub fn right(self, length: u32) -> $crate::Expr<R, T> {
                $crate::typed::expressions::functions::call(
                    $crate::query::Function::Right,
                    [self.into_expression(), $crate::typed::expressions::functions::number(length.into())],
                )
            }

            /// The position of another text in it, from 1; 0 where it is not there.
            pub fn str_index<V: $crate::Operand<R, String>>(
                self,
                text: V,
            ) -> $crate::Expr<R, $crate::typed::With<$crate::typed::Like<T, i64>, V::Null>> {
                $crate::typed::expressions::functions::call(
                    $crate::query::Function::StrIndex,
                    [self.into_expression(), text.operand()],
                )
            }
        }

        /// Functions of numbers.
        impl<R, T: $crate::ModelField> $type<R, T>
        where
            T::Operand: $crate::Number,
        {
            /// The absolute value.
            pub fn abs(self) -> $crate::Expr<R, T> {
                $crate::typed::expressions::functions::call($crate::query::Function::Abs, [self.into_expression()])
            }

            /// The smallest whole number that is not less.
            pub fn ceil(self) -> $crate::Expr<R, T> {
                $crate::typed::expressions::functions::call($crate::query::Function::Ceil, [self.into_expression()])
            }

            /// The largest whole number that is not greater.
            pub fn floor(self) -> $crate::Expr<R, T> {
                $crate::typed::expressions::functions::call($crate::query::Function::Floor, [self.into_expression()])
            }

            /// The nearest number of so many decimal places.
            pub fn round(self, places: u32) -> $crate::Expr<R, T> {
                $crate::typed::expressions::functions::call(
                    $crate::query::Function::Round,
                    [self.into_expression(), $crate::typed::expressions::functions::number(places.into())],
                )
            }

            /// To the power of another number.
            pub fn power<V: $crate::Operand<R, f64>>(
                self,
                exponent: V,
            ) -> $crate::Expr<R, $crate::typed::With<$crate::typed::Like<T, f64>, V::Null>> {
                $crate::typed::expressions::functions::call(
                    $crate::query::Function::Power,
                    [self.into_expression(), exponent.operand()],
                )
            }

            /// The square root.
            pub fn sqrt(self) -> $crate::Expr<R, $crate::typed::Like<T, f64>> {
                $crate::typed::expressions::functions::call($crate::query::Function::Sqrt, [self.into_expression()])
            }

            /// The standard deviation, the rows being all there are; `None` where there is no row.
            pub fn stddev(self) -> $crate::Aggregate<R, Option<f64>> {
                $crate::typed::aggregate(
                    $crate::query::AggregateFunction::StdDev { sample: false },
                    self.into_expression(),
                    false,
                )
            }

            /// The standard deviation, the rows being a sample; `None` where there are fewer than two.
            pub fn stddev_sample(self) -> $crate::Aggregate<R, Option<f64>> {
                $crate::typed::aggregate(
                    $crate::query::AggregateFunction::StdDev { sample: true },
                    self.into_expression(),
                    false,
                )
            }

            /// The variance, the rows being all there are; `None` where there is no row.
            pub fn variance(self) -> $crate::Aggregate<R, Option<f64>> {
                $crate::typed::aggregate(
                    $crate::query::AggregateFunction::Variance { sample: false },
                    self.into_expression(),
                    false,
                )
            }

            /// The variance, the rows being a sample; `None` where there are fewer than two.
            pub fn variance_sample(self) -> $crate::Aggregate<R, Option<f64>> {
                $crate::typed::aggregate(
                    $crate::query::AggregateFunction::Variance { sample: true },
                    self.into_expression(),
                    false,
                )
            }
        }

        $crate::typed::expressions::functions::parts!($type);

        /// Functions of days, times and moments, whose clocks are those of the zone that is in force.
        impl<R, T: $crate::typed::TemporalField> $type<R, T> {
            /// Back to the start of the part: of the month, of the hour.
            pub fn trunc(self, part: $crate::query::DatePart) -> $crate::Expr<R, T> {
                $crate::typed::expressions::functions::call(
                    $crate::query::Function::Trunc(part, None),
                    [self.into_expression()],
                )
            }
        }

        /// Functions of moments.
        impl<R, T: $crate::typed::MomentField> $type<R, T> {
            /// The same moment, whose parts are taken by the clocks of this zone: Django's `tzinfo`.
            ///
            /// `.values_list(|p| p.created().in_zone(berlin).trunc(DatePart::Day))`
            pub fn in_zone(self, zone: rjango_core::timezone::Zone) -> $crate::InZone<R, T> {
                $crate::InZone::new(self.into_expression(), zone)
            }

            /// The day, in the zone that is in force.
            pub fn date(self) -> $crate::Expr<R, $crate::typed::Like<T, chrono::NaiveDate>> {
                $crate::typed::expressions::functions::call(
                    $crate::query::Function::TruncDate(None),
                    [self.into_expression()],
                )
            }

            /// The time of day, in the zone that is in force.
            pub fn time(self) -> $crate::Expr<R, $crate::typed::Like<T, chrono::NaiveTime>> {
                $crate::typed::expressions::functions::call(
                    $crate::query::Function::TruncTime(None),
                    [self.into_expression()],
                )
            }
        }
    };
}

macro_rules! parts {
    ($type:ident) => {
        $crate::typed::expressions::functions::parts! { $type:
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
    };
    ($type:ident: $($doc:literal, $method:ident, $part:ident;)*) => {
        /// Parts of days, times and moments, whose clocks are those of the zone that is in force.
        impl<R, T: $crate::typed::TemporalField> $type<R, T> {
            $(#[doc = $doc]
            pub fn $method(self) -> $crate::Expr<R, $crate::typed::Like<T, i64>> {
                $crate::typed::expressions::functions::extract($crate::query::DatePart::$part, self.into_expression())
            })*
        }
    };
}

pub(in crate::typed) use {functions, parts};
