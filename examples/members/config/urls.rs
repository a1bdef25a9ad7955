use rjango::contrib::auth;
use rjango::prelude::*;

use crate::accounts::views;
use crate::shop::{urls as shop, views as products};

pub fn urlpatterns() -> Urls {
    urls![
        path("admin/", admin::site()),
        path("accounts/", include(auth::urls())),
        path("me/", views::me).name("me"),
        path("products/", products::product_list).name("product-list"),
        path("products/<int:pk>/", products::product_detail).name("product-detail"),
        path("shop/", include(shop::urlpatterns())),
    ]
}
