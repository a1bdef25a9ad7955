//! A case: templates, what their page sees, and what is in force.

use serde_json::{Value as Json, json};

/// What came of a case: its page, or the words of its error.
pub type Page = Result<String, String>;

#[derive(Debug, Clone)]
pub struct Case {
    /// Names and texts; `main` is the page.
    pub templates: Vec<(String, String)>,
    /// Names and values, which are tagged JSON as `ask.py` and `ours.rs` read it.
    pub context: Vec<(String, Json)>,
    pub autoescape: bool,
    /// Django's `string_if_invalid`.
    pub invalid: String,
    pub language: String,
    pub zone: String,
    /// Django's `USE_THOUSAND_SEPARATOR`.
    pub grouped: bool,
}

impl Case {
    pub fn json(&self) -> Json {
        let templates: serde_json::Map<String, Json> =
            self.templates.iter().map(|(name, text)| (name.clone(), json!(text))).collect();
        json!({
            "templates": templates,
            "context": self.context,
            "autoescape": self.autoescape,
            "invalid": self.invalid,
            "language": self.language,
            "zone": self.zone,
            "grouped": self.grouped,
        })
    }

    /// All texts, one after the other.
    pub fn text(&self) -> String {
        self.templates.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n")
    }
}
