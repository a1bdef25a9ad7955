//! What updates and deletions do: each pair runs in a transaction that is rolled back, and tells the tables afterwards.

use super::literals::{day, moment, span};
use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    updates(pairs);
    deletions(pairs);
}

async fn titles_and_prices() -> Result<Vec<(i64, String, Decimal)>> {
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
    pairs.both(
        "Book.objects.filter(pages__lt=100).update(price=F('price') + D('0.50')), Book.objects.order_by('id')\
         .values_list('id', 'title', 'price')",
        || async {
            let rows = Book::objects().filter(q!(pages__lt = 100)).update(set!(price = F(price) + dec!(0.50))).await?;
            Ok((rows, titles_and_prices().await?))
        },
    );
    pairs.both(
        "Book.objects.filter(publisher__country='NO').update(title='Norsk', price=1), Book.objects.order_by('id')\
         .values_list('id', 'title', 'price')",
        || async {
            let rows =
                Book::objects().filter(q!(publisher__country = "NO")).update(set!(title = "Norsk", price = 1)).await?;
            Ok((rows, titles_and_prices().await?))
        },
    );
    pairs.both(
        "Book.objects.filter(genres__in=[1, 3]).update(price=F('price') * 2), Book.objects.order_by('id')\
         .values_list('id', 'title', 'price')",
        || async {
            let rows = Book::objects().filter(q!(genres__in = [1, 3])).update(set!(price = F(price) * 2)).await?;
            Ok((rows, titles_and_prices().await?))
        },
    );
    pairs.both(
        "Book.objects.exclude(reviews__stars__gte=4).update(title=Concat(Lower('title'), Value('!'))), \
         Book.objects.order_by('id').values_list('id', 'title', 'price')",
        || async {
            let rows = Book::objects()
                .exclude(q!(reviews__stars__gte = 4))
                .update(|b| [b.title().set(b.title().lower().concat("!"))])
                .await?;
            Ok((rows, titles_and_prices().await?))
        },
    );
    pairs.both(
        "Book.objects.annotate(n=Count('reviews')).filter(n__gt=1).update(title='reviewed'), \
         Book.objects.order_by('id').values_list('id', 'title', 'price')",
        || async {
            let rows = Book::objects().filter(|b| b.reviews().count().gt(1)).update(set!(title = "reviewed")).await?;
            Ok((rows, titles_and_prices().await?))
        },
    );
    pairs.both(
        "Book.objects.update(publisher=None, subtitle=None, in_print=False), Book.objects.order_by('id')\
         .values_list('publisher', 'subtitle', 'in_print')",
        || async {
            let rows = Book::objects().update(set!(publisher = None, subtitle = None)).await?;
            Book::objects().update(set!(in_print = false)).await?;
            let left = Book::objects().order_by(f!(id)).values_list(f!(publisher, subtitle, in_print)).await?;
            Ok((rows, left))
        },
    );
    pairs.both(
        "Book.objects.filter(pk=1).update(published=date('2001-02-03'), sold=moment('2001-02-03T04:05:06.7'), \
         listening=span(5), data={'b': [1, None], 'a': 'x'}), Book.objects.filter(pk=1).values_list('published', \
         'sold', 'listening', 'data')",
        || async {
            let one = || Book::objects().filter(q!(pk = 1));
            let data = serde_json::json!({"a": "x", "b": [1, null]});
            let rows = one().update(set!(published = day("2001-02-03"))).await?;
            one().update(set!(sold = moment("2001-02-03T04:05:06.7"), listening = span(5))).await?;
            one().update(set!(data = data)).await?;
            Ok((rows, one().values_list(f!(published, sold, listening, data)).await?))
        },
    );
    pairs.both(
        "Book.objects.filter(publisher=2).update(publisher=Publisher.objects.get(name='suhrkamp')), \
         Book.objects.filter(publisher=7)",
        || async {
            let other = Publisher::objects().get(q!(name = "suhrkamp")).await?;
            let rows = Book::objects().filter(q!(publisher = 2)).update(set!(publisher = &other)).await?;
            Ok((rows, Book::objects().filter(q!(publisher = 7)).await?))
        },
    );
    pairs.both("Book.objects.filter(pk__lt=4).update(pages=F('publisher__founded'))", || async {
        Book::objects().filter(q!(pk__lt = 4)).update(set!(pages = F(publisher__founded))).await
    });
    pairs.both("Book.objects.update(isbn='9')", || Book::objects().update(set!(isbn = "9")));
    pairs.both(
        "Author.objects.filter(mentor=1).update(mentor=F('id')), Author.objects.order_by('id').values_list('id', \
         'mentor')",
        || async {
            let rows = Author::objects().filter(q!(mentor = 1)).update(set!(mentor = F(id))).await?;
            Ok((rows, Author::objects().order_by(f!(id)).values_list(f!(id, mentor)).await?))
        },
    );
    pairs.both("Book.objects.none().update(title='x')", || Book::objects().none().update(set!(title = "x")));

    pairs.both(
        "Book.objects.filter(pk__in=[1, 2]).update(title=Subquery(Review.objects.filter(book=OuterRef('pk'))\
         .order_by('-id').values('text')[:1])), Book.objects.order_by('id').values_list('id', 'title', 'price')",
        || async {
            let text = Review::objects().filter(q!(book = Book::outer(f!(id)))).order_by(f!(-id)).values_list(f!(text));
            let rows = Book::objects()
                .filter(q!(pk__in = [1, 2]))
                .update(|b| [b.title().set(rjango_orm::Expr::subquery(text))])
                .await?;
            Ok((rows, titles_and_prices().await?))
        },
    );
    pairs.both(
        "Publisher.objects.update(founded=Subquery(Book.objects.filter(publisher=OuterRef('pk')).order_by('pages')\
         .values('pages')[:1])), Publisher.objects.order_by('id').values_list('id', 'founded')",
        || async {
            let of_publisher = Book::objects().filter(q!(publisher = Publisher::outer(f!(id)))).order_by(f!(pages));
            let pages = of_publisher.values_list(f!(pages));
            let rows = Publisher::objects().update(|p| [p.founded().set(rjango_orm::Expr::subquery(pages))]).await?;
            Ok((rows, Publisher::objects().order_by(f!(id)).values_list(f!(id, founded)).await?))
        },
    );
    pairs.both(
        "Book.objects.update(pages=Case(When(in_print=True, then=F('id')), default=-F('id'))), \
         Book.objects.order_by('id').values_list('id', 'pages')",
        || async {
            let rows = Book::objects()
                .update(|b| {
                    let pages = rjango_orm::Case::when(b.in_print().exact(true), b.id().cast::<i64>());
                    [b.pages().set(pages.otherwise(b.id().cast::<i64>() * -1))]
                })
                .await?;
            Ok((rows, Book::objects().order_by(f!(id)).values_list(f!(id, pages)).await?))
        },
    );
    pairs.both(
        "Author.objects.filter(pupils__isnull=False).update(rating=F('rating') + 1), Author.objects.order_by('id')\
         .values_list('id', 'rating')",
        || async {
            let rows =
                Author::objects().filter(q!(pupils__isnull = false)).update(set!(rating = F(rating) + 1)).await?;
            Ok((rows, Author::objects().order_by(f!(id)).values_list(f!(id, rating)).await?))
        },
    );
}

fn deletions(pairs: &mut Pairs) {
    pairs.both(
        "Review.objects.filter(stars__lt=3).delete()[0], (Book.objects.count(), Review.objects.count(), \
         Authorship.objects.count(), Author.objects.count())",
        || async {
            let gone = Review::objects().filter(q!(stars__lt = 3)).delete().await?;
            Ok((gone, counts().await?))
        },
    );
    pairs.both(
        "Book.objects.filter(publisher__country='NO').delete()[0], (Book.objects.count(), Review.objects.count(), \
         Authorship.objects.count(), Author.objects.count()), Book.objects.values_list('id', 'follows')",
        || async {
            let gone = Book::objects().filter(q!(publisher__country = "NO")).delete().await?;
            let counts = counts().await?;
            Ok((gone, counts, Book::objects().values_list(f!(id, follows)).await?))
        },
    );
    pairs.both(
        "Book.objects.get(pk=1).delete()[0], Book.objects.filter(pk=2).values_list('id', 'follows'), \
         Shelf.books.through.objects.count()",
        || async {
            let gone = Book::objects().get(q!(pk = 1)).await?.delete().await?;
            let second = Book::objects().filter(q!(pk = 2)).values_list(f!(id, follows)).await?;
            Ok((gone, second, Shelf::objects().aggregate(|s| s.books().count()).await?))
        },
    );
    pairs.both(
        "Publisher.objects.filter(name__startswith='S').delete()[0], Book.objects.order_by('id').values_list('id', \
         'publisher')",
        || async {
            let gone = Publisher::objects().filter(q!(name__startswith = "S")).delete().await?;
            Ok((gone, Book::objects().order_by(f!(id)).values_list(f!(id, publisher)).await?))
        },
    );
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
    pairs.both(
        "Author.objects.filter(pk__in=[1, 7]).delete()[0], Author.objects.order_by('id').values_list('id', \
         'mentor'), Portrait.objects.order_by('pk'), Review.objects.filter(reviewer=None).count()",
        || async {
            let gone = Author::objects().filter(q!(pk__in = [1, 7])).delete().await?;
            let left = Author::objects().order_by(f!(id)).values_list(f!(id, mentor)).await?;
            let portraits = Portrait::objects().order_by(f!(pk)).await?;
            Ok((gone, left, portraits, Review::objects().filter(q!(reviewer = None)).count().await?))
        },
    );
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

    pairs.both(
        "Review.objects.order_by('-stars').filter(book__genres__label='saga').delete()[0], Review.objects.count()",
        || async {
            let gone = Review::objects().order_by(f!(-stars)).filter(q!(book__genres__label = "saga")).delete().await?;
            Ok((gone, Review::objects().count().await?))
        },
    );
    pairs.both("Review.objects.exclude(reviewer__country='NO').delete()[0], Review.objects.order_by('id')", || async {
        let gone = Review::objects().exclude(q!(reviewer__country = "NO")).delete().await?;
        Ok((gone, Review::objects().order_by(f!(id)).await?))
    });
    pairs.both(
        "Review.objects.filter(Exists(Authorship.objects.filter(book=OuterRef('book'), \
         author=OuterRef('reviewer')))).delete()[0]",
        || {
            let own =
                Authorship::objects().filter(q!(book = Review::outer(f!(book)), author = Review::outer(f!(reviewer))));
            Review::objects().filter(|_| Q::exists(own)).delete()
        },
    );
}
