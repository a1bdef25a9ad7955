//! Unfinished source: whatever an editor saves half-way is an error with a place, never a panic.

use rjango_schema::read::{SourceProject, read_project};

mod support;

const MODELS: &str = r##"//! Models — of the shop.
use rjango::models::*;

#[derive(Choices)]
enum Status { #[choice(value = "dr", label = "Draft \"ü\"")] Draft, Live }

#[derive(Model)]
#[model(ordering = "name, -price", index(fields = "name", name = "by_name"), permission("a", "b"))]
pub struct Product {
    pub id: Auto,
    #[field(max_length = 200, default = "x")] // a comment
    pub name: String,
    #[field(max_digits = 10, decimal_places = 2, default = -1.50)]
    pub price: Decimal,
    #[field(on_delete = "set_null", related_name = "parts")]
    pub whole: Option<ForeignKey<Self>>,
    #[field(default = Status::Live)]
    pub status: Status,
    pub raw: Vec<u8>,
}

impl std::fmt::Display for Product {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "{} {}", self.name, r#"#"#) }
}
"##;

fn read(text: &str) {
    let (folder, project) = support::project("//- manage.rs\nmod shop;\n");
    std::fs::write(folder.path().join("shop.rs"), text).expect("a file of the case");
    if let Err(errors) = read_project(&SourceProject { apps: vec!["shop".to_owned()], ..project }) {
        assert!(!errors.is_empty());
        for error in errors {
            assert_eq!(error.file, "shop.rs", "{error:?} in {text}");
            assert!((1..=text.lines().count()).contains(&error.line), "{error:?} in {text}");
            assert!(error.column > 0, "{error:?} in {text}");
        }
    }
}

#[test]
fn every_beginning_of_a_file_is_read_or_refused() {
    for (end, _) in MODELS.char_indices() {
        read(&MODELS[..end]);
    }
}

#[test]
fn every_file_with_a_hole_is_read_or_refused() {
    for (start, character) in MODELS.char_indices() {
        read(&format!("{}{}", &MODELS[..start], &MODELS[start + character.len_utf8()..]));
    }
}

#[test]
fn the_whole_file_is_good() {
    let (folder, project) = support::project("//- manage.rs\nmod shop;\n");
    std::fs::write(folder.path().join("shop.rs"), MODELS).expect("a file of the case");
    assert_eq!(read_project(&project).map(|source| source.models.len()), Ok(1));
}
