//! What README promises: from nothing to a served page, by the words a person types.

use crate::project::{Client, Project, free_port};

#[test]
fn the_tour_from_nothing_to_a_served_page() {
    let project = Project::tour();
    project.succeeds(&["makemigrations"]);
    assert!(project.root().join("shop/migrations/0001_initial/up.sqlite.sql").is_file());
    project.succeeds(&["migrate"]);
    let mut superuser =
        project.command(&["createsuperuser", "--noinput", "--username", "ada", "--email", "a@b.example"]);
    superuser.env("RJANGO_SUPERUSER_PASSWORD", "a long enough secret");
    let output = superuser.output().unwrap();
    assert!(output.status.success(), "{}", project.show(&output));

    assert_eq!(
        project.succeeds(&["shell", "-c", r#"Product.objects.create(name="Coffee", price="3.50")"#]),
        "<Product: Coffee>\n"
    );
    assert_eq!(
        project.succeeds(&["shell", "-c", r#"Product.objects.filter(price__lt=5).order_by("name")"#]),
        "<QuerySet [<Product: Coffee>]>\n"
    );
    assert!(!project.root().join("target").exists(), "nothing so far may have compiled the project");

    let port = free_port();
    let server = project.serve(project.command(&["runserver", &port.to_string()]), port);
    server.wait_for("Quit the server with");
    let client = Client::new();
    let list = client.get(&server.url("/products/"));
    assert_eq!(list.status, 200, "{}", list.text);
    assert!(list.text.contains("<a href=\"/products/1/\">Coffee</a> 3.50"), "{}", list.text);
    let detail = client.get(&server.url("/products/1/"));
    assert!(detail.text.contains("<h1>Coffee</h1>"), "{}", detail.text);
    assert_eq!(client.get(&server.url("/products/2/")).status, 404);
    assert_eq!(client.get(&server.url("/shop/count/")).text, "1");

    let login = client.get(&server.url("/admin/"));
    assert_eq!(login.location.as_deref(), Some("/admin/login/?next=/admin/"));
    let entered = client.post(
        &server.url("/admin/login/?next=/admin/"),
        &[("username", "ada"), ("password", "a long enough secret"), ("next", "/admin/")],
    );
    assert_eq!((entered.status, entered.location.as_deref()), (302, Some("/admin/")), "{}", entered.text);
    let added =
        client.post(&server.url("/admin/shop/product/add/"), &[("name", "Tea"), ("price", "2.25"), ("_save", "1")]);
    assert_eq!(added.status, 302, "{}", added.text);
    let list = client.get(&server.url("/admin/shop/product/"));
    assert!(list.text.contains("Tea") && list.text.contains("Coffee"), "{}", list.text);
    let changed = client.post(
        &server.url("/admin/shop/product/2/change/"),
        &[("name", "Green tea"), ("price", "2.50"), ("_save", "1")],
    );
    assert_eq!(changed.status, 302, "{}", changed.text);
    let deleted = client.post(&server.url("/admin/shop/product/1/delete/"), &[("post", "yes")]);
    assert_eq!(deleted.status, 302, "{}", deleted.text);
    let list = client.get(&server.url("/products/"));
    assert!(list.text.contains("Green tea") && !list.text.contains("Coffee"), "{}", list.text);

    // A save is served soon after, and what the compiler says is shown to whoever asks for a page meanwhile.
    let views = project.read("shop/views.rs");
    project.write("shop/views.rs", &views.replace("Ok(json(Product::objects()", "Ok(json(100 + Product::objects()"));
    wait_until(|| client.get(&server.url("/shop/count/")).text == "101", &server);
    project.write("shop/views.rs", &views.replace("q!(price__lt = 5)", "q!(pirce__lt = 5)"));
    wait_until(|| client.get(&server.url("/shop/count/")).text.contains("no method named `pirce`"), &server);
    // The compiler does not know what Python's spelling stands for; the toolchain does.
    project.write("shop/views.rs", &views.replace("q!(price__lt = 5)", "price__lt = 5"));
    wait_until(|| client.get(&server.url("/shop/count/")).text.contains("write `.filter(q!(price__lt = 5))`"), &server);
    project.write("shop/views.rs", &views);
    wait_until(|| client.get(&server.url("/shop/count/")).text == "1", &server);

    // A template is served as saved, without a build.
    project.write("templates/base.html", "<p>new base</p>{% block content %}{% endblock %}");
    assert!(client.get(&server.url("/products/")).text.contains("<p>new base</p>"));
}

fn wait_until(condition: impl Fn() -> bool, server: &crate::project::Server) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(240);
    while !condition() {
        assert!(std::time::Instant::now() < deadline, "it did not happen:\n{}", server.log());
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}
