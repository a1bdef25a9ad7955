//! The models that the tests query, a site with them in memory, and short ways to write conditions.
#![allow(clippy::unwrap_used, dead_code)] // Test code; each test file uses a part.

#[path = "../engine/mod.rs"]
pub mod engine;

use std::sync::Arc;

use rjango_core::{DatabaseSettings, Settings, Site};
use rjango_orm::query::{Condition, Expression, Lookup, Operand, Ordering, Path, Query};
use rjango_orm::{Database, Databases, Engine, Models, Value};
use rjango_schema::{
    DefaultValue, DisplayPart, FieldKind, FieldSchema, ManyToManySchema, ModelSchema, OnDelete, RelationSchema,
};

use self::engine::{in_site, tables};

fn key() -> FieldSchema {
    let mut field = FieldSchema::new("id", FieldKind::BigAuto);
    field.primary_key = true;
    field
}

fn char(name: &str) -> FieldSchema {
    FieldSchema::new(name, FieldKind::Char { max_length: 80 })
}

fn refer(name: &str, to: &str, on_delete: OnDelete, related_name: Option<&str>) -> FieldSchema {
    let relation = RelationSchema {
        to: to.to_owned(),
        on_delete,
        related_name: related_name.map(str::to_owned),
        db_constraint: true,
    };
    FieldSchema::new(name, FieldKind::ForeignKey(relation))
}

fn null(mut field: FieldSchema) -> FieldSchema {
    field.null = true;
    field.blank = true;
    field
}

fn model(name: &str, fields: Vec<FieldSchema>) -> ModelSchema {
    let mut model = ModelSchema::new("shop", name);
    model.fields = fields;
    model
}

/// Category (name, parent?; ordered by name), Product (name, price, category?, tags, created, ...), Tag, Review (of a
/// product, cascading), Warranty (one-to-one), Supplier (protected by `Product.supplier`).
pub fn schemas() -> Vec<Arc<ModelSchema>> {
    let mut category = model(
        "Category",
        vec![
            key(),
            {
                let mut name = char("name");
                name.unique = true;
                name
            },
            null(refer("parent", "shop.Category", OnDelete::SetNull, Some("children"))),
        ],
    );
    category.ordering = vec!["name".to_owned()];
    category.verbose_name_plural = Some("categories".to_owned());
    let mut active = FieldSchema::new("active", FieldKind::Boolean);
    active.default = Some(DefaultValue::Bool(true));
    let mut product = model(
        "Product",
        vec![
            key(),
            char("name"),
            FieldSchema::new("price", FieldKind::Decimal { max_digits: 10, decimal_places: 2 }),
            null(refer("category", "shop.Category", OnDelete::Cascade, Some("products"))),
            FieldSchema::new(
                "tags",
                FieldKind::ManyToMany(ManyToManySchema {
                    to: "shop.Tag".to_owned(),
                    through: None,
                    db_table: None,
                    related_name: None,
                    symmetrical: false,
                }),
            ),
            null(refer("supplier", "shop.Supplier", OnDelete::Protect, None)),
            active,
            null(FieldSchema::new("stock", FieldKind::Integer)),
            FieldSchema::new("created", FieldKind::DateTime { auto_now: false, auto_now_add: true }),
        ],
    );
    product.display = Some(vec![DisplayPart::Field("name".to_owned())]);
    let mut label = FieldSchema::new("label", FieldKind::Slug { max_length: 50 });
    label.unique = true;
    let tag = model("Tag", vec![key(), label]);
    let review = model(
        "Review",
        vec![
            key(),
            refer("product", "shop.Product", OnDelete::Cascade, Some("reviews")),
            FieldSchema::new("stars", FieldKind::Integer),
            char("text"),
        ],
    );
    let mut warranty_of = FieldSchema::new(
        "product",
        FieldKind::OneToOne(RelationSchema {
            to: "shop.Product".to_owned(),
            on_delete: OnDelete::Cascade,
            related_name: None,
            db_constraint: true,
        }),
    );
    warranty_of.unique = true;
    let warranty = model("Warranty", vec![key(), warranty_of, FieldSchema::new("years", FieldKind::Integer)]);
    let supplier = model("Supplier", vec![key(), char("name")]);
    [category, product, tag, review, warranty, supplier].into_iter().map(Arc::new).collect()
}

pub fn models() -> Models {
    Models::from_schemas(schemas()).unwrap()
}

/// The tables as Django 5.2 creates them on SQLite.
pub const TABLES: &str = r#"
CREATE TABLE "shop_category" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(80) NOT NULL UNIQUE,
    "parent_id" bigint NULL REFERENCES "shop_category" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "shop_supplier" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(80) NOT NULL);
CREATE TABLE "shop_tag" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "label" varchar(50) NOT NULL UNIQUE);
CREATE TABLE "shop_product" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(80) NOT NULL,
    "price" decimal NOT NULL, "category_id" bigint NULL REFERENCES "shop_category" ("id") DEFERRABLE INITIALLY DEFERRED,
    "supplier_id" bigint NULL REFERENCES "shop_supplier" ("id") DEFERRABLE INITIALLY DEFERRED,
    "active" bool NOT NULL, "stock" integer NULL, "created" datetime NOT NULL);
CREATE TABLE "shop_product_tags" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "product_id" bigint NOT NULL REFERENCES "shop_product" ("id") DEFERRABLE INITIALLY DEFERRED,
    "tag_id" bigint NOT NULL REFERENCES "shop_tag" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE UNIQUE INDEX "shop_product_tags_uniq" ON "shop_product_tags" ("product_id", "tag_id");
CREATE TABLE "shop_review" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "product_id" bigint NOT NULL REFERENCES "shop_product" ("id") DEFERRABLE INITIALLY DEFERRED,
    "stars" integer NOT NULL CHECK ("stars" <= 5), "text" varchar(80) NOT NULL);
CREATE TABLE "shop_warranty" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "product_id" bigint NOT NULL UNIQUE REFERENCES "shop_product" ("id") DEFERRABLE INITIALLY DEFERRED,
    "years" integer NOT NULL);
"#;

/// Rows for every shape of relation: with and without category, tags, reviews and warranty.
pub const ROWS: &str = r#"
INSERT INTO shop_category (id, name, parent_id) VALUES (1, 'Drinks', NULL), (2, 'Food', NULL), (3, 'Hot', 1);
INSERT INTO shop_supplier (id, name) VALUES (1, 'Acme');
INSERT INTO shop_tag (id, label) VALUES (1, 'new'), (2, 'hidden'), (3, 'sold-out');
INSERT INTO shop_product (id, name, price, category_id, supplier_id, active, stock, created) VALUES
    (1, 'Coffee', '3.50', 3, NULL, TRUE, 10, '2026-11-22 16:39:05.123456'),
    (2, 'Tea', '2.00', 3, 1, TRUE, NULL, '2026-11-22 16:39:05'),
    (3, 'Bread', '4.25', 2, NULL, FALSE, 0, '2026-11-23 00:00:00'),
    (4, 'Water', '1', NULL, NULL, TRUE, 100, '2026-11-24 00:00:00');
INSERT INTO shop_product_tags (product_id, tag_id) VALUES (1, 1), (2, 2), (2, 1), (3, 3);
INSERT INTO shop_review (product_id, stars, text) VALUES (1, 5, 'good'), (1, 1, 'bad'), (2, 4, 'fine');
INSERT INTO shop_warranty (product_id, years) VALUES (3, 2);
"#;

pub fn settings(name: &str) -> Settings {
    let mut settings = Settings::for_tests();
    settings.databases.insert("default".to_owned(), DatabaseSettings::sqlite(name));
    settings
}

pub fn empty_site(name: &str) -> Arc<Site> {
    let settings = settings(name);
    let databases = Databases::from_settings(&settings).unwrap();
    Arc::new(Site::new(settings).with(databases).with(models()))
}

/// Runs a test inside a site with the shop, once on every engine that is built.
pub async fn in_shop(test: impl AsyncFn()) {
    for engine in engine::built() {
        // Shown where the test fails.
        eprintln!("on {engine}");
        in_shop_on(engine, &test).await;
    }
}

/// Runs a test inside a site with the shop in a SQLite in memory.
pub async fn in_sqlite<T>(test: impl AsyncFnOnce() -> T) -> T {
    let site = empty_site(":memory:");
    site.scope(async {
        let database = Database::current(None).unwrap();
        database.execute_script(TABLES).await.unwrap();
        database.execute_script(ROWS).await.unwrap();
        test().await
    })
    .await
}

async fn in_shop_on(engine: Engine, test: impl AsyncFn()) {
    if engine == Engine::Sqlite {
        return in_sqlite(async || test().await).await;
    }
    let mut script = tables(engine, &models());
    script.push_str("ALTER TABLE shop_review ADD CONSTRAINT shop_review_stars CHECK (stars <= 5);");
    script.push_str(ROWS);
    if engine == Engine::Postgres {
        // The rows above brought their own numbers.
        for table in ["shop_category", "shop_supplier", "shop_tag", "shop_product"] {
            let last = format!("(SELECT MAX(id) FROM {table})");
            script.push_str(&format!("SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last});\n"));
        }
    }
    in_site(engine, models(), async |database| {
        database.execute_script(&script).await.unwrap();
        test().await;
    })
    .await;
}

pub fn path(names: &str) -> Path {
    Path(names.split("__").map(|name| name.to_owned().into()).collect())
}

pub fn column(names: &str) -> Expression {
    Expression::Column(path(names))
}

/// `category__name__icontains` with one value.
pub fn is(lookup: &str, value: impl Into<Value>) -> Condition {
    let (names, lookup) = match lookup.rsplit_once("__") {
        Some((names, last)) => match Lookup::from_name(last) {
            Some(lookup) => (names, lookup),
            None => (lookup, Lookup::Exact),
        },
        None => (lookup, Lookup::Exact),
    };
    Condition::Lookup { left: column(names), lookup, right: Operand::One(Expression::Value(value.into())) }
}

pub fn one_of(names: &str, values: impl IntoIterator<Item = impl Into<Value>>) -> Condition {
    let values = values.into_iter().map(|value| Expression::Value(value.into())).collect();
    Condition::Lookup { left: column(names), lookup: Lookup::In, right: Operand::Many(values) }
}

pub fn not(condition: Condition) -> Condition {
    Condition::Not(Box::new(condition))
}

pub fn query(model: &str, filters: impl IntoIterator<Item = Condition>) -> Query {
    let mut query = Query::new(format!("shop.{model}"));
    query.filters = filters.into_iter().collect();
    query
}

pub fn ordered(mut query: Query, names: &[&str]) -> Query {
    query.ordering = names
        .iter()
        .map(|name| Ordering {
            by: column(name.trim_start_matches('-')),
            descending: name.starts_with('-'),
            nulls_first: None,
        })
        .collect();
    query
}
