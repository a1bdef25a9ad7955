//! Filters of plain text: cases, cuts, words.

use rjango_core::Result;
use unicode_normalization::UnicodeNormalization as _;

use super::arguments::{Input, needed_text, plain, unfit};
use super::python;
use crate::filter::{Filter, FilterContext, Takes};
use crate::value::Value;

pub(super) const FILTERS: [Filter; 10] = [
    Filter::new("addslashes", addslashes).safe(),
    Filter::new("capfirst", capfirst).safe(),
    Filter::new("cut", cut).takes(Takes::One),
    Filter::new("lower", lower).safe(),
    Filter::new("make_list", make_list),
    Filter::new("phone2numeric", phone2numeric).safe(),
    Filter::new("slugify", slugify).safe(),
    Filter::new("title", title).safe(),
    Filter::new("upper", upper),
    Filter::new("wordcount", wordcount),
];

fn addslashes(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let input = Input::new(value);
    let mut slashed = String::with_capacity(input.text.len());
    for character in input.text.chars() {
        if matches!(character, '\\' | '"' | '\'') {
            slashed.push('\\');
        }
        slashed.push(character);
    }
    Ok(input.like(slashed))
}

fn capfirst(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let input = Input::new(value);
    let mut characters = input.text.chars();
    let mut text: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
    text.push_str(characters.as_str());
    Ok(input.like(text))
}

fn cut(_: &FilterContext<'_>, value: &Value, argument: Option<&Value>) -> Result<Value> {
    let what = needed_text("cut", argument)?;
    let input = Input::new(value);
    let text = if what.is_empty() { input.text.to_string() } else { input.text.replace(&*what, "") };
    // Without its semicolons a safe text may hold other characters than it did.
    Ok(if &*what == ";" { Value::from(text) } else { input.like(text) })
}

fn lower(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let input = Input::new(value);
    Ok(input.like(input.text.to_lowercase()))
}

fn upper(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    // The names of HTML's entities are in small letters, so that the result is not safe.
    Ok(Input::new(value).text.to_uppercase().into())
}

fn make_list(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    Ok(Input::new(value).text.chars().collect())
}

fn phone2numeric(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let value = plain(value);
    if matches!(&*value, Value::Bytes(bytes) if bytes.is_empty()) {
        return Ok("".into());
    }
    let Some(text) = value.as_str() else {
        return Err(unfit("phone2numeric", "a text", &value));
    };
    let key = |letter| match letter {
        'a'..='c' => '2',
        'd'..='f' => '3',
        'g'..='i' => '4',
        'j'..='l' => '5',
        'm'..='o' => '6',
        'p'..='s' => '7',
        't'..='v' => '8',
        'w'..='z' => '9',
        other => other,
    };
    Ok(Value::from(text.to_lowercase().chars().map(key).collect::<String>()))
}

fn slugify(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let input = Input::new(value);
    Ok(input.like(slug(&input.text)))
}

/// Letters, digits, hyphens and underscores of ASCII. Accented letters lose their accents.
fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for character in text.nfkd() {
        match character {
            'a'..='z' | '0'..='9' | '_' => slug.push(character),
            'A'..='Z' => slug.push(character.to_ascii_lowercase()),
            '-' if !slug.ends_with('-') => slug.push('-'),
            space if space.is_ascii() && python::is_space(space) && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
    }
    slug.trim_matches(['-', '_']).to_owned()
}

fn title(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    let input = Input::new(value);
    Ok(input.like(plain_title(python::title(&input.text))))
}

/// No capital stands behind an apostrophe inside of a word, and none behind a digit.
fn plain_title(text: String) -> String {
    let mut plain = String::with_capacity(text.len());
    // What stood before, in the text as it was: the matches of Django's patterns do not overlap.
    let mut before: [Option<char>; 2] = [None, None];
    for character in text.chars() {
        let is_inside_word = matches!(before, [Some('a'..='z'), Some('\'')]);
        let is_after_digit = before[1].is_some_and(|before| python::decimal_digit(before).is_some());
        if character.is_ascii_uppercase() && (is_inside_word || is_after_digit) {
            plain.push(character.to_ascii_lowercase());
        } else {
            plain.push(character);
        }
        before = [before[1], Some(character)];
    }
    plain
}

fn wordcount(_: &FilterContext<'_>, value: &Value, _: Option<&Value>) -> Result<Value> {
    Ok(Value::from(python::words(&Input::new(value).text).count()))
}
