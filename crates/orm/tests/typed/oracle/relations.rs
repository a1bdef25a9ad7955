//! Lookups over relations: forward, back, many to many, to itself, over several, and what `exclude` makes of them.

use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    forward(pairs);
    back(pairs);
    many_valued(pairs);
    excluded(pairs);
    compared(pairs);
    queries_in_queries(pairs);
    ways_back(pairs);
}

fn forward(pairs: &mut Pairs) {
    pairs.both("Book.objects.filter(publisher=1)", || Book::objects().filter(q!(publisher = 1)));
    pairs.both("Book.objects.filter(publisher=None)", || Book::objects().filter(q!(publisher = None)));
    pairs
        .both("Book.objects.filter(publisher__isnull=False)", || Book::objects().filter(q!(publisher__isnull = false)));
    pairs.both("Book.objects.filter(publisher__pk__in=[2, 5])", || {
        Book::objects().filter(q!(publisher__pk__in = [2, 5]))
    });
    pairs.both("Book.objects.filter(publisher__in=[3, 4])", || Book::objects().filter(q!(publisher__in = [3, 4])));
    pairs.both("Book.objects.filter(publisher__name__iexact='suhrkamp')", || {
        Book::objects().filter(q!(publisher__name__iexact = "suhrkamp"))
    });
    pairs
        .both("Book.objects.filter(publisher__country='NO')", || Book::objects().filter(q!(publisher__country = "NO")));
    pairs.both("Book.objects.filter(publisher__country__name='Norway')", || {
        Book::objects().filter(q!(publisher__country__name = "Norway"))
    });
    pairs
        .both("Book.objects.filter(publisher__country=None)", || Book::objects().filter(q!(publisher__country = None)));
    pairs.both("Book.objects.filter(publisher__country__isnull=False)", || {
        Book::objects().filter(q!(publisher__country__isnull = false))
    });
    pairs.both("Book.objects.filter(publisher__country__name__isnull=True)", || {
        Book::objects().filter(q!(publisher__country__name__isnull = true))
    });
    pairs.both("Book.objects.filter(Q(publisher__country__name='Iceland') | Q(pages__lt=30))", || {
        Book::objects().filter(q!(publisher__country__name = "Iceland" | pages__lt = 30))
    });
    pairs.both("Book.objects.filter(Q(publisher=None) | Q(publisher__independent=True))", || {
        Book::objects().filter(q!(publisher = None | publisher__independent = true))
    });
    pairs.both("Book.objects.filter(follows__title='Echo')", || Book::objects().filter(q!(follows__title = "Echo")));
    pairs.both("Book.objects.filter(follows__follows__title='Night train')", || {
        Book::objects().filter(q!(follows__follows__title = "Night train"))
    });
    pairs.both("Author.objects.filter(mentor__mentor__name='Astrid')", || {
        Author::objects().filter(q!(mentor__mentor__name = "Astrid"))
    });
    pairs.both("Author.objects.filter(mentor__country__code__startswith='N')", || {
        Author::objects().filter(q!(mentor__country__code__startswith = "N"))
    });
    pairs.both("Review.objects.filter(book__publisher__country='IS', reviewer__rating__gt=0).order_by('id')", || {
        Review::objects().filter(q!(book__publisher__country = "IS", reviewer__rating__gt = 0)).order_by(f!(id))
    });
}

fn back(pairs: &mut Pairs) {
    pairs.both("Book.objects.filter(sequel__title='Echo')", || Book::objects().filter(q!(sequel__title = "Echo")));
    pairs.both("Book.objects.filter(sequel__isnull=False)", || Book::objects().filter(q!(sequel__isnull = false)));
    pairs.both("Book.objects.filter(sequel__sequel__isnull=False)", || {
        Book::objects().filter(q!(sequel__sequel__isnull = false))
    });
    pairs.both("Book.objects.filter(sequel=17)", || Book::objects().filter(q!(sequel = 17)));
    pairs.both("Author.objects.filter(portrait__width__gt=500)", || {
        Author::objects().filter(q!(portrait__width__gt = 500))
    });
    pairs
        .both("Author.objects.filter(portrait__isnull=True)", || Author::objects().filter(q!(portrait__isnull = true)));
    pairs
        .both("Author.objects.exclude(portrait__caption='')", || Author::objects().exclude(q!(portrait__caption = "")));
    pairs.both("Author.objects.filter(portrait=2)", || Author::objects().filter(q!(portrait = 2)));
    pairs.both("Publisher.objects.filter(books__pages__gt=400)", || {
        Publisher::objects().filter(q!(books__pages__gt = 400))
    });
    pairs
        .both("Publisher.objects.filter(books__isnull=True)", || Publisher::objects().filter(q!(books__isnull = true)));
    pairs.both("Country.objects.filter(publisher__books__in_print=False)", || {
        Country::objects().filter(q!(publisher__books__in_print = false))
    });
    pairs.both("Country.objects.filter(authors__name='Astrid').distinct()", || {
        Country::objects().filter(q!(authors__name = "Astrid")).distinct()
    });
    pairs.both("Author.objects.filter(pupils__name='Dag')", || Author::objects().filter(q!(pupils__name = "Dag")));
    pairs.both("Author.objects.filter(pupils__pupils__isnull=False).distinct()", || {
        Author::objects().filter(q!(pupils__pupils__isnull = false)).distinct()
    });
    pairs.both("Genre.objects.filter(children__children__label='nordic-noir')", || {
        Genre::objects().filter(q!(children__children__label = "nordic-noir"))
    });
}

fn many_valued(pairs: &mut Pairs) {
    pairs.both("Book.objects.filter(genres=3)", || Book::objects().filter(q!(genres = 3)));
    pairs.both("Book.objects.filter(genres__label='crime')", || Book::objects().filter(q!(genres__label = "crime")));
    pairs.both("Book.objects.filter(genres__parent__label='fiction')", || {
        Book::objects().filter(q!(genres__parent__label = "fiction"))
    });
    pairs.both("Book.objects.filter(genres__in=[1, 3])", || Book::objects().filter(q!(genres__in = [1, 3])));
    pairs.both("Book.objects.filter(genres__label__in=['fiction', 'saga']).distinct()", || {
        Book::objects().filter(q!(genres__label__in = ["fiction", "saga"])).distinct()
    });
    pairs.both("Book.objects.filter(genres__isnull=True)", || Book::objects().filter(q!(genres__isnull = true)));
    pairs.both("Book.objects.filter(genres=1, genres__label='saga')", || {
        Book::objects().filter(q!(genres = 1, genres__label = "saga"))
    });
    pairs.both("Book.objects.filter(genres=1).filter(genres__label='saga')", || {
        Book::objects().filter(q!(genres = 1)).filter(q!(genres__label = "saga"))
    });
    pairs.both("Book.objects.filter(authors__name='Gerd')", || Book::objects().filter(q!(authors__name = "Gerd")));
    pairs.both("Book.objects.filter(authorship__role='translator', authorship__author=8)", || {
        Book::objects().filter(q!(authorship__role = "translator", authorship__author = 8))
    });
    pairs.both("Book.objects.filter(authors=8, authorship__role='author')", || {
        Book::objects().filter(q!(authors = 8, authorship__role = "author"))
    });
    pairs.both("Book.objects.filter(authors=8).filter(authorship__role='author')", || {
        Book::objects().filter(q!(authors = 8)).filter(q!(authorship__role = "author"))
    });
    pairs.both("Book.objects.filter(~Q(authorship__role='author'), authors=8)", || {
        Book::objects().filter(q!(!authorship__role = "author", authors = 8))
    });
    pairs.both("Book.objects.filter(Q(authors=8), ~Q(authorship__role='author'))", || {
        Book::objects().filter(q!(authors = 8, !authorship__role = "author"))
    });
    pairs.both("Book.objects.filter(Q(genres__label='saga'), ~Q(genres__label='poems'))", || {
        Book::objects().filter(q!(genres__label = "saga", !genres__label = "poems"))
    });
    pairs.both("Book.objects.filter(~Q(genres__label='poems'), Q(genres__label='saga'))", || {
        Book::objects().filter(q!(!genres__label = "poems", genres__label = "saga"))
    });
    pairs.both("Book.objects.filter(authorship__role='translator').filter(authorship__author=1)", || {
        Book::objects().filter(q!(authorship__role = "translator")).filter(q!(authorship__author = 1))
    });
    pairs.both("Book.objects.filter(authorship__role='translator', authorship__author=1)", || {
        Book::objects().filter(q!(authorship__role = "translator", authorship__author = 1))
    });
    pairs.both("Book.objects.filter(reviews__stars=5, reviews__helpful=None)", || {
        Book::objects().filter(q!(reviews__stars = 5, reviews__helpful = None))
    });
    pairs.both("Book.objects.filter(reviews__stars=5).filter(reviews__helpful=None)", || {
        Book::objects().filter(q!(reviews__stars = 5)).filter(q!(reviews__helpful = None))
    });
    pairs.both("Book.objects.filter(reviews__stars__gte=4).filter(reviews__stars__lte=4)", || {
        Book::objects().filter(q!(reviews__stars__gte = 4)).filter(q!(reviews__stars__lte = 4))
    });
    pairs.both("Book.objects.filter(Q(reviews__stars=5) | Q(genres__label='crime')).distinct()", || {
        Book::objects().filter(q!(reviews__stars = 5 | genres__label = "crime")).distinct()
    });
    pairs.both("Book.objects.filter(Q(reviews__stars=5) | Q(reviews__text=''), genres__label='saga')", || {
        Book::objects().filter(q!((reviews__stars = 5 | reviews__text = ""), genres__label = "saga"))
    });
    pairs.both("Book.objects.filter(reviews__reviewer__country='NO').distinct()", || {
        Book::objects().filter(q!(reviews__reviewer__country = "NO")).distinct()
    });
    pairs.both("Book.objects.filter(reviews__reviewer__isnull=True)", || {
        Book::objects().filter(q!(reviews__reviewer__isnull = true))
    });
    pairs.both("Shelf.objects.filter(books__genres__label='saga').distinct()", || {
        Shelf::objects().filter(q!(books__genres__label = "saga")).distinct()
    });
    pairs.both("Book.objects.filter(shelf__name='Door', genres__label='crime')", || {
        Book::objects().filter(q!(shelf__name = "Door", genres__label = "crime"))
    });
    pairs.both("Genre.objects.filter(books__publisher__country__name='Germany')", || {
        Genre::objects().filter(q!(books__publisher__country__name = "Germany"))
    });
    pairs.both("Country.objects.filter(authors__book__reviews__stars=5)", || {
        Country::objects().filter(q!(authors__book__reviews__stars = 5))
    });
}

fn excluded(pairs: &mut Pairs) {
    pairs.both("Book.objects.exclude(publisher=1)", || Book::objects().exclude(q!(publisher = 1)));
    pairs.both("Book.objects.exclude(publisher=None)", || Book::objects().exclude(q!(publisher = None)));
    pairs.both("Book.objects.exclude(publisher__name='Gyldendal')", || {
        Book::objects().exclude(q!(publisher__name = "Gyldendal"))
    });
    pairs.both("Book.objects.exclude(publisher__country='NO')", || {
        Book::objects().exclude(q!(publisher__country = "NO"))
    });
    pairs.both("Book.objects.exclude(publisher__country=None)", || {
        Book::objects().exclude(q!(publisher__country = None))
    });
    pairs.both("Book.objects.exclude(publisher__country__name='Norway', in_print=True)", || {
        Book::objects().exclude(q!(publisher__country__name = "Norway", in_print = true))
    });
    pairs.both("Book.objects.exclude(follows__title='Echo')", || Book::objects().exclude(q!(follows__title = "Echo")));
    pairs.both("Book.objects.exclude(sequel__title='Echo')", || Book::objects().exclude(q!(sequel__title = "Echo")));
    pairs.both("Author.objects.exclude(mentor__mentor__name='Astrid')", || {
        Author::objects().exclude(q!(mentor__mentor__name = "Astrid"))
    });
    pairs.both("Author.objects.exclude(mentor__nickname='Bear')", || {
        Author::objects().exclude(q!(mentor__nickname = "Bear"))
    });
    pairs.both("Author.objects.exclude(pupils__name='Dag')", || Author::objects().exclude(q!(pupils__name = "Dag")));
    pairs.both("Author.objects.exclude(pupils__nickname=None)", || {
        Author::objects().exclude(q!(pupils__nickname = None))
    });
    pairs.both("Book.objects.exclude(genres__label='crime')", || Book::objects().exclude(q!(genres__label = "crime")));
    pairs.both("Book.objects.exclude(genres__isnull=True)", || Book::objects().exclude(q!(genres__isnull = true)));
    pairs.both("Book.objects.exclude(genres=None)", || Book::objects().exclude(q!(genres = None)));
    pairs.both("Book.objects.exclude(genres__parent__label='fiction')", || {
        Book::objects().exclude(q!(genres__parent__label = "fiction"))
    });
    pairs.both("Book.objects.exclude(reviews__stars__gte=4)", || Book::objects().exclude(q!(reviews__stars__gte = 4)));
    pairs.both("Book.objects.exclude(reviews__stars=5, reviews__helpful=False)", || {
        Book::objects().exclude(q!(reviews__stars = 5, reviews__helpful = false))
    });
    pairs.both("Book.objects.exclude(Q(reviews__stars=5) | Q(genres__label='crime'))", || {
        Book::objects().exclude(q!(reviews__stars = 5 | genres__label = "crime"))
    });
    pairs
        .both("Book.objects.exclude(reviews__reviewer=None)", || Book::objects().exclude(q!(reviews__reviewer = None)));
    pairs.both("Book.objects.exclude(reviews__reviewer__nickname='Bear')", || {
        Book::objects().exclude(q!(reviews__reviewer__nickname = "Bear"))
    });
    pairs.both("Book.objects.exclude(reviews__isnull=False)", || Book::objects().exclude(q!(reviews__isnull = false)));
    pairs.both("Book.objects.filter(~Q(reviews__stars=5), genres__label='saga')", || {
        Book::objects().filter(q!(!reviews__stars = 5, genres__label = "saga"))
    });
    pairs.both("Book.objects.filter(genres__label='saga').exclude(genres__label='poems')", || {
        Book::objects().filter(q!(genres__label = "saga")).exclude(q!(genres__label = "poems"))
    });
    pairs.both("Book.objects.filter(~Q(~Q(genres__label='saga')))", || {
        Book::objects().filter(q!(!(!genres__label = "saga")))
    });
    pairs.both("Book.objects.exclude(authors__portrait__width=640)", || {
        Book::objects().exclude(q!(authors__portrait__width = 640))
    });
    pairs.both("Publisher.objects.exclude(books__reviews__stars__lt=3)", || {
        Publisher::objects().exclude(q!(books__reviews__stars__lt = 3))
    });
    pairs.both("Shelf.objects.exclude(books__genres__label='crime')", || {
        Shelf::objects().exclude(q!(books__genres__label = "crime"))
    });
}

fn compared(pairs: &mut Pairs) {
    pairs.both("Author.objects.filter(mentor__country=F('country'))", || {
        Author::objects().filter(q!(mentor__country = F(country)))
    });
    pairs.both("Author.objects.exclude(mentor__country=F('country'))", || {
        Author::objects().exclude(q!(mentor__country = F(country)))
    });
    pairs.both("Book.objects.filter(follows__price__lt=F('price'))", || {
        Book::objects().filter(q!(follows__price__lt = F(price)))
    });
    pairs.both("Book.objects.exclude(follows__price__lt=F('price'))", || {
        Book::objects().exclude(q!(follows__price__lt = F(price)))
    });
    pairs.both("Book.objects.exclude(price__gt=F('follows__price'))", || {
        Book::objects().exclude(q!(price__gt = F(follows__price)))
    }).differs("what follows nothing costs no more than that; Django asks whether the right side's field may be NULL, not whether its row may be missing");
    pairs.both("Book.objects.filter(authors__born__year__lt=F('publisher__founded'))", || {
        Book::objects().filter(|b| b.authors().born().year().lt(b.publisher().founded().cast::<i64>()))
    });
    pairs.both("Review.objects.filter(reviewer__country=F('book__publisher__country')).order_by('id')", || {
        Review::objects().filter(q!(reviewer__country = F(book__publisher__country))).order_by(f!(id))
    });
    pairs.both("Book.objects.filter(reviews__stars=F('reviews__reviewer__rating') + 1)", || {
        Book::objects().filter(|b| b.reviews().stars().cast::<f64>().exact(b.reviews().reviewer().rating() + 1.0))
    });
    pairs
        .both("Book.objects.filter(title=F('sequel__title'))", || Book::objects().filter(q!(title = F(sequel__title))));
    pairs.both("Book.objects.filter(title__startswith=F('follows__title'))", || {
        Book::objects().filter(q!(title__startswith = F(follows__title)))
    });
    pairs.both("Author.objects.exclude(book__reviews__reviewer=F('id'))", || {
        Author::objects().exclude(|a| a.book().reviews().reviewer().id().exact(a.id()))
    });
}

fn queries_in_queries(pairs: &mut Pairs) {
    pairs.both("Book.objects.filter(publisher__in=Publisher.objects.filter(independent=True))", || {
        Book::objects().filter(q!(publisher__in = Publisher::objects().filter(q!(independent = true))))
    });
    pairs.both("Book.objects.exclude(publisher__in=Publisher.objects.filter(independent=True))", || {
        Book::objects().exclude(q!(publisher__in = Publisher::objects().filter(q!(independent = true))))
    });
    pairs.both("Book.objects.filter(genres__in=Genre.objects.filter(parent=None)).distinct()", || {
        Book::objects().filter(q!(genres__in = Genre::objects().filter(q!(parent = None)))).distinct()
    });
    pairs.both("Book.objects.exclude(genres__in=Genre.objects.filter(parent=None))", || {
        Book::objects().exclude(q!(genres__in = Genre::objects().filter(q!(parent = None))))
    });
    pairs.both("Book.objects.filter(pk__in=Review.objects.filter(stars=5).values('book'))", || {
        Book::objects().filter(q!(pk__in = Review::objects().filter(q!(stars = 5)).values_list(f!(book__id))))
    });
    pairs.both("Author.objects.filter(pk__in=Review.objects.values('reviewer'))", || {
        Author::objects().filter(q!(pk__in = Review::objects().values_list(f!(reviewer__id))))
    });
    pairs.both("Author.objects.exclude(pk__in=Review.objects.values('reviewer'))", || {
        Author::objects().exclude(q!(pk__in = Review::objects().values_list(f!(reviewer__id))))
    });
    pairs.both(
        "Book.objects.filter(title__in=Book.objects.filter(in_print=False).values('title'), in_print=True)",
        || {
            let titles = Book::objects().filter(q!(in_print = false)).values_list(f!(title));
            Book::objects().filter(q!(title__in = titles, in_print = true))
        },
    );
    pairs.both("Book.objects.filter(pk__in=Book.objects.order_by('-price').values('pk')[:3])", || {
        Book::objects().filter(q!(pk__in = Book::objects().order_by(f!(-price)).slice(..3).values_list(f!(id))))
    });
    pairs.both("Country.objects.filter(pk__in=Author.objects.filter(rating__gt=4).values('country'))", || {
        Country::objects()
            .filter(q!(pk__in = Author::objects().filter(q!(rating__gt = 4)).values_list(f!(country__code))))
    });
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
    pairs
        .both("Author.objects.get(pk=3).portrait", || async {
            Author::objects().get(q!(pk = 3)).await?.portrait().await
        })
        .differs("Django's error is `RelatedObjectDoesNotExist`, a kind of `DoesNotExist`");
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
}
