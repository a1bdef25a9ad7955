//! Each permission opens its pages and no others.

use rjango_http::StatusCode;
use rjango_macros::q;

use crate::shop::models::Category;
use crate::site::{client, has, inside, lacks, product, staff_with, stock};

#[tokio::test]
async fn each_permission_opens_its_pages() {
    //                       list   add    change delete history, as GET
    let cases: [(&[&str], [bool; 5]); 5] = [
        (&[], [false; 5]),
        (&["view_product"], [true, false, true, false, true]),
        (&["add_product"], [false, true, false, false, false]),
        (&["change_product"], [true, false, true, false, true]),
        (&["delete_product"], [false, false, false, true, false]),
    ];
    for (permissions, open) in cases {
        let mut client = staff_with(permissions).await;
        stock(&client).await;
        let id = product(&client, "Tea").await;
        let row = |page: &str| format!("/admin/shop/product/{id}/{page}/");
        let list = "/admin/shop/product/".to_owned();
        let pages = [list.clone(), format!("{list}add/"), row("change"), row("delete"), row("history")];
        for (path, open) in pages.iter().zip(open) {
            let expected = if open { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(client.get(path).await.status(), expected, "{permissions:?} {path}");
        }
        let may_change = permissions.contains(&"change_product");
        let form = [("name", "Green tea"), ("price", "2"), ("state", "draft")];
        let status = client.post(&row("change"), form).await.status();
        assert_eq!(status, if may_change { StatusCode::FOUND } else { StatusCode::FORBIDDEN }, "{permissions:?}");
        if !permissions.contains(&"delete_product") {
            let status = client.post(&row("delete"), [("post", "yes")]).await.status();
            assert_eq!(status, StatusCode::FORBIDDEN, "{permissions:?}");
        }
    }
}

#[tokio::test]
async fn the_index_shows_what_one_may_see() {
    let mut client = staff_with(&[]).await;
    has(&client.get("/admin/").await, "You don’t have permission to view or edit anything.");
    assert_eq!(client.get("/admin/shop/").await.status(), StatusCode::NOT_FOUND);
    let mut client = staff_with(&["view_product"]).await;
    let index = client.get("/admin/").await;
    has(&index, ">View</a>");
    lacks(&index, "/admin/shop/product/add/");
    lacks(&index, "/admin/shop/category/");
    has(&client.get("/admin/shop/").await, "Shop administration");
}

#[tokio::test]
async fn who_may_only_see_gets_no_inputs() {
    let mut client = staff_with(&["view_product"]).await;
    stock(&client).await;
    let page = client.get(&format!("/admin/shop/product/{}/change/", product(&client, "Tea").await)).await;
    has(&page, "View product");
    has(&page, "<div class=\"readonly\">Drinks</div>");
    lacks(&page, "name=\"_save\"");
    lacks(&page, "name=\"price\"");
}

#[tokio::test]
async fn related_rows_need_their_own_permission() {
    let mut client = staff_with(&["delete_category"]).await;
    stock(&client).await;
    let id = inside(&client, async { Ok(Category::objects().get(q!(name = "Drinks")).await?.id.to_string()) }).await;
    let url = format!("/admin/shop/category/{id}/delete/");
    has(&client.get(&url).await, "your account doesn&#x27;t have permission to delete the following types of objects");
    assert_eq!(client.post(&url, [("post", "yes")]).await.status(), StatusCode::FORBIDDEN);
    assert!(inside(&client, async { Category::objects().filter(q!(name = "Drinks")).exists().await }).await);
}

#[tokio::test]
async fn superusers_see_everything() {
    let mut client = client("root").await;
    let index = client.get("/admin/").await;
    for path in ["auth/group/", "auth/user/", "shop/category/", "shop/product/", "shop/review/"] {
        has(&index, &format!("/admin/{path}add/"));
        assert_eq!(client.get(&format!("/admin/{path}")).await.status(), StatusCode::OK, "{path}");
        assert_eq!(client.get(&format!("/admin/{path}add/")).await.status(), StatusCode::OK, "{path}");
    }
}
