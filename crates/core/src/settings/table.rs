//! The macro that turns the table of settings into the struct and into the keys that everything else walks over.

use std::path::Path;

use super::Settings;
use super::problem::Problem;
use super::value::Value;

/// One setting, as data.
pub(super) struct Key {
    /// Django's name, in upper case.
    pub name: &'static str,
    /// What it means, in one sentence.
    pub doc: &'static str,
    /// Whether its value is masked wherever settings are shown, in errors too.
    pub secret: bool,
    /// Whether its value is a table or a list of tables.
    pub table: bool,
    /// Sets the field from a value, or says what is wrong with it.
    pub read: fn(&mut Settings, &Value, &mut Vec<Problem>),
    /// The field as it would be written in the file.
    pub show: fn(&Settings) -> toml::Value,
    /// Makes the field's relative paths start at the project's folder.
    pub resolve: fn(&mut Settings, &Path),
}

macro_rules! settings {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident $field:ident : $type:ty = $default:expr
        $(, check = $check:path)? $(=> $secret:ident)? ;
    )+) => {
        /// Every setting of the framework, typed; an app's own sections come from [`Settings::section`].
        ///
        /// The fields carry Django's names in lower case. Times are in seconds, sizes in bytes, and `None` stands for
        /// Python's `None`, which the file writes as `false`.
        #[derive(Clone)]
        pub struct Settings {
            /// The project's folder: relative paths in the settings start here.
            pub base_dir: std::path::PathBuf,
            $( $(#[doc = $doc])+ pub $field: $type, )+
            pub(super) loaded: super::Loaded,
        }

        impl Settings {
            /// The defaults, relative paths as they are written.
            pub(super) fn unresolved(base_dir: &std::path::Path) -> Self {
                Self {
                    base_dir: base_dir.to_path_buf(),
                    $( $field: $default, )+
                    loaded: super::Loaded::default(),
                }
            }
        }

        /// Every key, in reading order.
        pub(super) const KEYS: &[super::table::Key] = &[$(
            super::table::Key {
                name: stringify!($name),
                doc: concat!($($doc),+),
                secret: false $(|| stringify!($secret).len() > 0)?,
                table: <$type as super::kind::Setting>::TABLE,
                read: |settings, value, problems| {
                    let read = <$type as super::kind::Setting>::read(stringify!($name), value, problems);
                    let Some(read) = read else { return };
                    $(
                        if let Err(wrong) = $check(&read) {
                            problems.push(value.refused(stringify!($name), wrong));
                            return;
                        }
                    )?
                    settings.$field = read;
                },
                show: |settings| super::kind::Setting::show(&settings.$field),
                resolve: |settings, base_dir| super::kind::Setting::resolve(&mut settings.$field, base_dir),
            },
        )+];
    };
}

pub(super) use settings;
