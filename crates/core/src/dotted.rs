//! Dotted names of items, as settings write them.

/// The dotted name of an item: its module without the crate, and its own name. `shop::middleware` and `multi_tenant` of the
/// crate `mysite` are `shop.middleware.multi_tenant`.
#[doc(hidden)]
pub fn dotted(module: &str, name: &str) -> String {
    match module.split_once("::") {
        Some((_, inside)) => format!("{}.{name}", inside.replace("::", ".")),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::dotted;

    #[test]
    fn a_name_leaves_the_crate_out() {
        assert_eq!(dotted("mysite::shop::middleware", "multi_tenant"), "shop.middleware.multi_tenant");
        assert_eq!(dotted("mysite", "top"), "top");
    }
}
