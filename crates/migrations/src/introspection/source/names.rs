//! Rust's names for tables and columns, after Django's rules.

use std::collections::BTreeSet;

/// What a struct cannot be called without hiding what a model's module uses.
const OCCUPIED: &[&str] = &[
    "Auto",
    "Auto32",
    "SmallAuto",
    "String",
    "Decimal",
    "Date",
    "Time",
    "DateTime",
    "Duration",
    "Uuid",
    "Json",
    "Vec",
    "IpAddr",
    "Ipv4Addr",
    "Ipv6Addr",
    "File",
    "ForeignKey",
    "OneToOne",
    "ManyToMany",
    "Option",
    "Self",
    "Model",
    "Choices",
    "Result",
    "Ok",
    "Err",
    "Some",
    "None",
    "Box",
    "Value",
    "Debug",
    "Clone",
    "Objects",
    "QuerySet",
];

/// Words that stand for something in Rust and can be written `r#word`.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// `shop_product` as `ShopProduct`.
pub(super) fn struct_name(table: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = String::new();
    let mut start = true;
    for character in table.chars() {
        if !character.is_alphanumeric() {
            start = true;
        } else if start {
            name.extend(character.to_uppercase());
            start = false;
        } else {
            name.push(character);
        }
    }
    if name.chars().next().is_none_or(|first| !first.is_alphabetic()) {
        name.insert_str(0, "Table");
    }
    if OCCUPIED.contains(&name.as_str()) {
        name.push_str("Table");
    }
    numbered(name, "", taken)
}

/// A field's name as models know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldName {
    pub(super) name: String,
}

impl FieldName {
    /// The name as it stands in the struct.
    pub(super) fn written(&self) -> String {
        if KEYWORDS.contains(&self.name.as_str()) { format!("r#{}", self.name) } else { self.name.clone() }
    }
}

/// The field of a column. A relation's name ends before `_id`, where that is its end.
pub(super) fn field_name(column: &str, relation: bool, taken: &mut BTreeSet<String>) -> FieldName {
    let lower = column.to_lowercase();
    let stem = if relation { lower.strip_suffix("_id").unwrap_or(&lower) } else { &lower };
    let mut name = String::new();
    for character in stem.chars() {
        let character = if character.is_alphanumeric() { character } else { '_' };
        // Two of them separate the parts of a lookup.
        if character != '_' || !name.ends_with('_') {
            name.push(character);
        }
    }
    if name.starts_with('_') {
        name.insert_str(0, "field");
    }
    if name.ends_with('_') {
        name.push_str("field");
    }
    match name.chars().next() {
        None => name.push_str("field"),
        Some(first) if !first.is_alphabetic() => name.insert_str(0, "number_"),
        Some(_) => {}
    }
    if matches!(name.as_str(), "pk" | "self" | "super" | "crate") {
        name.push_str("_field");
    }
    FieldName { name: numbered(name, "_", taken) }
}

/// The name, with a number after it where it is taken.
fn numbered(name: String, between: &str, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = name.clone();
    let mut number = 1;
    while !taken.insert(candidate.clone()) {
        number += 1;
        candidate = format!("{name}{between}{number}");
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_called_as_structs_are() {
        let mut taken = BTreeSet::new();
        let mut name = |table: &str| struct_name(table, &mut taken);
        assert_eq!(name("shop_product"), "ShopProduct");
        assert_eq!(name("ShopProduct"), "ShopProduct2");
        assert_eq!(name("2024-orders"), "Table2024Orders");
        assert_eq!(name("file"), "FileTable");
        assert_eq!(name("größe"), "Größe");
        assert_eq!(name("--"), "Table");
    }

    #[test]
    fn columns_are_called_as_fields_may_be() {
        let mut taken = BTreeSet::new();
        let mut name = |column: &str, relation| field_name(column, relation, &mut taken).written();
        assert_eq!(name("category_id", true), "category");
        assert_eq!(name("Category", false), "category_2");
        assert_eq!(name("owner_id", false), "owner_id");
        assert_eq!(name("type", false), "r#type");
        assert_eq!(name("self", false), "self_field");
        assert_eq!(name("pk", false), "pk_field");
        assert_eq!(name("odd  name?", false), "odd_name_field");
        assert_eq!(name("_hidden", false), "field_hidden");
        assert_eq!(name("a__b", false), "a_b");
        assert_eq!(name("2nd", false), "number_2nd");
        assert_eq!(name("_id", true), "field");
    }
}
