//! What writing does: each pair runs in a transaction that is rolled back, and tells the table afterwards.

use super::literals::{day, moment, span, uuid};
use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    updates(pairs);
    deletions(pairs);
    creations(pairs);
    either(pairs);
    many_to_many(pairs);
}

async fn titles_and_prices() -> Result<Vec<(Auto, String, Decimal)>> {
    Book::objects().order_by(f!(id)).values_list(f!(id, title, price)).await
}

/// How many rows each table has.
async fn counts() -> Result<(i64, i64, i64, i64)> {
    Ok((
        Book::objects().count().await?,
        Review::objects().count().await?,
        Authorship::objects().count().await?,
        Author::objects().count().await?,
    ))
}

fn updates(pairs: &mut Pairs) {
    pairs.both("Book.objects.filter(pages__lt=100).update(price=F('price') + D('0.50')), Book.objects.order_by('id').values_list('id', 'title', 'price')", || async {
        let rows = Book::objects().filter(q!(pages__lt = 100)).update(set!(price = F(price) + dec!(0.50))).await?;
        Ok((rows, titles_and_prices().await?))
    });
    pairs.both("Book.objects.filter(publisher__country='NO').update(title='Norsk', price=1), Book.objects.order_by('id').values_list('id', 'title', 'price')", || async {
        let rows = Book::objects().filter(q!(publisher__country = "NO")).update(set!(title = "Norsk", price = 1)).await?;
        Ok((rows, titles_and_prices().await?))
    });
    pairs.both("Book.objects.filter(genres__in=[1, 3]).update(price=F('price') * 2), Book.objects.order_by('id').values_list('id', 'title', 'price')", || async {
        let rows = Book::objects().filter(q!(genres__in = [1, 3])).update(set!(price = F(price) * 2)).await?;
        Ok((rows, titles_and_prices().await?))
    });
    pairs.both("Book.objects.exclude(reviews__stars__gte=4).update(title=Concat(Lower('title'), Value('!'))), Book.objects.order_by('id').values_list('id', 'title', 'price')", || async {
        let rows = Book::objects()
            .exclude(q!(reviews__stars__gte = 4))
            .update(|b| [b.title().set(b.title().lower().concat("!"))])
            .await?;
        Ok((rows, titles_and_prices().await?))
    });
    pairs.both("Book.objects.annotate(n=Count('reviews')).filter(n__gt=1).update(title='reviewed'), Book.objects.order_by('id').values_list('id', 'title', 'price')", || async {
        let rows = Book::objects().filter(|b| b.reviews().count().gt(1)).update(set!(title = "reviewed")).await?;
        Ok((rows, titles_and_prices().await?))
    });
    pairs.both("Book.objects.update(publisher=None, subtitle=None, in_print=False), Book.objects.order_by('id').values_list('publisher', 'subtitle', 'in_print')", || async {
        let rows = Book::objects().update(set!(publisher = None, subtitle = None)).await?;
        Book::objects().update(set!(in_print = false)).await?;
        let left = Book::objects().order_by(f!(id)).values_list(f!(publisher, subtitle, in_print)).await?;
        Ok((rows, left))
    });
    pairs.both("Book.objects.filter(pk=1).update(published=date('2001-02-03'), sold=moment('2001-02-03T04:05:06.7'), listening=span(5), data={'b': [1, None], 'a': 'x'}), Book.objects.filter(pk=1).values_list('published', 'sold', 'listening', 'data')", || async {
        let one = || Book::objects().filter(q!(pk = 1));
        let data = serde_json::json!({"a": "x", "b": [1, null]});
        let rows = one().update(set!(published = day("2001-02-03"))).await?;
        one().update(set!(sold = moment("2001-02-03T04:05:06.7"), listening = span(5))).await?;
        one().update(set!(data = data)).await?;
        Ok((rows, one().values_list(f!(published, sold, listening, data)).await?))
    });
    pairs.both("Book.objects.filter(publisher=2).update(publisher=Publisher.objects.get(name='suhrkamp')), Book.objects.filter(publisher=7)", || async {
        let other = Publisher::objects().get(q!(name = "suhrkamp")).await?;
        let rows = Book::objects().filter(q!(publisher = 2)).update(set!(publisher = &other)).await?;
        Ok((rows, Book::objects().filter(q!(publisher = 7)).await?))
    });
    pairs
        .both("Book.objects.filter(pk__lt=4).update(pages=F('publisher__founded'))", || async {
            Book::objects().filter(q!(pk__lt = 4)).update(set!(pages = F(publisher__founded))).await
        })
        .differs("FieldError in Django; here an error of kind `Other`");
    pairs.both("Book.objects.update(isbn='9')", || Book::objects().update(set!(isbn = "9")));
    pairs.both("Author.objects.filter(mentor=1).update(mentor=F('id')), Author.objects.order_by('id').values_list('id', 'mentor')", || async {
        let rows = Author::objects().filter(q!(mentor = 1)).update(|a| [a.mentor().set(5)]).await?;
        Ok((rows, Author::objects().order_by(f!(id)).values_list(f!(id, mentor)).await?))
    })
    .differs("a relation is set to a key here, not to another column");
    pairs.both("Book.objects.none().update(title='x')", || Book::objects().none().update(set!(title = "x")));
}

fn deletions(pairs: &mut Pairs) {
    pairs.both("Review.objects.filter(stars__lt=3).delete()[0], (Book.objects.count(), Review.objects.count(), Authorship.objects.count(), Author.objects.count())", || async {
        let gone = Review::objects().filter(q!(stars__lt = 3)).delete().await?;
        Ok((gone, counts().await?))
    });
    pairs.both("Book.objects.filter(publisher__country='NO').delete()[0], (Book.objects.count(), Review.objects.count(), Authorship.objects.count(), Author.objects.count()), Book.objects.values_list('id', 'follows')", || async {
        let gone = Book::objects().filter(q!(publisher__country = "NO")).delete().await?;
        let counts = counts().await?;
        Ok((gone, counts, Book::objects().values_list(f!(id, follows)).await?))
    });
    pairs.both("Book.objects.get(pk=1).delete()[0], Book.objects.filter(pk=2).values_list('id', 'follows'), Shelf.books.through.objects.count()", || async {
        let gone = Book::objects().get(q!(pk = 1)).await?.delete().await?;
        let second = Book::objects().filter(q!(pk = 2)).values_list(f!(id, follows)).await?;
        Ok((gone, second, Shelf::objects().aggregate(|s| s.books().count()).await?))
    });
    pairs.both("Publisher.objects.filter(name__startswith='S').delete()[0], Book.objects.order_by('id').values_list('id', 'publisher')", || async {
        let gone = Publisher::objects().filter(q!(name__startswith = "S")).delete().await?;
        Ok((gone, Book::objects().order_by(f!(id)).values_list(f!(id, publisher)).await?))
    });
    pairs.both("Country.objects.get(pk='NO').delete()", || async {
        Country::objects().get(q!(pk = "NO")).await?.delete().await
    });
    pairs.both("Country.objects.filter(pk='br').delete()[0], Country.objects.count()", || async {
        let gone = Country::objects().filter(q!(pk = "br")).delete().await?;
        Ok((gone, Country::objects().count().await?))
    });
    pairs.both(
        "Genre.objects.get(label='fiction').delete()[0], Genre.objects.all(), Book.genres.through.objects.count()",
        || async {
            let gone = Genre::objects().get(q!(label = "fiction")).await?.delete().await?;
            let left = Genre::objects().await?;
            Ok((gone, left, Book::objects().aggregate(|b| b.genres().count()).await?))
        },
    );
    pairs.both("Author.objects.filter(pk__in=[1, 7]).delete()[0], Author.objects.order_by('id').values_list('id', 'mentor'), Portrait.objects.order_by('pk'), Review.objects.filter(reviewer=None).count()", || async {
        let gone = Author::objects().filter(q!(pk__in = [1, 7])).delete().await?;
        let left = Author::objects().order_by(f!(id)).values_list(f!(id, mentor)).await?;
        let portraits = Portrait::objects().order_by(f!(pk)).await?;
        Ok((gone, left, portraits, Review::objects().filter(q!(reviewer = None)).count().await?))
    });
    pairs.both("Book.objects.annotate(n=Count('reviews')).filter(n=0).delete()[0], Book.objects.all()", || async {
        let gone = Book::objects().filter(|b| b.reviews().count().exact(0)).delete().await?;
        Ok((gone, Book::objects().await?))
    });
    pairs
        .both("Book.objects.filter(genres__label__in=['crime', 'saga']).distinct().delete()", || {
            Book::objects().filter(q!(genres__label__in = ["crime", "saga"])).distinct().delete()
        })
        .differs("Django refuses to delete distinct rows");
    pairs.both("Book.objects.filter(genres__label__in=['fiction', 'saga']).delete()[0]", || {
        Book::objects().filter(q!(genres__label__in = ["fiction", "saga"])).delete()
    });
    pairs.both("Book.objects.none().delete()[0]", || Book::objects().none().delete());
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
    pairs.both("len(Genre.objects.bulk_create([Genre(label='x'), Genre(label='y', parent_id=1)])), Genre.objects.values_list('label', 'parent')", || async {
        let genre = |label: &str, parent| Genre { label: label.into(), parent, ..Default::default() };
        let made = Genre::objects().bulk_create([genre("x", None), genre("y", Some(ForeignKey::from_pk(1)))]).await?;
        Ok((made.len() as u64, Genre::objects().values_list(f!(label, parent)).await?))
    });
    pairs.both("Genre.objects.bulk_create([Genre(label='x'), Genre(label='saga')])", || {
        let genre = |label: &str| Genre { label: label.into(), ..Default::default() };
        Genre::objects().bulk_create([genre("x"), genre("saga")])
    });
    pairs.both("len(Genre.objects.bulk_create([Genre(label='x'), Genre(label='saga', parent_id=5)], ignore_conflicts=True)), Genre.objects.values_list('label', 'parent')", || async {
        let genre = |label: &str, parent| Genre { label: label.into(), parent, ..Default::default() };
        let rows = [genre("x", None), genre("saga", Some(ForeignKey::from_pk(5)))];
        let made = Genre::objects().bulk_create_or_ignore(rows).await?;
        Ok((made.len() as u64, Genre::objects().values_list(f!(label, parent)).await?))
    });
    pairs.both("len(Genre.objects.bulk_create([Genre(label='x'), Genre(label='saga', parent_id=5)], update_conflicts=True, unique_fields=['label'], update_fields=['parent'])), Genre.objects.values_list('label', 'parent')", || async {
        let genre = |label: &str, parent| Genre { label: label.into(), parent, ..Default::default() };
        let rows = [genre("x", None), genre("saga", Some(ForeignKey::from_pk(5)))];
        let made = Genre::objects().bulk_create_or_update(rows, f!(label), f!(parent)).await?;
        Ok((made.len() as u64, Genre::objects().values_list(f!(label, parent)).await?))
    });
    pairs.both("Author.objects.bulk_update([Author(id=a.id, name=a.name * 2, rating=9) for a in Author.objects.order_by('id')[:3]], ['name']), Author.objects.order_by('id').values_list('name', 'rating')", || async {
        let mut authors = Author::objects().order_by(f!(id)).slice(..3).await?;
        for author in &mut authors {
            author.name = author.name.repeat(2);
            author.rating = 9.0;
        }
        let rows = Author::objects().bulk_update(&authors, f!(name)).await?;
        Ok((rows, Author::objects().order_by(f!(id)).values_list(f!(name, rating)).await?))
    });
}

fn either(pairs: &mut Pairs) {
    pairs.both(
        "(lambda found: (found[0].label, found[1], Genre.objects.count()))(Genre.objects.get_or_create(label='saga'))",
        || async {
            let (genre, created) = Genre::objects().get_or_create(set!(label = "saga")).await?;
            Ok((genre.label, created, Genre::objects().count().await?))
        },
    );
    pairs.both("(lambda found: (found[0].label, found[1], Genre.objects.count()))(Genre.objects.get_or_create(label='new', defaults={'parent_id': 1}))", || async {
        let (genre, created) = Genre::objects().get_or_create_with(set!(label = "new"), set!(parent = 1)).await?;
        Ok((genre.label, created, Genre::objects().count().await?))
    });
    pairs
        .both("Author.objects.get_or_create(name='Astrid')", || Author::objects().get_or_create(set!(name = "Astrid")));
    pairs.both("Publisher.objects.get_or_create(name='Gyldendal', founded=1, defaults={'independent': True})", || {
        Publisher::objects()
            .get_or_create_with(|p| [p.name().set("Gyldendal"), p.founded().set(1)], set!(independent = true))
    });
    pairs.both("Genre.objects.update_or_create(label='saga', defaults={'parent_id': 5})[1], Genre.objects.values_list('label', 'parent')", || async {
        let (_, created) = Genre::objects().update_or_create(set!(label = "saga"), set!(parent = 5)).await?;
        Ok((created, Genre::objects().values_list(f!(label, parent)).await?))
    });
    pairs.both("Genre.objects.update_or_create(label='new', defaults={'parent_id': 5})[1], Genre.objects.values_list('label', 'parent')", || async {
        let (_, created) = Genre::objects().update_or_create(set!(label = "new"), set!(parent = 5)).await?;
        Ok((created, Genre::objects().values_list(f!(label, parent)).await?))
    });
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
    pairs.both("[b.genres.clear() for b in [Book.objects.get(pk=1)]], Book.objects.get(pk=1).genres.all(), Genre.objects.get(pk=1).books.all()", || async {
        let book = Book::objects().get(q!(pk = 1)).await?;
        book.genres.clear().await?;
        let left = Genre::objects().get(q!(pk = 1)).await?.books().await?;
        Ok((vec![()], book.genres.all().await?, left))
    });
    pairs.both("[b.authors.remove(1, 8) for b in [Book.objects.get(pk=1)]], Book.objects.get(pk=1).authors.all(), Authorship.objects.count()", || async {
        let book = Book::objects().get(q!(pk = 1)).await?;
        book.authors.remove([1, 8]).await?;
        Ok((vec![()], book.authors.all().await?, Authorship::objects().count().await?))
    });
    pairs.both("Shelf.objects.get(name='Attic').books.create(title='z', pages=1, price=1, in_print=True, added=moment('2020-01-01T00:00:00')).title, Shelf.objects.get(name='Attic').books.count()", || async {
        let attic = Shelf::objects().get(q!(name = "Attic")).await?;
        let book = Book { title: "z".into(), code: ::uuid::Uuid::from_u128(77), ..Default::default() };
        let book = attic.books.create(book).await?;
        Ok((book.title, attic.books.all().count().await?))
    });
}
