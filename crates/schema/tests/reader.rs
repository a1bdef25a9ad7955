//! The source reader over small projects: files, modules, apps, names, choices and bases.

use expect_test::{Expect, expect};
use rjango_schema::read::ExternalKind;
use rjango_schema::{Choice, ChoicesSchema, DefaultValue, FieldKind, FieldSchema, VariantSchema};

mod support;

fn check(files: &str, expected: Expect) {
    let (_folder, project) = support::project(files);
    expected.assert_eq(&support::read(&project));
}

#[test]
fn mod_lines_lead_to_name_rs_and_mod_rs() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
//- shop.rs
pub mod models;
//- shop/models.rs
#[derive(Model)]
pub struct Product {
    pub id: Auto,
}
//- blog/mod.rs
pub mod models;
//- blog/models.rs
#[derive(Model)]
pub struct Post {
    pub id: Auto,
}
"#,
        expect![[r#"
            shop.Product shop/models.rs:2
              id big_auto blank primary_key
            blog.Post blog/models.rs:2
              id big_auto blank primary_key
        "#]],
    );
}

#[test]
fn inline_modules_nest_folders() {
    check(
        r#"//- manage.rs
mod shop {
    pub mod deep {
        pub mod models;
    }
}
//- shop/deep/models.rs
#[derive(Model)]
pub struct Product {
    pub id: Auto,
}
"#,
        expect![[r#"
            shop.Product shop/deep/models.rs:2
              id big_auto blank primary_key
        "#]],
    );
}

#[test]
fn inline_module_in_a_file_of_its_own_name() {
    check(
        r#"//- manage.rs
mod shop;
//- shop.rs
mod inner { mod models; }
//- shop/inner/models.rs
#[derive(Model)]
pub struct Product {
    pub id: Auto,
}
"#,
        expect![[r#"
            shop.Product shop/inner/models.rs:2
              id big_auto blank primary_key
        "#]],
    );
}

#[test]
fn path_counts_from_the_file() {
    check(
        r#"//- manage.rs
mod shop;
//- shop/mod.rs
#[path = "tables.rs"]
mod models;
//- shop/tables.rs
mod more;
#[derive(Model)]
pub struct Product {
    pub id: Auto,
}
//- shop/more.rs
#[derive(Model)]
pub struct Tag {
    pub id: Auto,
}
"#,
        expect![[r#"
            shop.Tag shop/more.rs:2
              id big_auto blank primary_key
            shop.Product shop/tables.rs:3
              id big_auto blank primary_key
        "#]],
    );
}

#[test]
fn path_in_an_inline_module_counts_from_its_folder() {
    check(
        r#"//- manage.rs
mod shop {
    #[path = "tables.rs"]
    mod models;
}
//- shop/tables.rs
#[derive(Model)]
pub struct Product {
    pub id: Auto,
}
"#,
        expect![[r#"
            shop.Product shop/tables.rs:2
              id big_auto blank primary_key
        "#]],
    );
}

#[test]
fn path_of_an_inline_module_is_a_folder() {
    check(
        r#"//- manage.rs
#[path = "store"]
mod shop {
    mod models;
}
//- store/models.rs
#[derive(Model)]
pub struct Product {
    pub id: Auto,
}
"#,
        expect![[r#"
            shop.Product store/models.rs:2
              id big_auto blank primary_key
        "#]],
    );
}

#[test]
fn module_without_a_file() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
//- shop.rs
#[derive(Model)]
pub struct Product {
    pub id: Auto,
    pub x: usize,
}
"#,
        expect![[r#"
            manage.rs:2:5: the module `blog` has no file
            hint: create `blog.rs` or `blog/mod.rs`, or remove the line
            shop.rs:4:12: no column holds a `usize`
            hint: the widest integers of the databases are `i64` and `u64`
        "#]],
    );
}

#[test]
fn module_with_two_files() {
    check(
        r#"//- manage.rs
mod shop;
//- shop.rs
//- shop/mod.rs
"#,
        expect![[r#"
            manage.rs:1:5: the module `shop` has two files, `shop.rs` and `shop/mod.rs`
            hint: remove one of them
        "#]],
    );
}

#[test]
fn path_without_a_file() {
    check(
        r#"//- manage.rs
#[path = "elsewhere/shop.rs"]
mod shop;
"#,
        expect![[r#"
            manage.rs:2:5: the file `elsewhere/shop.rs` of the module `shop` does not exist
            hint: create it, or correct the `#[path]`
        "#]],
    );
}

#[test]
fn module_that_leads_back() {
    check(
        r#"//- manage.rs
mod shop;
//- shop.rs
#[path = "shop.rs"]
mod again;
"#,
        expect![[r#"
            shop.rs:2:5: the module `again` leads back to `shop.rs`
            hint: remove the line
        "#]],
    );
}

#[test]
fn no_root_file() {
    check(
        r#"//- shop.rs
"#,
        expect![[r#"
            manage.rs:0:0: cannot read `manage.rs`: No such file or directory (os error 2)
            hint: run the command in the folder of a project, where its `manage.rs` is
        "#]],
    );
}

#[test]
fn root_file_with_a_shebang_and_inner_attributes() {
    check(
        r#"//- manage.rs
#!/usr/bin/env rjango
#![allow(dead_code)]
//! Docs.
mod shop {
    #![allow(unused)]
    #[derive(Model)]
    pub struct Product {
        pub id: Auto,
    }
    }
"#,
        expect![[r#"
            shop.Product manage.rs:7
              id big_auto blank primary_key
        "#]],
    );
}

#[test]
fn modules_for_tests_are_skipped() {
    check(
        r#"//- manage.rs
mod shop;
//- shop.rs
#[derive(Model)]
pub struct Product {
    pub id: Auto,
}
#[cfg(test)]
mod tests;
#[cfg(all(test, unix))]
mod more { #[derive(Model)] pub struct Tested {     pub id: Auto, } }
"#,
        expect![[r#"
            shop.Product shop.rs:2
              id big_auto blank primary_key
        "#]],
    );
}

#[test]
fn a_cfg_is_noted() {
    check(
        r#"//- manage.rs
mod shop;
//- shop.rs
#[cfg(feature = "extra")]
#[derive(Model)]
pub struct Product {
    pub id: Auto,
}
#[cfg(unix)]
mod absent;
#[cfg_attr(unix, derive(Model))]
struct Other { id: Auto }
"#,
        expect![[r#"
            shop.Product shop.rs:3
              id big_auto blank primary_key
            shop.Other shop.rs:9
              id big_auto blank primary_key
            note shop.rs:3:12: the model `Product` stands under a `cfg`, which the source reader takes as holding
            hint: `--compiled` asks the project's own binary instead
            note shop.rs:9:8: the model `Other` stands under a `cfg`, which the source reader takes as holding
            hint: `--compiled` asks the project's own binary instead
        "#]],
    );
}

#[test]
fn bodies_are_not_parsed() {
    check(
        r#"//- manage.rs
mod shop;
//- shop.rs
fn view() { let x = = 5; struct Inner; }
const fn four() -> u8 { 4 }
const A: P = P { a: 1 };
static B: [u8; 2] = [1, 2];
macro_rules! m { () => { struct Q; } }
m! { struct R }
m!(x);
extern "C" { fn f(); }
unsafe impl Send for P {}
pub(crate) async unsafe fn g() {}
fn h() -> A<{ 4 }> { }
#[derive(Model)]
pub struct Product {
    pub id: Auto,
}
"#,
        expect![[r#"
            shop.Product shop.rs:13
              id big_auto blank primary_key
        "#]],
    );
}

#[test]
fn derives_by_any_path() {
    check(
        r#"//- manage.rs
mod shop;
//- shop.rs
#[derive(Debug, rjango::Model, Clone)]
struct A { id: Auto }
#[derive(Debug)]
#[derive(models::Model)]
struct B { id: Auto }
#[derive(ModelForm)]
struct C { id: Auto }
"#,
        expect![[r#"
            shop.A shop.rs:2
              id big_auto blank primary_key
            shop.B shop.rs:5
              id big_auto blank primary_key
        "#]],
    );
}

#[test]
fn a_syntax_error_hides_no_other_file() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
//- shop.rs
pub struct A {
//- blog.rs
#[derive(Model)]
pub struct Product {
    pub id: Auto,
    pub a: usize,
}
"#,
        expect![[r#"
            blog.rs:4:12: no column holds a `usize`
            hint: the widest integers of the databases are `i64` and `u64`
            shop.rs:1:14: the file does not parse
            hint: a bracket, brace or quote is missing, or one is too many
        "#]],
    );
}

#[test]
fn a_broken_model_hides_no_other() {
    check(
        r#"//- manage.rs
mod shop;
//- shop.rs
#[derive(Model)]
struct A { id Auto }
#[derive(Model)]
struct B { name: String }
#[derive(Model)]
struct
"#,
        expect![[r#"
            shop.rs:1:1: unexpected end of input, expected identifier
            shop.rs:2:15: expected `:`
            shop.rs:4:8: the model `B` has no primary key
            hint: add `pub id: Auto,` as the first field
        "#]],
    );
}

#[test]
fn models_outside_the_installed_apps_are_noted() {
    check(
        r#"//- manage.rs
mod other;
#[derive(Model)]
pub struct Root {
    pub id: Auto,
}
//- other.rs
#[derive(Model)]
pub struct Product {
    pub id: Auto,
}
"#,
        expect![[r#"
            note manage.rs:3:12: the model `Root` is in no app: it stands at the crate's root
            hint: move it into the module of an app, or write `#[model(app_label = "...")]`
            note other.rs:2:12: the model `Product` is in the app `other`, which is not installed
            hint: add `other` to INSTALLED_APPS, or write `#[model(app_label = "...")]`
        "#]],
    );
}

#[test]
fn app_label_stands_above_the_module() {
    check(
        r#"//- manage.rs
mod other;
//- other.rs
#[derive(Model)]
#[model(app_label = "shop")]
pub struct Product {
    pub id: Auto,
}
#[derive(Model)]
#[model(app_label = "far")]
pub struct Far {
    pub id: Auto,
}
"#,
        expect![[r#"
            shop.Product other.rs:3
              id big_auto blank primary_key
            note other.rs:8:12: the model `Far` is in the app `far`, which is not installed
            hint: add `far` to INSTALLED_APPS, or write `#[model(app_label = "...")]`
        "#]],
    );
}

#[test]
fn apps_stand_in_installed_order() {
    check(
        r#"//- manage.rs
mod blog;
mod shop;
//- blog.rs
#[derive(Model)]
pub struct Post {
    pub id: Auto,
}
//- shop.rs
#[derive(Model)]
pub struct Product {
    pub id: Auto,
}
"#,
        expect![[r#"
            shop.Product shop.rs:2
              id big_auto blank primary_key
            blog.Post blog.rs:2
              id big_auto blank primary_key
        "#]],
    );
}

#[test]
fn a_model_defined_twice() {
    check(
        r#"//- manage.rs
mod shop;
//- shop.rs
#[derive(Model)]
pub struct Product {
    pub id: Auto,
}
mod more {
#[derive(Model)]
pub struct Product {
    pub id: Auto,
}
}
"#,
        expect![[r#"
            shop.rs:7:12: the model `shop.Product` is defined twice
            hint: the other one is in shop.rs:2
        "#]],
    );
}

#[test]
fn target_in_the_same_module() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
fn main() {}
//- shop.rs
#[derive(Model)]
pub struct Product {
    pub id: Auto,
    #[field(on_delete = "cascade")]
    pub tag: ForeignKey<Tag>,
    #[field(on_delete = "cascade")]
    pub up: Option<ForeignKey<Self>>,
}
#[derive(Model)]
pub struct Tag {
    pub id: Auto,
}
//- blog.rs
"#,
        expect![[r#"
            shop.Product shop.rs:2
              id big_auto blank primary_key
              tag foreign_key db_index on_delete="cascade" to="shop.Tag"
              up foreign_key blank db_index null on_delete="cascade" to="shop.Product"
            shop.Tag shop.rs:10
              id big_auto blank primary_key
        "#]],
    );
}

#[test]
fn target_by_use_rename_group_super_and_glob() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
fn main() {}
//- shop.rs
pub mod models {
    use crate::blog::{Post as Article, tags::{self, *}};
    use super::more;
    #[derive(Model)]
    pub struct Product {
        pub id: Auto,
        pub a: ManyToMany<Article>,
        pub b: ManyToMany<tags::Tag>,
        pub c: ManyToMany<Label>,
        pub d: ManyToMany<more::Extra>,
        pub e: ManyToMany<crate::blog::Post>,
        pub f: ManyToMany<super::more::Extra>,
        pub g: ManyToMany<self::inner::Deep>,
    }
    pub mod inner { #[derive(Model)] pub struct Deep { id: Auto } }
}
pub mod more { #[derive(Model)] pub struct Extra { id: Auto } }
//- blog.rs
#[derive(Model)]
pub struct Post { id: Auto }
pub mod tags { #[derive(Model)] pub struct Tag { id: Auto } #[derive(Model)] pub struct Label { id: Auto } }
"#,
        expect![[r#"
            shop.Product shop.rs:5
              id big_auto blank primary_key
              a many_to_many blank to="blog.Post"
              b many_to_many blank to="blog.Tag"
              c many_to_many blank to="blog.Label"
              d many_to_many blank to="shop.Extra"
              e many_to_many blank to="blog.Post"
              f many_to_many blank to="shop.Extra"
              g many_to_many blank to="shop.Deep"
            shop.Deep shop.rs:15
              id big_auto blank primary_key
            shop.Extra shop.rs:17
              id big_auto blank primary_key
            blog.Post blog.rs:2
              id big_auto blank primary_key
            blog.Tag blog.rs:3
              id big_auto blank primary_key
            blog.Label blog.rs:3
              id big_auto blank primary_key
        "#]],
    );
}

#[test]
fn target_by_re_export_and_alias() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
fn main() {}
//- shop.rs
pub mod models { pub use self::inner::Deep as Surface; mod inner { #[derive(Model)] pub struct Deep { id: Auto } } }
pub type Short = models::Surface;
//- blog.rs
use crate::shop::*;
#[derive(Model)]
pub struct Post { id: Auto, a: ManyToMany<models::Surface>, b: ManyToMany<Short> }
"#,
        expect![[r#"
            shop.Deep shop.rs:1
              id big_auto blank primary_key
            blog.Post blog.rs:3
              id big_auto blank primary_key
              a many_to_many blank to="shop.Deep"
              b many_to_many blank to="shop.Deep"
        "#]],
    );
}

#[test]
fn the_name_in_scope_wins_over_its_namesake() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
fn main() {}
//- shop.rs
#[derive(Model)]
pub struct Tag { id: Auto }
//- blog.rs
#[derive(Model)]
pub struct Tag { id: Auto }
#[derive(Model)]
pub struct Post { id: Auto, own: ManyToMany<Tag>, other: ManyToMany<crate::shop::Tag> }
"#,
        expect![[r#"
            shop.Tag shop.rs:2
              id big_auto blank primary_key
            blog.Tag blog.rs:2
              id big_auto blank primary_key
            blog.Post blog.rs:4
              id big_auto blank primary_key
              own many_to_many blank to="blog.Tag"
              other many_to_many blank to="shop.Tag"
        "#]],
    );
}

#[test]
fn imports_in_a_circle_end() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
fn main() {}
//- shop.rs
pub use crate::blog::*;
pub use crate::blog::Nowhere;
#[derive(Model)]
pub struct Tag { id: Auto, a: ManyToMany<Post>, b: ManyToMany<Nowhere> }
//- blog.rs
pub use crate::shop::*;
pub use crate::shop::Nowhere;
#[derive(Model)]
pub struct Post { id: Auto, tags: ManyToMany<Tag> }
"#,
        expect![[r#"
            shop.rs:4:63: `Tag.b` refers to the unknown model `Nowhere`
            hint: import it with `use`, or write its whole path; a model that a macro writes is only known to the project's own binary, which `rjango makemigrations --compiled` asks
        "#]],
    );
}

#[test]
fn the_only_one_of_its_name_is_found_without_an_import() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
fn main() {}
//- shop.rs
import_everything!();
#[derive(Model)]
pub struct Product { id: Auto, posts: ManyToMany<Post> }
//- blog.rs
#[derive(Model)]
pub struct Post { id: Auto }
"#,
        expect![[r#"
            shop.Product shop.rs:3
              id big_auto blank primary_key
              posts many_to_many blank to="blog.Post"
            blog.Post blog.rs:2
              id big_auto blank primary_key
        "#]],
    );
}

#[test]
fn a_whole_path_is_taken_at_its_word() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
fn main() {}
//- shop.rs
#[derive(Model)]
pub struct Product { id: Auto, posts: ManyToMany<crate::shop::Post>, more: ManyToMany<crate::blog::Post> }
//- blog.rs
#[derive(Model)]
pub struct Post { id: Auto }
"#,
        expect![[r#"
            shop.rs:2:50: `Product.posts` refers to the unknown model `crate::shop::Post`
            hint: did you mean `crate::blog::Post`?
        "#]],
    );
}

#[test]
fn one_model_under_two_conditions() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
fn main() {}
//- shop.rs
#[cfg(unix)]
#[derive(Model)]
pub struct Product { id: Auto }
#[cfg(windows)]
#[derive(Model)]
pub struct Product { id: Auto, more: i32 }
//- blog.rs
"#,
        expect![[r#"
            shop.Product shop.rs:3
              id big_auto blank primary_key
            note shop.rs:3:12: the model `Product` stands under a `cfg`, which the source reader takes as holding
            hint: `--compiled` asks the project's own binary instead
            note shop.rs:6:12: the model `Product` stands under a `cfg`, which the source reader takes as holding
            hint: `--compiled` asks the project's own binary instead
        "#]],
    );
}

#[test]
fn a_relation_to_itself_by_its_whole_path_is_symmetrical() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
fn main() {}
//- shop.rs
#[derive(Model)]
pub struct Person { id: Auto, a: ManyToMany<crate::shop::Person>, b: ManyToMany<Self>, #[field(symmetrical = false)] c: ManyToMany<Person> }
//- blog.rs
"#,
        expect![[r#"
            shop.Person shop.rs:2
              id big_auto blank primary_key
              a many_to_many blank symmetrical to="shop.Person"
              b many_to_many blank symmetrical to="shop.Person"
              c many_to_many blank to="shop.Person"
        "#]],
    );
}

#[test]
fn framework_models_by_path_re_export_and_glob() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
fn main() {}
//- shop.rs
mod a { use rjango::contrib::auth::User; #[derive(Model)] struct A { id: Auto, users: ManyToMany<User> } }
mod b { use rjango::auth; #[derive(Model)] struct B { id: Auto, users: ManyToMany<auth::User> } }
mod c { use rjango::prelude::*; #[derive(Model)] struct C { id: Auto, users: ManyToMany<User> } }
mod d { use super::c::*; use super::*; #[derive(Model)] struct D { id: Auto, users: ManyToMany<::rjango::auth::User> } }
mod e { use super::f::*; #[derive(Model)] struct E { id: Auto, users: ManyToMany<User> } }
mod f { pub use rjango::prelude::*; }
//- blog.rs
"#,
        expect![[r#"
            shop.A shop.rs:1
              id big_auto blank primary_key
              users many_to_many blank to="auth.User"
            shop.B shop.rs:2
              id big_auto blank primary_key
              users many_to_many blank to="auth.User"
            shop.C shop.rs:3
              id big_auto blank primary_key
              users many_to_many blank to="auth.User"
            shop.D shop.rs:4
              id big_auto blank primary_key
              users many_to_many blank to="auth.User"
            shop.E shop.rs:5
              id big_auto blank primary_key
              users many_to_many blank to="auth.User"
        "#]],
    );
}

#[test]
fn unknown_target_names_the_nearest() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
fn main() {}
//- shop.rs
#[derive(Model)]
pub struct Product {
    pub id: Auto,
    pub tags: ManyToMany<Tga>,
    pub users: ManyToMany<Usr>,
    pub all: ManyToMany<Nonsense>,
}
#[derive(Model)]
pub struct Tag {
    pub id: Auto,
}
//- blog.rs
"#,
        expect![[r#"
            shop.rs:4:26: `Product.tags` refers to the unknown model `Tga`
            hint: did you mean `Tag`?
            shop.rs:5:27: `Product.users` refers to the unknown model `Usr`
            hint: did you mean `User`?
            shop.rs:6:25: `Product.all` refers to the unknown model `Nonsense`
            hint: import it with `use`, or write its whole path; a model that a macro writes is only known to the project's own binary, which `rjango makemigrations --compiled` asks
        "#]],
    );
}

#[test]
fn target_that_is_no_model() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
fn main() {}
//- shop.rs
struct Plain;
enum Kind { A }
#[derive(Model)]
pub struct Product {
    pub id: Auto,
    pub a: ManyToMany<Plain>,
    pub b: ManyToMany<Kind>,
    pub c: ManyToMany<Base>,
}
#[derive(Model)]
#[model(abstract)]
struct Base { a: i32 }
//- blog.rs
"#,
        expect![[r#"
            shop.rs:6:23: `Product.a` refers to the struct `Plain`, which is no model
            hint: write `#[derive(Model)]` before `struct Plain`
            shop.rs:7:23: `Product.b` refers to the enum `Kind`, which is no model
            hint: write `#[derive(Model)]` before `enum Kind`
            shop.rs:8:23: `Product.c` refers to the abstract model `Base`, which has no table
            hint: refer to a model that flattens it
        "#]],
    );
}

#[test]
fn target_in_an_app_that_is_not_installed() {
    check(
        r#"//- manage.rs
mod shop;
mod other;
//- shop.rs
use crate::other::Far;
#[derive(Model)]
pub struct Product {
    pub id: Auto,
    pub a: ManyToMany<Far>,
}
//- other.rs
#[derive(Model)]
pub struct Far {
    pub id: Auto,
}
"#,
        expect![[r#"
            shop.rs:5:23: `Product.a` refers to the model `Far` of the app `other`, which is not installed
            hint: add `other` to INSTALLED_APPS
        "#]],
    );
}

#[test]
fn through_model() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
fn main() {}
//- shop.rs
#[derive(Model)]
pub struct Product {
    pub id: Auto,
    #[field(through = Label)]
    pub tags: ManyToMany<Tag>,
}
#[derive(Model)]
pub struct Tag {
    pub id: Auto,
}
#[derive(Model)]
pub struct Label {
    pub id: Auto,
    #[field(on_delete = "cascade")]
    pub product: ForeignKey<Product>,
    #[field(on_delete = "cascade")]
    pub tag: ForeignKey<Tag>,
}
//- blog.rs
"#,
        expect![[r#"
            shop.Product shop.rs:2
              id big_auto blank primary_key
              tags many_to_many blank through="shop.Label" to="shop.Tag"
            shop.Tag shop.rs:8
              id big_auto blank primary_key
            shop.Label shop.rs:12
              id big_auto blank primary_key
              product foreign_key db_index on_delete="cascade" to="shop.Product"
              tag foreign_key db_index on_delete="cascade" to="shop.Tag"
        "#]],
    );
}

#[test]
fn choices_from_another_module() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
fn main() {}
//- shop.rs
use crate::blog::{Level, Status};
#[derive(Model)]
struct Product {
    id: Auto,
    #[field(default = Status::InReview)]
    status: Status,
    #[field(max_length = 20)]
    other: Option<crate::blog::Status>,
    #[field(default = Level::High)]
    level: Level,
}
//- blog.rs
#[derive(Choices, Clone)]
pub enum Status { Draft, #[choice(value = "rev")] InReview }
#[derive(rjango::Choices)]
pub enum Level { Low = 1, High = 100000000000 }
"#,
        expect![[r#"
            shop.Product shop.rs:3
              id big_auto blank primary_key
              status char choices=[{"label":"Draft","value":{"text":"draft"}},{"label":"In Review","value":{"text":"rev"}}] default={"text":"rev"} max_length=5
              other char blank choices=[{"label":"Draft","value":{"text":"draft"}},{"label":"In Review","value":{"text":"rev"}}] max_length=20 null
              level big_integer choices=[{"label":"Low","value":{"int":1}},{"label":"High","value":{"int":100000000000}}] default={"int":100000000000}
        "#]],
    );
}

#[test]
fn choices_that_are_none() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
fn main() {}
//- shop.rs
enum Plain { A }
struct Shape;
#[derive(Choices)]
enum Status { Draft, Live }
#[derive(Choices)]
enum Level { Low = 1 }
#[derive(Model)]
struct Tag { id: Auto }
#[derive(Model)]
struct Product {
    id: Auto,
    a: Plain,
    b: Shape,
    c: Tag,
    d: Statsu,
    e: Strng,
    f: Foo,
    #[field(default = Status::Lief)]
    g: Status,
    #[field(max_length = 3)]
    h: Status,
    #[field(max_length = 3)]
    i: Level,
}
//- blog.rs
"#,
        expect![[r#"
            shop.rs:12:8: the enum `Plain` is no field type: it does not derive `Choices`
            hint: write `#[derive(Choices)]` before `enum Plain`
            shop.rs:13:8: unknown field type `Shape` of `Product.b`
            hint: a field has one of the types of `rjango::models`, or an enum with `#[derive(Choices)]`
            shop.rs:14:8: the field `c` has a model for its type
            hint: write `ForeignKey<Tag>`, `OneToOne<Tag>` or `ManyToMany<Tag>`
            shop.rs:15:8: unknown field type `Statsu` of `Product.d`
            hint: did you mean `Status`? a field has one of the types of `rjango::models`, or an enum with `#[derive(Choices)]`
            shop.rs:16:8: unknown field type `Strng` of `Product.e`
            hint: did you mean `String`? a field has one of the types of `rjango::models`, or an enum with `#[derive(Choices)]`
            shop.rs:17:8: unknown field type `Foo` of `Product.f`
            hint: a field has one of the types of `rjango::models`, or an enum with `#[derive(Choices)]`
            shop.rs:18:31: `Status` has no variant `Lief`
            hint: known: `Draft`, `Live`
            shop.rs:20:26: expected `max_length` of at least 5, the longest value of `Status`, found 3
            shop.rs:22:26: `max_length` does not apply to `i`, a field of integer choices
            hint: remove it
        "#]],
    );
}

#[test]
fn broken_choices_are_reported_once() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
fn main() {}
//- shop.rs
#[derive(Choices)]
enum Status { A(i32) }
#[derive(Model)]
pub struct Product {
    pub id: Auto,
    pub a: Status,
    pub b: Status,
}
//- blog.rs
"#,
        expect![[r#"
            shop.rs:2:16: the choice `A` has fields of its own
            hint: a choice is one value of one column; for values that are none of the choices, write `#[choice(other)]`
        "#]],
    );
}

#[test]
fn bases_flatten_in_place_and_carry_their_own_names() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
fn main() {}
//- shop.rs
use crate::blog::Owned;
#[derive(Model)]
#[model(ordering = "-changed", index(fields = "owner"))]
struct Product { id: Auto, #[field(flatten)] owned: Owned, name: String }
//- blog.rs
#[derive(Model)]
#[model(abstract)]
pub struct Timed { #[field(auto_now)] pub changed: DateTime }
#[derive(Model)]
#[model(abstract)]
pub struct Owned {
    #[field(flatten)]
    pub timed: Timed,
    #[field(on_delete = "cascade")]
    pub owner: ForeignKey<Person>,
    pub state: State,
}
#[derive(Model)]
struct Person { id: Auto }
#[derive(Choices)]
enum State { On, Off }
"#,
        expect![[r#"
            shop.Product shop.rs:4
              id big_auto blank primary_key
              changed date_time auto_now blank editable=false
              owner foreign_key db_index on_delete="cascade" to="blog.Person"
              state char choices=[{"label":"On","value":{"text":"on"}},{"label":"Off","value":{"text":"off"}}] max_length=3
              name text
            blog.Person blog.rs:14
              id big_auto blank primary_key
        "#]],
    );
}

#[test]
fn a_primary_key_from_a_base() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
fn main() {}
//- shop.rs
#[derive(Model)]
#[model(abstract)]
struct Keyed { #[field(primary_key)] key: Uuid }
#[derive(Model)]
struct A { #[field(flatten)] keyed: Keyed }
#[derive(Model)]
struct B { id: Auto, #[field(flatten)] keyed: Keyed }
//- blog.rs
"#,
        expect![[r#"
            shop.rs:7:8: `key` is a second primary key beside `id`
            hint: a model has one; `unique` is for the others
        "#]],
    );
}

#[test]
fn options_are_held_against_the_fields_of_bases() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
fn main() {}
//- shop.rs
#[derive(Model)]
#[model(abstract)]
struct Timed { changed: DateTime, id: i32 }
#[derive(Model)]
#[model(ordering = "chnged")]
struct A { #[field(flatten)] timed: Timed, pk_: Auto }
#[derive(Model)]
#[model(ordering = "chnged")]
struct B { #[field(flatten)] timed: Timed, id: Auto }
//- blog.rs
"#,
        expect![[r#"
            shop.rs:6:44: the field name `pk_` ends with `_`, which a lookup could not tell from `__`
            hint: choose another name
            shop.rs:8:20: `ordering` names the field `chnged`, which `B` does not have
            hint: did you mean `changed`?
            shop.rs:9:44: the model `B` has two fields `id`
            hint: one of them comes from a flattened base
        "#]],
    );
}

#[test]
fn bases_that_are_none() {
    check(
        r#"//- manage.rs
mod shop;
mod blog;
fn main() {}
//- shop.rs
struct Plain;
#[derive(Model)]
pub struct Tag {
    pub id: Auto,
}
#[derive(Model)]
pub struct Product {
    pub id: Auto,
    #[field(flatten)]
    pub a: Plain,
    #[field(flatten)]
    pub b: Tag,
    #[field(flatten)]
    pub c: Nowhere,
}
#[derive(Model)]
#[model(abstract)]
struct Circle { #[field(flatten)] circle: Circle }
//- blog.rs
"#,
        expect![[r#"
            shop.rs:10:12: the struct `Plain` cannot be flattened: it does not derive `Model`
            hint: write `#[derive(Model)]` and `#[model(abstract)]` before `struct Plain`
            shop.rs:12:12: `Tag` is a model with a table of its own, which cannot be flattened
            hint: write `#[model(abstract)]` before `struct Tag`, or refer to it
            shop.rs:14:12: unknown base `Nowhere` of `Product`
            hint: import it with `use`, or write its whole path
            shop.rs:18:43: `Circle` is flattened into itself
        "#]],
    );
}

#[test]
fn a_file_that_is_not_utf8_names_itself() {
    let (folder, project) = support::project("//- manage.rs\nmod shop;\n");
    std::fs::write(folder.path().join("shop.rs"), b"// caf\xe9\n").expect("a file of the case");
    expect![[r#"
        shop.rs:0:0: cannot read `shop.rs`: stream did not contain valid UTF-8
        hint: save the file as UTF-8
    "#]]
    .assert_eq(&support::read(&project));
}

#[test]
fn bases_and_choices_of_another_crate() {
    let (_folder, project) = support::project(
        r#"//- manage.rs
mod shop;
//- shop.rs
use rjango::prelude::*;
#[derive(Model)]
#[model(ordering = "email")]
struct Member { id: Auto, #[field(flatten)] user: AbstractUser, #[field(default = Colour::Red)] colour: Colour }
"#,
    );
    let mut email = FieldSchema::new("email", FieldKind::Email { max_length: 254 });
    email.blank = true;
    let red = Choice { value: DefaultValue::Text("r".to_owned()), label: "Red".to_owned() };
    let colours = ChoicesSchema {
        name: "Colour".to_owned(),
        variants: vec![VariantSchema { name: "Red".to_owned(), choice: red }],
        default: None,
    };
    let project = project
        .with_external("rjango::contrib::auth::AbstractUser", ExternalKind::Base(vec![email]))
        .with_external("rjango::Colour", ExternalKind::Choices(colours));
    expect![[r#"
        shop.Member shop.rs:4
          id big_auto blank primary_key
          email email blank max_length=254
          colour char choices=[{"label":"Red","value":{"text":"r"}}] default={"text":"r"} max_length=1
    "#]]
    .assert_eq(&support::read(&project));
}

#[test]
fn data_migrations_are_found_by_their_attribute() {
    let (_folder, project) = support::project(
        "//- manage.rs\nmod shop;\n#[data_migration]\nasync fn at_the_root(apps: &StateApps) -> Result<()> { Ok(()) }\n\
         //- shop/mod.rs\nmod data_migrations;\n\
         //- shop/data_migrations.rs\n\
         #[doc = \"Fills.\"] #[rjango::data_migration]\npub(crate) async fn fill_sku(apps: &StateApps) -> Result<()> { let x = {1}; Ok(()) }\n\
         async fn helper(apps: &StateApps) -> Result<()> { Ok(()) }\n\
         #[cfg(test)] #[data_migration] async fn in_tests(apps: &StateApps) -> Result<()> { Ok(()) }\n\
         mod deep { #[migrations::data_migration] async fn r#try(apps: &StateApps) -> Result<()> { Ok(()) } }\n",
    );
    let read = rjango_schema::read::read_project(&project).expect("a project that can be read");
    let paths: Vec<&str> = read.registrations.iter().map(|found| found.path.as_str()).collect();
    assert_eq!(paths, ["at_the_root", "shop::data_migrations::deep::try", "shop::data_migrations::fill_sku"]);
    assert!(read.registrations.iter().all(|found| found.kind.attribute == "data_migration" && !found.conditional));
}

#[test]
fn registrations_are_found_by_their_attributes() {
    let (_folder, project) = support::project(
        r##"//- manage.rs
mod shop;
#[cfg(feature = "extra")]
mod extra;
#[path = "elsewhere.rs"]
mod moved;
#[cfg(test)]
mod tests { #[filter] fn in_tests(value: &str) -> String { String::new() } }
//- extra.rs
#[middleware]
pub async fn slow(request: Request, next: Next) -> Result<Response> { next.run(request).await }
//- elsewhere.rs
#[context_processor] async fn basket(request: &RequestState) -> Result<Basket> { basket() }
//- shop/mod.rs
/// Says hello. And more.
#[rjango::management::command]
impl rjango::management::Command for Greet {
    fn name(&self) -> &'static str { "greet" }
    fn arguments(&self, command: clap::Command) -> clap::Command { command.about("not this") }
}
#[command]
impl Command for self::inner::Restock {
    fn about(&self) -> &'static str { "Orders more" }
    fn app(&self) -> &'static str { "shop" }
    fn name(&self) -> &'static str { NAME }
}
#[authentication_backend] impl AuthenticationBackend for Email { fn f() { for x in y {} } }
#[cfg_attr(feature = "fast", password_hasher)] fn fast() -> Pbkdf2Sha256 { make() }
#[cfg_attr(test, password_hasher)] fn faster() -> Pbkdf2Sha256 { make() }
#[password_validator] impl PasswordValidator for Digits where Digits: Sized {}
#[session_engine] fn redis(settings: &Settings) -> Result<Redis> { make() }
#[check("shop", "prices", deploy)] fn look(context: &CheckContext<'_>) -> Vec<CheckMessage> { Vec::new() }
#[receiver(post_save)] async fn note(product: &Product) -> Result<()> { Ok(()) }
#[signals::receiver(pre_save)] /* so */ pub(crate) async fn tell(user: &mut crate::accounts::User, how: Saving) -> Result<()> { Ok(()) }
#[router] fn archive(query: &Routed<'_>) -> Option<String> { None }
#[filter] fn r#try(value: &str) -> String { value.to_owned() }
#[methods]
impl super::shop::Product where Self: Sized {
    pub fn is_cheap(&self) -> bool { for x in y {} true }
    pub async fn r#type(&self) -> Result<String> { Ok(String::new()) }
    #[alters_data] pub fn sell(&mut self, count: i64) {}
    #[cfg(test)] pub fn in_tests(&self) -> bool { true }
    fn private(&self) -> bool { true }
    pub(crate) fn inner(&self) -> bool { true }
    pub fn cheap() -> QuerySet<Product> { Product::objects() }
    pub const MOST: i64 = 3;
}
#[methods] impl Display for Product {}
#[command(version)] struct Arguments;
#[tool::command] fn not_ours() {}
#[checked] fn neither() {}
"##,
    );
    let read = rjango_schema::read::read_project(&project).expect("a project that can be read");
    let shown: String = read
        .registrations
        .iter()
        .map(|found| {
            let words = &found.kind.command;
            let words: Vec<&str> =
                [&words.name, &words.about, &words.app].into_iter().flatten().map(|word| &**word).collect();
            let perhaps = if found.conditional { " perhaps" } else { "" };
            let heard = found.kind.hears.as_ref().map(|hears| format!(" {} of {}", hears.signal, hears.model));
            let heard = heard.unwrap_or_default();
            let methods = &found.kind.methods;
            let called = if methods.is_empty() { String::new() } else { format!(" {}", methods.join(", ")) };
            format!(
                "{} {} {}:{}:{}{perhaps} {:?} {:?}{heard}{called}\n",
                found.kind.attribute,
                found.dotted(),
                found.file,
                found.line,
                found.column,
                words,
                found.kind.tags
            )
        })
        .collect();
    expect![[r#"
        middleware extra.slow extra.rs:2:14 perhaps [] []
        context_processor moved.basket elsewhere.rs:1:31 [] []
        password_validator shop.Digits shop/mod.rs:16:50 [] []
        authentication_backend shop.Email shop/mod.rs:13:58 [] []
        command shop.Greet shop/mod.rs:3:38 ["greet", "Says hello"] []
        methods shop.Product shop/mod.rs:24:19 [] [] is_cheap, type, sell
        command shop.Restock shop/mod.rs:8:31 ["Orders more", "shop"] []
        router shop.archive shop/mod.rs:21:14 [] []
        password_hasher shop.fast shop/mod.rs:14:51 perhaps [] []
        check shop.look shop/mod.rs:18:39 [] ["shop", "prices"]
        receiver shop.note shop/mod.rs:19:33 [] [] post_save of Product
        session_engine shop.redis shop/mod.rs:17:22 [] []
        receiver shop.tell shop/mod.rs:20:61 [] [] pre_save of User
        filter shop.try shop/mod.rs:22:14 [] []
    "#]]
    .assert_eq(&shown);
    assert_eq!(read.modules, ["shop", "extra", "moved"]);
}
