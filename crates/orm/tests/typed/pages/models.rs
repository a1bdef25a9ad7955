//! What a blog's author writes.

use rjango_macros::methods;
use rjango_templates::Value;

use crate::prelude::*;

#[derive(Model, Debug, Clone)]
pub struct Writer {
    pub id: Auto,
    #[field(max_length = 80)]
    pub name: String,
}

#[derive(Model, Debug, Clone)]
pub struct Label {
    pub id: Auto,
    #[field(max_length = 80)]
    pub name: String,
}

#[derive(Choices, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Draft,
    #[choice(value = "pub", label = "In the open")]
    Published,
}

#[derive(Model, Debug, Clone)]
#[model(ordering = "title")]
pub struct Post {
    pub id: Auto,
    #[field(max_length = 80)]
    pub title: String,
    pub stage: Stage,
    #[field(on_delete = "cascade", related_name = "posts")]
    pub writer: ForeignKey<Writer>,
    pub labels: ManyToMany<Label>,
}

#[derive(Model, Debug, Clone)]
#[model(user)]
pub struct Member {
    pub id: Auto,
    #[field(max_length = 150, unique)]
    pub username: String,
    #[field(max_length = 128)]
    pub password: String,
    pub last_login: Option<DateTime>,
    #[field(max_length = 150, blank)]
    pub first_name: String,
    #[field(max_length = 150, blank)]
    pub last_name: String,
    pub is_active: bool,
}

#[methods]
impl Member {
    /// A method sees what a page does not.
    pub fn has_password(&self) -> bool {
        !self.password.is_empty()
    }
}

/// An error of the project's own.
#[derive(Debug)]
pub struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the mill is broken")
    }
}

impl std::error::Error for Broken {}

/// A name for a result, as projects have them.
pub type Ground<T> = std::result::Result<T, Broken>;

#[methods]
#[allow(dead_code)] // A template is refused some of them.
impl Post {
    pub fn is_long(&self) -> bool {
        self.title.len() > 6
    }

    pub fn shout(&self) -> String {
        self.title.to_uppercase()
    }

    pub fn link(&self) -> Value {
        Value::safe(format!("<a>{}</a>", rjango_templates::escape(&self.title)))
    }

    pub fn cost(&self) -> Decimal {
        dec!(3.50)
    }

    pub fn nothing(&self) -> Option<String> {
        None
    }

    pub fn r#type(&self) -> &str {
        "post"
    }

    pub fn words(self) -> Vec<String> {
        self.title.split(' ').map(str::to_owned).collect()
    }

    pub fn broken(&self) -> Ground<i64> {
        Err(Broken)
    }

    pub fn whole(&self) -> Ground<Decimal> {
        Ok(dec!(1.20))
    }

    pub async fn others(&self) -> Result<Vec<Post>> {
        Post::objects().exclude(q!(pk = self.id)).await
    }

    pub async fn refused(&self) -> Result<Vec<Post>> {
        Post::objects().slice(0..1).filter(q!(pk = 1)).await
    }

    pub async fn next(&self) -> Result<Option<Post>> {
        Post::objects().filter(q!(title__gt = &self.title)).first().await
    }

    pub fn beside(&self) -> QuerySet<Post> {
        Post::objects().filter(q!(writer = &self.writer)).prefetch_related(f!(labels))
    }

    pub async fn by(&self) -> Result<String> {
        Ok(self.writer.get().await?.name)
    }

    pub fn labels_at_hand(&self) -> Option<usize> {
        self.labels.loaded().map(<[Label]>::len)
    }

    pub fn shorten(&self, to: usize) -> String {
        self.title.chars().take(to).collect()
    }

    pub fn retitle(&mut self) {
        self.title.clear();
    }

    #[alters_data]
    pub async fn publish(&self) -> Result<u64> {
        Post::objects().filter(q!(pk = self.id)).update(set!(stage = Stage::Published)).await
    }

    fn private(&self) -> bool {
        true
    }
}
