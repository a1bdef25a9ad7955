//! What making and relating rows does, in a transaction that is rolled back.

use super::literals::uuid;
use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    creations(pairs);
    either(pairs);
    many_to_many(pairs);
}

fn creations(pairs: &mut Pairs) {
    pairs.both("Genre.objects.create(label='new').label, Genre.objects.values_list('label', 'parent')", || async {
        let new = Genre::objects().create(Genre { label: "new".into(), ..Default::default() }).await?;
        Ok((new.label, Genre::objects().values_list(f!(label, parent)).await?))
    });
    pairs.both("Country.objects.create(code='NO', name='again', population=0)", || {
        Country::objects().create(Country { code: "NO".into(), name: "again".into(), population: 0 })
    });
    pairs.both("Genre.objects.get(label='saga').children.create(label='family').parent.label", || async {
        let saga = Genre::objects().get(q!(label = "saga")).await?;
        let family = saga.children().create(Genre { label: "family".into(), ..Default::default() }).await?;
        match family.parent {
            Some(parent) => Ok(Some(parent.get().await?.label)),
            None => Ok(None),
        }
    });
    pairs.both(
        "len(Genre.objects.bulk_create([Genre(label='x'), Genre(label='y', parent_id=1)])), \
         Genre.objects.values_list('label', 'parent')",
        || async {
            let genre = |label: &str, parent| Genre { label: label.into(), parent, ..Default::default() };
            let made =
                Genre::objects().bulk_create([genre("x", None), genre("y", Some(ForeignKey::from_pk(1)))]).await?;
            Ok((made.len() as u64, Genre::objects().values_list(f!(label, parent)).await?))
        },
    );
    pairs.both("Genre.objects.bulk_create([Genre(label='x'), Genre(label='saga')])", || {
        let genre = |label: &str| Genre { label: label.into(), ..Default::default() };
        Genre::objects().bulk_create([genre("x"), genre("saga")])
    });
    pairs.both(
        "len(Genre.objects.bulk_create([Genre(label='x'), Genre(label='saga', parent_id=5)], \
         ignore_conflicts=True)), Genre.objects.values_list('label', 'parent')",
        || async {
            let genre = |label: &str, parent| Genre { label: label.into(), parent, ..Default::default() };
            let rows = [genre("x", None), genre("saga", Some(ForeignKey::from_pk(5)))];
            let made = Genre::objects().bulk_create_or_ignore(rows).await?;
            Ok((made.len() as u64, Genre::objects().values_list(f!(label, parent)).await?))
        },
    );
    pairs.both(
        "len(Genre.objects.bulk_create([Genre(label='x'), Genre(label='saga', parent_id=5)], update_conflicts=True, \
         unique_fields=['label'], update_fields=['parent'])), Genre.objects.values_list('label', 'parent')",
        || async {
            let genre = |label: &str, parent| Genre { label: label.into(), parent, ..Default::default() };
            let rows = [genre("x", None), genre("saga", Some(ForeignKey::from_pk(5)))];
            let made = Genre::objects().bulk_create_or_update(rows, f!(label), f!(parent)).await?;
            Ok((made.len() as u64, Genre::objects().values_list(f!(label, parent)).await?))
        },
    );
    pairs.both(
        "Author.objects.bulk_update([Author(id=a.id, name=a.name * 2, rating=9) for a in \
         Author.objects.order_by('id')[:3]], ['name']), Author.objects.order_by('id').values_list('name', 'rating')",
        || async {
            let mut authors = Author::objects().order_by(f!(id)).slice(..3).await?;
            for author in &mut authors {
                author.name = author.name.repeat(2);
                author.rating = 9.0;
            }
            let rows = Author::objects().bulk_update(&authors, f!(name)).await?;
            Ok((rows, Author::objects().order_by(f!(id)).values_list(f!(name, rating)).await?))
        },
    );
}

fn either(pairs: &mut Pairs) {
    pairs.both(
        "(lambda found: (found[0].label, found[1], \
         Genre.objects.count()))(Genre.objects.get_or_create(label='saga'))",
        || async {
            let (genre, created) = Genre::objects().get_or_create(set!(label = "saga")).await?;
            Ok((genre.label, created, Genre::objects().count().await?))
        },
    );
    pairs.both(
        "(lambda found: (found[0].label, found[1], Genre.objects.count()))(Genre.objects.get_or_create(label='new', \
         defaults={'parent_id': 1}))",
        || async {
            let (genre, created) = Genre::objects().get_or_create_with(set!(label = "new"), set!(parent = 1)).await?;
            Ok((genre.label, created, Genre::objects().count().await?))
        },
    );
    pairs
        .both("Author.objects.get_or_create(name='Astrid')", || Author::objects().get_or_create(set!(name = "Astrid")));
    pairs.both("Publisher.objects.get_or_create(name='Gyldendal', founded=1, defaults={'independent': True})", || {
        Publisher::objects()
            .get_or_create_with(|p| [p.name().set("Gyldendal"), p.founded().set(1)], set!(independent = true))
    });
    pairs.both(
        "Genre.objects.update_or_create(label='saga', defaults={'parent_id': 5})[1], \
         Genre.objects.values_list('label', 'parent')",
        || async {
            let (_, created) = Genre::objects().update_or_create(set!(label = "saga"), set!(parent = 5)).await?;
            Ok((created, Genre::objects().values_list(f!(label, parent)).await?))
        },
    );
    pairs.both(
        "Genre.objects.update_or_create(label='new', defaults={'parent_id': 5})[1], \
         Genre.objects.values_list('label', 'parent')",
        || async {
            let (_, created) = Genre::objects().update_or_create(set!(label = "new"), set!(parent = 5)).await?;
            Ok((created, Genre::objects().values_list(f!(label, parent)).await?))
        },
    );
    pairs.both("Author.objects.update_or_create(name='Astrid', defaults={'rating': 1})", || {
        Author::objects().update_or_create(set!(name = "Astrid"), set!(rating = 1.0))
    });
    pairs.both(
        "Shelf.objects.get_or_create(pk=UUID('ffffffff-ffff-ffff-ffff-ffffffffffff'), defaults={'name': 'x'})",
        || {
            Shelf::objects()
                .get_or_create_with(set!(key = uuid("ffffffff-ffff-ffff-ffff-ffffffffffff")), set!(name = "x"))
        },
    );
}

fn many_to_many(pairs: &mut Pairs) {
    pairs.both(
        "[b.genres.add(7, 1, 3) for b in [Book.objects.get(pk=1)]], Book.objects.get(pk=1).genres.all()",
        || async {
            let book = Book::objects().get(q!(pk = 1)).await?;
            book.genres.add([7, 1, 3]).await?;
            Ok((vec![()], book.genres.all().await?))
        },
    );
    pairs.both(
        "[b.genres.set([2, 3]) for b in [Book.objects.get(pk=1)]], Book.objects.get(pk=1).genres.all()",
        || async {
            let book = Book::objects().get(q!(pk = 1)).await?;
            book.genres.set([2, 3]).await?;
            Ok((vec![()], book.genres.all().await?))
        },
    );
    pairs.both(
        "[b.genres.remove(1, 6) for b in [Book.objects.get(pk=1)]], Book.objects.get(pk=1).genres.all()",
        || async {
            let book = Book::objects().get(q!(pk = 1)).await?;
            book.genres.remove([1, 6]).await?;
            Ok((vec![()], book.genres.all().await?))
        },
    );
    pairs.both(
        "[b.genres.clear() for b in [Book.objects.get(pk=1)]], Book.objects.get(pk=1).genres.all(), \
         Genre.objects.get(pk=1).books.all()",
        || async {
            let book = Book::objects().get(q!(pk = 1)).await?;
            book.genres.clear().await?;
            let left = Genre::objects().get(q!(pk = 1)).await?.books().await?;
            Ok((vec![()], book.genres.all().await?, left))
        },
    );
    pairs.both(
        "[b.authors.remove(1, 8) for b in [Book.objects.get(pk=1)]], Book.objects.get(pk=1).authors.all(), \
         Authorship.objects.count()",
        || async {
            let book = Book::objects().get(q!(pk = 1)).await?;
            book.authors.remove([1, 8]).await?;
            Ok((vec![()], book.authors.all().await?, Authorship::objects().count().await?))
        },
    );
    pairs.both(
        "Shelf.objects.get(name='Attic').books.create(title='z', pages=1, price=1, in_print=True, \
         added=moment('2020-01-01T00:00:00')).title, Shelf.objects.get(name='Attic').books.count()",
        || async {
            let attic = Shelf::objects().get(q!(name = "Attic")).await?;
            let book = Book { title: "z".into(), code: ::uuid::Uuid::from_u128(77), ..Default::default() };
            let book = attic.books.create(book).await?;
            Ok((book.title, attic.books.all().count().await?))
        },
    );
}
