//! What templates and the shell see.
#![allow(clippy::unwrap_used)]

mod shop;

use std::collections::BTreeMap;
use std::sync::Arc;

use expect_test::{Expect, expect};
use minijinja::{Environment, context};
use rjango_core::Site;
use rjango_orm::dynamic::Objects;
use rjango_orm::objects::{ModelObject, repr, set_attribute};
use rjango_orm::{Models, unblock};
use shop::in_shop;

/// The globals of a shell: every model under its name.
fn globals() -> minijinja::Value {
    let site = Site::current().unwrap();
    let models = site.require::<Models>().unwrap();
    let by_name = models.iter().map(|meta| (meta.schema.name.clone(), ModelObject::value(Arc::clone(meta))));
    minijinja::Value::from(by_name.collect::<BTreeMap<_, _>>())
}

/// Evaluates expressions one after the other and shows the last as the shell does.
async fn shell(lines: &'static [&'static str], expected: Expect) {
    in_shop(async || {
        let shown = unblock(move || {
            let environment = Environment::new();
            let mut shown = String::new();
            for line in lines {
                shown = match environment.compile_expression(line).unwrap().eval(globals()) {
                    Ok(value) => repr(&value)?.unwrap_or_default(),
                    Err(error) => error.to_string(),
                };
            }
            Ok(shown)
        })
        .await
        .unwrap();
        expected.assert_eq(&shown);
    })
    .await;
}

#[tokio::test]
async fn a_query_set_shows_its_rows() {
    shell(
        &["Product.objects.filter(price__lt=4, category__name='Hot').order_by('-name')"],
        expect!["<QuerySet [<Product: Tea>, <Product: Coffee>]>"],
    )
    .await;
    shell(&["Product.objects.all()[:2]"], expect!["[<Product: Coffee>, <Product: Tea>]"]).await;
    shell(&["Product.objects.all()[0]"], expect!["<Product: Coffee>"]).await;
    shell(&["Product.objects"], expect!["<Manager of 'shop.Product'>"]).await;
    shell(
        &["Category.objects.get(name='Hot').products.all()"],
        expect!["<QuerySet [<Product: Coffee>, <Product: Tea>]>"],
    )
    .await;
}

#[tokio::test]
async fn a_long_query_set_is_cut() {
    in_shop(async || {
        for label in 0..25 {
            let site = Site::current().unwrap();
            let tags = Objects::new(site.require::<Models>().unwrap(), "shop.Tag").unwrap();
            tags.create([("label", format!("tag-{label}"))]).await.unwrap();
        }
        let shown = unblock(|| {
            let tags = Environment::new().compile_expression("Tag.objects.order_by('-pk')")?.eval(globals())?;
            repr(&tags)
        })
        .await
        .unwrap()
        .unwrap();
        assert_eq!(shown.matches("<Tag: Tag object").count(), 20);
        assert!(shown.ends_with(", '...(remaining elements truncated)...']>"));
    })
    .await;
}

#[tokio::test]
async fn methods_answer_with_values() {
    shell(&["Product.objects.create(name='Coffee', price='3.50')"], expect!["<Product: Coffee>"]).await;
    shell(&["Product.objects.create(name='Juice', price=2.25).price"], expect!["'2.25'"]).await;
    shell(&["Product.objects.filter(name='Tea').update(price=9)"], expect!["1"]).await;
    shell(
        &["Product.objects.filter(name='Tea').delete()"],
        expect!["(4, {'shop.Product': 1, 'shop.Product_tags': 2, 'shop.Review': 1})"],
    )
    .await;
    shell(
        &["Product.objects.order_by('name').values_list('name', flat=true)"],
        expect!["['Bread', 'Coffee', 'Tea', 'Water']"],
    )
    .await;
    shell(&["Product.objects.filter(pk=1).values_list('name', 'price')"], expect!["[('Coffee', '3.50')]"]).await;
    shell(&["Product.objects.filter(pk__in=[1, 2]).values('name')"], expect!["[{'name': 'Coffee'}, {'name': 'Tea'}]"])
        .await;
    shell(&["Category.objects.get_or_create(name='Hot')"], expect!["(<Category: Category object (3)>, False)"]).await;
    shell(&["Product.objects.first().category.parent.name"], expect!["'Drinks'"]).await;
    shell(&["Product.objects.last().category"], expect![""]).await;
    shell(
        &["Product.objects.first().tags.add(3)", "Product.objects.first().tags.all()"],
        expect!["<QuerySet [<Tag: Tag object (1)>, <Tag: Tag object (3)>]>"],
    )
    .await;
    shell(
        &[
            "Product.objects.first().tags.create(label='new')",
            "Product.objects.first().tags.filter(label='new').count()",
        ],
        expect!["1"],
    )
    .await;
    shell(
        &[
            "Category.objects.get(name='Hot').products.create(name='Chai', price=2)",
            "Product.objects.get(name='Chai').category.name",
        ],
        expect!["'Hot'"],
    )
    .await;
    shell(&["Product(name='New').pk"], expect![""]).await;
    shell(&["Product.objects.get(pk=1) == Product.objects.get(name='Coffee')"], expect!["True"]).await;
    shell(&["Product.objects.filter(category__in=Category.objects.filter(name='Hot')).count()"], expect!["2"]).await;
}

#[tokio::test]
async fn mistakes_are_told_with_the_hint() {
    shell(&["Product.objects.filter(pirce=1)"], expect![[r#"
        invalid operation: `shop.Product` has no field `pirce`
        hint: did you mean `price`? the choices are: active, category, created, id, name, price, reviews, stock, supplier, tags, warranty (in <expression>:1)"#]]).await;
    shell(
        &["Product.objects.get(name='Nothing')"],
        expect!["invalid operation: `Product` matching query does not exist (in <expression>:1)"],
    )
    .await;
    shell(
        &["Product.objects.delete()"],
        expect![[r#"
        unknown method: a manager has no method `delete`
        hint: call `all().delete()` to delete every row (in <expression>:1)"#]],
    )
    .await;
    shell(&["Product.objects.filtre(name='x')"], expect![[r#"
        unknown method: a query set has no method `filtre`
        hint: the methods are: all, count, create, delete, distinct, exclude, exists, filter, first, get, get_or_create, last, none, order_by, reverse, select_related, update, update_or_create, using, values, values_list (in <expression>:1)"#]]).await;
}

#[tokio::test]
async fn a_template_walks_rows_and_escapes_their_text() {
    in_shop(async || {
        let page = unblock(|| {
            let mut environment = Environment::new();
            environment.add_template(
                "list.html",
                "{% for product in products %}{{ loop.index }}/{{ loop.length }} {{ product }} {{ product.price }} \
                 {{ product.category.name }};{% else %}none{% endfor %}{% if products %} some{% endif %}",
            )?;
            let environment = &environment;
            let product = globals().get_attr("Product")?;
            let made = environment
                .compile_expression("Product.objects.create(name='<b>Milk</b>', price='1.20', category=2)")?
                .eval(globals())?;
            set_attribute(&made, "price", &"1.30".into())?;
            environment.compile_expression("made.save()")?.eval(context! { made })?;
            let products = environment
                .compile_expression("Product.objects.filter(category=2).order_by('price')")?
                .eval(context! { Product => product })?;
            Ok(environment.get_template("list.html")?.render(context! { products })?)
        })
        .await
        .unwrap();
        expect!["1/2 &lt;b&gt;Milk&lt;&#x2f;b&gt; 1.30 Food;2/2 Bread 4.25 Food; some"].assert_eq(&page);
    })
    .await;
}
