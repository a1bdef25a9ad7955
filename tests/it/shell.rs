//! `rjango shell`: the project's models, no compile.

use expect_test::expect;

use crate::project::{Project, checkout};

#[test]
fn the_shell_creates_finds_changes_and_deletes() {
    let project = Project::with_models(&std::fs::read_to_string(checkout().join("examples/shop/shop/models.rs")).unwrap());
    project.succeeds(&["makemigrations"]);
    project.succeeds(&["migrate", "shop"]);
    expect![[""]].assert_eq(&project.snapshot(&["shell", "-c", r#"Product.objects.create(name="Coffee", price="3.50")"#]));
    expect![[""]].assert_eq(&project.snapshot(&[
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
    expect![[""]].assert_eq(&project.snapshot(&["shell", "-c", "Product.objects.filter(pirce__lt=5)"]));
    expect![[""]].assert_eq(&project.snapshot(&["shell", "-c", "Product.objects.create(name=\"x\", price=\"cheap\")"]));
    expect![[""]].assert_eq(&project.snapshot(&["shell", "-c", "Produkt.objects.all()"]));
    expect![[""]].assert_eq(&project.snapshot(&["shell", "-c", "1 +"]));
}
