//! Static files inside the program.

/// The static files of an app that comes as a crate; `inventory::submit!` adds them.
pub struct StaticTable {
    /// The app's name in INSTALLED_APPS.
    pub app: &'static str,
    /// Paths below `static/`, and the files.
    pub files: &'static [(&'static str, &'static [u8])],
}

inventory::collect!(StaticTable);

/// The project's own files, in its release build; a part of the [`rjango_core::Site`]. Paths
/// below `static/`; the first of two with one path wins.
#[derive(Debug, Clone, Copy, Default)]
pub struct EmbeddedFiles(pub &'static [(&'static str, &'static [u8])]);

/// The file of this path in a table.
pub(super) fn find(files: &'static [(&'static str, &'static [u8])], path: &str) -> Option<&'static [u8]> {
    files.iter().find(|(name, _)| *name == path).map(|(_, content)| *content)
}
