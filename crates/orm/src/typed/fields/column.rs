//! What field accessors return: a column, on the way from the model `R`.

use std::marker::PhantomData;

use rjango_core::Result;

use crate::typed::expressions::arithmetic::arithmetic;

use crate::query::{Expression, Path};
use crate::typed::conditions::lookups::lookups;
use crate::typed::expressions::functions::functions;
use crate::typed::fields::json::documents;
use crate::typed::fields::null::Selected;
use crate::{FieldValue as _, ModelField, Value};

/// A column of type `T`, as seen from the model `R`: `m.price()`, or `m.category().name()` over a relation.
pub struct Column<R, T> {
    pub(crate) path: Path,
    marker: PhantomData<fn() -> (R, T)>,
}

impl<R, T> Column<R, T> {
    pub(crate) fn new(path: Path) -> Self {
        Self { path, marker: PhantomData }
    }

    /// The names from the model to the field.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl<R, T> Clone for Column<R, T> {
    fn clone(&self) -> Self {
        Self::new(self.path.clone())
    }
}

impl<R, T: ModelField> Column<R, T> {
    pub(in crate::typed) fn into_expression(self) -> Expression {
        Expression::Column(self.path)
    }
}

lookups!(Column);
arithmetic!(Column);
functions!(Column);
documents!(Column);

/// A computed value in each row: `F(price) * 2`, or an aggregate such as `m.price().max()`.
pub struct Expr<R, T> {
    pub(in crate::typed) expression: Expression,
    marker: PhantomData<fn() -> (R, T)>,
}

impl<R, T> Expr<R, T> {
    pub(in crate::typed) fn new(expression: Expression) -> Self {
        Self { expression, marker: PhantomData }
    }

    /// What the query knows by the next of these names.
    pub(in crate::typed) fn next(names: &mut dyn Iterator<Item = Path>) -> Self {
        Self::new(Expression::Column(names.next().unwrap_or_default()))
    }
}

impl<R, T> Clone for Expr<R, T> {
    fn clone(&self) -> Self {
        Self::new(self.expression.clone())
    }
}

impl<R, T: ModelField> Expr<R, T> {
    /// A constant.
    pub fn value(value: T) -> Self {
        Self::new(Expression::Value(value.to_value()))
    }

    pub(in crate::typed) fn into_expression(self) -> Expression {
        self.expression
    }
}

lookups!(Expr);
arithmetic!(Expr);
functions!(Expr);
documents!(Expr);

/// Several columns or expressions that a query reads side by side: one, or a tuple of up to twelve.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected from `{R}`",
    label = "not a column or expression of `{R}`",
    note = "give a column, an expression or a tuple of up to twelve of them, as `f!(name, price)` makes"
)]
pub trait Selection<R> {
    /// What each row gives.
    type Output: Send + 'static;

    /// The same once it is part of a query, by name: what filters and orders after `annotate` get.
    type Named: Clone;

    /// The expressions under the names that a query knows them by.
    fn named(names: &mut dyn Iterator<Item = Path>) -> Self::Named;

    /// Adds the expressions, with the types to read them as.
    fn expressions(self, out: &mut Vec<(Expression, crate::ValueType)>);

    /// Takes as many values as there are expressions.
    ///
    /// # Errors
    /// `Validation` where a value does not fit its Rust type.
    fn read(values: &mut std::vec::IntoIter<Value>) -> Result<Self::Output>;
}

impl<R, T: ModelField> Selection<R> for Column<R, T> {
    type Output = Selected<T>;
    type Named = Expr<R, T>;

    fn named(names: &mut dyn Iterator<Item = Path>) -> Self::Named {
        Expr::next(names)
    }

    fn expressions(self, out: &mut Vec<(Expression, crate::ValueType)>) {
        out.push((self.into_expression(), Selected::<T>::TYPE));
    }

    fn read(values: &mut std::vec::IntoIter<Value>) -> Result<Self::Output> {
        crate::typed::take(values)
    }
}

impl<R, T: ModelField> Selection<R> for Expr<R, T> {
    type Output = Selected<T>;
    type Named = Expr<R, T>;

    fn named(names: &mut dyn Iterator<Item = Path>) -> Self::Named {
        Expr::next(names)
    }

    fn expressions(self, out: &mut Vec<(Expression, crate::ValueType)>) {
        out.push((self.into_expression(), Selected::<T>::TYPE));
    }

    fn read(values: &mut std::vec::IntoIter<Value>) -> Result<Self::Output> {
        crate::typed::take(values)
    }
}

macro_rules! tuples {
    ($(($($name:ident),+))*) => {
        $(impl<R, $($name: Selection<R>),+> Selection<R> for ($($name,)+) {
            type Output = ($($name::Output,)+);
            type Named = ($($name::Named,)+);

            fn named(names: &mut dyn Iterator<Item = Path>) -> Self::Named {
                ($($name::named(names),)+)
            }

            fn expressions(self, out: &mut Vec<(Expression, crate::ValueType)>) {
                #[allow(non_snake_case)] // The type's name serves as the variable's.
                let ($($name,)+) = self;
                $($name.expressions(out);)+
            }

            fn read(values: &mut std::vec::IntoIter<Value>) -> Result<Self::Output> {
                Ok(($($name::read(values)?,)+))
            }
        })*
    };
}

tuples! {
    (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) (A, B, C, D, E, F) (A, B, C, D, E, F, G) (A, B, C, D, E, F, G, H)
    (A, B, C, D, E, F, G, H, I) (A, B, C, D, E, F, G, H, I, J) (A, B, C, D, E, F, G, H, I, J, K)
    (A, B, C, D, E, F, G, H, I, J, K, L)
}
