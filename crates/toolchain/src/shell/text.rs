//! Walking source text outside of strings and brackets.

/// A character at the outermost level of a piece of source: outside of quotes, brackets and comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outer {
    /// Its place, in bytes.
    pub at: usize,
    /// The character.
    pub character: char,
}

/// How a piece of source ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// With everything closed.
    Whole,
    /// Inside brackets: the next line belongs to it.
    Open,
    /// With a closing bracket too many, at this byte.
    Unopened(usize),
    /// Inside a string that began at this byte.
    Unquoted(usize),
}

/// The outermost characters of the text, and how it ends. Comments (`# ...` to the line's end) are left out.
pub(super) fn outer(text: &str) -> (Vec<Outer>, End) {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' | '\'' => loop {
                match characters.next() {
                    Some((_, '\\')) => {
                        characters.next();
                    }
                    Some((_, next)) if next == character => break,
                    Some((_, '\n')) | None => return (found, End::Unquoted(at)),
                    Some(_) => {}
                }
            },
            '#' => {
                for (at, next) in characters.by_ref() {
                    if next == '\n' {
                        if depth == 0 {
                            found.push(Outer { at, character: next });
                        }
                        break;
                    }
                }
            }
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return (found, End::Unopened(at)),
            },
            _ if depth == 0 => found.push(Outer { at, character }),
            _ => {}
        }
    }
    (found, if depth == 0 { End::Whole } else { End::Open })
}

/// The text without its comments.
pub(super) fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(next) = characters.next() {
        match quote {
            Some(open) => {
                out.push(next);
                if next == '\\' {
                    out.extend(characters.next());
                } else if next == open {
                    quote = None;
                }
            }
            None if next == '#' => {
                if characters.by_ref().any(|next| next == '\n') {
                    out.push('\n');
                }
            }
            None => {
                if matches!(next, '"' | '\'') {
                    quote = Some(next);
                }
                out.push(next);
            }
        }
    }
    out
}

/// Whether the text is a name.
pub(super) fn is_identifier(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && text.chars().all(|next| next.is_alphanumeric() || next == '_')
}
