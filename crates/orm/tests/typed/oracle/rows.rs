//! Single rows, rows by key, several query sets together, and related rows that come along.

use std::collections::HashMap;
use std::hash::Hash;

use rjango_orm::{Engine, Model, Pending};

use super::literals::uuid;
use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    single(pairs);
    existence(pairs);
    combined(pairs);
    loaded(pairs);
}

fn single(pairs: &mut Pairs) {
    pairs.both("Book.objects.get(pk=4)", || Book::objects().get(q!(pk = 4)));
    pairs.both("Book.objects.get(title='Saga', pages=1200)", || Book::objects().get(q!(title = "Saga", pages = 1200)));
    pairs.both("Book.objects.get(title='nothing')", || Book::objects().get(q!(title = "nothing")));
    pairs.both("Book.objects.get(title='Echo')", || Book::objects().get(q!(title = "Echo")));
    pairs.both("Book.objects.get(genres__label='saga', pk=1)", || {
        Book::objects().get(q!(genres__label = "saga", pk = 1))
    });
    pairs.both("Book.objects.get(genres__in=[1, 3], pk=1)", || Book::objects().get(q!(genres__in = [1, 3], pk = 1)));
    pairs.both("Book.objects.filter(pages=99).get()", || Book::objects().filter(q!(pages = 99)).one());
    pairs.both("Book.objects.none().get()", || Book::objects().none().one());
    pairs.both("Book.objects.order_by('-price')[:1].get()", || Book::objects().order_by(f!(-price)).slice(..1).one());
    pairs.both("Book.objects.first()", || Book::objects().first());
    pairs.both("Book.objects.last()", || Book::objects().last());
    pairs.both("Review.objects.first()", || Review::objects().first());
    pairs.both("Review.objects.last()", || Review::objects().last());
    pairs.both("Book.objects.order_by('-pages', 'id').first()", || Book::objects().order_by(f!(-pages, id)).first());
    pairs.both("Book.objects.order_by('-pages', 'id').last()", || Book::objects().order_by(f!(-pages, id)).last());
    pairs
        .both("Book.objects.filter(title='nothing').first()", || Book::objects().filter(q!(title = "nothing")).first());
    pairs.both("Book.objects.filter(title='nothing').last()", || Book::objects().filter(q!(title = "nothing")).last());
    pairs.both("Review.objects.order_by('stars', 'id').reverse().first()", || {
        Review::objects().order_by(f!(stars, id)).reverse().first()
    });
    pairs.both("Book.objects.earliest('added')", || Book::objects().earliest(f!(added)));
    pairs.both("Book.objects.latest('added')", || Book::objects().latest(f!(added)));
    pairs.both("Book.objects.filter(published__isnull=False).latest('published', 'id')", || {
        Book::objects().filter(q!(published__isnull = false)).latest(f!(published, id))
    });
    pairs.both("Book.objects.earliest('-pages', 'id')", || Book::objects().earliest(f!(-pages, id)));
    pairs.both("Book.objects.filter(pk=0).latest('added')", || Book::objects().filter(q!(pk = 0)).latest(f!(added)));
    pairs
        .both("Author.objects.latest('portrait__width')", || {
            Author::objects().filter(q!(portrait__isnull = false)).latest(f!(portrait__width))
        })
        .differs_on(&[Engine::Postgres], "of authors with a portrait alone: NULLs are the largest there");
    pairs
        .both("sorted(Book.objects.in_bulk([1, 3, 99, 1]).items())", || by_key(Book::objects().in_bulk([1, 3, 99, 1])));
    pairs.both("sorted(Book.objects.in_bulk([]).items())", || by_key(Book::objects().in_bulk([] as [i64; 0])));
    pairs.both("sorted(Country.objects.in_bulk(['NO', 'no', 'br']).items())", || {
        by_key(Country::objects().in_bulk(["NO".to_owned(), "no".to_owned(), "br".to_owned()]))
    });
    pairs.both("sorted(Book.objects.filter(in_print=True).in_bulk([1, 3, 5]).items())", || {
        by_key(Book::objects().filter(q!(in_print = true)).in_bulk([1, 3, 5]))
    });
    pairs.both("Shelf.objects.get(pk='ffffffffffffffffffffffffffffffff')", || {
        Shelf::objects().get(q!(pk = uuid("ffffffffffffffffffffffffffffffff")))
    });
}

/// The rows in the order of their keys, as Python sorts them.
async fn by_key<K: Hash + Eq + Ord + Clone, M: Model>(rows: Pending<'static, HashMap<K, M>>) -> Result<Vec<(K, M)>> {
    let mut rows: Vec<(K, M)> = rows.await?.into_iter().collect();
    rows.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(rows)
}

fn existence(pairs: &mut Pairs) {
    pairs.both("Book.objects.count()", || Book::objects().count());
    pairs.both("Book.objects.filter(genres__isnull=False).count()", || {
        Book::objects().filter(q!(genres__isnull = false)).count()
    });
    pairs
        .both("Book.objects.order_by('genres__label').count()", || Book::objects().order_by(f!(genres__label)).count())
        .differs("an order by many related rows gives a row for each, and they count; Django counts without it");
    pairs.both("Book.objects.none().count()", || Book::objects().none().count());
    pairs
        .both("Book.objects.filter(pages__gt=1000).exists()", || Book::objects().filter(q!(pages__gt = 1000)).exists());
    pairs.both("Book.objects.filter(pk__in=[]).exists()", || {
        Book::objects().filter(q!(pk__in = [] as [i64; 0])).exists()
    });
    pairs.both("Book.objects.filter(genres__label='poems', reviews__stars=5).exists()", || {
        Book::objects().filter(q!(genres__label = "poems", reviews__stars = 5)).exists()
    });
    pairs.both("Book.objects.filter(in_print=True).contains(Book.objects.get(pk=3))", || async {
        let third = Book::objects().get(q!(pk = 3)).await?;
        Book::objects().filter(q!(in_print = true)).contains(&third).await
    });
    pairs.both("Book.objects.filter(genres=3).contains(Book.objects.get(pk=10))", || async {
        let tenth = Book::objects().get(q!(pk = 10)).await?;
        Book::objects().filter(q!(genres = 3)).contains(&tenth).await
    });
}

fn combined(pairs: &mut Pairs) {
    let cheap = || Book::objects().filter(q!(price__lt = 21)).order_by(f!());
    let short = || Book::objects().filter(q!(pages__lt = 100)).order_by(f!());
    pairs.both(
        "Book.objects.filter(price__lt=21).order_by().union(Book.objects.filter(pages__lt=100).order_by())\
         .order_by('id')",
        move || cheap().union(short()).order_by(f!(id)),
    );
    pairs.both(
        "Book.objects.filter(price__lt=21).order_by().union(Book.objects.filter(pages__lt=100).order_by(), \
         all=True).order_by('-price', 'id')",
        move || cheap().union_all(short()).order_by(f!(-price, id)),
    );
    pairs.both(
        "Book.objects.filter(price__lt=21).order_by().intersection(Book.objects.filter(pages__lt=100).order_by())\
         .order_by('id')",
        move || cheap().intersection(short()).order_by(f!(id)),
    );
    pairs.both(
        "Book.objects.filter(price__lt=21).order_by().difference(Book.objects.filter(pages__lt=100).order_by())\
         .order_by('id')",
        move || cheap().difference(short()).order_by(f!(id)),
    );
    pairs.both(
        "Book.objects.filter(price__lt=21).order_by().union(Book.objects.filter(pages__lt=100).order_by())\
         .order_by('-id')[1:4]",
        move || cheap().union(short()).order_by(f!(-id)).slice(1..4),
    );
    pairs.both(
        "Book.objects.filter(price__lt=21).order_by().union(Book.objects.filter(pages__lt=100).order_by()).count()",
        move || cheap().union(short()).count(),
    );
    pairs.both(
        "Book.objects.filter(price__lt=21).order_by().intersection(Book.objects.filter(pages__gt=9999).order_by())\
         .exists()",
        move || cheap().intersection(Book::objects().filter(q!(pages__gt = 9999)).order_by(f!())).exists(),
    );
    pairs.both(
        "Book.objects.filter(price__lt=21).order_by().union(Book.objects.order_by().none(), \
         Book.objects.filter(pk=10).order_by()).order_by('id')",
        move || {
            let saga = Book::objects().filter(q!(pk = 10)).order_by(f!());
            cheap().union(Book::objects().order_by(f!()).none()).union(saga).order_by(f!(id))
        },
    );
    pairs
        .both("Book.objects.order_by('-price')[:2].union(Book.objects.order_by('price')[:2]).order_by('id')", || {
            let ends = Book::objects().order_by(f!(-price)).slice(..2);
            ends.union(Book::objects().order_by(f!(price)).slice(..2)).order_by(f!(id))
        })
        .differs_on(&[Engine::Sqlite], "Django combines no slices there");
    pairs
        .both(
            "Book.objects.order_by().values_list('title').union(Book.objects.order_by().values_list('title'))\
         .order_by('title').count()",
            || Book::objects().order_by(f!()).union(Book::objects().order_by(f!())).count(),
        )
        .differs("of whole rows: columns are chosen last here, so that titles do not make rows equal");
    pairs.both(
        "Book.objects.filter(price__lt=21).order_by().union(Book.objects.filter(pages__lt=100).order_by())\
         .order_by('title', 'id').values_list('id', 'title')",
        move || cheap().union(short()).order_by(f!(title, id)).values_list(f!(id, title)),
    );
    pairs.both(
        "Book.objects.filter(price__lt=21).order_by().union(Book.objects.filter(pages__lt=100).order_by())\
         .order_by('id').first()",
        move || cheap().union(short()).order_by(f!(id)).first(),
    );
    pairs.both("Book.objects.order_by().union(Book.objects.order_by()).filter(pk=1)", || {
        Book::objects().order_by(f!()).union(Book::objects().order_by(f!())).filter(q!(pk = 1))
    });
    pairs.both(
        "Author.objects.filter(pk__in=Author.objects.filter(name='Astrid').order_by()\
         .union(Author.objects.filter(pk=5).order_by()).values('pk'))",
        || {
            let both = Author::objects().filter(q!(name = "Astrid")).order_by(f!());
            let both = both.union(Author::objects().filter(q!(pk = 5)).order_by(f!()));
            Author::objects().filter(q!(pk__in = both.values_list(f!(id))))
        },
    );

    pairs.both(
        "Book.objects.order_by().difference(Book.objects.filter(price__lt=21).order_by(), \
         Book.objects.filter(pages__lt=100).order_by()).order_by('-id')",
        move || Book::objects().order_by(f!()).difference(cheap().union(short())).order_by(f!(-id)),
    );
    pairs.both(
        "Book.objects.order_by().difference(Book.objects.filter(price__lt=21).order_by()).order_by('pages', 'id')\
         .reverse()",
        move || Book::objects().order_by(f!()).difference(cheap()).order_by(f!(pages, id)).reverse(),
    );
    pairs.both(
        "Book.objects.filter(genres__label='saga').order_by().union(Book.objects.filter(genres__label='fiction')\
         .order_by()).order_by('published', 'id')",
        || {
            let of = |label: &'static str| Book::objects().filter(q!(genres__label = label)).order_by(f!());
            of("saga").union(of("fiction")).order_by(f!(published, id))
        },
    );
}

fn loaded(pairs: &mut Pairs) {
    pairs.both(
        "[(b, b.publisher and b.publisher.name, b.publisher and b.publisher.country and b.publisher.country.name) \
         for b in Book.objects.select_related('publisher__country')]",
        || async {
            let books = Book::objects().select_related(f!(publisher__country)).await?;
            let told = books.into_iter().map(|book| {
                let publisher = book.publisher.as_ref().and_then(ForeignKey::loaded).cloned();
                let country = publisher.as_ref().and_then(|publisher| publisher.country.as_ref()?.loaded().cloned());
                (book, publisher.map(|publisher| publisher.name), country.map(|country| country.name))
            });
            Ok(told.collect::<Vec<_>>())
        },
    );
    pairs.both(
        "[(a, a.mentor and a.mentor.mentor) for a in Author.objects.select_related('mentor__mentor', 'country')]",
        || async {
            let authors = Author::objects().select_related(f!(mentor__mentor, country)).await?;
            let told = authors.into_iter().map(|author| {
                assert!(author.country.loaded().is_some(), "the country came along");
                let mentor = author.mentor.as_ref().and_then(ForeignKey::loaded);
                let beyond = mentor.and_then(|mentor| mentor.mentor.as_ref()?.loaded().cloned());
                (author, beyond)
            });
            Ok(told.collect::<Vec<_>>())
        },
    );
    pairs.both(
        "[(r.id, r.book.title, r.reviewer and r.reviewer.name) for r in Review.objects.select_related('book', \
         'reviewer').filter(book__publisher__country='NO').order_by('book__title', 'id')]",
        || async {
            let reviews =
                Review::objects().select_related(f!(book, reviewer)).filter(q!(book__publisher__country = "NO"));
            let told = reviews.order_by(f!(book__title, id)).await?.into_iter().map(|review| {
                let title = review.book.loaded().map(|book| book.title.clone());
                (
                    review.id,
                    title,
                    review.reviewer.as_ref().and_then(ForeignKey::loaded).map(|author| author.name.clone()),
                )
            });
            Ok(told.collect::<Vec<_>>())
        },
    );
    pairs.both(
        "[(b, list(b.genres.all()), list(b.authors.all())) for b in Book.objects.prefetch_related('genres', \
         'authors')]",
        || async {
            let books = Book::objects().prefetch_related(f!(genres, authors)).await?;
            let told = books.into_iter().map(|book| {
                let genres = book.genres.loaded().map(<[Genre]>::to_vec);
                let authors = book.authors.loaded().map(<[Author]>::to_vec);
                (book, genres, authors)
            });
            Ok(told.collect::<Vec<_>>())
        },
    );
    pairs.both(
        "[(r, r.book.publisher and r.book.publisher.name) for r in Review.objects.order_by('id')\
         .prefetch_related('book__publisher')]",
        || async {
            let reviews = Review::objects().order_by(f!(id)).prefetch_related(f!(book__publisher)).await?;
            let told = reviews.into_iter().map(|review| {
                let publisher = review.book.loaded().and_then(|book| book.publisher.as_ref()?.loaded());
                let name = publisher.map(|publisher| publisher.name.clone());
                (review, name)
            });
            Ok(told.collect::<Vec<_>>())
        },
    );
    pairs.both(
        "[(s, [(b, list(b.genres.all())) for b in s.books.all()]) for s in \
         Shelf.objects.prefetch_related('books__genres')]",
        || async {
            let shelves = Shelf::objects().prefetch_related(f!(books__genres)).await?;
            let told = shelves.into_iter().map(|shelf| {
                let books = shelf.books.loaded().unwrap_or_default().iter();
                let books: Vec<_> =
                    books.map(|book| (book.clone(), book.genres.loaded().map(<[Genre]>::to_vec))).collect();
                (shelf, books)
            });
            Ok(told.collect::<Vec<_>>())
        },
    );
    pairs.both(
        "[(b, b.follows and b.follows.title) for b in Book.objects.select_related('follows')\
         .filter(follows__isnull=False)]",
        || async {
            let books = Book::objects().select_related(f!(follows)).filter(q!(follows__isnull = false)).await?;
            let told = books.into_iter().map(|book| {
                let title = book.follows.as_ref().and_then(OneToOne::loaded).map(|first| first.title.clone());
                (book, title)
            });
            Ok(told.collect::<Vec<_>>())
        },
    );
}
