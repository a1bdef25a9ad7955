//! The names that Django gives to indexes and unique indexes of columns: readable, and ended by a hash.

use md5::{Digest, Md5};

/// Django's `_create_index_name`: table, columns, eight hex digits of an MD5 over them, suffix; both shortened where the
/// whole is longer than the engine allows. Sharing a database with Django rests on it.
pub(crate) fn index_name(table: &str, columns: &[&str], suffix: &str, longest: usize) -> String {
    let table = table.rsplit("\".\"").next().unwrap_or_default().trim_matches('"');
    let mut hash = Md5::new();
    for part in std::iter::once(table).chain(columns.iter().copied()) {
        hash.update(part.as_bytes());
    }
    let digest: String = hash.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let mut ending = format!("{digest}{suffix}");
    let columns = columns.join("_");
    let name = format!("{table}_{columns}_{ending}");
    if name.chars().count() <= longest {
        return name;
    }
    if ending.len() > longest / 3 {
        ending.truncate(longest / 3);
    }
    let other = (longest - ending.len()) / 2 - 1;
    let name = format!("{}_{}_{ending}", first_characters(table, other), first_characters(&columns, other));
    match name.chars().next() {
        Some(initial) if initial == '_' || initial.is_ascii_digit() => {
            let mut name = format!("D{name}");
            name.pop();
            name
        }
        _ => name,
    }
}

fn first_characters(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from Django 5.2.19.
    #[test]
    fn index_names_are_djangos() {
        let cases = [
            ("shop_product", vec!["category_id"], "", "shop_product_category_id_14d7eea8"),
            ("shop_product", vec!["name", "price"], "_uniq", "shop_product_name_price_13314a3b_uniq"),
            (
                "shop_product_tags",
                vec!["product_id", "tag_id"],
                "_uniq",
                "shop_product_tags_product_id_tag_id_a244154e_uniq",
            ),
        ];
        for (table, columns, suffix, expected) in cases {
            assert_eq!(index_name(table, &columns, suffix, 200), expected);
        }
    }
}
