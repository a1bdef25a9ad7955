//! Words made from identifiers.

/// `OrderLine` becomes `order_line`; a run of capitals is one word (`HTTPLog` becomes `http_log`).
pub fn snake_case(name: &str) -> String {
    words(name, '_').to_lowercase()
}

/// `OrderLine` and `order_line` become `Order Line` and `order line`.
pub fn title_words(name: &str) -> String {
    words(name, ' ').replace('_', " ")
}

fn words(name: &str, separator: char) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 4);
    for (index, &character) in characters.iter().enumerate() {
        let starts_word = character.is_uppercase()
            && index > 0
            && characters[index - 1] != '_'
            && (!characters[index - 1].is_uppercase()
                || characters.get(index + 1).is_some_and(|next| next.is_lowercase()));
        if starts_word {
            out.push(separator);
        }
        out.push(character);
    }
    out
}
