//! How much a message matters.

/// A message's level: one of Django's five, or a number between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(pub i64);

impl Level {
    /// For developers; dropped unless MESSAGE_LEVEL asks for it.
    pub const DEBUG: Self = Self(10);
    /// Something to know.
    pub const INFO: Self = Self(20);
    /// An action worked.
    pub const SUCCESS: Self = Self(25);
    /// Something may be about to go wrong.
    pub const WARNING: Self = Self(30);
    /// An action did not work.
    pub const ERROR: Self = Self(40);

    /// The word that templates use as a CSS class; empty for a number between.
    pub const fn tag(self) -> &'static str {
        match self.0 {
            10 => "debug",
            20 => "info",
            25 => "success",
            30 => "warning",
            40 => "error",
            _ => "",
        }
    }
}
