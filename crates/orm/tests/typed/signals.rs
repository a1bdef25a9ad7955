//! Signals: who hears of what, when, and what an error of theirs does. The code of `docs/signals.md` stands here too.

use rjango_core::{Error, ErrorKind, Site};
use rjango_macros::receiver;
use rjango_orm::dynamic::Objects;
use rjango_orm::signals::{Action, Deletion, RelationChange, Saved, Saving};
use rjango_orm::{Database, Models, Value};

use crate::database;
use crate::prelude::*;

#[derive(Model, Debug, Clone)]
pub struct Shelf {
    pub id: Auto,
    #[field(max_length = 100)]
    pub name: String,
}

#[derive(Model, Debug, Clone)]
pub struct Book {
    pub id: Auto,
    #[field(max_length = 100)]
    pub title: String,
    #[field(max_length = 100, blank)]
    pub slug: String,
    #[field(on_delete = "cascade", related_name = "books")]
    pub shelf: Option<ForeignKey<Shelf>>,
    pub subjects: ManyToMany<Subject>,
}

#[derive(Model, Debug, Clone)]
pub struct Subject {
    pub id: Auto,
    #[field(max_length = 100)]
    pub word: String,
}

/// What was heard, in the database itself: a receiver's writes share the fate of what it hears of.
#[derive(Model, Debug, Clone)]
#[model(ordering = "id")]
pub struct Note {
    pub id: Auto,
    #[field(max_length = 200)]
    pub text: String,
}

async fn note(text: String) -> Result<()> {
    Note::objects().create(Note { text, ..Default::default() }).await?;
    Ok(())
}

#[receiver(pre_save)]
async fn give_slug(book: &mut Book) -> Result<()> {
    book.slug = book.title.to_lowercase().replace(' ', "-");
    Ok(())
}

#[receiver(pre_save)]
async fn refuse_nonsense(book: &mut Book, saving: &Saving) -> Result<()> {
    if book.title == "Nonsense" {
        return Err(Error::new(ErrorKind::Validation, "this library has no nonsense"));
    }
    note(format!("saving {} as {} {:?} in {}", book.title, book.slug, saving.update_fields, saving.using)).await
}

#[receiver(post_save)]
async fn note_saved(book: &Book, saved: &Saved) -> Result<()> {
    let what = if saved.created { "new" } else { "changed" };
    note(format!("{what}: {}", book.title)).await
}

#[receiver(post_save)]
async fn note_written(book: &Book, saved: &Saved) -> Result<()> {
    let fields = saved.update_fields.as_ref().map_or("all".to_owned(), |fields| fields.join(" "));
    if book.title == "Unlucky" {
        return Err(Error::new(ErrorKind::Validation, "bad luck"));
    }
    note(format!("written to {}: {fields}", saved.using)).await
}

#[receiver(pre_delete)]
async fn keep_classics(book: &Book) -> Result<()> {
    if book.title == "Faust" {
        return Err(Error::new(ErrorKind::Validation, "a classic stays"));
    }
    let there = Book::objects().filter(q!(pk = book.id)).exists().await?;
    note(format!("deleting {}, there: {there}", book.title)).await
}

#[receiver(post_delete)]
async fn note_deleted(book: &Book, deletion: &Deletion) -> Result<()> {
    let there = Book::objects().filter(q!(pk = book.id)).exists().await?;
    note(format!("deleted {} from {}, there: {there}", book.title, deletion.using)).await
}

#[receiver(post_delete)]
async fn note_shelf(shelf: &Shelf) -> Result<()> {
    note(format!("deleted the shelf {}", shelf.name)).await
}

#[receiver(m2m_changed)]
async fn count_subjects(book: &Book, change: &RelationChange) -> Result<()> {
    if change.action == Action::PreAdd && change.pks::<Subject>()?.len() > 3 {
        return Err(Error::new(ErrorKind::Validation, "a book has three subjects at most"));
    }
    let count = book.subjects.all().count().await?;
    let keys = change.keys.as_ref().map_or(-1, |keys| i64::try_from(keys.len()).unwrap_or(-1));
    let side = if change.reverse { " from there" } else { "" };
    note(format!("{}.{} {:?}{side}: {keys} named, has {count}", book.title, change.field, change.action)).await
}

async fn shelf(name: &str) -> Result<Shelf> {
    Shelf::objects().create(Shelf { name: name.into(), ..Default::default() }).await
}

async fn book(title: &str, shelf: Option<&Shelf>) -> Result<Book> {
    let shelf = shelf.map(ForeignKey::to);
    Book::objects().create(Book { title: title.into(), shelf, ..Default::default() }).await
}

/// What was heard since the last call.
async fn heard() -> Result<Vec<String>> {
    let notes = Note::objects().values_list(f!(text)).await?;
    Note::objects().delete().await?;
    Ok(notes)
}

/// What a receiver had against it.
fn refusal<T>(result: Result<T>) -> String {
    result.err().map(|error| error.to_string()).unwrap_or_default()
}

fn named(label: &str) -> Result<Objects> {
    let site = Site::current()?;
    Objects::new(site.require::<Models>()?, label)
}

#[test]
fn saves_are_heard_before_and_after() {
    database::run(async || {
        let mut book = book("War and Peace", None).await?;
        assert_eq!(book.slug, "war-and-peace");
        let saved =
            ["saving War and Peace as war-and-peace None in default", "new: War and Peace", "written to default: all"];
        assert_eq!(heard().await?, saved);
        book.title = "Peace".into();
        book.save().await?;
        assert_eq!(Book::objects().get(q!(pk = book.id)).await?.slug, "peace");
        assert_eq!(
            heard().await?,
            ["saving Peace as peace None in default", "changed: Peace", "written to default: all"]
        );
        book.title = "War".into();
        book.save_fields(f!(title)).await?;
        // What a receiver changed beside the named fields is not written.
        assert_eq!(Book::objects().values_list(f!(title, slug)).await?, [("War".to_owned(), "peace".to_owned())]);
        let fields = "saving War as war Some([\"title\"]) in default";
        assert_eq!(heard().await?, [fields, "changed: War", "written to default: title"]);
        book.save_existing().await?;
        let mut other = Book { title: "Other".into(), ..Default::default() };
        other.save_new().await?;
        let heard_texts = heard().await?;
        assert_eq!(heard_texts.iter().filter(|text| text.starts_with("new") || text.starts_with("changed")).count(), 2);
        let gone = Book { id: Auto::new(999), title: "Gone".into(), ..Default::default() }.save_existing().await;
        assert!(gone.is_err_and(|error| error.is_does_not_exist()));
        assert_eq!(heard().await?, ["saving Gone as gone None in default"]);
        Ok(())
    });
}

#[test]
fn rows_that_are_looked_for_are_heard_of_when_written() {
    database::run(async || {
        let (_, created) = Book::objects().get_or_create(set!(title = "Emma")).await?;
        assert!(created);
        assert_eq!(heard().await?[1], "new: Emma");
        Book::objects().get_or_create(set!(title = "Emma")).await?;
        assert!(heard().await?.is_empty());
        Book::objects().update_or_create(set!(title = "Emma"), set!(slug = "x")).await?;
        assert_eq!(heard().await?[1], "changed: Emma");
        Book::objects().update_or_create(set!(title = "Persuasion"), set!(slug = "x")).await?;
        assert_eq!(heard().await?[1], "new: Persuasion");
        Ok(())
    });
}

#[test]
fn queries_that_write_many_rows_are_not_heard() {
    database::run(async || {
        let books = ["One", "Nonsense"].map(|title| Book { title: title.into(), ..Default::default() });
        Book::objects().bulk_create(books).await?;
        Book::objects().update(set!(title = "Nonsense")).await?;
        let books = Book::objects().order_by(f!(id)).await?;
        Book::objects().bulk_update(&books, f!(title)).await?;
        assert!(heard().await?.is_empty());
        Ok(())
    });
}

#[test]
fn an_error_of_a_receiver_stops_the_save() {
    database::run(async || {
        let refused = book("Nonsense", None).await;
        assert_eq!(refusal(refused), "this library has no nonsense");
        assert_eq!(Book::objects().count().await?, 0);
        // Receivers run in the caller's transaction: it takes what they wrote back too.
        let unlucky = atomic(async || book("Unlucky", None).await.map(drop)).await;
        assert_eq!(refusal(unlucky), "bad luck");
        assert_eq!(Book::objects().count().await?, 0);
        assert!(heard().await?.is_empty());
        // Outside of one the row is written by then, as in Django.
        assert!(book("Unlucky", None).await.is_err());
        assert_eq!(Book::objects().count().await?, 1);
        Ok(())
    });
}

#[test]
fn deletions_are_heard_cascades_included() {
    database::run(async || {
        let upper = shelf("upper").await?;
        for title in ["Emma", "Ulysses"] {
            book(title, Some(&upper)).await?;
        }
        let loose = book("Loose", None).await?;
        heard().await?;
        assert_eq!(upper.delete().await?, 3);
        let cascade = [
            "deleting Emma, there: true",
            "deleting Ulysses, there: true",
            "deleted Emma from default, there: false",
            "deleted Ulysses from default, there: false",
            "deleted the shelf upper",
        ];
        assert_eq!(heard().await?, cascade);
        loose.delete().await?;
        assert_eq!(heard().await?, ["deleting Loose, there: true", "deleted Loose from default, there: false"]);
        for title in ["A", "B"] {
            book(title, None).await?;
        }
        heard().await?;
        assert_eq!(Book::objects().filter(q!(title = "A")).delete().await?, 1);
        assert_eq!(heard().await?, ["deleting A, there: true", "deleted A from default, there: false"]);
        Ok(())
    });
}

#[test]
fn an_error_of_a_receiver_takes_the_deletion_back() {
    database::run(async || {
        let upper = shelf("upper").await?;
        for title in ["Emma", "Faust"] {
            book(title, Some(&upper)).await?;
        }
        heard().await?;
        assert_eq!(refusal(upper.delete().await), "a classic stays");
        assert_eq!((Shelf::objects().count().await?, Book::objects().count().await?), (1, 2));
        assert!(heard().await?.is_empty());
        Ok(())
    });
}

#[test]
fn changes_of_many_to_many_fields_are_heard() {
    database::run(async || {
        let book = book("Emma", None).await?;
        let mut subjects = Vec::new();
        for word in ["love", "class", "wit", "country"] {
            subjects.push(Subject::objects().create(Subject { word: word.into(), ..Default::default() }).await?);
        }
        heard().await?;
        book.subjects.add([&subjects[0], &subjects[1]]).await?;
        assert_eq!(heard().await?, ["Emma.subjects PreAdd: 2 named, has 0", "Emma.subjects PostAdd: 2 named, has 2"]);
        // Those that are related already are not named.
        book.subjects.add([&subjects[1], &subjects[2]]).await?;
        assert_eq!(heard().await?, ["Emma.subjects PreAdd: 1 named, has 2", "Emma.subjects PostAdd: 1 named, has 3"]);
        book.subjects.remove([&subjects[0]]).await?;
        assert_eq!(
            heard().await?,
            ["Emma.subjects PreRemove: 1 named, has 3", "Emma.subjects PostRemove: 1 named, has 2"]
        );
        book.subjects.set([&subjects[2], &subjects[3]]).await?;
        let set = [
            "Emma.subjects PreRemove: 1 named, has 2",
            "Emma.subjects PostRemove: 1 named, has 1",
            "Emma.subjects PreAdd: 1 named, has 1",
            "Emma.subjects PostAdd: 1 named, has 2",
        ];
        assert_eq!(heard().await?, set);
        book.subjects.clear().await?;
        let cleared = ["Emma.subjects PreClear: -1 named, has 2", "Emma.subjects PostClear: -1 named, has 0"];
        assert_eq!(heard().await?, cleared);
        // From the other side, the instance is still the one with the field.
        subjects[0].book_set().add([&book]).await?;
        let added =
            ["Emma.subjects PreAdd from there: 1 named, has 0", "Emma.subjects PostAdd from there: 1 named, has 1"];
        assert_eq!(heard().await?, added);
        subjects[0].book_set().remove([&book]).await?;
        let removed = [
            "Emma.subjects PreRemove from there: 1 named, has 1",
            "Emma.subjects PostRemove from there: 1 named, has 0",
        ];
        assert_eq!(heard().await?, removed);
        subjects[0].book_set().set([&book]).await?;
        heard().await?;
        subjects[0].book_set().clear().await?;
        let cleared = [
            "Emma.subjects PreClear from there: -1 named, has 1",
            "Emma.subjects PostClear from there: -1 named, has 0",
        ];
        assert_eq!(heard().await?, cleared);
        let refused = book.subjects.add(&subjects).await;
        assert_eq!(refusal(refused), "a book has three subjects at most");
        assert_eq!(book.subjects.all().count().await?, 0);
        Ok(())
    });
}

#[test]
fn instances_by_name_are_heard_of_as_typed_ones() {
    database::run(async || {
        let mut emma = named("signals.Book")?.create([("title", "Emma")]).await?;
        // What a receiver changes in the typed instance comes back.
        assert_eq!(emma.get("slug")?, &Value::from("emma"));
        assert_eq!(heard().await?[1], "new: Emma");
        emma.set("title", "Emma Woodhouse")?;
        emma.save().await?;
        assert_eq!(Book::objects().one().await?.slug, "emma-woodhouse");
        assert_eq!(heard().await?[1], "changed: Emma Woodhouse");
        emma.set("title", "Nonsense")?;
        assert_eq!(refusal(emma.save().await), "this library has no nonsense");

        let wit = named("signals.Subject")?.create([("word", "wit")]).await?;
        emma.set("title", "Emma")?;
        emma.save().await?;
        heard().await?;
        emma.many("subjects")?.add([wit.pk().clone()]).await?;
        emma.many("subjects")?.clear().await?;
        let near = [
            "Emma.subjects PreAdd: 1 named, has 0",
            "Emma.subjects PostAdd: 1 named, has 1",
            "Emma.subjects PreClear: -1 named, has 1",
            "Emma.subjects PostClear: -1 named, has 0",
        ];
        assert_eq!(heard().await?, near);
        // From the other end a receiver still gets the book.
        wit.many("book_set")?.add([emma.pk().clone()]).await?;
        wit.many("book_set")?.clear().await?;
        let far = [
            "Emma.subjects PreAdd from there: 1 named, has 0",
            "Emma.subjects PostAdd from there: 1 named, has 1",
            "Emma.subjects PreClear from there: -1 named, has 1",
            "Emma.subjects PostClear from there: -1 named, has 0",
        ];
        assert_eq!(heard().await?, far);
        emma.delete().await?;
        assert_eq!(heard().await?, ["deleting Emma, there: true", "deleted Emma from default, there: false"]);
        Ok(())
    });
}

#[test]
fn what_nobody_hears_costs_no_statement() {
    database::run(async || {
        for text in ["one", "two"] {
            note(text.into()).await?;
        }
        let database = Database::current(None)?;
        let before = database.statement_count();
        Note::objects().delete().await?;
        let mut quiet = Note { text: "quiet".into(), ..Default::default() };
        quiet.save().await?;
        assert_eq!(database.statement_count() - before, 2);
        Ok(())
    });
}
