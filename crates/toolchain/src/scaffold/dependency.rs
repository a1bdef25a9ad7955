//! The line of a new project's `Cargo.toml` that brings the framework in.

use std::path::{Path, PathBuf};

use rjango_core::{Error, Result};

/// Where a new project takes the framework from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dependency {
    /// A checkout of the framework: the folder of its `Cargo.toml`.
    Path(PathBuf),
    /// The published version, for example `0.1.0`.
    Version(String),
}

impl Dependency {
    /// The checkout that the person named, else the checkout that this binary was built from where it is still there,
    /// else the published version.
    ///
    /// # Errors
    /// Where the person named a folder that is no checkout.
    pub fn choose(named: Option<&Path>, built_from: &Path, version: &str) -> Result<Self> {
        if let Some(named) = named {
            let folder = std::path::absolute(named)?;
            if is_checkout(&folder) {
                return Ok(Self::Path(folder));
            }
            return Err(Error::command(format!("`{}` is not a checkout of rjango", named.display()))
                .with_hint("name the folder that has rjango's `Cargo.toml` and `crates/`"));
        }
        if is_checkout(built_from) {
            return Ok(Self::Path(built_from.to_owned()));
        }
        Ok(Self::Version(version.to_owned()))
    }

    /// The value after `rjango = `. The toolchain's own needs stay out of the project.
    pub(super) fn to_toml(&self) -> String {
        let source = match self {
            Self::Path(path) => format!("path = {}", toml::Value::String(path.display().to_string())),
            Self::Version(version) => format!("version = \"{version}\""),
        };
        format!("{{ {source}, default-features = false, features = [\"sqlite\"] }}")
    }
}

/// A published package has no `crates/`: cargo leaves the workspace's other packages out.
fn is_checkout(folder: &Path) -> bool {
    folder.join("Cargo.toml").is_file() && folder.join("crates/schema/Cargo.toml").is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checkout_that_is_gone_gives_the_version() -> Result<()> {
        let chosen = Dependency::choose(None, Path::new("/nowhere/rjango"), "0.1.0")?;
        assert_eq!(chosen.to_toml(), r#"{ version = "0.1.0", default-features = false, features = ["sqlite"] }"#);
        Ok(())
    }

    #[test]
    fn checkout_that_is_there_gives_its_path() -> Result<()> {
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
        let chosen = Dependency::choose(None, &checkout, "0.1.0")?;
        assert!(chosen.to_toml().starts_with("{ path = \"/"), "{}", chosen.to_toml());
        assert!(Dependency::choose(Some(Path::new("/")), &checkout, "0.1.0").is_err());
        Ok(())
    }
}
