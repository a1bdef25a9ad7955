//! Each page in each of its states, with DEBUG: an attribute that an object does not have is an error there.

use rjango_contrib::auth::{ClientLogin as _, User};
use rjango_http::client::ClientResponse;
use rjango_http::{Client, StatusCode};
use rjango_macros::{q, set};
use rjango_orm::ForeignKey;

use crate::shop::models::{Product, Review};
use crate::site::{allow, content_type, has, inside, lacks, log_in, product, settings, site_with, stock};

async fn strict(username: Option<&str>) -> Client {
    let mut settings = settings();
    settings.debug = true;
    let mut client = Client::new(site_with(settings).await).unwrap();
    if let Some(username) = username {
        log_in(&mut client, username).await;
    }
    client
}

/// The page of a path.
async fn page(client: &mut Client, path: &str) -> ClientResponse {
    shown(client.get(path).await)
}

#[track_caller]
fn shown(page: ClientResponse) -> ClientResponse {
    assert_eq!(page.status(), StatusCode::OK, "{}", page.text());
    lacks(&page, "Undefined");
    lacks(&page, "{{");
    page
}

#[tokio::test]
async fn the_log_in_page() {
    let mut client = strict(None).await;
    let first = page(&mut client, "/admin/login/?next=/admin/shop/").await;
    has(&first, "<title>Log in | rjango site admin</title>");
    has(&first, "maxlength=\"150\"");
    has(&first, "name=\"next\" value=\"/admin/shop/\"");
    has(&first, "<html lang=\"en");
    lacks(&first, "user-tools");
    has(&shown(client.post("/admin/login/", [("username", "")]).await), "The password is required.");
    let wrong = client.post("/admin/login/", [("username", "root"), ("password", "x")]).await;
    has(&shown(wrong), "Please enter the correct username and password for a staff account.");
    // Who is logged in elsewhere on the site and may not enter is told.
    let joe = inside(&client, async { User::objects().get(q!(username = "joe")).await }).await;
    client.force_login(&joe).await.unwrap();
    let other = page(&mut client, "/admin/login/").await;
    has(&other, "You are authenticated as joe, but are not authorized to access this page.");
    lacks(&other, "user-tools");
}

#[tokio::test]
async fn the_index_and_the_list_of_an_app() {
    let mut client = strict(Some("staff")).await;
    let empty = page(&mut client, "/admin/").await;
    has(&empty, "You don’t have permission to view or edit anything.");
    has(&empty, "None available");
    has(&empty, "Welcome, <strong>staff</strong>");
    allow(&client, &["view_product"]).await;
    let viewed = page(&mut client, "/admin/").await;
    has(&viewed, "<a class=\"view\" href=\"/admin/shop/product/\">View</a>");
    lacks(&viewed, "class=\"add\"");
    let mut client = strict(Some("root")).await;
    stock(&client).await;
    client.post("/admin/shop/product/add/", [("name", "Cake"), ("price", "2"), ("state", "draft")]).await;
    let full = page(&mut client, "/admin/").await;
    has(&full, "<a class=\"change\" href=\"/admin/shop/product/\">Change</a>");
    has(&full, "<a class=\"add\" href=\"/admin/shop/product/add/\">Add</a>");
    has(&full, "<li class=\"addition\"><a href=\"/admin/shop/product/");
    has(&full, ">Cake</a> <span class=\"quiet\">Product</span>");
    inside(&client, async {
        rjango_admin::LogEntry::objects().update(set!(content_type = None::<ForeignKey<_>>)).await
    })
    .await;
    has(&page(&mut client, "/admin/").await, "Cake <span class=\"quiet\">Unknown content</span>");
    has(&page(&mut client, "/admin/shop/").await, "<h1>Shop administration</h1>");
}

#[tokio::test]
async fn the_list_of_a_model() {
    const LIST: &str = "/admin/shop/product/";
    let mut client = strict(Some("root")).await;
    has(&page(&mut client, LIST).await, "<p class=\"empty\">No products yet.</p>");
    stock(&client).await;
    let list = page(&mut client, LIST).await;
    for text in [
        "<h1>Select product to change</h1>",
        "Add product</a>",
        "Search products</label>",
        "<option value=\"delete_selected\">Delete selected products</option>",
        "data-text=\"%(sel)s of 3 selected\">0 of 3 selected</span>",
        "aria-label=\"Select this object for an action - Bread\"",
        "<td class=\"field-price\">4.00</td>",
        "<span class=\"bool yes\">Yes</span>",
        "3 products",
        "<summary>By state</summary>",
        "aria-current=\"true\">Any date</a>",
    ] {
        has(&list, text);
    }
    let found = page(&mut client, "/admin/shop/product/?q=tea").await;
    has(&found, "1 result (<a href=\"?\">3 total</a>)");
    has(&found, "1 product\n");
    has(&page(&mut client, "/admin/shop/product/?q=tea&o=2").await, "<input type=\"hidden\" name=\"o\" value=\"2\">");
    let nothing = page(&mut client, "/admin/shop/product/?in_stock__exact=0").await;
    has(&nothing, "No products match.");
    has(&nothing, "Clear all filters");
    let many: String = std::iter::repeat_n("w ", 40).collect();
    has(&page(&mut client, &format!("/admin/shop/product/?q={}", many.replace(' ', "+"))).await, "first 32 words only");
    has(&page(&mut client, "/admin/shop/category/").await, ">Drinks</a>");
    inside(&client, async {
        for number in 0..30 {
            let product =
                Product { name: format!("P{number}"), state: crate::shop::models::State::Sold, ..Product::default() };
            Product::objects().create(product).await?;
        }
        Ok(())
    })
    .await;
    let second = page(&mut client, "/admin/shop/product/?p=2").await;
    has(&second, "<span class=\"this-page\" aria-current=\"page\">2</span>");
    has(&second, ">Show all</a>");
    page(&mut client, "/admin/shop/product/?all=").await;
    client.post(LIST, [("index", "0")]).await;
    has(&page(&mut client, LIST).await, "<li class=\"warning\">No action selected.</li>");
    let mut viewer = strict(Some("staff")).await;
    stock(&viewer).await;
    allow(&viewer, &["view_product"]).await;
    let list = page(&mut viewer, LIST).await;
    has(&list, "<h1>Select product to view</h1>");
    lacks(&list, "action-toggle");
    lacks(&list, "Add product");
}

#[tokio::test]
async fn the_form_of_a_row() {
    let mut client = strict(Some("root")).await;
    stock(&client).await;
    let add = page(&mut client, "/admin/shop/product/add/").await;
    has(&add, "<h1>Add product</h1>");
    has(&add, "aria-label=\"Sold at, date\"");
    has(&add, "Save and add another");
    lacks(&add, ">History</a>");
    let wrong = shown(client.post("/admin/shop/product/add/", [("name", "")]).await);
    has(&wrong, "Please correct the errors below.");
    has(&wrong, "This field is required.");
    let one = [("name", "Cake"), ("price", "x"), ("state", "draft")];
    has(&shown(client.post("/admin/shop/product/add/", one).await), "Please correct the error below.");
    let id = product(&client, "Tea").await;
    let url = format!("/admin/shop/product/{id}/change/");
    let change = page(&mut client, &url).await;
    has(&change, "<h2 class=\"object\">Tea</h2>");
    has(&change, "step=\"0.01\"");
    has(&change, &format!("/admin/shop/product/{id}/delete/"));
    let form = |button: &'static str| [("name", "Tea"), ("price", "3"), ("state", "draft"), (button, "1")];
    for (button, text) in [
        ("_save", "was changed successfully.</li>"),
        ("_continue", "was changed successfully. You may edit it again below.</li>"),
        ("_addanother", "was changed successfully. You may add another product below.</li>"),
    ] {
        let response = client.post(&url, form(button)).await;
        let next = crate::site::location(&response).to_owned();
        has(&page(&mut client, &next).await, text);
    }
    page(&mut client, "/admin/shop/review/add/").await;
    let viewer = &mut strict(Some("staff")).await;
    stock(viewer).await;
    allow(viewer, &["view_product", "view_review", "view_user"]).await;
    let id = product(viewer, "Tea").await;
    let view = page(viewer, &format!("/admin/shop/product/{id}/change/")).await;
    has(&view, "<h1>View product</h1>");
    has(&view, "<div class=\"readonly\">2.00</div>");
    has(&view, ">Close</a>");
    lacks(&view, "name=\"_save\"");
}

#[tokio::test]
async fn the_forms_of_users_and_passwords() {
    let mut client = strict(Some("root")).await;
    has(&page(&mut client, "/admin/auth/user/add/").await, "First, enter a username and password.");
    let twice = [("username", "ada"), ("password1", "a"), ("password2", "b")];
    has(&shown(client.post("/admin/auth/user/add/", twice).await), "The two password fields didn’t match.");
    let joe = inside(&client, async { Ok(User::objects().get(q!(username = "joe")).await?.id.to_string()) }).await;
    let change = page(&mut client, &format!("/admin/auth/user/{joe}/change/")).await;
    has(&change, "<legend>Personal info</legend>");
    has(&change, "Designates whether the user can log into this admin site.");
    let password = page(&mut client, &format!("/admin/auth/user/{joe}/password/")).await;
    has(&password, "Enter a new password for the user <strong>joe</strong>.");
    page(&mut client, "/admin/auth/user/").await;
    page(&mut client, "/admin/auth/group/add/").await;
    let own = page(&mut client, "/admin/password_change/").await;
    has(&own, "Please enter your old password, for security’s sake");
    has(&shown(client.post("/admin/password_change/", [("old_password", "x")]).await), "was entered incorrectly");
    has(&page(&mut client, "/admin/password_change/done/").await, "Your password was changed.");
    let out = shown(client.post("/admin/logout/", [("x", "y")]).await);
    has(&out, "Thanks for spending some quality time with the web site today.");
    has(&out, ">Log in again</a>");
    lacks(&out, "user-tools");
}

#[tokio::test]
async fn the_pages_before_a_deletion() {
    let mut client = strict(Some("root")).await;
    stock(&client).await;
    let id = product(&client, "Tea").await;
    let url = format!("/admin/shop/product/{id}/delete/");
    let question = page(&mut client, &url).await;
    has(&question, "Are you sure you want to delete the product &quot;Tea&quot;? All of the following related items");
    has(&question, "<li>Products: 1</li>");
    has(&question, "<li>Product: Tea</li>");
    let selected = [("action", "delete_selected".to_owned()), ("_selected_action", id.to_string())];
    let question = shown(client.post("/admin/shop/product/", selected).await);
    has(&question, "Are you sure you want to delete the selected product? All of the following objects and their");
    inside(&client, async {
        let tea = Product::objects().get(q!(name = "Tea")).await?;
        Review::objects()
            .create(Review { slug: "good".into(), product: ForeignKey::to(&tea), ..Review::default() })
            .await
    })
    .await;
    let refused = page(&mut client, &url).await;
    has(&refused, "<h1>Cannot delete product</h1>");
    has(
        &refused,
        "Deleting the product &#x27;Tea&#x27; would require deleting the following protected related objects:",
    );
    has(&refused, "<li>Review: Review object (good)</li>");
    let selected = [("action", "delete_selected".to_owned()), ("_selected_action", id.to_string())];
    let refused = shown(client.post("/admin/shop/product/", selected).await);
    has(&refused, "Deleting the selected product would require deleting the following protected related objects:");
    let mut client = strict(Some("staff")).await;
    stock(&client).await;
    allow(&client, &["delete_category"]).await;
    let id = inside(&client, async {
        Ok(crate::shop::models::Category::objects().get(q!(name = "Drinks")).await?.id.to_string())
    })
    .await;
    let refused = page(&mut client, &format!("/admin/shop/category/{id}/delete/")).await;
    has(&refused, "<ul class=\"tree\"><li>product</li></ul>");
}

#[tokio::test]
async fn the_history_of_a_row() {
    let mut client = strict(Some("root")).await;
    stock(&client).await;
    let id = product(&client, "Tea").await;
    let url = format!("/admin/shop/product/{id}/history/");
    has(&page(&mut client, &url).await, "This object doesn’t have a change history.");
    let form = [("name", "Tea"), ("price", "3"), ("state", "draft")];
    client.post(&format!("/admin/shop/product/{id}/change/"), form).await;
    let one = page(&mut client, &url).await;
    has(&one, "<h1>Change history: Tea</h1>");
    has(&one, "1 entry");
    // A program may write entries too, as plain text or as none at all.
    let content_type = content_type(&client).await;
    inside(&client, async {
        let mut entry = rjango_admin::LogEntry::objects().get(q!(action_flag = 2)).await?;
        assert_eq!(entry.content_type.as_ref().and_then(|found| found.pk().get()), content_type);
        entry.change_message = String::new();
        rjango_orm::ModelInstance::save(&mut entry).await
    })
    .await;
    has(&page(&mut client, &url).await, "<td>Changed “Tea” — </td>");
}

/// A catalog of these texts, as `msgfmt` lays it out.
fn catalog(texts: &[(&str, &str)]) -> Vec<u8> {
    let mut texts = texts.to_vec();
    texts.sort_unstable();
    let count = u32::try_from(texts.len()).unwrap();
    let (mut numbers, mut places, mut data) =
        (vec![0x9504_12de, 0, count, 28, 28 + 8 * count, 0, 0], Vec::new(), Vec::new());
    for side in 0..2 {
        for (text, translation) in &texts {
            let text = if side == 0 { text } else { translation };
            places.extend([u32::try_from(text.len()).unwrap(), 28 + 16 * count + u32::try_from(data.len()).unwrap()]);
            data.extend(text.bytes().chain([0]));
        }
    }
    numbers.append(&mut places);
    numbers.into_iter().flat_map(u32::to_le_bytes).chain(data).collect()
}

#[tokio::test]
async fn the_texts_are_those_of_the_catalogs() {
    let folder = tempfile::tempdir().unwrap();
    let messages = folder.path().join("de").join("LC_MESSAGES");
    std::fs::create_dir_all(&messages).unwrap();
    let texts = [
        ("", "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"),
        ("Save", "Speichern"),
        ("Add %s", "%s hinzufügen"),
        ("product", "Produkt"),
        ("name", "Name des Produkts"),
        ("This field is required.", "Dieses Feld ist zwingend erforderlich."),
        ("The {name} “{obj}” was added successfully.", "{name} „{obj}“ wurde erfolgreich hinzugefügt."),
        ("Changed {fields}.", "{fields} geändert."),
        ("price", "Preis"),
        ("Price", "Der Preis"),
        ("entry\0entries", "Eintrag\0Einträge"),
        (
            "Are you sure you want to delete the %(object_name)s \"%(escaped_object)s\"? All of the following related items \
          will be deleted:",
            "%(object_name)s „%(escaped_object)s“ löschen?",
        ),
        (" By %(filter_title)s ", " Nach %(filter_title)s "),
        ("Today", "Heute"),
        ("%(counter)s result\0%(counter)s results", "%(counter)s Ergebnis\0%(counter)s Ergebnisse"),
    ];
    std::fs::write(messages.join("django.mo"), catalog(&texts)).unwrap();
    let mut settings = settings();
    settings.debug = true;
    settings.language_code = "de".to_owned();
    settings.locale_paths = vec![folder.path().to_owned()];
    let mut client = Client::new(site_with(settings).await).unwrap();
    log_in(&mut client, "root").await;
    stock(&client).await;
    let add = page(&mut client, "/admin/shop/product/add/").await;
    for text in
        ["<html lang=\"de\"", ">Speichern</button>", "<h1>Produkt hinzufügen</h1>", ">Name des Produkts:</label>"]
    {
        has(&add, text);
    }
    let form = |name: &'static str| [("name", name), ("price", "2.50"), ("state", "draft")];
    let wrong = shown(client.post("/admin/shop/product/add/", form("")).await);
    has(&wrong, "Dieses Feld ist zwingend erforderlich.");
    client.post("/admin/shop/product/add/", form("Cake")).await;
    let list = page(&mut client, "/admin/shop/product/?q=cake").await;
    has(&list, ">Cake</a>“ wurde erfolgreich hinzugefügt.");
    has(&list, "1 Ergebnis (");
    has(&list, ">Heute</a>");
    has(&list, "<td class=\"field-price\">2,50</td>");
    has(&list, "<summary>Nach ");
    let id = product(&client, "Cake").await;
    client
        .post(&format!("/admin/shop/product/{id}/change/"), [("name", "Cake"), ("price", "3"), ("state", "draft")])
        .await;
    let history = page(&mut client, &format!("/admin/shop/product/{id}/history/")).await;
    has(&history, "<td>Der Preis geändert.</td>");
    has(&history, "2 Einträge");
    has(&page(&mut client, &format!("/admin/shop/product/{id}/delete/")).await, "Produkt „Cake“ löschen?");
    // The log keeps the English words, for readers of every language.
    let kept = inside(&client, async { rjango_admin::LogEntry::objects().get(q!(action_flag = 2)).await }).await;
    assert_eq!(kept.change_message, "[{\"changed\": {\"fields\": [\"Price\"]}}]");
}
