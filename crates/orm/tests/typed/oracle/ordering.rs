//! Orders, slices, distinct rows and columns.

use rjango_orm::Case;

use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    orders(pairs);
    relations(pairs);
    slices(pairs);
    distinct(pairs);
    columns(pairs);
}

fn orders(pairs: &mut Pairs) {
    pairs.both("Book.objects.order_by('-price', 'id')", || Book::objects().order_by(f!(-price, id)));
    pairs.both("Book.objects.order_by('pages', '-id')", || Book::objects().order_by(f!(pages, -id)));
    pairs.both("Book.objects.order_by('weight', 'pk')", || Book::objects().order_by(f!(weight, pk)));
    pairs.both("Book.objects.order_by('-listening', '-pk')", || Book::objects().order_by(f!(-listening, -pk)));
    pairs.both("Book.objects.order_by('in_print', 'published', 'id')", || {
        Book::objects().order_by(f!(in_print, published, id))
    });
    pairs.both("Book.objects.order_by('code')", || Book::objects().order_by(f!(code)));
    pairs.both("Review.objects.order_by('-hour', 'id')", || Review::objects().order_by(f!(-hour, id)));
    pairs.both("Review.objects.order_by('helpful', '-written', 'id')", || {
        Review::objects().order_by(f!(helpful, -written, id))
    });
    pairs.both("Book.objects.order_by(F('discount').asc(nulls_first=True), 'id')", || {
        Book::objects().order_by(|b| (b.discount().asc().nulls_first(), b.id()))
    });
    pairs.both("Book.objects.order_by(F('discount').asc(nulls_last=True), 'id')", || {
        Book::objects().order_by(|b| (b.discount().asc().nulls_last(), b.id()))
    });
    pairs.both("Book.objects.order_by(F('discount').desc(nulls_first=True), 'id')", || {
        Book::objects().order_by(|b| (b.discount().desc().nulls_first(), b.id()))
    });
    pairs.both("Book.objects.order_by(F('discount').desc(nulls_last=True), 'id').reverse()", || {
        Book::objects().order_by(|b| (b.discount().desc().nulls_last(), b.id())).reverse()
    });
    pairs.both("Book.objects.reverse()", || Book::objects().reverse());
    pairs.both("Book.objects.order_by('pages', 'id').reverse().reverse()", || {
        Book::objects().order_by(f!(pages, id)).reverse().reverse()
    });
    pairs
        .both("Book.objects.order_by('title').order_by('id')", || Book::objects().order_by(f!(title)).order_by(f!(id)));
    pairs.both("Book.objects.order_by(Length('title').desc(), Lower('title'), 'id')", || {
        Book::objects().order_by(|b| (b.title().length().desc(), b.title().lower(), b.id()))
    });
    pairs.both("Book.objects.order_by(-F('price') * F('pages'), 'id')", || {
        Book::objects().order_by(|b| ((b.price() * b.pages().cast::<Decimal>() * -1), b.id()))
    });
    pairs.both("Book.objects.order_by(Case(When(in_print=False, then=0), default='pages'), 'id')", || {
        Book::objects().order_by(|b| (Case::when(b.in_print().exact(false), 0).otherwise(b.pages()), b.id()))
    });
    pairs.both("Book.objects.order_by(Coalesce('subtitle', 'title'), 'id')", || {
        Book::objects().order_by(|b| (b.subtitle().coalesce(b.title()), b.id()))
    });
}

fn relations(pairs: &mut Pairs) {
    pairs.both("Book.objects.order_by('publisher', 'id')", || Book::objects().order_by(f!(publisher, id)));
    pairs.both("Book.objects.order_by('-publisher', 'id')", || Book::objects().order_by(f!(-publisher, id)));
    pairs.both("Book.objects.order_by('publisher_id', 'id')", || Book::objects().order_by(f!(publisher__id, id)));
    pairs
        .both("Book.objects.order_by('publisher__name', '-id')", || Book::objects().order_by(f!(publisher__name, -id)));
    pairs.both("Book.objects.order_by('publisher__country', 'id')", || {
        Book::objects().order_by(f!(publisher__country, id))
    });
    pairs.both("Book.objects.order_by('-publisher__country__population', 'id')", || {
        Book::objects().order_by(f!(-publisher__country__population, id))
    });
    pairs.both("Book.objects.order_by('follows', 'id')", || Book::objects().order_by(f!(follows, id)));
    pairs.both("Book.objects.order_by('sequel__title', 'id')", || Book::objects().order_by(f!(sequel__title, id)));
    pairs.both("Book.objects.order_by('genres__label', 'id')", || Book::objects().order_by(f!(genres__label, id)));
    pairs.both("Book.objects.order_by('genres', 'id')", || Book::objects().order_by(f!(genres, id)));
    pairs.both("Book.objects.filter(genres__label__startswith='s').order_by('-genres__label', 'id')", || {
        Book::objects().filter(q!(genres__label__startswith = "s")).order_by(f!(-genres__label, id))
    });
    pairs.both("Author.objects.order_by('mentor__mentor', 'mentor', 'id')", || {
        Author::objects().order_by(f!(mentor__mentor, mentor, id))
    });
    pairs.both("Authorship.objects.all()", || Authorship::objects().all());
    pairs.both("Authorship.objects.reverse()", || Authorship::objects().reverse());
    pairs.both("Authorship.objects.order_by('author', 'book')", || Authorship::objects().order_by(f!(author, book)));
    pairs.both("Portrait.objects.order_by('author')", || Portrait::objects().order_by(f!(author)));
    pairs.both("Portrait.objects.order_by('-pk')", || Portrait::objects().order_by(f!(-pk)));
    pairs.both("Author.objects.order_by('portrait__width', 'id')", || {
        Author::objects().order_by(f!(portrait__width, id))
    });
    pairs.both("Author.objects.order_by(F('portrait__width').desc(nulls_last=True), 'id')", || {
        Author::objects().order_by(|a| (a.portrait().width().desc().nulls_last(), a.id()))
    });
}

fn slices(pairs: &mut Pairs) {
    pairs.both("Book.objects.all()[2:5]", || Book::objects().slice(2..5));
    pairs.both("Book.objects.all()[17:]", || Book::objects().slice(17..));
    pairs.both("Book.objects.all()[:0]", || Book::objects().slice(..0));
    pairs.both("Book.objects.all()[18:40]", || Book::objects().slice(18..40));
    pairs.both("Book.objects.all()[40:50]", || Book::objects().slice(40..50));
    pairs.both("Book.objects.all()[2:10][3:5]", || Book::objects().slice(2..10).slice(3..5));
    pairs.both("Book.objects.all()[5:][:3]", || Book::objects().slice(5..).slice(..3));
    pairs.both("Book.objects.all()[2:4][5:]", || Book::objects().slice(2..4).slice(5..));
    pairs.both("Book.objects.all()[2:5].count()", || Book::objects().slice(2..5).count());
    pairs.both("Book.objects.all()[30:].count()", || Book::objects().slice(30..).count());
    pairs.both("Book.objects.all()[19:25].exists()", || Book::objects().slice(19..25).exists());
    pairs.both("Book.objects.all()[20:25].exists()", || Book::objects().slice(20..25).exists());
    pairs.both("Book.objects.all()[3:6].first()", || Book::objects().slice(3..6).first());
    pairs.both("Book.objects.all()[:3].filter(pk=1)", || Book::objects().slice(..3).filter(q!(pk = 1)));
    pairs.both("Book.objects.all()[:3].order_by('id')", || Book::objects().slice(..3).order_by(f!(id)));
    pairs.both("Book.objects.all()[:3].reverse()", || Book::objects().slice(..3).reverse());
    pairs.both("Book.objects.all()[:3].delete()", || Book::objects().slice(..3).delete());
    pairs.both("Book.objects.filter(genres__isnull=False)[4:9]", || {
        Book::objects().filter(q!(genres__isnull = false)).slice(4..9)
    });
    pairs.both("Book.objects.order_by('-pages', 'id').values_list('pages', flat=True)[1:4]", || {
        Book::objects().order_by(f!(-pages, id)).slice(1..4).values_list(f!(pages))
    });
}

fn distinct(pairs: &mut Pairs) {
    pairs.both("Book.objects.filter(genres__in=[1, 3]).distinct()", || {
        Book::objects().filter(q!(genres__in = [1, 3])).distinct()
    });
    pairs.both("Book.objects.filter(genres__in=[1, 3]).distinct().count()", || {
        Book::objects().filter(q!(genres__in = [1, 3])).distinct().count()
    });
    pairs.both("Book.objects.filter(genres__in=[1, 3]).count()", || {
        Book::objects().filter(q!(genres__in = [1, 3])).count()
    });
    pairs.both("Book.objects.filter(genres__in=[1, 3]).distinct()[1:3]", || {
        Book::objects().filter(q!(genres__in = [1, 3])).distinct().slice(1..3)
    });
    pairs.both("Book.objects.filter(genres__in=[1, 3]).distinct()[1:3].count()", || {
        Book::objects().filter(q!(genres__in = [1, 3])).distinct().slice(1..3).count()
    });
    pairs.both("Book.objects.order_by('in_print').values_list('in_print', flat=True).distinct()", || {
        Book::objects().order_by(f!(in_print)).values_list(f!(in_print)).distinct()
    });
    pairs.both("Book.objects.order_by('title').values_list('title', flat=True).distinct()", || {
        Book::objects().order_by(f!(title)).values_list(f!(title)).distinct()
    });
    pairs.both(
        "Book.objects.order_by('publisher__country__code').values_list('publisher__country', flat=True).distinct()",
        || {
            Book::objects()
                .order_by(f!(publisher__country__code))
                .values_list(|b| b.publisher().country().code())
                .distinct()
        },
    );
    pairs
        .both("Author.objects.order_by('country').values_list('country', flat=True).distinct()", || {
            Author::objects().order_by(f!(country)).values_list(f!(country)).distinct()
        })
        .differs("a relation means its model's order; Django takes the column once it is among the values");
    pairs
        .both("Author.objects.order_by('-country', 'id').values_list('country', 'id')", || {
            Author::objects().order_by(f!(-country, id)).values_list(f!(country, id))
        })
        .differs("as above");
    pairs.both("Book.objects.order_by('genres__label', 'id').distinct()", || {
        Book::objects().order_by(f!(genres__label, id)).distinct()
    });
    pairs.both("Book.objects.order_by('-pages').values_list('in_print', flat=True).distinct()", || {
        Book::objects().order_by(f!(-pages)).values_list(f!(in_print)).distinct()
    });
    pairs.both("Author.objects.filter(book__genres__label='crime').distinct().count()", || {
        Author::objects().filter(q!(book__genres__label = "crime")).distinct().count()
    });
    pairs.both("sorted(Author.objects.order_by().values_list('name', flat=True).distinct())", || async {
        let mut names = Author::objects().order_by(f!()).values_list(f!(name)).distinct().await?;
        names.sort();
        Ok(names)
    });

    pairs.both("Book.objects.values_list('in_print', flat=True).distinct()", || {
        Book::objects().values_list(f!(in_print)).distinct()
    });
    pairs.both("Book.objects.order_by('-reviews__written', 'id').distinct()[:8]", || {
        Book::objects().order_by(f!(-reviews__written, id)).distinct().slice(..8)
    });
    pairs.both("Book.objects.order_by('pages').values_list('pages', flat=True).distinct()[2:6]", || {
        Book::objects().order_by(f!(pages)).distinct().slice(2..6).values_list(f!(pages))
    });
    pairs.both("Book.objects.order_by('title').values_list('title', flat=True).distinct().first()", || {
        Book::objects().order_by(f!(title)).values_list(f!(title)).distinct().first()
    });
}

fn columns(pairs: &mut Pairs) {
    pairs.both(
        "Book.objects.order_by('id').values_list('title', 'subtitle', 'isbn', 'pages', 'price', 'discount', \
         'weight')",
        || Book::objects().order_by(f!(id)).values_list(f!(title, subtitle, isbn, pages, price, discount, weight)),
    );
    pairs.both(
        "Book.objects.order_by('id').values_list('in_print', 'published', 'added', 'sold', 'listening', 'code', \
         'data')",
        || Book::objects().order_by(f!(id)).values_list(f!(in_print, published, added, sold, listening, code, data)),
    );
    pairs.both(
        "Review.objects.order_by('id').values_list('book', 'reviewer', 'stars', 'text', 'written', 'hour', \
         'helpful')",
        || Review::objects().order_by(f!(id)).values_list(f!(book, reviewer, stars, text, written, hour, helpful)),
    );
    pairs.both(
        "Author.objects.order_by('id').values_list('name', 'nickname', 'born', 'country', 'mentor', 'rating')",
        || Author::objects().order_by(f!(id)).values_list(f!(name, nickname, born, country, mentor, rating)),
    );
    pairs.both(
        "Publisher.objects.values_list('name', 'country', 'founded', 'independent', 'country__population')",
        || {
            Publisher::objects()
                .values_list(|p| (p.name(), p.country(), p.founded(), p.independent(), p.country().population()))
        },
    );
    pairs.both("Shelf.objects.values_list('pk', 'name')", || Shelf::objects().values_list(f!(pk, name)));
    pairs.both(
        "Book.objects.order_by('id', 'genres__id').values_list('id', 'genres__label', 'publisher__country__name')",
        || {
            Book::objects()
                .order_by(f!(id, genres__id))
                .values_list(|b| (b.id(), b.genres().label(), b.publisher().country().name()))
        },
    );
    pairs.both(
        "Author.objects.order_by('id', 'pupils__id').values_list('name', 'pupils__name', 'mentor__mentor__name')",
        || {
            Author::objects()
                .order_by(f!(id, pupils__id))
                .values_list(|a| (a.name(), a.pupils().name(), a.mentor().mentor().name()))
        },
    );
    pairs.both("Book.objects.values_list('title', flat=True).first()", || {
        Book::objects().values_list(f!(title)).first()
    });
    pairs.both("Book.objects.order_by('title').values_list('title', flat=True)[:5]", || {
        Book::objects().order_by(f!(title)).slice(..5).values_list(f!(title))
    });
}
