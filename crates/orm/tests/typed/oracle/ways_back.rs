//! The rows that an instance leads to.

use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    ways_back(pairs);
}

fn ways_back(pairs: &mut Pairs) {
    pairs.both("Publisher.objects.get(pk=1).books.filter(pages__gt=100)", || async {
        Publisher::objects().get(q!(pk = 1)).await?.books().filter(q!(pages__gt = 100)).await
    });
    pairs.both("Country.objects.get(pk='DE').publisher_set.count()", || async {
        Country::objects().get(q!(pk = "DE")).await?.publisher_set().count().await
    });
    pairs.both("Author.objects.get(pk=1).pupils.all()", || async {
        Author::objects().get(q!(pk = 1)).await?.pupils().await
    });
    pairs.both("Author.objects.get(pk=1).portrait.caption", || async {
        Ok(Author::objects().get(q!(pk = 1)).await?.portrait().await?.caption)
    });
    pairs.both("Author.objects.get(pk=3).portrait", || async {
        Author::objects().get(q!(pk = 3)).await?.portrait().await
    });
    pairs.both("Book.objects.get(pk=1).authors.all()", || async {
        Book::objects().get(q!(pk = 1)).await?.authors.all().await
    });
    pairs.both("Author.objects.get(pk=8).book_set.filter(publisher__country='DE')", || async {
        Author::objects().get(q!(pk = 8)).await?.book_set().filter(q!(publisher__country = "DE")).await
    });
    pairs.both("Book.objects.get(pk=1).genres.all()", || async {
        Book::objects().get(q!(pk = 1)).await?.genres.all().await
    });
    pairs.both("Genre.objects.get(label='saga').books.exclude(genres=1)", || async {
        Genre::objects().get(q!(label = "saga")).await?.books().exclude(q!(genres = 1)).await
    });
    pairs.both("Author.objects.get(pk=8).book_set.filter(authorship__role='author')", || async {
        Author::objects().get(q!(pk = 8)).await?.book_set().filter(q!(authorship__role = "author")).await
    });
    pairs.both("Book.objects.get(pk=1).authors.filter(authorship__role='author')", || async {
        Book::objects().get(q!(pk = 1)).await?.authors.all().filter(q!(authorship__role = "author")).await
    });
    pairs.both("Book.objects.get(pk=1).authors.exclude(authorship__role='author')", || async {
        Book::objects().get(q!(pk = 1)).await?.authors.all().exclude(q!(authorship__role = "author")).await
    });
    pairs.both(
        "Book.objects.get(pk=1).authors.filter(authorship__position__gt=1).filter(authorship__role='author')",
        || async {
            let later = Book::objects().get(q!(pk = 1)).await?.authors.all().filter(q!(authorship__position__gt = 1));
            later.filter(q!(authorship__role = "author")).await
        },
    );
    pairs.both(
        "Book.objects.get(pk=1).authors.annotate(n=Count('book')).order_by('id').values_list('id', 'n')",
        || async {
            let authors = Book::objects().get(q!(pk = 1)).await?.authors.all();
            authors.order_by(f!(id)).values_list(|a| (a.id(), a.book().count())).await
        },
    );
    pairs.both("Book.objects.get(pk=5).authors.all()", || async {
        Book::objects().get(q!(pk = 5)).await?.authors.all().await
    });
    pairs.both("Genre.objects.get(label='saga').books.filter(genres=1)", || async {
        Genre::objects().get(q!(label = "saga")).await?.books().filter(q!(genres = 1)).await
    });
    pairs.both(
        "Book.objects.get(pk=1).genres.update(parent=5), rows(Genre.objects.values_list('id', 'parent'))",
        || async {
            let changed = Book::objects().get(q!(pk = 1)).await?.genres.all().update(set!(parent = 5)).await?;
            Ok((changed, Genre::objects().values_list(f!(id, parent)).await?))
        },
    );
    pairs.both("Author.objects.get(pk=3).book_set.count()", || async {
        Author::objects().get(q!(pk = 3)).await?.book_set().count().await
    });
    pairs.both("Book.objects.get(pk=1).shelf_set.all()", || async {
        Book::objects().get(q!(pk = 1)).await?.shelf_set().await
    });
    pairs.both("Book.objects.get(pk=15).sequel.sequel.follows.title", || async {
        let third = Book::objects().get(q!(pk = 15)).await?.sequel().await?.sequel().await?;
        match &third.follows {
            Some(second) => Ok(Some(second.get().await?.title)),
            None => Ok(None),
        }
    });

    pairs.both(
        "Genre.objects.get(label='poems').books.create(title='z', pages=1, price=1, in_print=True, \
         added=moment('2020-01-01T00:00:00')).title, Genre.objects.get(label='poems').books.count()",
        || async {
            let poems = Genre::objects().get(q!(label = "poems")).await?;
            let book = Book { title: "z".into(), code: ::uuid::Uuid::from_u128(77), ..Default::default() };
            let book = poems.books().create(book).await?;
            Ok((book.title, poems.books().count().await?))
        },
    );
    pairs.both(
        "Genre.objects.get(label='poems').books.get_or_create(title='z', defaults={'pages': 1, 'price': 1, \
         'in_print': True, 'added': moment('2020-01-01T00:00:00')})[1], Genre.objects.get(label='poems')\
         .books.count()",
        || async {
            let poems = Genre::objects().get(q!(label = "poems")).await?;
            let (_, created) = poems.books().get_or_create_with(set!(title = "z"), set!(pages = 1)).await?;
            Ok((created, poems.books().count().await?))
        },
    );
    pairs.both("Author.objects.get(pk=6).book_set.create(title='z', pages=1, price=1)", || async {
        Author::objects().get(q!(pk = 6)).await?.book_set().create(Book { title: "z".into(), ..Default::default() }).await
    })
    .differs("over a through model rows are made as rows of that model; Django's error is of the database, for want of values");
    pairs.both(
        "(lambda found: (found[0].label, found[1], found[0].parent.label))(Genre.objects.get(label='saga')\
         .children.get_or_create(label='family'))",
        || async {
            let saga = Genre::objects().get(q!(label = "saga")).await?;
            let (family, created) = saga.children().get_or_create(set!(label = "family")).await?;
            let parent = match family.parent {
                Some(parent) => Some(parent.get().await?.label),
                None => None,
            };
            Ok((family.label, created, parent))
        },
    );
    pairs.both("Author.objects.get(pk=2).pupils.update(rating=1), Author.objects.filter(rating=1)", || async {
        let changed = Author::objects().get(q!(pk = 2)).await?.pupils().update(set!(rating = 1.0)).await?;
        Ok((changed, Author::objects().filter(q!(rating = 1.0)).await?))
    });
    pairs.both(
        "Genre.objects.get(label='saga').books.filter(pages=1200).delete()[0], Book.objects.count()",
        || async {
            let saga = Genre::objects().get(q!(label = "saga")).await?;
            let gone = saga.books().filter(q!(pages = 1200)).delete().await?;
            Ok((gone, Book::objects().count().await?))
        },
    );
    pairs.both("Book.objects.get(pk=1).genres.filter(parent=1).aggregate(n=Count('books'))['n']", || async {
        let genres = Book::objects().get(q!(pk = 1)).await?.genres.all().filter(q!(parent = 1));
        genres.aggregate(|g| g.books().count()).await
    });
    pairs.both("Book.objects.get(pk=1).genres.order_by('-label')[:1]", || async {
        Book::objects().get(q!(pk = 1)).await?.genres.all().order_by(f!(-label)).slice(..1).await
    });
}
