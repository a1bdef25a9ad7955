//! `{% lorem %}`.

use rjango_core::Result;

use crate::expression::Expression;
use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken};
use crate::random::random_below;
use crate::render::Render;
use crate::tag::Tag;
use crate::tree::NodeKind;
use crate::value::{BoxFuture, Value};

/// The first paragraph, as typesetters have it.
const FIRST: &str = "Lorem ipsum dolor sit amet, consectetur adipisicing elit, sed do eiusmod tempor incididunt ut labore et dolore \
    magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat. \
    Duis aute irure dolor in reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla pariatur. Excepteur sint \
    occaecat cupidatat non proident, sunt in culpa qui officia deserunt mollit anim id est laborum.";

/// How many of the first words are always the same.
const COMMON: usize = 19;

/// How many words or paragraphs may be asked for.
const MOST: i128 = 10_000;

#[derive(Debug)]
struct Lorem {
    count: Expression,
    method: char,
    is_common: bool,
}

pub(super) fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let mut words: Vec<&str> = tag.contents.split_whitespace().skip(1).collect();
    let is_common = words.last() != Some(&"random");
    if !is_common {
        words.pop();
    }
    let method = match words.last() {
        Some(&("w" | "p" | "b")) => words.pop().and_then(|word| word.chars().next()).unwrap_or('b'),
        _ => 'b',
    };
    let count = parser.expression(words.pop().unwrap_or("1"))?;
    if !words.is_empty() {
        return Err(Mistake::new("`lorem` takes a count, a method and `random`").hint(
            "write `{% lorem 3 p %}`; the methods are w (words), p (paragraphs of HTML) and b (plain paragraphs)",
        ));
    }
    Ok(NodeKind::Tag(Box::new(Lorem { count, method, is_common })))
}

impl Tag for Lorem {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let count = render.resolve(&self.count).await?;
            // As in Django one is made where the count is not a number.
            let count = match &count {
                Value::Text(text) | Value::Safe(text) => text.trim().parse().unwrap_or(1),
                Value::Float(number) => *number as i128,
                other => other.as_int().unwrap_or(1),
            };
            let count = match self.method {
                // A number below zero counts from the end of the common words, as in Django.
                'w' if count < 0 && self.is_common => (COMMON as i128).saturating_add(count),
                _ => count,
            };
            let count = count.clamp(0, MOST) as usize;
            let text = match self.method {
                'w' => words(count, self.is_common).join(" "),
                method => {
                    let paragraphs = (0..count).map(|place| {
                        let text = if self.is_common && place == 0 { FIRST.to_owned() } else { paragraph() };
                        if method == 'p' { format!("<p>{text}</p>") } else { text }
                    });
                    paragraphs.collect::<Vec<_>>().join("\n\n")
                }
            };
            render.out.push_str(&text);
            Ok(())
        })
    }
}

fn vocabulary() -> Vec<String> {
    let plain: String = FIRST.chars().filter(|one| one.is_alphabetic() || *one == ' ').collect();
    plain.to_lowercase().split_whitespace().map(str::to_owned).collect()
}

fn words(count: usize, is_common: bool) -> Vec<String> {
    let vocabulary = vocabulary();
    let common = if is_common { COMMON } else { 0 };
    let random = || vocabulary[random_below(vocabulary.len())].clone();
    (0..count).map(|place| if place < common { vocabulary[place].clone() } else { random() }).collect()
}

fn sentence() -> String {
    let parts =
        (0..1 + random_below(5)).map(|_| words(3 + random_below(10), false).join(" ")).collect::<Vec<_>>().join(", ");
    let end = if random_below(2) == 0 { '.' } else { '?' };
    let mut characters = parts.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}{end}", characters.as_str())
}

fn paragraph() -> String {
    (0..1 + random_below(4)).map(|_| sentence()).collect::<Vec<_>>().join(" ")
}
