//! Which form of a text goes with a number: the expression of a catalog's header, in the words of C.
//!
//! The expression is parsed to a tree and never run as code. It knows what Python's `gettext` knows: the number `n`, whole
//! numbers, parentheses, `!`, arithmetic, comparisons, `&&`, `||` and `? :`.

/// The longest expression, and the deepest parentheses, as in Python.
const MAX_LENGTH: usize = 1_000;
const MAX_DEPTH: usize = 20;

/// The forms of a language.
#[derive(Debug)]
pub(super) struct Plural {
    tree: Tree,
}

#[derive(Debug)]
enum Tree {
    N,
    Number(i64),
    Not(Box<Tree>),
    Binary(Operator, Box<Tree>, Box<Tree>),
    Choice(Box<[Tree; 3]>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// The operators by spelling, those of two signs first, each with how strongly it binds.
const OPERATORS: [(&str, Operator, u8); 13] = [
    ("||", Operator::Or, 1),
    ("&&", Operator::And, 2),
    ("==", Operator::Equal, 3),
    ("!=", Operator::NotEqual, 3),
    ("<=", Operator::LessOrEqual, 4),
    (">=", Operator::GreaterOrEqual, 4),
    ("<", Operator::Less, 4),
    (">", Operator::Greater, 4),
    ("+", Operator::Add, 5),
    ("-", Operator::Subtract, 5),
    ("*", Operator::Multiply, 6),
    ("/", Operator::Divide, 6),
    ("%", Operator::Remainder, 6),
];

impl Plural {
    /// Two forms, the first for 1 alone: what a catalog means that does not say it.
    pub(super) fn germanic() -> Self {
        Self { tree: Tree::Binary(Operator::NotEqual, Box::new(Tree::N), Box::new(Tree::Number(1))) }
    }

    /// Reads the expression behind `plural=`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.len() > MAX_LENGTH {
            return Err(format!("the expression of the plural forms has more than {MAX_LENGTH} characters"));
        }
        let mut reader = Reader { text, rest: text.trim(), depth: 0 };
        let tree = reader.choice()?;
        if reader.rest.is_empty() { Ok(Self { tree }) } else { Err(reader.unexpected()) }
    }

    /// The place of the form for this number, from 0; `None` where the expression divides by zero or leaves 64 bits.
    pub(super) fn form(&self, number: i64) -> Option<usize> {
        self.tree.value(number).and_then(|form| usize::try_from(form).ok())
    }
}

impl Tree {
    fn value(&self, n: i64) -> Option<i64> {
        match self {
            Self::N => Some(n),
            Self::Number(number) => Some(*number),
            Self::Not(inner) => inner.value(n).map(|value| i64::from(value == 0)),
            Self::Choice(parts) => {
                let [condition, yes, no] = &**parts;
                if condition.value(n)? != 0 { yes.value(n) } else { no.value(n) }
            }
            Self::Binary(Operator::Or, left, right) => Some(i64::from(left.value(n)? != 0 || right.value(n)? != 0)),
            Self::Binary(Operator::And, left, right) => Some(i64::from(left.value(n)? != 0 && right.value(n)? != 0)),
            Self::Binary(operator, left, right) => operator.apply(left.value(n)?, right.value(n)?),
        }
    }
}

impl Operator {
    fn apply(self, left: i64, right: i64) -> Option<i64> {
        let flag = |flag: bool| Some(i64::from(flag));
        match self {
            Self::Or => flag(left != 0 || right != 0),
            Self::And => flag(left != 0 && right != 0),
            Self::Equal => flag(left == right),
            Self::NotEqual => flag(left != right),
            Self::Less => flag(left < right),
            Self::Greater => flag(left > right),
            Self::LessOrEqual => flag(left <= right),
            Self::GreaterOrEqual => flag(left >= right),
            Self::Add => left.checked_add(right),
            Self::Subtract => left.checked_sub(right),
            Self::Multiply => left.checked_mul(right),
            // Python rounds down, for negative numbers too.
            Self::Divide => {
                let quotient = left.checked_div(right)?;
                let is_uneven = left.checked_rem(right)? != 0;
                if is_uneven && (left < 0) != (right < 0) { quotient.checked_sub(1) } else { Some(quotient) }
            }
            Self::Remainder => {
                let rest = left.checked_rem(right)?;
                if rest != 0 && (rest < 0) != (right < 0) { rest.checked_add(right) } else { Some(rest) }
            }
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
    depth: usize,
}

impl Reader<'_> {
    fn unexpected(&self) -> String {
        let found = self.rest.chars().next().map_or_else(|| "its end".to_owned(), |found| format!("`{found}`"));
        let at = self.text.trim().len() - self.rest.len() + 1;
        format!(
            "the expression of the plural forms, `{}`, has {found} at character {at}, which is not expected there",
            self.text.trim()
        )
    }

    fn take(&mut self, sign: &str) -> bool {
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn choice(&mut self) -> Result<Tree, String> {
        let condition = self.binary(1)?;
        if !self.take("?") {
            return Ok(condition);
        }
        let yes = self.choice()?;
        if !self.take(":") {
            return Err(self.unexpected());
        }
        let no = self.choice()?;
        Ok(Tree::Choice(Box::new([condition, yes, no])))
    }

    fn binary(&mut self, at_least: u8) -> Result<Tree, String> {
        let mut left = self.single()?;
        while let Some((sign, operator, strength)) =
            OPERATORS.into_iter().find(|(sign, ..)| self.rest.starts_with(sign))
        {
            if strength < at_least {
                break;
            }
            self.take(sign);
            let right = self.binary(strength + 1)?;
            left = Tree::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn single(&mut self) -> Result<Tree, String> {
        let mut negations = 0;
        while !self.rest.starts_with("!=") && self.take("!") {
            negations += 1;
        }
        let mut tree = if self.take("(") {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err(format!("the expression of the plural forms has more than {MAX_DEPTH} nested parentheses"));
            }
            let inner = self.choice()?;
            self.depth -= 1;
            if !self.take(")") {
                return Err(self.unexpected());
            }
            inner
        } else if self.take("n") {
            Tree::N
        } else {
            let end = self.rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(self.rest.len());
            let Ok(number) = self.rest[..end].parse() else { return Err(self.unexpected()) };
            self.rest = self.rest[end..].trim_start();
            Tree::Number(number)
        };
        // Two negations make a number 0 or 1, so they are not the same as none.
        for _ in 0..negations {
            tree = Tree::Not(Box::new(tree));
        }
        Ok(tree)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn forms(text: &str, numbers: &[i64]) -> Vec<Option<usize>> {
        let plural = Plural::parse(text).unwrap();
        numbers.iter().map(|number| plural.form(*number)).collect()
    }

    #[test]
    fn languages_choose_their_forms() {
        let some = |forms: &[usize]| forms.iter().copied().map(Some).collect::<Vec<_>>();
        assert_eq!(forms("n != 1", &[0, 1, 2]), some(&[1, 0, 1]));
        assert_eq!(forms("0", &[0, 1, 2]), some(&[0, 0, 0]));
        let russian = "n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2";
        assert_eq!(forms(russian, &[1, 21, 11, 2, 24, 12, 5, 100]), some(&[0, 0, 2, 1, 1, 2, 2, 2]));
        let arabic = "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5";
        assert_eq!(forms(arabic, &[0, 1, 2, 3, 110, 11, 199, 100]), some(&[0, 1, 2, 3, 3, 4, 4, 5]));
        let irish = "n==1 ? 0 : n==2 ? 1 : n<7 ? 2 : n<11 ? 3 : 4";
        assert_eq!(forms(irish, &[1, 2, 6, 10, 11]), some(&[0, 1, 2, 3, 4]));
    }

    #[test]
    fn operators_bind_as_in_c() {
        assert_eq!(forms("2+3*4", &[0]), [Some(14)]);
        assert_eq!(forms("(2+3)*4", &[0]), [Some(20)]);
        assert_eq!(forms("9-4-3", &[0]), [Some(2)]);
        assert_eq!(forms("1 || 0 && 0", &[0]), [Some(1)]);
        assert_eq!(forms("!n", &[0, 7]), [Some(1), Some(0)]);
        assert_eq!(forms("!!n", &[0, 7]), [Some(0), Some(1)]);
        assert_eq!(forms("n ? n > 2 ? 5 : 4 : 3", &[0, 1, 3]), [Some(3), Some(4), Some(5)]);
    }

    #[test]
    fn negative_numbers_count_as_in_python() {
        assert_eq!(forms("n % 10", &[-1, -10]), [Some(9), Some(0)]);
        assert_eq!(forms("0 - n / 10", &[-1, -11]), [Some(1), Some(2)]);
        assert_eq!(forms("n", &[-1]), [None]);
    }

    #[test]
    fn hostile_expressions_are_refused() {
        for text in [
            "",
            "n +",
            "m",
            "n n",
            "(n",
            "n)",
            "n ? 1",
            "1 ? 2 : ",
            "n; import os",
            "n = 1",
            "99999999999999999999",
            "-1",
        ] {
            let problem = Plural::parse(text).unwrap_err();
            assert!(problem.contains("which is not expected there"), "{text}: {problem}");
        }
        let deep = format!("{}n{}", "(".repeat(21), ")".repeat(21));
        assert!(Plural::parse(&deep).unwrap_err().contains("nested parentheses"));
        assert!(Plural::parse(&"n+".repeat(501)).unwrap_err().contains("1000 characters"));
        assert!(Plural::parse(&format!("{}n", "(n)+".repeat(30))).is_ok());
    }

    #[test]
    fn what_cannot_be_computed_has_no_form() {
        assert_eq!(forms("1 / n", &[0, 1]), [None, Some(1)]);
        assert_eq!(forms("7 % n", &[0, 4]), [None, Some(3)]);
        assert_eq!(forms("n * n", &[i64::MAX]), [None]);
        assert_eq!(forms("n / (0 - 1)", &[i64::MIN]), [None]);
    }
}
