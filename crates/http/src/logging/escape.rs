//! What comes from outside must not write lines of its own, nor move a terminal's cursor.

use std::fmt::Write as _;

/// Whether a terminal or an editor does something else with this character than show it.
fn is_active(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            // Ends of lines and paragraphs, and what changes the direction of the text around it.
            '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
        )
}

/// The text in one line that says what is in it.
pub(super) fn push(line: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\t' => line.push_str("\\t"),
            active if is_active(active) => {
                let number = u32::from(active);
                // Writing to a `String` cannot fail.
                let _ =
                    if number < 0x100 { write!(line, "\\x{number:02x}") } else { write!(line, "\\u{{{number:x}}}") };
            }
            plain => line.push(plain),
        }
    }
}

/// JSON that was written already, with the characters escaped that JSON allows as they are.
pub(super) fn json(written: &str) -> String {
    let mut escaped = String::with_capacity(written.len());
    for character in written.chars() {
        // All of them stand in strings.
        if is_active(character) {
            let _ = write!(escaped, "\\u{:04x}", u32::from(character));
        } else {
            escaped.push(character);
        }
    }
    escaped
}
