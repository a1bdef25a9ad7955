//! The texts that the root package carries for the toolchain.

/// Templates, the lock file and the demo's files: they stand at the workspace's root, so the root package embeds them.
pub struct Assets {
    /// What `startproject` writes: path (ending in `-tpl`) and text.
    pub project: &'static [(&'static str, &'static str)],
    /// What `startapp` writes into the app's folder.
    pub app: &'static [(&'static str, &'static str)],
    /// What `demo` writes over a new project.
    pub demo: &'static [(&'static str, &'static str)],
    /// What `demo` types into the shell to fill the shop.
    pub demo_rows: &'static str,
    /// The workspace's `Cargo.lock`.
    pub lock: &'static str,
    /// The folder that the binary was built from.
    pub built_from: &'static str,
}

/// The real templates and lock file.
#[cfg(test)]
pub(crate) fn for_tests() -> Assets {
    macro_rules! texts {
        ($folder:literal: $($path:literal)*) => {
            &[$(($path, include_str!(concat!("../../../templates/", $folder, "/", $path)))),*]
        };
    }
    Assets {
        project: texts!("project": "Cargo.toml-tpl" "manage.rs-tpl" "config/settings.toml-tpl" "config/urls.rs-tpl"
            "templates/base.html-tpl" "gitignore-tpl" "gitattributes-tpl"),
        app: texts!("app": "mod.rs-tpl" "models.rs-tpl" "views.rs-tpl" "urls.rs-tpl" "admin.rs-tpl"),
        demo: &[],
        demo_rows: include_str!("../../../templates/demo/rows.txt"),
        lock: include_str!("../../../Cargo.lock"),
        built_from: concat!(env!("CARGO_MANIFEST_DIR"), "/../.."),
    }
}
