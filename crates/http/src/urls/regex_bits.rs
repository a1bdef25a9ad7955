//! The URLs that a regular expression stands for: what Django's `regex_helper.normalize` finds out, for `reverse`.
//!
//! Repeated parts occur as rarely as they may; an optional part with a parameter occurs once or not at all; of a
//! class the first character stands; look-around is ignored. A regular expression with `|` outside of a captured
//! group has no URL.

/// One form of a URL: literals and parameters in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Bits(Vec<Bit>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Bit {
    Literal(String),
    Parameter(String),
    /// A back reference: the value again, but no parameter of its own.
    Reference(String),
}

impl Bits {
    pub(super) fn push_literal(&mut self, literal: &str) {
        match self.0.last_mut() {
            Some(Bit::Literal(last)) => last.push_str(literal),
            _ => self.0.push(Bit::Literal(literal.to_owned())),
        }
    }

    pub(super) fn push_parameter(&mut self, name: &str) {
        self.0.push(Bit::Parameter(name.to_owned()));
    }

    /// The parameters, once each occurrence, in order.
    pub(super) fn parameters(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|bit| match bit {
            Bit::Parameter(name) => Some(name.as_str()),
            Bit::Literal(_) | Bit::Reference(_) => None,
        })
    }

    /// The URL with these values.
    pub(super) fn fill<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> Option<String> {
        let mut url = String::new();
        for bit in &self.0 {
            match bit {
                Bit::Literal(literal) => url.push_str(literal),
                Bit::Parameter(name) | Bit::Reference(name) => url.push_str(value(name)?),
            }
        }
        Some(url)
    }

    /// The pattern for a person, as Django's messages show it: `products/%(pk)s/`.
    pub(super) fn shown(&self) -> String {
        self.0
            .iter()
            .map(|bit| match bit {
                Bit::Literal(literal) => literal.clone(),
                Bit::Parameter(name) | Bit::Reference(name) => format!("%({name})s"),
            })
            .collect()
    }

    /// Positional groups are numbered from 0 in each pattern; in a chain they go on counting.
    fn shifted(&self, by: usize) -> Self {
        let shift = |name: &String| match name.strip_prefix('_').and_then(|number| number.parse::<usize>().ok()) {
            Some(number) => format!("_{}", number + by),
            None => name.clone(),
        };
        Self(
            self.0
                .iter()
                .map(|bit| match bit {
                    Bit::Literal(literal) => Bit::Literal(literal.clone()),
                    Bit::Parameter(name) => Bit::Parameter(shift(name)),
                    Bit::Reference(name) => Bit::Reference(name.clone()),
                })
                .collect(),
        )
    }

    fn positional(&self) -> usize {
        self.parameters().filter(|name| name.strip_prefix('_').is_some_and(|n| n.parse::<usize>().is_ok())).count()
    }
}

/// Every way to go on from one of `heads` with one of `tails`.
pub(super) fn chain(heads: &[Bits], tails: &[Bits]) -> Vec<Bits> {
    let mut all = Vec::with_capacity(heads.len() * tails.len());
    for head in heads {
        for tail in tails {
            let mut bits = head.clone();
            for bit in tail.shifted(head.positional()).0 {
                match bit {
                    Bit::Literal(literal) => bits.push_literal(&literal),
                    other => bits.0.push(other),
                }
            }
            all.push(bits);
        }
    }
    all
}

/// What the parser has found; a group of its own is needed where a quantifier can take all of it away.
#[derive(Clone)]
enum Node {
    Literal(String),
    Parameter(String),
    Reference(String),
    Sequence(Vec<Node>),
    Optional(Box<Node>),
}

/// The forms of the URLs that a regular expression matches.
pub(super) fn normalize(pattern: &str) -> Vec<Bits> {
    let mut parser = Parser { rest: pattern.chars().collect::<Vec<_>>().into_iter().peekable(), positional: 0 };
    match parser.sequence() {
        Some(nodes) => flatten(&Node::Sequence(nodes)),
        None => Vec::new(),
    }
}

fn flatten(node: &Node) -> Vec<Bits> {
    match node {
        Node::Literal(literal) => vec![Bits(vec![Bit::Literal(literal.clone())])],
        Node::Parameter(name) => vec![Bits(vec![Bit::Parameter(name.clone())])],
        Node::Reference(name) => vec![Bits(vec![Bit::Reference(name.clone())])],
        Node::Sequence(nodes) => nodes.iter().fold(vec![Bits::default()], |heads, node| {
            let tails = flatten(node);
            let mut all = Vec::with_capacity(heads.len() * tails.len());
            for head in &heads {
                for tail in &tails {
                    let mut bits = head.clone();
                    for bit in &tail.0 {
                        match bit {
                            Bit::Literal(literal) => bits.push_literal(literal),
                            other => bits.0.push(other.clone()),
                        }
                    }
                    all.push(bits);
                }
            }
            all
        }),
        Node::Optional(inner) => {
            let mut all = vec![Bits::default()];
            all.extend(flatten(inner));
            all
        }
    }
}

struct Parser {
    rest: std::iter::Peekable<std::vec::IntoIter<char>>,
    positional: usize,
}

impl Parser {
    /// Parses to the end, to a closing bracket, or to `$`; nothing where there is a `|`.
    fn sequence(&mut self) -> Option<Vec<Node>> {
        let mut nodes: Vec<Node> = Vec::new();
        while let Some(character) = self.rest.next() {
            match character {
                ')' | '$' => break,
                '|' => return None,
                '^' => {}
                '.' => nodes.push(Node::Literal(".".to_owned())),
                '\\' => nodes.extend(self.escape().map(|character| Node::Literal(character.to_string()))),
                '[' => nodes.extend(self.class().map(|character| Node::Literal(character.to_string()))),
                '(' => nodes.extend(self.group()?),
                '*' | '?' | '+' | '{' => self.quantify(character, &mut nodes),
                other => nodes.push(Node::Literal(other.to_string())),
            }
        }
        Some(nodes)
    }

    /// The character that an escape stands for; anchors stand for none.
    fn escape(&mut self) -> Option<char> {
        match self.rest.next()? {
            'A' | 'b' | 'B' | 'Z' | 'z' => None,
            'd' => Some('0'),
            'D' | 'S' | 'w' => Some('x'),
            's' => Some(' '),
            'W' => Some('!'),
            other => Some(other),
        }
    }

    /// The first member of a class.
    fn class(&mut self) -> Option<char> {
        let first = match self.rest.next()? {
            '\\' => self.escape(),
            other => Some(other),
        };
        while let Some(character) = self.rest.next() {
            match character {
                ']' => break,
                '\\' => {
                    self.rest.next();
                }
                _ => {}
            }
        }
        first
    }

    fn group(&mut self) -> Option<Option<Node>> {
        if self.rest.peek() != Some(&'?') {
            let name = format!("_{}", self.positional);
            self.positional += 1;
            self.skip_group();
            return Some(Some(Node::Parameter(name)));
        }
        self.rest.next();
        match self.rest.next() {
            Some(':') => Some(Some(Node::Sequence(self.sequence()?))),
            Some('P') => match self.rest.next() {
                Some('<') => {
                    let name = self.name('>');
                    self.skip_group();
                    Some(Some(Node::Parameter(name)))
                }
                _ => Some(Some(Node::Reference(self.name(')')))),
            },
            // `(?<name>...)` is the regex crate's other spelling; `(?<=` and `(?<!` look behind.
            Some('<') if !matches!(self.rest.peek(), Some('=' | '!')) => {
                let name = self.name('>');
                self.skip_group();
                Some(Some(Node::Parameter(name)))
            }
            _ => {
                self.skip_group();
                Some(None)
            }
        }
    }

    fn name(&mut self, end: char) -> String {
        let mut name = String::new();
        for character in self.rest.by_ref() {
            if character == end {
                break;
            }
            name.push(character);
        }
        name
    }

    /// Skips to the bracket that closes the group that is open.
    fn skip_group(&mut self) {
        let mut depth = 1;
        while let Some(character) = self.rest.next() {
            match character {
                '\\' => {
                    self.rest.next();
                }
                '[' => {
                    self.class();
                }
                '(' => depth += 1,
                ')' => {
                    depth -= 1;
                    if depth == 0 {
                        return;
                    }
                }
                _ => {}
            }
        }
    }

    fn quantify(&mut self, quantifier: char, nodes: &mut Vec<Node>) {
        let minimum = match quantifier {
            '*' | '?' => 0,
            '+' => 1,
            _ => self.name('}').split(',').next().and_then(|least| least.trim().parse().ok()).unwrap_or(0),
        };
        if self.rest.peek() == Some(&'?') {
            self.rest.next();
        }
        let Some(last) = nodes.pop() else { return };
        match minimum {
            0 if has_parameter(&last) => nodes.push(Node::Optional(Box::new(last))),
            0 => {}
            count => nodes.extend(std::iter::repeat_n(last, count)),
        }
    }
}

fn has_parameter(node: &Node) -> bool {
    match node {
        Node::Literal(_) => false,
        Node::Parameter(_) | Node::Reference(_) => true,
        Node::Sequence(nodes) => nodes.iter().any(has_parameter),
        Node::Optional(inner) => has_parameter(inner),
    }
}

/// The characters that every path starts with that this regular expression matches; it is never the whole pattern.
pub(super) fn literal_prefix(pattern: &str) -> (String, bool) {
    let Some(rest) = pattern.strip_prefix('^') else { return (String::new(), false) };
    let mut prefix = String::new();
    if rest.contains('|') {
        // An alternative may start otherwise; telling the harmless ones apart is not worth the code.
        return (prefix, false);
    }
    let mut characters = rest.chars().peekable();
    while let Some(character) = characters.next() {
        let literal = match character {
            '\\' => match characters.next() {
                Some(escaped) if !escaped.is_alphanumeric() => escaped,
                _ => break,
            },
            '.' | '[' | '(' | ')' | '*' | '?' | '+' | '{' | '}' | '$' | '^' => break,
            other => other,
        };
        if matches!(characters.peek(), Some('*' | '?' | '{')) {
            break;
        }
        prefix.push(literal);
    }
    (prefix, false)
}
