//! `+`, `-`, `*`, `/` and `%` over columns and expressions: `F(price) + dec!(0.50)`.

use crate::query::{BinaryOperator, Expression};

/// Writes the operators for `Column` or `Expr`.
macro_rules! arithmetic {
    ($type:ident) => {
        $crate::typed::expressions::arithmetic::operator!($type, Add, add, Add);
        $crate::typed::expressions::arithmetic::operator!($type, Sub, sub, Subtract);
        $crate::typed::expressions::arithmetic::operator!($type, Mul, mul, Multiply);
        $crate::typed::expressions::arithmetic::operator!($type, Div, div, Divide);
        $crate::typed::expressions::arithmetic::operator!($type, Rem, rem, Modulo);
    };
}

macro_rules! operator {
    ($type:ident, $trait:ident, $method:ident, $operator:ident) => {
        impl<R, T: $crate::ModelField, V: $crate::Operand<R, T::Operand>> std::ops::$trait<V> for $type<R, T> {
            type Output = $crate::Expr<R, T>;

            fn $method(self, right: V) -> Self::Output {
                $crate::Expr::new($crate::typed::expressions::arithmetic::binary(
                    self.into_expression(),
                    $crate::query::BinaryOperator::$operator,
                    right.operand(),
                ))
            }
        }
    };
}

pub(in crate::typed) fn binary(left: Expression, operator: BinaryOperator, right: Expression) -> Expression {
    Expression::Binary(Box::new(left), operator, Box::new(right))
}

pub(in crate::typed) use {arithmetic, operator};
