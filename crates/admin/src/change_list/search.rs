//! The search: every word in one of the fields, in any case.

use rjango_orm::Value;
use rjango_orm::query::{Condition, Lookup};

use crate::record;

/// How many words a search looks for at most: each costs the database a comparison for each field of each row.
pub(crate) const WORDS: usize = 32;

/// Whether a search has more words than are looked for.
pub(super) fn is_too_long(text: &str) -> bool {
    words(text).len() > WORDS
}

/// The condition of a search, by its first [`WORDS`]; nothing where there is nothing to look for.
pub(super) fn condition(fields: &[String], text: &str) -> Option<Condition> {
    // No row's text has it, and PostgreSQL refuses to be asked.
    if text.contains('\0') {
        return Some(Condition::Any(Vec::new()));
    }
    let mut words = words(text);
    words.truncate(WORDS);
    let word = |word: String| {
        let value = || Value::Text(word.clone());
        Condition::Any(fields.iter().map(|field| record::lookup(field, Lookup::IContains, value())).collect())
    };
    (!words.is_empty()).then(|| Condition::All(words.into_iter().map(word).collect()))
}

/// The words of a search, or as many as show that there are more than are looked for. What stands in quotes is one word, as in
/// Django's `smart_split`.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let quoted = rest.strip_prefix(['"', '\'']).and_then(|inside| inside.split_once(first));
        let word = match quoted {
            Some((word, after)) => {
                rest = after;
                word
            }
            None => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                rest = after;
                word
            }
        };
        if !word.is_empty() {
            words.push(word.to_owned());
        }
        if words.len() > WORDS {
            break;
        }
        rest = rest.trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{WORDS, words};

    #[test]
    fn quotes_hold_words_together() {
        assert_eq!(words("  john  lennon "), ["john", "lennon"]);
        assert_eq!(words("\"john lennon\" 'new york' x"), ["john lennon", "new york", "x"]);
        assert_eq!(words("o'hara 5\" it's"), ["o'hara", "5\"", "it's"]);
        assert!(words(" \"\" ").is_empty());
        assert_eq!(words(&"w ".repeat(100_000)).len(), WORDS + 1);
    }
}
