//! Python's white space, lines and cases of text.

/// Python's `str.isspace`: Unicode's white space, and the four separators of ASCII.
pub(crate) fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\x1c'..='\x1f')
}

/// Python's `str.strip`.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Python's `str.split` without arguments.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_space).filter(|word| !word.is_empty())
}

fn is_line_end(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Python's `str.splitlines(True)`: the lines with what ends them.
pub(crate) fn lines_with_ends(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = match rest.find(is_line_end) {
            Some(at) if rest[at..].starts_with("\r\n") => at + 2,
            Some(at) => at + rest[at..].chars().next().map_or(1, char::len_utf8),
            None => rest.len(),
        };
        let (line, after) = rest.split_at(end);
        rest = after;
        Some(line)
    })
}

/// Python's `str.splitlines()`.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    lines_with_ends(text).map(|line| match line.strip_suffix("\r\n") {
        Some(line) => line,
        None => line.strip_suffix(is_line_end).unwrap_or(line),
    })
}

/// Python's `str.expandtabs` of one line, with stops of eight columns.
pub(crate) fn expand_tabs(line: &str) -> String {
    let mut expanded = String::with_capacity(line.len());
    let mut column = 0;
    for character in line.chars() {
        if character == '\t' {
            let missing = 8 - column % 8;
            expanded.extend(std::iter::repeat_n(' ', missing));
            column += missing;
        } else {
            expanded.push(character);
            column += 1;
        }
    }
    expanded
}

/// Python's `str.title`: a capital for each letter with a case that follows something without one, small letters else.
pub(crate) fn title(text: &str) -> String {
    // All in small letters first: the last sigma of a word depends on what stands around it.
    let small = text.to_lowercase();
    let same_length = small.chars().count() == text.chars().count();
    let mut small = small.chars();
    let mut titled = String::with_capacity(text.len());
    let mut is_inside = false;
    for character in text.chars() {
        let lower = if same_length { small.next() } else { None };
        match (is_inside, lower) {
            (false, _) => push_title(&mut titled, character),
            (true, Some(lower)) => titled.push(lower),
            (true, None) => titled.extend(character.to_lowercase()),
        }
        is_inside = is_cased(character);
    }
    titled
}

/// Whether a character has a case, as Unicode's `Cased` says it.
fn is_cased(character: char) -> bool {
    character.is_lowercase() || character.is_uppercase() || is_title(character)
}

/// Unicode's letters of the class `Lt`, which are a capital and a small one in one.
fn is_title(character: char) -> bool {
    matches!(character, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ' | '\u{1f88}'..='\u{1f8f}' | '\u{1f98}'..='\u{1f9f}'
        | '\u{1fa8}'..='\u{1faf}' | '\u{1fbc}' | '\u{1fcc}' | '\u{1ffc}')
}

/// The character as a title starts with it. Few differ from the capital letter.
pub(crate) fn push_title(titled: &mut String, character: char) {
    let code = u32::from(character);
    let one = match character {
        'Ǆ'..='ǆ' => 'ǅ',
        'Ǉ'..='ǉ' => 'ǈ',
        'Ǌ'..='ǌ' => 'ǋ',
        'Ǳ'..='ǳ' => 'ǲ',
        // Georgian has capitals, and its titles do not use them.
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => character,
        '\u{1f80}'..='\u{1faf}' => char::from_u32(code | 8).unwrap_or(character),
        '\u{1fb3}' | '\u{1fbc}' => '\u{1fbc}',
        '\u{1fc3}' | '\u{1fcc}' => '\u{1fcc}',
        '\u{1ff3}' | '\u{1ffc}' => '\u{1ffc}',
        // Two letters in one: the first is a capital.
        'ß' | 'և' | '\u{fb00}'..='\u{fb06}' | '\u{fb13}'..='\u{fb17}' => {
            let mut capitals = character.to_uppercase();
            titled.extend(capitals.next());
            titled.extend(capitals.flat_map(char::to_lowercase));
            return;
        }
        // The iota below stays below.
        '\u{1fb2}' | '\u{1fb4}' | '\u{1fb7}' | '\u{1fc2}' | '\u{1fc4}' | '\u{1fc7}' | '\u{1ff2}' | '\u{1ff4}'
        | '\u{1ff7}' => {
            titled.extend(character.to_uppercase().map(|one| if one == '\u{399}' { '\u{345}' } else { one }));
            return;
        }
        other => {
            titled.extend(other.to_uppercase());
            return;
        }
    };
    titled.push(one);
}
