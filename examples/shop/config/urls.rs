use rjango::prelude::*;

use crate::shop::{urls as shop, views};

pub fn urlpatterns() -> Urls {
    urls![
        path("admin/", admin::site()),
        path("products/", views::product_list).name("product-list"),
        path("products/<int:pk>/", views::product_detail).name("product-detail"),
        path("shop/", include(shop::urlpatterns())),
    ]
}
