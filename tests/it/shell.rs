//! `rjango shell`: the project's models, no compile.

use expect_test::expect;

use crate::project::{Project, checkout};

#[test]
fn the_shell_creates_finds_changes_and_deletes() {
    let project =
        Project::with_models(&std::fs::read_to_string(checkout().join("examples/shop/shop/models.rs")).unwrap());
    project.succeeds(&["makemigrations"]);
    project.succeeds(&["migrate", "shop"]);
    expect![[r#"
        exit code: 0
        --- stdout
        <Product: Coffee>
    "#]]
    .assert_eq(&project.snapshot(&["shell", "-c", r#"Product.objects.create(name="Coffee", price="3.50")"#]));
    expect![[r#"
        exit code: 0
        --- stdout
        Decimal('4.25')
        'Drinks'
        <QuerySet [<Product: Coffee>]>
        1
        'Coffee'
        <QuerySet []>
        (1, {'shop.Product': 1})
        False
    "#]]
    .assert_eq(&project.snapshot(&[
        "shell",
        "-c",
        r#"drinks = Category.objects.create(name="Drinks")
p = Product.objects.get(name="Coffee")
p.category = drinks
p.price = "4.25"
p.save()
p.price
p.category.name
Product.objects.filter(category__name__icontains="drink", price__lt=5).order_by("-price", "name")
drinks.products.count()
for product in Product.objects.all(): product.name
Product.objects.filter(price__gt=100)[:3]
Product.objects.all().delete()
Product.objects.exists()"#,
    ]));
    expect![[r#"
        exit code: 1
        --- stderr
        error: `shop.Product` has no field `pirce`
        hint: did you mean `price`? the choices are: category, created, id, name, price, tags
    "#]]
    .assert_eq(&project.snapshot(&["shell", "-c", "Product.objects.filter(pirce__lt=5)"]));
    expect![[r#"
        exit code: 1
        --- stderr
        error: `price` cannot be `cheap`: Enter a number.
    "#]]
    .assert_eq(&project.snapshot(&["shell", "-c", "Product.objects.create(name=\"x\", price=\"cheap\")"]));
    expect![[r#"
        exit code: 1
        --- stderr
        error: name `Produkt` is not defined
        hint: did you mean `Product`?
    "#]]
    .assert_eq(&project.snapshot(&["shell", "-c", "Produkt.objects.all()"]));
    expect![[r#"
        exit code: 1
        --- stderr
        error: syntax error: unexpected end of input, expected expression
    "#]]
    .assert_eq(&project.snapshot(&["shell", "-c", "1 +"]));
}
