//! What is done with selected rows.

use rjango_http::StatusCode;
use rjango_macros::q;

use crate::shop::models::Product;
use crate::site::{client, has, inside, lacks, location, product, staff_with, stock};

const LIST: &str = "/admin/shop/product/";

#[tokio::test]
async fn selected_rows_are_deleted_after_a_question() {
    let mut client = client("root").await;
    stock(&client).await;
    let (tea, bread) = (product(&client, "Tea").await.to_string(), product(&client, "Bread").await.to_string());
    let mut form = vec![("action", "delete_selected"), ("_selected_action", &tea), ("_selected_action", &bread)];
    let page = client.post(LIST, form.clone()).await;
    has(&page, "Are you sure you want to delete the selected products?");
    has(&page, &format!("name=\"_selected_action\" value=\"{tea}\""));
    assert_eq!(inside(&client, async { Product::objects().count().await }).await, 3);
    form.push(("post", "yes"));
    assert_eq!(location(&client.post(LIST, form).await), LIST);
    has(&client.get(LIST).await, "Successfully deleted 2 products.");
    assert_eq!(inside(&client, async { Product::objects().count().await }).await, 1);
}

#[tokio::test]
async fn an_authors_action_gets_the_selected_rows() {
    let mut client = client("root").await;
    stock(&client).await;
    has(&client.get(LIST).await, "Mark selected products as sold");
    let tea = product(&client, "Tea").await.to_string();
    assert_eq!(location(&client.post(LIST, [("action", "sell_out"), ("_selected_action", &tea)]).await), LIST);
    has(&client.get(LIST).await, "1 sold.");
    let left = inside(&client, async { Product::objects().filter(q!(in_stock = true)).count().await }).await;
    assert_eq!(left, 2);
}

#[tokio::test]
async fn nothing_selected_is_nothing_done() {
    let mut client = client("root").await;
    stock(&client).await;
    client.post(LIST, [("action", "delete_selected")]).await;
    has(&client.get(LIST).await, "Items must be selected in order to perform actions on them.");
    client.post(LIST, [("_selected_action", "1")]).await;
    has(&client.get(LIST).await, "No action selected.");
}

#[tokio::test]
async fn actions_are_for_those_who_may() {
    let mut client = staff_with(&["view_product"]).await;
    stock(&client).await;
    lacks(&client.get(LIST).await, "delete_selected");
    let tea = product(&client, "Tea").await.to_string();
    for action in ["delete_selected", "sell_out", "unknown"] {
        let form = [("action", action), ("_selected_action", tea.as_str()), ("post", "yes")];
        assert_eq!(client.post(LIST, form).await.status(), StatusCode::FORBIDDEN, "{action}");
    }
    assert_eq!(inside(&client, async { Product::objects().count().await }).await, 3);
}
