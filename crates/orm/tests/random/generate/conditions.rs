//! Conditions by chance.

use super::{Found, Generator, Known};
use crate::ask::{Condition, Expression, Literal, Right, Rows, Step, Term, Way};
use crate::catalogue::{self, Kind, Model};

impl Generator {
    /// A condition, so deep at most.
    pub(super) fn condition(&mut self, model: &'static Model, depth: usize, known: &Known) -> Condition {
        if depth > 0 && self.chance.percent(45) {
            let several = |generator: &mut Self| {
                (0..generator.chance.between(2, 4)).map(|_| generator.condition(model, depth - 1, known)).collect()
            };
            return match self.chance.below(10) {
                0..4 => Condition::Any(several(self)),
                4..7 => Condition::All(several(self)),
                _ => Condition::Not(Box::new(self.condition(model, depth - 1, known))),
            };
        }
        if !model.pointing.is_empty() && self.chance.percent(6) {
            return Condition::Exists(Box::new(self.correlated(model)));
        }
        self.lookup(model, known)
    }

    fn lookup(&mut self, model: &'static Model, known: &Known) -> Condition {
        if !known.annotations.is_empty() && self.chance.percent(35) {
            let (name, kind, _) = known.annotations[self.chance.below(known.annotations.len())].clone();
            return self.compared(model, Found { way: Way::own(&name, kind), to: None });
        }
        let many = self.chance.percent(45);
        let relation = self.chance.percent(18);
        let mut found = self.way(model, None, many, relation);
        if found.to.is_none() {
            match found.way.kind {
                Kind::Date if self.chance.percent(40) => {
                    found.way.part = Some(self.chance.pick(&catalogue::PARTS[..8]))
                }
                Kind::Moment if self.chance.percent(50) => {
                    found.way.part = Some(match self.chance.below(8) {
                        0 => "date",
                        1 => "time",
                        _ => self.chance.pick(catalogue::PARTS),
                    });
                }
                Kind::Time if self.chance.percent(30) => {
                    found.way.part = Some(self.chance.pick(&catalogue::PARTS[8..]))
                }
                Kind::Json => return self.in_document(found.way),
                _ => {}
            }
        }
        match found.way.part {
            Some("date") => found.way.kind = Kind::Date,
            Some("time") => found.way.kind = Kind::Time,
            Some(_) => found.way.kind = Kind::Int,
            None => {}
        }
        self.compared(model, found)
    }

    fn compared(&mut self, model: &'static Model, found: Found) -> Condition {
        let Found { way, to } = found;
        let kind = way.kind;
        if way.part.is_none() && self.chance.percent(15) {
            return Condition::Lookup {
                way,
                lookup: "isnull",
                right: Right::One(Literal::Bool(self.chance.percent(50))),
            };
        }
        if let Some(to) = to {
            let (lookup, right) = match self.chance.below(10) {
                0..5 => ("exact", Right::One(self.key(kind))),
                5..8 => ("in", Right::Many((0..self.chance.below(5)).map(|_| self.key(kind)).collect())),
                _ => ("in", Right::Rows(Box::new(self.inside(to)), None)),
            };
            return Condition::Lookup { way, lookup, right };
        }
        if kind == Kind::Bool {
            let literal = self.literal(kind);
            return Condition::Lookup { way, lookup: "exact", right: Right::One(literal) };
        }
        if self.chance.percent(12) {
            let other = self.way(model, Some(kind), way.many, false).way;
            if other.kind == kind {
                let mut right = Expression::Column(other);
                if matches!(kind, Kind::Int | Kind::Float | Kind::Decimal) && self.chance.percent(40) {
                    let operator = self.chance.pick(&["+", "-", "*"]);
                    let literal = self.small(kind);
                    right = Expression::Binary(Box::new(right), operator, Box::new(Expression::Value(literal)));
                }
                let lookup = self.chance.pick(&["exact", "gt", "gte", "lt", "lte"]);
                return Condition::Lookup { way, lookup, right: Right::Expression(right) };
            }
        }
        if self.chance.percent(6) {
            let other = self.model();
            let column = self.way(other, Some(kind), false, false).way;
            if column.kind == kind {
                return Condition::Lookup {
                    way,
                    lookup: "in",
                    right: Right::Rows(Box::new(self.inside(other)), Some(column)),
                };
            }
        }
        let text = kind == Kind::Text;
        let lookups: &[&str] = if text {
            &[
                "exact",
                "iexact",
                "contains",
                "icontains",
                "startswith",
                "istartswith",
                "endswith",
                "iendswith",
                "gt",
                "lte",
                "in",
                "range",
                "regex",
                "iregex",
                "exact",
                "icontains",
            ]
        } else {
            &["exact", "gt", "gte", "lt", "lte", "in", "range", "exact"]
        };
        let lookup = self.chance.pick(lookups);
        let right = match lookup {
            "in" => Right::Many((0..self.chance.below(5)).map(|_| self.compared_with(&way)).collect()),
            "range" => Right::Many(vec![self.compared_with(&way), self.compared_with(&way)]),
            "regex" | "iregex" => Right::One(Literal::Text(self.chance.pick(catalogue::PATTERNS).to_owned())),
            "exact" if way.part.is_none() && self.chance.percent(6) => Right::One(Literal::Null),
            _ => Right::One(self.compared_with(&way)),
        };
        Condition::Lookup { way, lookup, right }
    }

    /// A value that a column like this may hold.
    fn compared_with(&mut self, way: &Way) -> Literal {
        let number = |number: usize| Literal::Int(i64::try_from(number).expect("it is small"));
        match way.part {
            Some("year" | "iso_year") => {
                let year = self.chance.pick(&[1899, 1960, 1999, 2008, 2009, 2010, 2016, 2019, 2020, 2021, 2024, 2025]);
                number(year)
            }
            Some("date" | "time") | None => {
                let last = way.names.last().map(String::as_str);
                if matches!(last, Some("id" | "pk" | "code")) { self.key(way.kind) } else { self.literal(way.kind) }
            }
            Some("week") => number(self.chance.pick(&[1, 5, 9, 52, 53])),
            Some("hour" | "minute" | "second") => number(self.chance.pick(&[0, 3, 5, 12, 23, 30, 59])),
            Some(_) => number(self.chance.between(1, 13)),
        }
    }

    fn key(&mut self, kind: Kind) -> Literal {
        match kind {
            Kind::Int => Literal::Int(i64::try_from(self.chance.between(1, 21)).expect("it is small")),
            Kind::Text => Literal::Text(self.chance.pick(&["NO", "IS", "DE", "XX", "br", "no"]).to_owned()),
            _ => self.literal(kind),
        }
    }

    fn in_document(&mut self, mut way: Way) -> Condition {
        way.keys = Some(self.chance.pick(catalogue::KEYS));
        let key =
            |generator: &mut Self| Literal::Text(generator.chance.pick(&["lang", "rank", "w", "size", "b"]).to_owned());
        let (lookup, right) = match self.chance.below(14) {
            0..2 => ("isnull", Right::One(Literal::Bool(self.chance.percent(50)))),
            2 => {
                way.keys = None;
                ("has_key", Right::One(key(self)))
            }
            3 => {
                way.keys = None;
                ("has_keys", Right::Many(vec![key(self), key(self)]))
            }
            4 => {
                way.keys = None;
                ("has_any_keys", Right::Many(vec![key(self), key(self)]))
            }
            5 => ("has_key", Right::One(key(self))),
            6 => ("icontains", Right::One(Literal::Text(self.chance.pick(&["o", "No", "1"]).to_owned()))),
            7 => ("startswith", Right::One(Literal::Text(self.chance.pick(&["n", "d", "B"]).to_owned()))),
            8..10 => ("in", Right::Many((0..self.chance.below(4)).map(|_| self.literal(Kind::Json)).collect())),
            10 => (self.chance.pick(&["gt", "gte", "lt", "lte"]), Right::One(self.literal(Kind::Json))),
            11 => ("exact", Right::One(Literal::Null)),
            _ => ("exact", Right::One(self.literal(Kind::Json))),
        };
        Condition::Lookup { way, lookup, right }
    }

    /// The rows of a query that stands in another and does not look out of it.
    pub(super) fn inside(&mut self, model: &'static Model) -> Rows {
        let mut rows = Rows::of(model.name);
        let known = Known::default();
        let condition = self.condition(model, 1, &known);
        rows.steps.push(if self.chance.percent(75) { Step::Filter(vec![condition]) } else { Step::Exclude(condition) });
        if self.chance.percent(20) {
            let by = self.way(model, None, false, false).way;
            if by.kind != Kind::Json {
                rows.order = Some(vec![Term { by, descending: self.chance.percent(50), nulls_first: None }]);
            }
            rows.slice = Some((0, Some(self.chance.between(1, 6) as u64)));
        }
        rows
    }

    /// The rows that refer to the row of the query around.
    pub(super) fn correlated(&mut self, around: &'static Model) -> Rows {
        let (name, relation) = self.chance.pick(around.pointing);
        let model = catalogue::model(name);
        let mut rows = Rows::of(model.name);
        let to = model.relations.iter().find(|known| known.name == relation).expect("it leads there");
        let way = Way {
            names: vec![relation.to_owned()],
            part: None,
            keys: None,
            kind: around.key,
            relation: true,
            many: to.many,
        };
        let right = Right::Expression(Expression::Outer(Way::pk(around)));
        rows.steps.push(Step::Filter(vec![Condition::Lookup { way, lookup: "exact", right }]));
        if self.chance.percent(60) {
            let condition = self.condition(model, 1, &Known::default());
            rows.steps.push(if self.chance.percent(75) {
                Step::Filter(vec![condition])
            } else {
                Step::Exclude(condition)
            });
        }
        if self.chance.percent(20) {
            let outer = self.way(around, None, false, false).way;
            let own = self.way(model, Some(outer.kind), false, false).way;
            if own.kind == outer.kind && !matches!(own.kind, Kind::Json | Kind::Bool) {
                let lookup = self.chance.pick(&["exact", "gt", "lte"]);
                let right = Right::Expression(Expression::Outer(outer));
                let condition = Condition::Lookup { way: own, lookup, right };
                rows.steps.push(if self.chance.percent(75) {
                    Step::Filter(vec![condition])
                } else {
                    Step::Exclude(condition)
                });
            }
        }
        rows
    }
}
