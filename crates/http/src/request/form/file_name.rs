//! The name of an uploaded file without what is dangerous in it: Django's `sanitize_file_name`.

/// The last component of the name, without characters that cannot be seen; nothing where what is left is not a name.
pub(super) fn sanitize(name: &str) -> Option<String> {
    let name = unescape(name);
    // A path is some browsers' habit and some attackers' hope.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|character| is_printable(*character)).collect();
    (!matches!(name.as_str(), "" | "." | "..")).then_some(name)
}

/// Browsers write characters that a page's charset lacks as `&#8364;`.
///
/// DIFFERENCE: of the named references only the five of XML are read.
fn unescape(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        match reference(rest) {
            Some((character, length)) => {
                plain.push(character);
                rest = &rest[length..];
            }
            None => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// The character of the reference that the text starts with, and the reference's length.
fn reference(text: &str) -> Option<(char, usize)> {
    const LONGEST: usize = 12;
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let character = match &text[1..end] {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        numeric => {
            let digits = numeric.strip_prefix('#')?;
            let number = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(number).filter(|character| *character != '\0').unwrap_or(char::REPLACEMENT_CHARACTER)
        }
    };
    Some((character, end + 1))
}

/// Python's `str.isprintable`, as far as the standard library knows it: no control characters, no spaces but the plain one, none
/// that change the direction or the shape of the text around them, none for private use.
fn is_printable(character: char) -> bool {
    let invisible = matches!(
        character,
        '\u{AD}'
            | '\u{600}'..='\u{605}'
            | '\u{61C}'
            | '\u{6DD}'
            | '\u{70F}'
            | '\u{890}'..='\u{891}'
            | '\u{8E2}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{E000}'..='\u{F8FF}'
            | '\u{FEFF}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{FFFE}'..='\u{FFFF}'
            | '\u{110BD}'
            | '\u{110CD}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E007F}'
            | '\u{F0000}'..='\u{10FFFF}'
    );
    character == ' ' || !(invisible || character.is_control() || character.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_harmless_as_in_django() {
        for (name, harmless) in [
            ("a.png", Some("a.png")),
            ("../../etc/passwd", Some("passwd")),
            ("C:\\photos\\a.png", Some("a.png")),
            ("&#47;etc&#x2F;passwd", Some("passwd")),
            ("a&amp;b &lt;c&gt; &euro;&", Some("a&b <c> &euro;&")),
            ("ex\0e.\u{202E}gnp", Some("exe.gnp")),
            ("hip\thop\r\n.mp3", Some("hiphop.mp3")),
            ("..", None),
            ("a/", None),
            ("a/..", None),
            ("&#x2e;.", None),
            ("\u{200B}", None),
            ("é 日本.txt", Some("é 日本.txt")),
            ("&#99999999;", Some("\u{FFFD}")),
        ] {
            assert_eq!(sanitize(name).as_deref(), harmless, "{name:?}");
        }
    }
}
