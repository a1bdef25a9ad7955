//! The texts at the workspace's root that the toolchain writes: they travel in the binary.

use rjango_toolchain::Assets;

macro_rules! texts {
    ($folder:literal: $($path:literal)*) => {
        &[$(($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $folder, "/", $path)))),*]
    };
}

/// Templates, lock file and demo.
pub(crate) static ASSETS: Assets = Assets {
    project: texts!("templates/project":
        "Cargo.toml-tpl" "manage.rs-tpl" "config/settings.toml-tpl" "config/urls.rs-tpl" "templates/base.html-tpl"
        "gitignore-tpl" "gitattributes-tpl"),
    app: texts!("templates/app": "mod.rs-tpl" "models.rs-tpl" "views.rs-tpl" "urls.rs-tpl" "admin.rs-tpl"),
    demo: texts!("examples/shop":
        "manage.rs" "config/settings.toml" "config/urls.rs" "templates/base.html" "shop/mod.rs" "shop/models.rs"
        "shop/views.rs" "shop/urls.rs" "shop/admin.rs" "shop/middleware.rs"
        "shop/templates/shop/product_list.html" "shop/templates/shop/product_detail.html"),
    demo_rows: include_str!("../templates/demo/rows.txt"),
    lock: include_str!("../Cargo.lock"),
    built_from: env!("CARGO_MANIFEST_DIR"),
};
