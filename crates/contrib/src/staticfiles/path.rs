//! Which paths may name a static file.

/// The path with `/` between its parts, if every part is the name of a file or folder below the root: no `..`, no
/// drive, nothing absolute.
pub(super) fn clean(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let is_name = |part: &&str| *part != ".." && !part.contains(['\\', '\0', ':']);
    (!parts.is_empty() && parts.iter().all(is_name)).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn names_below_the_root_are_kept() {
        assert_eq!(clean("shop/b.css").as_deref(), Some("shop/b.css"));
        assert_eq!(clean("shop//./b.css").as_deref(), Some("shop/b.css"));
        assert_eq!(clean("...").as_deref(), Some("..."));
    }

    #[test]
    fn ways_out_are_refused() {
        for path in ["", "/", ".", "..", "../x", "a/../../x", "a/..", "..\\x", "a\\..\\x", "c:/x", "x\0.css"] {
            assert_eq!(clean(path), None, "{path:?}");
        }
        // What is absolute is taken from the root of the static files.
        assert_eq!(clean("/etc/passwd").as_deref(), Some("etc/passwd"));
    }
}
