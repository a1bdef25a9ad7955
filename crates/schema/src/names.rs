//! Names made from other names: words from identifiers, app labels from module paths, index names from columns.

use md5::{Digest, Md5};

/// `OrderLine` becomes `order_line`; a run of capitals is one word (`HTTPLog` becomes `http_log`).
pub fn snake_case(name: &str) -> String {
    words(name, '_').to_lowercase()
}

/// `OrderLine` and `order_line` become `Order Line` and `order line`.
pub fn title_words(name: &str) -> String {
    words(name, ' ').replace('_', " ")
}

/// The app's label in a module path: the module directly under the crate root (`mysite::shop::models` is in `shop`), or
/// the crate itself where the model stands at its root.
pub fn app_of(module_path: &str) -> &str {
    let mut segments = module_path.split("::");
    let root = segments.next().unwrap_or_default();
    segments.next().unwrap_or(root)
}

/// The name that Django 5.2 gives to an index without one: up to 11 characters of the table, up to 7 of the first
/// column, six hex digits of an MD5 over all of them, `idx`. The same name is what lets Django and rjango share a
/// database. `columns` have a `-` before a descending one; `table` may carry quotes and a schema (`"blog"."post"`).
pub fn index_name(table: &str, columns: &[String]) -> String {
    let table = table.rsplit("\".\"").next().unwrap_or_default().trim_matches('"');
    let mut hash = Md5::new();
    for part in std::iter::once(table).chain(columns.iter().map(String::as_str)).chain(["idx"]) {
        hash.update(part.as_bytes());
    }
    let digest: String = hash.finalize().iter().take(3).map(|byte| format!("{byte:02x}")).collect();
    let first = columns.first().map_or("", |column| column.trim_start_matches('-'));
    let name = format!("{}_{}_{digest}_idx", first_characters(table, 11), first_characters(first, 7));
    match name.chars().next() {
        Some(initial) if initial == '_' || initial.is_ascii_digit() => format!("D{}", &name[1..]),
        _ => name,
    }
}

/// A table's default name as every engine can hold it: PostgreSQL cuts names after 63 bytes, so a longer one is cut before
/// that and ended by four hex digits of an MD5 over all of it, as Django does.
pub fn table_name(name: String) -> String {
    const LONGEST: usize = 63;
    if name.len() <= LONGEST {
        return name;
    }
    let digest: String = Md5::digest(name.as_bytes()).iter().take(2).map(|byte| format!("{byte:02x}")).collect();
    format!("{}{digest}", &name[..name.floor_char_boundary(LONGEST - digest.len())])
}

fn first_characters(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(end, _)| &text[..end])
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
