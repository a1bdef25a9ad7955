//! The shell over a database: what it shows of the ORM's objects.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use expect_test::{Expect, expect};
use rjango_core::{DatabaseSettings, Settings, Site};
use rjango_orm::objects::ModelObject;
use rjango_orm::{Database, Databases, Models, unblock};
use rjango_schema::{DisplayPart, FieldKind, FieldSchema, ModelSchema, OnDelete, RelationSchema};

use super::adapter::to_shell;
use super::{Session, parse};

fn models() -> Models {
    let key = || {
        let mut key = FieldSchema::new("id", FieldKind::BigAuto);
        key.primary_key = true;
        key
    };
    let name = || FieldSchema::new("name", FieldKind::Char { max_length: 80 });
    let mut category = ModelSchema::new("shop", "Category");
    category.fields = vec![key(), name()];
    let mut product = ModelSchema::new("shop", "Product");
    let relation = RelationSchema {
        to: "shop.Category".into(),
        on_delete: OnDelete::Cascade,
        related_name: Some("products".into()),
        db_constraint: true,
    };
    let mut to_category = FieldSchema::new("category", FieldKind::ForeignKey(relation));
    to_category.null = true;
    let price = FieldSchema::new("price", FieldKind::Decimal { max_digits: 10, decimal_places: 2 });
    product.fields = vec![key(), name(), price, to_category];
    product.display = Some(vec![DisplayPart::Field("name".into())]);
    let methods = [("shop.Product".to_owned(), "is_cheap".to_owned())];
    Models::from_schemas([Arc::new(category), Arc::new(product)]).unwrap().with_methods(methods)
}

const TABLES: &str = "
CREATE TABLE shop_category (id integer PRIMARY KEY AUTOINCREMENT, name text NOT NULL);
CREATE TABLE shop_product (id integer PRIMARY KEY AUTOINCREMENT, name text NOT NULL, price decimal NOT NULL,
    category_id bigint NULL REFERENCES shop_category (id));
INSERT INTO shop_category (name) VALUES ('Drinks');
INSERT INTO shop_product (name, price, category_id) VALUES ('Coffee', '3.50', 1), ('Tea', '2.00', 1);
";

/// Runs lines one after the other, as somebody types them; what they show follows each.
async fn check(lines: &'static str, expected: Expect) {
    let mut settings = Settings::for_tests();
    settings.databases.insert("default".to_owned(), DatabaseSettings::sqlite(":memory:"));
    let databases = Databases::from_settings(&settings).unwrap();
    let site = Arc::new(Site::new(settings).with(databases).with(models()));
    let shown = site.scope(async {
        Database::current(None)?.execute_script(TABLES).await?;
        unblock(move || {
            let site = Site::current()?;
            let models = site.require::<Models>()?.iter();
            let globals = models.map(|meta| (meta.schema.name.clone(), to_shell(ModelObject::value(Arc::clone(meta)))));
            let mut session = Session::new(globals);
            let mut out = String::new();
            for line in lines.lines() {
                let statements = parse(line).unwrap();
                let mut show = |text: &str| {
                    out.push_str(text);
                    out.push('\n');
                    Ok(())
                };
                let outcome = statements.iter().try_for_each(|statement| session.run(statement, &mut show).map(drop));
                if let Err(error) = outcome {
                    out.push_str(&format!("{error:?}\n"));
                }
            }
            Ok(out)
        })
        .await
    });
    expected.assert_eq(&shown.await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_what_they_are_in_python() {
    check(
        "p = Product.objects.get(name='Coffee')\np.price\nstr(p.price)\nprint(p, p.price, [p.price])\ntype(p); type(p.price)\n\
         p.price == Product.objects.first().price\np == Product.objects.first()\np == Product.objects.last()\n\
         Product.objects.values('name', 'price')\nProduct.objects.values('name')[0].name\nProduct.objects.values_list('name', 'price')[1]",
        expect![[r#"
            Decimal('3.50')
            '3.50'
            Coffee 3.50 [Decimal('3.50')]
            'Product'
            'Decimal'
            True
            True
            False
            [{'name': 'Coffee', 'price': Decimal('3.50')}, {'name': 'Tea', 'price': Decimal('2.00')}]
            'Coffee'
            ('Tea', Decimal('2.00'))
        "#]],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_walked_counted_tested_and_sliced() {
    check(
        "Product.objects.all()\nlen(Product.objects.all())\nfor p in Product.objects.all(): p.name\nProduct.objects.all()[1]\n\
         Product.objects.all()[:1]\nProduct.objects.all()[-1:]\nProduct.objects.none() or 'no'\nlist(Product.objects.all()[1:])\n\
         drinks = Category.objects.first()\ndrinks.products\ndrinks.products.all()\nlist(drinks.products)\nlist(Product.objects)\n\
         Product.objects.all()[5]",
        expect![[r#"
            <QuerySet [<Product: Coffee>, <Product: Tea>]>
            2
            'Coffee'
            'Tea'
            <Product: Tea>
            <QuerySet [<Product: Coffee>]>
            a query set has no negative slices
            hint: turn it round by `reverse()`, and slice from the front
            'no'
            [<Product: Tea>]
            <Manager of related 'shop.Product'>
            <QuerySet [<Product: Coffee>, <Product: Tea>]>
            plain object is not iterable
            plain object is not iterable
            `Product.objects` has no attribute `all()[5]`
        "#]],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_are_called_and_names_are_told() {
    check(
        "p = Product(name='Chai', price=2)\np.save()\np.category = Category.objects.create(name='Hot')\np.price = '2.25'\np.save()\n\
         p.category.name\nCategory.objects.last().products.count()\np.save\nProduct.objects.count\np.is_cheap()\np.is_cheap\n\
         p.nothing\nProduct.objects.filter(pirce=1)\nProduct(1)\ndir(Product)\n\
         Product.objects.get_or_create(name='x', defaults={'price': 2})\nProduct.objects.all().delete()",
        expect![[r#"
            'Hot'
            1
            `save` is a method
            hint: call it: `save()`
            `count` is a method
            hint: call it: `count()`
            `Product.is_cheap` is the project's own code, and this program does not have it
            hint: it runs in the project's own binary: `rjango shell --compiled`
            `Product.is_cheap` is the project's own code, and this program does not have it
            hint: it runs in the project's own binary: `rjango shell --compiled`
            `p` has no attribute `nothing`
            `shop.Product` has no field `pirce`
            hint: did you mean `price`? the choices are: category, id, name, price
            `Product()` does not take the argument `1`
            ['label', 'objects']
            (<Product: x>, True)
            (4, {'shop.Product': 4})
        "#]],
    )
    .await;
}
