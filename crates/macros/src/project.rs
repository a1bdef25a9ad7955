//! `project!()`: the project as its own binary knows it, with its files inside in a release build.
//!
//! The macro itself only names the crate. The files are the second macro's, `embed_project!()`, which stands behind
//! `cfg(not(debug_assertions))`: a debug build reads from disk and need not walk anything.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use quote::quote;
use syn::ext::IdentExt as _;

/// What `project!()` becomes.
pub(crate) fn expand() -> TokenStream {
    quote! {{
        #[cfg(debug_assertions)]
        let embedded = ::rjango::__private::Embedded::NOTHING;
        #[cfg(not(debug_assertions))]
        let embedded = ::rjango::__private::embed_project!();
        ::rjango::__private::ProjectBuilder::new(
            ::core::env!("CARGO_PKG_NAME"),
            ::core::env!("CARGO_MANIFEST_DIR"),
            embedded,
            ::rjango::__private::modules!(),
        )
    }}
}

/// What `modules!()` becomes: the names of the modules directly under the crate's root, each under the `cfg` of its `mod` line.
/// Nothing where the root cannot be read, as in a test that stands elsewhere.
pub(crate) fn modules() -> TokenStream {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default().join("manage.rs");
    let Ok(text) = fs::read_to_string(&root) else { return quote!(::core::option::Option::None) };
    let Ok(tokens) = text.parse::<TokenStream>() else { return quote!(::core::option::Option::None) };
    let modules = top_modules(tokens).into_iter().map(|(conditions, name)| quote!(#(#[#conditions])* #name));
    let root = root.display().to_string();
    // A test that stands elsewhere is compiled again when the root changes.
    quote! {{
        const _: &[u8] = ::core::include_bytes!(#root);
        ::core::option::Option::Some(&[#(#modules),*])
    }}
}

/// The `mod` lines and blocks among these tokens, with the `cfg`s above them.
fn top_modules(tokens: TokenStream) -> Vec<(Vec<TokenStream>, String)> {
    let mut modules = Vec::new();
    let mut conditions = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(hash) if hash.as_char() == '#' => {
                if let Some(TokenTree::Group(attribute)) = tokens.peek() {
                    let first = attribute.stream().into_iter().next();
                    if matches!(first, Some(TokenTree::Ident(word)) if word == "cfg") {
                        conditions.push(attribute.stream());
                    }
                    tokens.next();
                }
            }
            TokenTree::Ident(word) if word == "mod" => {
                if let Some(TokenTree::Ident(name)) = tokens.next() {
                    modules.push((std::mem::take(&mut conditions), name.unraw().to_string()));
                }
            }
            // The end of an item, or of a macro's arguments: what stood above it is over.
            TokenTree::Punct(end) if end.as_char() == ';' => conditions.clear(),
            TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => conditions.clear(),
            _ => {}
        }
    }
    modules
}

/// What `embed_project!()` becomes: the settings, templates, static files, catalogs and migrations of the crate being compiled.
pub(crate) fn embed() -> TokenStream {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    match Files::walk(&root) {
        Ok(files) => files.to_tokens(&root),
        Err(error) => {
            syn::Error::new(Span::call_site(), format!("cannot read the project's files: {error}")).into_compile_error()
        }
    }
}

/// Paths relative to the project's folder, with `/`, in order.
#[derive(Debug, Default, PartialEq, Eq)]
struct Files {
    settings: Vec<String>,
    templates: Vec<String>,
    statics: Vec<String>,
    catalogs: Vec<String>,
    migrations: Vec<String>,
}

impl Files {
    fn walk(root: &Path) -> std::io::Result<Self> {
        let mut files = Self::default();
        for name in names(&root.join("config"))? {
            if name.starts_with("settings") && name.ends_with(".toml") {
                files.settings.push(format!("config/{name}"));
            }
        }
        collect(root, "templates", &mut files.templates)?;
        collect(root, "static", &mut files.statics)?;
        collect(root, "locale", &mut files.catalogs)?;
        for app in apps(root)? {
            collect(root, &format!("{app}/templates"), &mut files.templates)?;
            collect(root, &format!("{app}/static"), &mut files.statics)?;
            collect(root, &format!("{app}/locale"), &mut files.catalogs)?;
            collect(root, &format!("{app}/migrations"), &mut files.migrations)?;
        }
        files.catalogs.retain(|path| path.ends_with("/LC_MESSAGES/django.mo"));
        files.migrations.retain(|path| path.ends_with(".toml") || path.ends_with(".sql"));
        Ok(files)
    }

    fn to_tokens(&self, root: &Path) -> TokenStream {
        let list = |paths: &[String], folder: &str, include: TokenStream| {
            let entries = paths.iter().map(|path| {
                let name = name_in(path, folder);
                let file = root.join(path).display().to_string();
                quote!((#name, ::core::#include!(#file)))
            });
            quote!(&[#(#entries),*])
        };
        let settings = list(&self.settings, "", quote!(include_str));
        let templates = list(&self.templates, "templates/", quote!(include_str));
        let statics = list(&self.statics, "", quote!(include_bytes));
        let catalogs = list(&self.catalogs, "", quote!(include_bytes));
        let mut apps: Vec<TokenStream> = Vec::new();
        for app in self.migrations.chunk_by(|left, right| app_of(left) == app_of(right)) {
            let name = app_of(&app[0]);
            let entries = app.iter().map(|path| {
                let inside = path.split_at(name.len() + "/migrations/".len()).1;
                let file = root.join(path).display().to_string();
                quote!((#inside, ::core::include_str!(#file)))
            });
            apps.push(quote!((#name, &[#(#entries),*])));
        }
        quote! {
            ::rjango::__private::Embedded {
                settings: #settings,
                templates: #templates,
                statics: #statics,
                catalogs: #catalogs,
                migrations: &[#(#apps),*],
            }
        }
    }
}

/// The name under which a file of such folders is looked for: what stands after the folder.
fn name_in<'a>(path: &'a str, folder: &str) -> &'a str {
    match path.strip_prefix(folder) {
        Some(name) => name,
        None => path.split_once(&format!("/{folder}")).map_or(path, |(_, name)| name),
    }
}

/// The folders that may be apps, in the order in which the settings name them: the earlier app's file of a name wins.
fn apps(root: &Path) -> std::io::Result<Vec<String>> {
    let settings = fs::read_to_string(root.join("config/settings.toml")).unwrap_or_default();
    let mut apps: Vec<String> = names(root)?.into_iter().filter(|name| is_app(root, name)).collect();
    apps.sort_by_key(|app| settings.find(&format!("\"{app}\"")).unwrap_or(usize::MAX));
    Ok(apps)
}

fn app_of(path: &str) -> &str {
    path.split('/').next().unwrap_or_default()
}

/// Whether a folder of the project may be an app: build results, hidden folders and other packages are none.
fn is_app(root: &Path, name: &str) -> bool {
    let folder = root.join(name);
    !matches!(name, "target" | "config" | "templates" | "static" | "locale" | "media" | "node_modules")
        && folder.is_dir()
        && !folder.join("Cargo.toml").exists()
}

/// Every file below `root/folder`; a folder that is not there has none.
fn collect(root: &Path, folder: &str, files: &mut Vec<String>) -> std::io::Result<()> {
    for name in names(&root.join(folder))? {
        let path = format!("{folder}/{name}");
        if root.join(&path).is_dir() {
            collect(root, &path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// The names in a folder, sorted, without hidden ones and those that are not UTF-8.
fn names(folder: &Path) -> std::io::Result<Vec<String>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        if let Ok(name) = entry?.file_name().into_string()
            && !name.starts_with('.')
        {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_those_of_the_root_alone_with_their_conditions() {
        let tokens = quote! {
            #![allow(dead_code)]
            #[cfg(unix)]
            use std::fs;
            mod config { pub mod urls; }
            #[cfg(feature = "blog")] #[path = "elsewhere.rs"] pub mod blog;
            macro_rules! make { () => { mod made; } }
            pub(crate) mod r#try;
            fn main() { mod inner; }
        };
        let modules: Vec<String> = top_modules(tokens)
            .into_iter()
            .map(|(conditions, name)| format!("{name} {}", quote!(#(#conditions)*)).trim_end().to_owned())
            .collect();
        assert_eq!(modules, ["config", "blog cfg (feature = \"blog\")", "try"]);
    }

    #[test]
    fn files_of_the_project_and_of_its_apps_are_found() -> std::io::Result<()> {
        let root = std::env::temp_dir().join(format!("rjango-embed-{}", std::process::id()));
        for file in [
            "config/settings.toml",
            "config/settings.production.toml",
            "config/urls.rs",
            "templates/base.html",
            "static/a.css",
            "shop/templates/shop/list.html",
            "shop/static/shop/b.css",
            "locale/de/LC_MESSAGES/django.mo",
            "locale/de/LC_MESSAGES/django.po",
            "shop/locale/pt_BR/LC_MESSAGES/django.mo",
            "shop/migrations/0001_initial/migration.toml",
            "shop/migrations/0001_initial/up.sqlite.sql",
            "shop/migrations/.gitkeep",
            "shop/models.rs",
            "target/debug/templates/no.html",
        ] {
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap_or(&root))?;
            fs::write(path, "")?;
        }
        let files = Files::walk(&root);
        fs::remove_dir_all(&root)?;
        let files = files?;
        assert_eq!(files.settings, ["config/settings.production.toml", "config/settings.toml"]);
        assert_eq!(files.templates, ["templates/base.html", "shop/templates/shop/list.html"]);
        assert_eq!(files.statics, ["static/a.css", "shop/static/shop/b.css"]);
        assert_eq!(files.catalogs, ["locale/de/LC_MESSAGES/django.mo", "shop/locale/pt_BR/LC_MESSAGES/django.mo"]);
        assert_eq!(
            files.migrations,
            ["shop/migrations/0001_initial/migration.toml", "shop/migrations/0001_initial/up.sqlite.sql"]
        );
        let tokens = files.to_tokens(&root).to_string();
        assert!(
            tokens.contains("(\"shop/list.html\" ,") && tokens.contains("(\"shop/static/shop/b.css\" ,"),
            "{tokens}"
        );
        assert!(tokens.contains("\"0001_initial/migration.toml\""), "{tokens}");
        Ok(())
    }
}
