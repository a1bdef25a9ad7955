//! The way of the derive: an open model through JSON, its answers given at run time, against what the reader makes.

use expect_test::{Expect, expect};
use rjango_schema::read::{parse_choices, parse_model, read_project};
use rjango_schema::{Answers, ModelSchema, OpenModel, app_of};

mod support;

const CHOICES: &str = "#[derive(Choices)] pub enum Status { Draft, #[choice(value = \"rev\")] InReview }";
const BASE: &str = "#[derive(Model)] #[model(abstract)] pub struct Timed { #[field(auto_now)] changed: DateTime, #[field(max_length = 9, unique)] code: String }";
const TAG: &str = "#[derive(Model)] pub struct Tag { id: Auto }";
const PRODUCT: &str = r#"
#[derive(Model)]
#[model(ordering = "changed", index(fields = "category, -status"), index(fields = "changed", name = "by_change"))]
pub struct Product {
    id: Auto,
    #[field(flatten)]
    timed: Timed,
    #[field(default = Status::InReview)]
    status: Status,
    #[field(on_delete = "set_null")]
    category: Option<ForeignKey<Self>>,
    tags: ManyToMany<Tag>,
    #[field(through = Tag)]
    more: ManyToMany<Tag>,
    #[field(max_length = 30)]
    second: Option<Status>,
}
"#;

/// What the derive does: parse and serialise in the macro, answer at run time.
fn derived() -> ModelSchema {
    let parse = |item: &str| syn::parse_str::<syn::DeriveInput>(item).expect("the case is Rust");
    let model = parse_model(&parse(PRODUCT)).expect("the model is good");
    let text = serde_json::to_string(&model.open()).expect("an open model is data");
    assert_eq!((model.relations().len(), model.choices().len(), model.bases().len()), (4, 2, 1));

    let open: OpenModel = serde_json::from_str(&text).expect("it was written by the macro");
    let status = parse_choices(&parse(CHOICES)).expect("the choices are good").schema();
    let base = parse_model(&parse(BASE)).expect("the base is good").open();
    open.resolve(
        app_of("mysite::shop::models"),
        &Answers {
            relations: ["shop.Product", "shop.Tag", "shop.Tag", "shop.Tag"].map(str::to_owned).to_vec(),
            choices: vec![status.clone(), status],
            bases: vec![base.resolve("shop", &Answers::default()).fields],
        },
    )
}

/// Lines and origins differ between two texts and mean nothing.
fn without_places(mut model: ModelSchema) -> ModelSchema {
    model.origin = None;
    for field in &mut model.fields {
        field.line = None;
    }
    model
}

#[test]
fn the_derive_and_the_reader_agree() {
    let files = format!("//- manage.rs\nmod shop;\n//- shop/mod.rs\n{CHOICES}\n{BASE}\n{TAG}\n{PRODUCT}");
    let (_folder, project) = support::project(&files);
    let source = read_project(&project).expect("the models are good");
    let read = source.models.into_iter().find(|model| model.name == "Product").expect("the model is there");
    assert_eq!(without_places(derived()), without_places(read));
}

fn check(model: &ModelSchema, expected: Expect) {
    expected.assert_eq(&support::one_line(model).replace("},{", "},\n{"));
}

#[test]
fn answers_stand_in_their_places() {
    check(
        &without_places(derived()),
        expect![[r#"
            {"app":"shop","name":"Product","fields":[{"name":"id","kind":"big_auto","blank":true,"primary_key":true},
            {"name":"changed","kind":"date_time","auto_now":true,"blank":true,"editable":false},
            {"name":"code","kind":"char","max_length":9,"unique":true},
            {"name":"status","kind":"char","max_length":5,"default":{"text":"rev"},"choices":[{"value":{"text":"draft"},"label":"Draft"},
            {"value":{"text":"rev"},"label":"In Review"}]},
            {"name":"category","kind":"foreign_key","to":"shop.Product","on_delete":"set_null","null":true,"blank":true,"db_index":true},
            {"name":"tags","kind":"many_to_many","to":"shop.Tag","blank":true},
            {"name":"more","kind":"many_to_many","to":"shop.Tag","through":"shop.Tag","blank":true},
            {"name":"second","kind":"char","max_length":30,"null":true,"blank":true,"choices":[{"value":{"text":"draft"},"label":"Draft"},
            {"value":{"text":"rev"},"label":"In Review"}]}],"ordering":["changed"],"indexes":[{"name":"shop_produc_categor_dd2d86_idx","fields":["category","-status"]},
            {"name":"by_change","fields":["changed"]}]}"#]],
    );
}

#[test]
fn a_description_survives_json() {
    let model = derived();
    let text = support::one_line(&model);
    assert_eq!(serde_json::from_str::<ModelSchema>(&text).expect("it was written just now"), model);
}

#[test]
fn a_label_of_the_struct_stands_above_that_of_the_module() {
    let item = "#[model(app_label = \"store\")] struct P { id: Auto }";
    let parsed = parse_model(&syn::parse_str(item).expect("the case is Rust")).expect("the model is good");
    assert_eq!(parsed.open().resolve("shop", &Answers::default()).label(), "store.P");
}
