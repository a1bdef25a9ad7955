//! The shop of the tour, read from its source.

use std::path::Path;

use expect_test::expect;
use rjango_schema::read::{SourceProject, read_project};

mod support;

#[test]
fn the_shop_reads_as_django_would_describe_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/shop");
    let project = SourceProject::new(root, ["shop"]);
    expect![[r#"
        shop.Category shop/models.rs:5
          id big_auto blank primary_key
          name char max_length=80 unique
        shop.Product shop/models.rs:12
          id big_auto blank primary_key
          name char max_length=200
          price decimal decimal_places=2 max_digits=10
          category foreign_key blank db_index null on_delete="cascade" related_name="products" to="shop.Category"
          tags many_to_many blank to="shop.Tag"
          created date_time auto_now_add blank editable=false
          display [{"field":"name"}]
        shop.Tag shop/models.rs:26
          id big_auto blank primary_key
          label slug db_index max_length=50 unique
    "#]]
    .assert_eq(&support::read(&project));
    let source = read_project(&project).expect("the shop is good");
    let category = source.models.iter().find(|model| model.name == "Category").expect("the category");
    expect![[r#"{"app":"shop","name":"Category","fields":[{"name":"id","kind":"big_auto","blank":true,"primary_key":true,"line":6},{"name":"name","kind":"char","max_length":80,"unique":true,"line":8}],"ordering":["name"],"verbose_name_plural":"categories","origin":{"file":"shop/models.rs","line":5}}"#]].assert_eq(&support::one_line(category));
    let files: String = source.files.iter().map(|file| format!("{}\n", file.display())).collect();
    expect![[r#"
        manage.rs
        config/urls.rs
        shop/mod.rs
        shop/admin.rs
        shop/live.rs
        shop/middleware.rs
        shop/models.rs
        shop/urls.rs
        shop/views.rs
    "#]]
    .assert_eq(&files);
}
