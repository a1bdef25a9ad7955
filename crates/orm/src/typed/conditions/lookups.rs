//! The lookups as methods, the same on columns and expressions.

/// Writes Django's lookups, the aggregates and the orders for `Column` or `Expr`.
macro_rules! lookups {
    ($type:ident) => {
        impl<R, T: $crate::ModelField> $type<R, T> {
            fn lookup(self, lookup: $crate::query::Lookup, right: $crate::query::Expression) -> $crate::Q<R> {
                $crate::Q::lookup(self.into_expression(), lookup, $crate::query::Operand::One(right))
            }

            /// Equal. An empty `Option` asks for NULL.
            pub fn exact(self, value: impl $crate::Operand<R, T::Operand>) -> $crate::Q<R> {
                self.lookup($crate::query::Lookup::Exact, value.operand())
            }

            /// Less than.
            pub fn lt(self, value: impl $crate::Operand<R, T::Operand>) -> $crate::Q<R> {
                self.lookup($crate::query::Lookup::Lt, value.operand())
            }

            /// Less than or equal.
            pub fn lte(self, value: impl $crate::Operand<R, T::Operand>) -> $crate::Q<R> {
                self.lookup($crate::query::Lookup::Lte, value.operand())
            }

            /// Greater than.
            pub fn gt(self, value: impl $crate::Operand<R, T::Operand>) -> $crate::Q<R> {
                self.lookup($crate::query::Lookup::Gt, value.operand())
            }

            /// Greater than or equal.
            pub fn gte(self, value: impl $crate::Operand<R, T::Operand>) -> $crate::Q<R> {
                self.lookup($crate::query::Lookup::Gte, value.operand())
            }

            /// Equal to nothing, as `q!(field = None)` asks: NULL, and of a document JSON's `null`.
            #[doc(hidden)]
            pub fn exact_null(self) -> $crate::Q<R> {
                self.lookup($crate::query::Lookup::Exact, $crate::query::Expression::Value($crate::Value::Null))
            }

            /// NULL, or not.
            pub fn isnull(self, null: bool) -> $crate::Q<R> {
                self.lookup($crate::query::Lookup::IsNull, $crate::query::Expression::Value($crate::Value::Bool(null)))
            }

            /// One of: a list, or another query's `values_list`.
            pub fn in_(self, values: impl $crate::Operands<R, T::Operand>) -> $crate::Q<R> {
                $crate::Q::lookup(self.into_expression(), $crate::query::Lookup::In, values.operands())
            }

            /// Between two values, both included: `(1, 5)` or `1..=5`.
            pub fn range(self, bounds: impl $crate::Bounds<R, T::Operand>) -> $crate::Q<R> {
                $crate::Q::lookup(
                    self.into_expression(),
                    $crate::query::Lookup::Range,
                    $crate::query::Operand::Many(bounds.bounds().into()),
                )
            }

            /// The smallest value; `None` where there is no row.
            pub fn min(self) -> $crate::Aggregate<R, Option<T::Inner>> {
                $crate::typed::aggregate($crate::query::AggregateFunction::Min, self.into_expression(), false)
            }

            /// The largest value; `None` where there is no row.
            pub fn max(self) -> $crate::Aggregate<R, Option<T::Inner>> {
                $crate::typed::aggregate($crate::query::AggregateFunction::Max, self.into_expression(), false)
            }

            /// The sum; `None` where there is no row.
            pub fn sum(self) -> $crate::Aggregate<R, Option<<T::Operand as $crate::Number>::Sum>>
            where
                T::Operand: $crate::Number,
            {
                $crate::typed::aggregate($crate::query::AggregateFunction::Sum, self.into_expression(), false)
            }

            /// The mean; `None` where there is no row.
            pub fn avg(self) -> $crate::Aggregate<R, Option<<T::Operand as $crate::Number>::Mean>>
            where
                T::Operand: $crate::Number,
            {
                $crate::typed::aggregate($crate::query::AggregateFunction::Avg, self.into_expression(), false)
            }

            /// How many rows have a value that is not NULL.
            pub fn count(self) -> $crate::Aggregate<R, i64> {
                $crate::typed::aggregate($crate::query::AggregateFunction::Count, self.into_expression(), false)
            }

            /// How many different values there are.
            pub fn count_distinct(self) -> $crate::Aggregate<R, i64> {
                $crate::typed::aggregate($crate::query::AggregateFunction::Count, self.into_expression(), true)
            }

            /// Smallest first: the order as it is.
            pub fn asc(self) -> $crate::Order<R> {
                $crate::Order::new(self.into_expression(), false)
            }

            /// Largest first: `-price` in `f!`.
            pub fn desc(self) -> $crate::Order<R> {
                $crate::Order::new(self.into_expression(), true)
            }
        }

        impl<R, T: $crate::ModelField> $type<R, T> {
            fn text_lookup(
                self,
                lookup: $crate::query::Lookup,
                text: impl $crate::TextOperand<R, T::Operand>,
            ) -> $crate::Q<R> {
                self.lookup(lookup, text.text_operand())
            }

            /// Equal, whatever the case of letters.
            pub fn iexact(self, text: impl $crate::TextOperand<R, T::Operand>) -> $crate::Q<R> {
                self.text_lookup($crate::query::Lookup::IExact, text)
            }

            /// Has the text in it. A JSON document: has everything that the other has; SQLite has no such lookup.
            pub fn contains(self, part: impl $crate::ContainedOperand<R, T::Operand>) -> $crate::Q<R> {
                self.lookup($crate::query::Lookup::Contains, part.contained_operand())
            }

            /// Has the text in it, whatever the case of letters.
            pub fn icontains(self, text: impl $crate::TextOperand<R, T::Operand>) -> $crate::Q<R> {
                self.text_lookup($crate::query::Lookup::IContains, text)
            }

            /// Starts with the text.
            pub fn startswith(self, text: impl $crate::TextOperand<R, T::Operand>) -> $crate::Q<R> {
                self.text_lookup($crate::query::Lookup::StartsWith, text)
            }

            /// Starts with the text, whatever the case of letters.
            pub fn istartswith(self, text: impl $crate::TextOperand<R, T::Operand>) -> $crate::Q<R> {
                self.text_lookup($crate::query::Lookup::IStartsWith, text)
            }

            /// Ends with the text.
            pub fn endswith(self, text: impl $crate::TextOperand<R, T::Operand>) -> $crate::Q<R> {
                self.text_lookup($crate::query::Lookup::EndsWith, text)
            }

            /// Ends with the text, whatever the case of letters.
            pub fn iendswith(self, text: impl $crate::TextOperand<R, T::Operand>) -> $crate::Q<R> {
                self.text_lookup($crate::query::Lookup::IEndsWith, text)
            }

            /// Has a part that the regular expression matches. The syntax is the engine's: PostgreSQL's own, ICU's on
            /// MySQL, PCRE's on MariaDB, and that of the crate `regex` on SQLite.
            pub fn regex(self, pattern: impl $crate::TextOperand<R, T::Operand>) -> $crate::Q<R> {
                self.text_lookup($crate::query::Lookup::Regex, pattern)
            }

            /// Has a part that the regular expression matches, whatever the case of letters.
            pub fn iregex(self, pattern: impl $crate::TextOperand<R, T::Operand>) -> $crate::Q<R> {
                self.text_lookup($crate::query::Lookup::IRegex, pattern)
            }
        }
    };
}

pub(in crate::typed) use lookups;
