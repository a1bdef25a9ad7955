//! Which file a `mod` line means, as rustc resolves it.

use std::path::{Path, PathBuf};

use super::items::Module;

/// Where the modules declared in a piece of source are looked up.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The folder of the file itself, from which a `#[path]` counts.
    folder: PathBuf,
    /// The folder of the file's child modules: its own for a crate root and `mod.rs`, `name/` for `name.rs`.
    children: PathBuf,
    /// Whether an inline module stands around, where a `#[path]` counts from `children` instead.
    inline: bool,
}

/// A `mod` line's file, or what to say where there is none.
pub(super) enum Lookup {
    /// The file, and where its own modules are looked up.
    File(PathBuf, Place),
    /// None: the message and the hint.
    Missing(String, String),
}

impl Place {
    /// The place of a file whose child modules lie beside it: a crate root, a `mod.rs`, a file by `#[path]`.
    pub(super) fn beside(file: &Path) -> Self {
        let folder = file.parent().map(Path::to_owned).unwrap_or_default();
        Self { children: folder.clone(), folder, inline: false }
    }

    /// The place within `mod name { ... }`.
    pub(super) fn within(&self, module: &Module) -> Self {
        let children = match &module.path {
            Some(path) => self.base().join(path),
            None => self.children.join(name(module)),
        };
        Self { folder: self.folder.clone(), children, inline: true }
    }

    /// The file of `mod name;`.
    pub(super) fn find(&self, module: &Module, root: &Path) -> Lookup {
        let name = name(module);
        if let Some(path) = &module.path {
            let file = self.base().join(path);
            if file.is_file() {
                let place = Self::beside(&file);
                return Lookup::File(file, place);
            }
            let message = format!("the file `{}` of the module `{name}` does not exist", super::shown(root, &file));
            return Lookup::Missing(message, "create it, or correct the `#[path]`".to_owned());
        }
        let flat = self.children.join(format!("{name}.rs"));
        let nested = self.children.join(&name).join("mod.rs");
        let (flat_shown, nested_shown) = (super::shown(root, &flat), super::shown(root, &nested));
        match (flat.is_file(), nested.is_file()) {
            (true, false) => {
                let folder = self.children.clone();
                let place = Self { folder, children: self.children.join(&name), inline: false };
                Lookup::File(flat, place)
            }
            (false, true) => {
                let place = Self::beside(&nested);
                Lookup::File(nested, place)
            }
            (true, true) => Lookup::Missing(
                format!("the module `{name}` has two files, `{flat_shown}` and `{nested_shown}`"),
                "remove one of them".to_owned(),
            ),
            (false, false) => Lookup::Missing(
                format!("the module `{name}` has no file"),
                format!("create `{flat_shown}` or `{nested_shown}`, or remove the line"),
            ),
        }
    }

    fn base(&self) -> &Path {
        if self.inline { &self.children } else { &self.folder }
    }
}

fn name(module: &Module) -> String {
    use syn::ext::IdentExt as _;
    module.ident.unraw().to_string()
}
