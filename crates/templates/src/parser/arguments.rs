//! The arguments of tags: by place, by name, and Django's older `value as name`.

use crate::expression::Expression;
use crate::mistake::{Mistake, Parsed};
use crate::value::Str;

use super::Parser;

/// The arguments of a tag.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub positional: Vec<Expression>,
    pub named: Vec<(Str, Expression)>,
}

/// `name=value` at its sign; nothing where the word has no name in front.
pub(crate) fn split_keyword(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_name = !name.is_empty() && name.chars().all(|one| one.is_alphanumeric() || one == '_');
    is_name.then_some((name, value))
}

impl<'a> Parser<'a> {
    /// Arguments by place and by name; a name may come once, and none by place follows one by name.
    pub(crate) fn arguments(&self, tag: &str, words: &[&str]) -> Parsed<Arguments> {
        let mut arguments = Arguments::default();
        for word in words {
            match split_keyword(word) {
                Some((name, value)) => {
                    if arguments.named.iter().any(|(known, _)| **known == *name) {
                        return Err(Mistake::new(format!("`{tag}` has the argument `{name}` twice")));
                    }
                    arguments.named.push((name.into(), self.expression(value)?));
                }
                None if arguments.named.is_empty() => arguments.positional.push(self.expression(word)?),
                None => {
                    return Err(Mistake::new(format!("`{tag}` has the argument `{word}` by place behind one by name")));
                }
            }
        }
        Ok(arguments)
    }

    /// `name=value ..` or `value as name and value as name ..`: the pairs, and how many words they took.
    pub(crate) fn keywords(&self, words: &[&'a str], with_legacy: bool) -> Parsed<(Vec<(Str, Expression)>, usize)> {
        let mut pairs = Vec::new();
        let mut taken = 0;
        let Some(first) = words.first() else { return Ok((pairs, taken)) };
        let is_legacy = split_keyword(first).is_none();
        if is_legacy && (!with_legacy || words.len() < 3 || words[1] != "as") {
            return Ok((pairs, taken));
        }
        while let Some(word) = words.get(taken) {
            if is_legacy {
                let (Some(&"as"), Some(name)) = (words.get(taken + 1), words.get(taken + 2)) else { break };
                pairs.push(((*name).into(), self.expression(word)?));
                taken += 3;
                if words.get(taken) != Some(&"and") {
                    break;
                }
                taken += 1;
            } else {
                let Some((name, value)) = split_keyword(word) else { break };
                pairs.push((name.into(), self.expression(value)?));
                taken += 1;
            }
        }
        Ok((pairs, taken))
    }
}
