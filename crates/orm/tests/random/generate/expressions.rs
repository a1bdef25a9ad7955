//! Expressions by chance.

use super::{Generator, Known};
use crate::ask::{Expression, Literal, Rows, Term};
use crate::catalogue::{Kind, Model};

const ADDED: [Kind; 3] = [Kind::Int, Kind::Float, Kind::Decimal];

impl Generator {
    /// An expression of this kind over one row, so deep at most.
    pub(super) fn expression(&mut self, model: &'static Model, kind: Kind, depth: usize) -> Expression {
        let column = self.way(model, Some(kind), false, false).way;
        if depth == 0 || self.chance.percent(25) {
            let is_column = column.kind == kind && self.chance.percent(80);
            return if is_column { Expression::Column(column) } else { Expression::Value(self.literal_of(kind)) };
        }
        if self.chance.percent(15) {
            return self.case(model, kind, depth);
        }
        if self.chance.percent(15) {
            let name = self.chance.pick(&["Coalesce", "Coalesce", "NullIf", "Greatest", "Least"]);
            let arguments = vec![self.expression(model, kind, depth - 1), self.expression(model, kind, depth - 1)];
            return Expression::Function { name, kind, arguments };
        }
        if ADDED.contains(&kind) && self.chance.percent(50) {
            let left = Box::new(self.expression(model, kind, depth - 1));
            let (operator, right) = match self.chance.below(8) {
                0..5 => (self.chance.pick(&["+", "-"]), self.expression(model, kind, depth - 1)),
                5..7 => ("*", Expression::Value(self.small(kind))),
                _ if kind == Kind::Decimal => ("*", Expression::Value(self.small(kind))),
                _ => (if kind == Kind::Int { "%" } else { "/" }, Expression::Value(self.small(kind))),
            };
            return Expression::Binary(left, operator, Box::new(right));
        }
        self.function(model, kind, depth)
    }

    fn function(&mut self, model: &'static Model, kind: Kind, depth: usize) -> Expression {
        let function = |name, arguments| Expression::Function { name, kind, arguments };
        let number = |generator: &mut Self, most| {
            Expression::Value(Literal::Int(i64::try_from(generator.chance.between(1, most)).expect("it is small")))
        };
        match kind {
            Kind::Text => {
                let of = self.expression(model, Kind::Text, depth - 1);
                match self.chance.below(10) {
                    0..4 => function(self.chance.pick(&["Lower", "Upper", "Trim", "LTrim", "RTrim"]), vec![of]),
                    4..6 => function("Concat", vec![of, self.expression(model, Kind::Text, depth - 1)]),
                    6 => function("Substr", vec![of, number(self, 5), number(self, 5)]),
                    7 => function(self.chance.pick(&["Left", "Right"]), vec![of, number(self, 6)]),
                    8 => {
                        let texts = [self.letter(), self.letter()];
                        function("Replace", std::iter::once(of).chain(texts).collect())
                    }
                    _ => function("Cast", vec![self.expression(model, Kind::Int, depth - 1)]),
                }
            }
            Kind::Int => match self.chance.below(8) {
                0..2 => function("Length", vec![self.expression(model, Kind::Text, depth - 1)]),
                2 => function("StrIndex", vec![self.expression(model, Kind::Text, depth - 1), self.letter()]),
                3 => function("Abs", vec![self.expression(model, Kind::Int, depth - 1)]),
                _ => {
                    const OF_DAYS: [&str; 8] = [
                        "ExtractYear",
                        "ExtractIsoYear",
                        "ExtractQuarter",
                        "ExtractMonth",
                        "ExtractWeek",
                        "ExtractDay",
                        "ExtractWeekDay",
                        "ExtractIsoWeekDay",
                    ];
                    let of = self.chance.pick(&[Kind::Date, Kind::Moment, Kind::Moment, Kind::Time]);
                    let way = self.way(model, Some(of), false, false).way;
                    if way.kind != of {
                        return function("Abs", vec![self.expression(model, Kind::Int, depth - 1)]);
                    }
                    let name = match of {
                        Kind::Date => self.chance.pick(&OF_DAYS),
                        Kind::Moment if self.chance.percent(70) => self.chance.pick(&OF_DAYS),
                        _ => self.chance.pick(&["ExtractHour", "ExtractMinute", "ExtractSecond"]),
                    };
                    function(name, vec![Expression::Column(way)])
                }
            },
            Kind::Float => match self.chance.below(3) {
                0 => {
                    function(self.chance.pick(&["Abs", "Ceil", "Floor"]), vec![self.expression(model, kind, depth - 1)])
                }
                1 => function("Cast", vec![self.expression(model, Kind::Int, depth - 1)]),
                _ => {
                    let of = self.expression(model, kind, depth - 1);
                    function("Sqrt", vec![function("Abs", vec![of])])
                }
            },
            Kind::Date | Kind::Moment => {
                let way = self.way(model, Some(kind), false, false).way;
                if way.kind != kind {
                    return Expression::Value(self.literal_of(kind));
                }
                let moment = kind == Kind::Moment;
                let name = match self.chance.below(if moment { 8 } else { 5 }) {
                    0 => "TruncYear",
                    1 => "TruncQuarter",
                    2 => "TruncMonth",
                    3 => "TruncWeek",
                    4 => "TruncDay",
                    5 => "TruncHour",
                    6 => "TruncMinute",
                    _ => "TruncSecond",
                };
                function(name, vec![Expression::Column(way)])
            }
            Kind::Decimal => function("Abs", vec![self.expression(model, kind, depth - 1)]),
            Kind::Bool => self.case(model, kind, depth),
            _ => self.expression(model, kind, 0),
        }
    }

    fn case(&mut self, model: &'static Model, kind: Kind, depth: usize) -> Expression {
        let count = self.chance.between(1, 3);
        let branches = (0..count)
            .map(|_| (self.condition(model, 1, &Known::default()), self.expression(model, kind, depth - 1)))
            .collect();
        let otherwise = self.chance.percent(70).then(|| Box::new(self.expression(model, kind, depth - 1)));
        Expression::Case { branches, otherwise, kind }
    }

    fn letter(&mut self) -> Expression {
        Expression::Value(Literal::Text(self.chance.pick(&["a", "e", "Fj", " ", "r"]).to_owned()))
    }

    fn literal_of(&mut self, kind: Kind) -> Literal {
        if ADDED.contains(&kind) { self.small(kind) } else { self.literal(kind) }
    }

    /// A number that is not nought and does not make others overflow.
    pub(super) fn small(&mut self, kind: Kind) -> Literal {
        match kind {
            Kind::Float => Literal::Float(self.chance.pick(&[0.5, 2.0, 4.0, -1.5])),
            Kind::Decimal => Literal::Decimal(self.chance.pick(&["0.50", "2", "10.00", "-1.25"])),
            _ => Literal::Int(self.chance.pick(&[1, 2, 3, 7, 10, -1])),
        }
    }

    /// An aggregate, over related rows where `many` allows it.
    pub(super) fn aggregated(&mut self, model: &'static Model, many: bool) -> Expression {
        let many = many && self.chance.percent(65);
        let relation = self.chance.percent(25);
        let way = self.way(model, None, many, relation).way;
        let kind = way.kind;
        if ADDED.contains(&kind) && !way.relation && self.chance.percent(20) {
            let literal = Expression::Value(self.small(kind));
            let operator = self.chance.pick(&["+", "*"]);
            let over = Expression::Binary(Box::new(Expression::Column(way)), operator, Box::new(literal));
            return self.with_filter(model, over, kind);
        }
        self.with_filter(model, Expression::Column(way), kind)
    }

    fn with_filter(&mut self, model: &'static Model, over: Expression, kind: Kind) -> Expression {
        let mut aggregate = self.aggregate_over(over, kind);
        if let Expression::Aggregate { filter, .. } = &mut aggregate
            && self.chance.percent(25)
        {
            *filter = Some(Box::new(self.condition(model, 1, &Known::default())));
        }
        aggregate
    }

    pub(super) fn aggregate_over(&mut self, over: Expression, kind: Kind) -> Expression {
        let names: &[&str] = match kind {
            Kind::Int | Kind::Float => &["Count", "Sum", "Avg", "Min", "Max", "StdDev", "Variance"],
            Kind::Decimal | Kind::Span => &["Count", "Sum", "Avg", "Min", "Max"],
            Kind::Text | Kind::Date | Kind::Moment | Kind::Time => &["Count", "Count", "Min", "Max"],
            Kind::Bool | Kind::Uuid | Kind::Json => &["Count"],
        };
        let name = self.chance.pick(names);
        let of = match name {
            "Count" => Kind::Int,
            "StdDev" | "Variance" => Kind::Float,
            "Avg" if kind == Kind::Int => Kind::Float,
            _ => kind,
        };
        let distinct = matches!(name, "Count" | "Sum" | "Avg") && kind != Kind::Json && self.chance.percent(30);
        Expression::Aggregate { name, kind: of, over: Box::new(over), distinct, filter: None }
    }

    /// Something from related rows: one of their columns, or whether there is any.
    pub(super) fn subquery_or_exists(&mut self, model: &'static Model) -> Expression {
        if model.pointing.is_empty() {
            return self.aggregated(model, true);
        }
        let mut rows: Rows = self.correlated(model);
        if self.chance.percent(40) {
            return Expression::Exists(Box::new(rows));
        }
        let column = self.way(rows.model(), None, false, false).way;
        if column.kind == Kind::Json {
            return Expression::Exists(Box::new(rows));
        }
        let by = self.way(rows.model(), None, false, false).way;
        if by.kind != Kind::Json {
            rows.order = Some(vec![Term { by, descending: self.chance.percent(50), nulls_first: None }]);
        }
        rows.slice = Some((0, Some(1)));
        Expression::Subquery(Box::new(rows), column)
    }
}
