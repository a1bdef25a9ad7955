//! Adding, changing and deleting rows, and what is said when it cannot be done.

use rjango_core::Site;
use rjango_http::StatusCode;
use rjango_macros::q;
use rjango_orm::dynamic::Objects;
use rjango_orm::{Database, Models};

use crate::shop::models::{Category, Product, Review, Tag};
use crate::site::{XSS, client, has, inside, lacks, location, product, stock};

const ADD: &str = "/admin/shop/product/add/";

#[tokio::test]
async fn inputs_fit_their_fields() {
    let mut client = client("root").await;
    stock(&client).await;
    let page = client.get(ADD).await;
    has(&page, "name=\"name\" id=\"id_name\" value=\"\" maxlength=\"200\" required>");
    has(&page, "<input type=\"number\" name=\"price\" id=\"id_price\" value=\"\" step=\"0.01\" required>");
    has(&page, "<option value=\"\" selected>---------</option>");
    has(&page, ">Drinks</option>");
    has(&page, "<select name=\"tags\" id=\"id_tags\" multiple size=\"8\">");
    has(&page, "name=\"in_stock\" id=\"id_in_stock\" checked>");
    has(&page, "name=\"sold_at_0\"");
    has(&page, "name=\"sold_at_1\"");
    lacks(&page, "name=\"created");
    lacks(&page, "name=\"id\"");
}

#[tokio::test]
async fn a_row_is_added() {
    let mut client = client("root").await;
    stock(&client).await;
    let (category, tag) = inside(&client, async {
        let category = Category::objects().get(q!(name = "Food")).await?;
        Ok((category.id.to_string(), Tag::objects().first().await?.unwrap().id.to_string()))
    })
    .await;
    let form = [
        ("name", " Cake "),
        ("price", "5"),
        ("category", &category),
        ("tags", &tag),
        ("state", "sold"),
        ("sold_at_0", "2026-11-22"),
        ("sold_at_1", "17:44:00"),
        ("_save", "1"),
    ];
    assert_eq!(location(&client.post(ADD, form).await), "/admin/shop/product/");
    let id = product(&client, "Cake").await;
    let list = client.get("/admin/shop/product/").await;
    has(&list, &format!("The product “<a href=\"/admin/shop/product/{id}/change/\">Cake</a>” was added successfully."));
    let cake = inside(&client, async { Product::objects().get(q!(pk = id)).await }).await;
    assert_eq!((cake.price.to_string().as_str(), cake.in_stock), ("5.00", false));
    assert!(cake.created.timestamp() > 0);
    let page = client.get(&format!("/admin/shop/product/{id}/change/")).await;
    has(&page, "value=\"2026-11-22\"");
    has(&page, "value=\"17:44:00\"");
    has(&page, &format!("<option value=\"{tag}\" selected>Tag object ({tag})</option>"));
}

#[tokio::test]
async fn buttons_lead_on() {
    let mut client = client("root").await;
    let add = "/admin/shop/category/add/";
    assert_eq!(location(&client.post(add, [("name", "A"), ("_addanother", "1")]).await), add);
    has(&client.get(add).await, "You may add another category below.");
    let url = location(&client.post(add, [("name", "B"), ("_continue", "1")]).await).to_owned();
    has(&client.get(&url).await, "You may edit it again below.");
    let kept = format!("{url}?_changelist_filters=q%3Dx%26o%3D1");
    assert_eq!(location(&client.post(&kept, [("name", "B")]).await), "/admin/shop/category/?q=x&o=1");
}

#[tokio::test]
async fn what_is_wrong_is_said_at_the_field() {
    let mut client = client("root").await;
    stock(&client).await;
    let page = client.post(ADD, [("x", "")]).await;
    has(&page, "Please correct the errors below.");
    has(&page, "<p class=\"error\" id=\"id_name_error\">This field is required.</p>");
    for (field, value, message) in [
        ("name", "x".repeat(201).as_str(), "Ensure this value has at most 200 characters (it has 201)."),
        ("price", "cheap", "Enter a number."),
        ("price", "123456789.12", "Ensure that there are no more than 10 digits in total."),
        ("category", "99", "Select a valid choice. That choice is not one of the available choices."),
        ("tags", "99", "Select a valid choice. 99 is not one of the available choices."),
        ("state", "lost", "Select a valid choice. lost is not one of the available choices."),
        ("sold_at_0", "someday", "Enter a valid date."),
    ] {
        let mut form = vec![("name", "N"), ("price", "1"), ("state", "draft"), ("sold_at_1", "10:00")];
        form.retain(|(name, _)| *name != field && (*name != "sold_at_1" || field == "sold_at_0"));
        form.push((field, value));
        let page = client.post(ADD, form).await;
        assert_eq!(page.status(), StatusCode::OK);
        has(&page, message);
        has(&page, "Please correct the error below.");
    }
    let page = client.post("/admin/shop/category/add/", [("name", "Food")]).await;
    has(&page, "Category with this Name already exists.");
    let category =
        inside(&client, async { Ok(Category::objects().get(q!(name = "Food")).await?.id.to_string()) }).await;
    let form = [("name", "Bread"), ("price", "1"), ("state", "draft"), ("category", &category)];
    has(&client.post(ADD, form).await, "Product with this Name and Category already exists.");
}

#[tokio::test]
async fn a_row_is_changed_and_only_what_changed_is_told() {
    let mut client = client("root").await;
    stock(&client).await;
    let id = product(&client, "Coffee").await;
    let url = format!("/admin/shop/product/{id}/change/");
    let category =
        inside(&client, async { Ok(Category::objects().get(q!(name = "Drinks")).await?.id.to_string()) }).await;
    let form = [("name", "Coffee"), ("price", "3.60"), ("category", &category), ("state", "draft"), ("in_stock", "on")];
    assert_eq!(location(&client.post(&url, form).await), "/admin/shop/product/");
    has(&client.get("/admin/").await, "Coffee");
    let history = client.get(&format!("/admin/shop/product/{id}/history/")).await;
    has(&history, "<td>Changed Price.</td>");
    // Its own name is not taken by itself.
    let url = format!("/admin/shop/category/{category}/change/");
    assert_eq!(location(&client.post(&url, [("name", "Drinks")]).await), "/admin/shop/category/");
}

#[tokio::test]
async fn names_are_text_wherever_they_stand() {
    let mut client = client("root").await;
    client.post("/admin/shop/category/add/", [("name", XSS)]).await;
    let id = inside(&client, async { Ok(Category::objects().get(q!(name = XSS)).await?.id.to_string()) }).await;
    for path in [
        "/admin/shop/category/".to_owned(),
        format!("/admin/shop/category/{id}/change/"),
        format!("/admin/shop/category/{id}/delete/"),
        format!("/admin/shop/category/{id}/history/"),
        ADD.to_owned(),
        "/admin/shop/product/".to_owned(),
        "/admin/".to_owned(),
    ] {
        lacks(&client.get(&path).await, XSS);
    }
    let response = client.post(&format!("/admin/shop/category/{id}/delete/"), [("post", "yes")]).await;
    assert_eq!(location(&response), "/admin/shop/category/");
    let list = client.get("/admin/shop/category/").await;
    has(&list, "was deleted successfully.");
    lacks(&list, XSS);
}

#[tokio::test]
async fn keys_with_slashes_have_pages() {
    let mut client = client("root").await;
    stock(&client).await;
    let product = product(&client, "Tea").await;
    inside(&client, async {
        let product = Product::objects().get(q!(pk = product)).await?;
        let product = rjango_orm::ForeignKey::to(&product);
        Review::objects()
            .create(Review { slug: "a/b_c?d".into(), product, text: "fine".into(), note: "new".into() })
            .await
    })
    .await;
    has(&client.get("/admin/shop/review/").await, "/admin/shop/review/a_2Fb_5Fc_3Fd/change/");
    let page = client.get("/admin/shop/review/a_2Fb_5Fc_3Fd/change/").await;
    has(&page, "Review object (a/b_c?d)");
    has(&page, "<div class=\"readonly\">fine</div>");
    // A review keeps its product from going.
    let page = client.get(&format!("/admin/shop/product/{product}/delete/")).await;
    has(&page, "would require deleting the following protected related objects");
    has(&page, "Review: Review object (a/b_c?d)");
    let page = client.post(&format!("/admin/shop/product/{product}/delete/"), [("post", "yes")]).await;
    assert_eq!(page.status(), StatusCode::OK);
    has(&client.get("/admin/shop/product/").await, "Tea");
}

#[tokio::test]
async fn a_deletion_tells_what_goes_along() {
    let mut client = client("root").await;
    stock(&client).await;
    let id = inside(&client, async { Ok(Category::objects().get(q!(name = "Drinks")).await?.id.to_string()) }).await;
    let page = client.get(&format!("/admin/shop/category/{id}/delete/")).await;
    has(&page, "Are you sure you want to delete the category &quot;Drinks&quot;?");
    has(&page, "<li>Products: 2</li>");
    has(&page, "<li>Product: Coffee</li>");
    client.post(&format!("/admin/shop/category/{id}/delete/"), [("post", "yes")]).await;
    let left = inside(&client, async { Product::objects().count().await }).await;
    assert_eq!(left, 1);
}

#[tokio::test]
async fn a_row_that_is_gone_is_said_to_be() {
    let mut client = client("root").await;
    for (id, shown) in [("999", "999"), ("x", "x"), ("_3Cb_3E", "&lt;b&gt;")] {
        for page in ["change", "delete", "history"] {
            let response = client.get(&format!("/admin/shop/product/{id}/{page}/")).await;
            assert_eq!(location(&response), "/admin/");
            has(
                &client.get("/admin/").await,
                &format!("product with ID “{shown}” doesn’t exist. Perhaps it was deleted?"),
            );
        }
    }
}

#[tokio::test]
async fn a_value_outside_of_the_choices_is_shown_and_kept() {
    let mut client = client("root").await;
    stock(&client).await;
    let id = product(&client, "Coffee").await;
    let write = |state: &'static str| async move {
        let database = Database::current(None)?;
        database.execute_script(&format!("UPDATE shop_product SET state = '{state}' WHERE name = 'Coffee'")).await
    };
    inside(&client, write("gone")).await;
    let url = format!("/admin/shop/product/{id}/change/");
    has(&client.get(&url).await, "<option value=\"gone\" selected>gone</option>");
    let form = |state: &'static str| [("name", "Coffee"), ("price", "4"), ("state", state), ("_save", "1")];
    has(&client.post(&url, form("bogus")).await, "Select a valid choice. bogus is not one of the available choices.");
    assert_eq!(location(&client.post(&url, form("gone")).await), "/admin/shop/product/");
    let kept = |state: &'static str| async move {
        let products = Objects::new(Site::current()?.require::<Models>()?, "shop.Product")?;
        let coffee = products.get([("name", "Coffee")]).await?;
        assert_eq!((coffee.get("state")?, coffee.get("price")?.to_string()), (&state.into(), "4.00".to_owned()));
        Ok::<_, rjango_core::Error>(())
    };
    inside(&client, kept("gone")).await;
    assert_eq!(location(&client.post(&url, form("sold")).await), "/admin/shop/product/");
    inside(&client, kept("sold")).await;
    lacks(&client.get(&url).await, "gone");
}

#[tokio::test]
async fn what_no_column_keeps_is_an_error_of_the_form() {
    let mut client = client("root").await;
    stock(&client).await;
    let mut post = async |field: &'static str, value: &'static str| {
        let mut form =
            vec![("name", "Cake"), ("price", "5"), ("state", "sold"), ("sold_at_1", "17:44:00"), ("_save", "1")];
        form.retain(|(name, _)| *name != field && (field == "sold_at_0" || *name != "sold_at_1"));
        form.push((field, value));
        client.post(ADD, form).await
    };
    has(&post("name", "a\0b").await, "Null characters are not allowed.");
    has(&post("sold_at_0", "+10000-01-01").await, "Enter a valid date.");
    has(&post("price", "123456789").await, "Ensure that there are no more than 8 digits before the decimal point.");
    let found = client.get("/admin/shop/product/?q=a%00b").await;
    assert_eq!(found.status(), StatusCode::OK);
    has(&client.get("/admin/shop/product/").await, "Coffee");
}

#[tokio::test]
async fn what_another_program_wrote_and_no_save_keeps_is_an_error_of_the_form() {
    let mut client = client("root").await;
    stock(&client).await;
    let product_key = product(&client, "Coffee").await.to_string();
    inside(&client, async {
        let product = Product::objects().get(q!(name = "Coffee")).await?.into();
        let review = Review { slug: "fine".into(), product, text: "Fine.".into(), note: String::new() };
        Review::objects().create(review).await?;
        let longer = "UPDATE shop_review SET note = 'longer than ten letters'";
        Database::current(None)?.execute_script(longer).await
    })
    .await;
    let url = "/admin/shop/review/fine/change/";
    has(&client.get(url).await, "longer than ten letters");
    let page = client.post(url, [("slug", "fine"), ("product", product_key.as_str()), ("_save", "1")]).await;
    assert_eq!(page.status(), StatusCode::OK);
    has(&page, "note");
    has(&page, "at most 10 characters");
}
