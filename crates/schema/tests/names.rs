//! Names made from other names, held against what Django 5.2 makes.

use rjango_schema::{app_of, index_name, snake_case, title_words};

/// Recorded from Django 5.2.19: `models.Index(fields=...).set_name_with_model(...)`.
#[test]
fn index_names_are_djangos() {
    let recorded: &[(&str, &[&str], &str)] = &[
        ("shop_product", &["price"], "shop_produc_price_3b79b5_idx"),
        ("shop_product", &["-price", "name"], "shop_produc_price_e0cdf7_idx"),
        ("shop_productvariantwithlongname", &["warehouse_location_id"], "shop_produc_warehou_4ad50c_idx"),
        ("a", &["b"], "a_b_a3391a_idx"),
        ("_private", &["x"], "Dprivate_x_fa3b06_idx"),
        ("1table", &["x"], "Dtable_x_782568_idx"),
        ("\"blog\".\"post\"", &["title"], "post_title_dcd91e_idx"),
        ("über_länge_tabelle", &["größe"], "über_länge__größe_ce83b6_idx"),
    ];
    for (table, columns, name) in recorded {
        let columns: Vec<String> = columns.iter().map(|&column| column.to_owned()).collect();
        assert_eq!(index_name(table, &columns), *name, "{table} {columns:?}");
    }
}

#[test]
fn the_app_is_the_module_under_the_crate_root() {
    assert_eq!(app_of("mysite::shop::models"), "shop");
    assert_eq!(app_of("mysite::shop"), "shop");
    assert_eq!(app_of("mysite"), "mysite");
}

#[test]
fn words_of_identifiers() {
    for (name, snake, words) in [
        ("OrderLine", "order_line", "Order Line"),
        ("HTTPLog", "http_log", "HTTP Log"),
        ("order_line", "order_line", "order line"),
        ("X", "x", "X"),
    ] {
        assert_eq!(snake_case(name), snake);
        assert_eq!(title_words(name), words);
    }
}

/// Recorded from Django 5.2's `truncate_name`.
#[test]
fn tables_are_shortened_as_django_shortens_them() {
    let long = format!("shop_{}", "a".repeat(80));
    let short = rjango_schema::table_name(long.clone());
    assert_eq!(short, format!("shop_{}5ab7", "a".repeat(54)));
    assert_eq!(rjango_schema::table_name(long[..63].to_owned()), long[..63]);
    // A character is not cut in two.
    assert!(rjango_schema::table_name("ä".repeat(40)).len() <= 63);
}
