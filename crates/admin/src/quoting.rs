//! Primary keys in URLs: Django's `quote` and `unquote` of `contrib.admin.utils`.

/// The characters with a meaning in URLs, and the underscore that marks them.
const QUOTED: &str = "\":/_#?;@&=+$,[]<>%\n\\";

/// The text with every character that has a meaning in a URL as `_` and its two hexadecimal digits: `a/b` is `a_2Fb`.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for character in text.chars() {
        if QUOTED.contains(character) {
            quoted.push_str(&format!("_{:02X}", u32::from(character)));
        } else {
            quoted.push(character);
        }
    }
    quoted
}

/// What [`quote`] quoted. An underscore that [`quote`] cannot have written stays.
pub fn unquote(text: &str) -> String {
    let mut unquoted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('_') {
        let (before, marked) = rest.split_at(at);
        unquoted.push_str(before);
        match marked.get(1..3).and_then(character) {
            Some(character) => {
                unquoted.push(character);
                rest = &marked[3..];
            }
            None => {
                unquoted.push('_');
                rest = &marked[1..];
            }
        }
    }
    unquoted + rest
}

fn character(digits: &str) -> Option<char> {
    if digits.bytes().any(|digit| digit.is_ascii_lowercase()) {
        return None;
    }
    let found = char::from(u8::from_str_radix(digits, 16).ok()?);
    QUOTED.contains(found).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting_comes_back() {
        for (plain, quoted) in [
            ("a/b", "a_2Fb"),
            ("a_b", "a_5Fb"),
            ("\":/_#?;@&=+$,\"[]<>%\n\\", "_22_3A_2F_5F_23_3F_3B_40_26_3D_2B_24_2C_22_5B_5D_3C_3E_25_0A_5C"),
            ("héllo 日本", "héllo 日本"),
        ] {
            assert_eq!(quote(plain), quoted);
            assert_eq!(unquote(quoted), plain);
        }
    }

    #[test]
    fn other_underscores_stay() {
        for text in ["_", "_4", "_zz", "_41", "_2f", "_é"] {
            assert_eq!(unquote(text), text);
        }
    }
}
