//! A template's text as tokens: text, `{{ variables }}`, `{% tags %}`; `{# comments #}` are left out.
//!
//! As in Django a token ends on the line on which it begins; what does not is text. The time is linear in the text, whatever
//! it holds.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What is written as it stands.
    Text,
    /// `{{ .. }}`
    Variable,
    /// `{% .. %}`
    Tag,
}

/// A part of a template.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'a> {
    pub kind: Kind,
    /// What stands between the braces, without the space around it; the text itself for text.
    pub contents: &'a str,
    /// Where the token begins, in bytes.
    pub at: usize,
}

/// The tokens of a text.
pub(crate) fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut closings = Closings { source: source.as_bytes(), next: [0; 3], line_end: 0 };
    // The contents that end a `verbatim`.
    let mut verbatim: Option<String> = None;
    let mut text_from = 0;
    let mut from = 0;
    while let Some(found) = find_brace(source.as_bytes(), from) {
        let Some(end) = closings.find(found) else {
            from = found + 1;
            continue;
        };
        let contents = source[found + 2..end].trim_matches(char::is_whitespace);
        let opening = source.as_bytes()[found + 1];
        from = end + 2;
        if let Some(ending) = &verbatim {
            if opening != b'%' || contents != ending {
                continue;
            }
            verbatim = None;
        } else if opening == b'%' && (contents == "verbatim" || contents.starts_with("verbatim ")) {
            verbatim = Some(format!("end{contents}"));
        }
        if text_from < found {
            tokens.push(Token { kind: Kind::Text, contents: &source[text_from..found], at: text_from });
        }
        text_from = from;
        match opening {
            b'{' => tokens.push(Token { kind: Kind::Variable, contents, at: found }),
            b'%' => tokens.push(Token { kind: Kind::Tag, contents, at: found }),
            _ => {}
        }
    }
    if text_from < source.len() {
        tokens.push(Token { kind: Kind::Text, contents: &source[text_from..], at: text_from });
    }
    tokens
}

/// The next place where a token may begin.
fn find_brace(source: &[u8], mut from: usize) -> Option<usize> {
    loop {
        let found = from + source.get(from..)?.iter().position(|byte| *byte == b'{')?;
        if matches!(source.get(found + 1), Some(b'{' | b'%' | b'#')) {
            return Some(found);
        }
        from = found + 1;
    }
}

/// The next closing braces of each kind, and the next end of a line: each place is looked at once.
struct Closings<'a> {
    source: &'a [u8],
    next: [usize; 3],
    line_end: usize,
}

impl Closings<'_> {
    /// Where the token that begins at this place closes, if it does on its line.
    fn find(&mut self, opening: usize) -> Option<usize> {
        let (kind, first) = match self.source.get(opening + 1)? {
            b'{' => (0, b'}'),
            b'%' => (1, b'%'),
            _ => (2, b'#'),
        };
        let inside = opening + 2;
        if self.next[kind] < inside {
            let pair = self.source[inside..].windows(2).position(|pair| pair[0] == first && pair[1] == b'}');
            self.next[kind] = pair.map_or(usize::MAX, |place| inside + place);
        }
        if self.line_end < inside {
            let end = self.source[inside..].iter().position(|byte| *byte == b'\n');
            self.line_end = end.map_or(usize::MAX, |place| inside + place);
        }
        let end = self.next[kind];
        (end != usize::MAX && end <= self.line_end).then_some(end)
    }
}

/// The words of a tag: split at spaces, but not inside of quotes or `_("..")`. Django's `split_contents`.
pub(crate) fn words(contents: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut from = 0;
    while let Some((start, end)) = next_word(contents, from) {
        let mut end = end;
        let word = &contents[start..end];
        if let Some(quote) =
            word.strip_prefix("_(").and_then(|rest| rest.chars().next()).filter(|quote| matches!(quote, '"' | '\''))
        {
            let closing = [quote, ')'].iter().collect::<String>();
            // `_("a b" )` and the like: up to the word that closes.
            while !contents[start..end].ends_with(&closing) {
                let Some((_, further)) = next_word(contents, end) else { break };
                end = further;
            }
        }
        words.push(&contents[start..end]);
        from = end;
    }
    words
}

/// The next run without a space outside of quotes. A quote that nothing closes is a character like any other.
fn next_word(contents: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = contents.as_bytes();
    let start = from + contents[from..].find(|one: char| !one.is_whitespace())?;
    let mut at = start;
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'') => match closing_quote(bytes, at + 1, quote) {
                Some(end) => at = end + 1,
                // Django's pattern falls back to what has no space.
                None => {
                    let rest =
                        contents[start..].find(char::is_whitespace).map_or(contents.len(), |space| start + space);
                    return Some((start, rest.max(at)));
                }
            },
            _ => {
                let character = contents[at..].chars().next()?;
                if character.is_whitespace() {
                    break;
                }
                at += character.len_utf8();
            }
        }
    }
    Some((start, at))
}

/// Where a quoted text ends, past `\"`.
pub(crate) fn closing_quote(bytes: &[u8], mut at: usize, quote: u8) -> Option<usize> {
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == quote => return Some(at),
            _ => at += 1,
        }
    }
    None
}

/// The line and column of a place, both from 1.
pub(crate) fn line_and_column(source: &str, at: usize) -> (usize, usize) {
    let before = source.get(..at).unwrap_or(source);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    (line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(source: &str) -> String {
        let tokens = tokens(source);
        tokens
            .iter()
            .map(|token| format!("{:?}@{} {:?}", token.kind, token.at, token.contents))
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn tokens_end_on_their_line() {
        expect_test::expect![[r#"
            Text@0 "a "
            Variable@2 "b"
            Text@9 " {{ c\n}} {% d }}"
        "#]]
        .assert_eq(&(shown("a {{ b }} {{ c\n}} {% d }} \n".trim_end()).to_owned() + "\n"));
    }

    #[test]
    fn verbatim_is_text() {
        expect_test::expect![[r#"
            Tag@0 "verbatim x"
            Text@16 "{{ a }}{% endverbatim %}{# b #}"
            Tag@47 "endverbatim x""#]]
        .assert_eq(&shown("{% verbatim x %}{{ a }}{% endverbatim %}{# b #}{% endverbatim x %}"));
    }

    #[test]
    fn words_keep_quoted_spaces() {
        assert_eq!(words(r#"a "b c" d='e f' _("g h") i"#), ["a", r#""b c""#, "d='e f'", r#"_("g h")"#, "i"]);
        assert_eq!(words(r#"id="open now"#), [r#"id="open"#, "now"]);
        assert_eq!(words(r#"x|default:"a \" b" y"#), [r#"x|default:"a \" b""#, "y"]);
    }

    #[test]
    fn a_line_of_braces_takes_linear_time() {
        let hostile = "{{{%{#".repeat(300_000);
        assert_eq!(tokens(&hostile).len(), 1);
        let closed = format!("{}\n{}", "{{ ".repeat(300_000), "{% ".repeat(300_000));
        assert_eq!(tokens(&closed).len(), 1);
    }
}
