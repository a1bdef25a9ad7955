//! Lookups over relations: forward, back, many to many, to itself, over several.

use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    forward(pairs);
    back(pairs);
    many_valued(pairs);
    compared(pairs);
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
    pairs
        .both("Book.objects.exclude(price__gt=F('follows__price'))", || {
            Book::objects().exclude(q!(price__gt = F(follows__price)))
        })
        .differs(
            "what follows nothing costs no more than that; Django cares for a nullable field, not for a missing row",
        );
    pairs.both("Book.objects.filter(authors__born__year__lt=F('publisher__founded'))", || {
        Book::objects().filter(|b| b.authors().born().year().lt(b.publisher().founded().cast::<i64>()))
    });
    pairs.both("Review.objects.filter(reviewer__country=F('book__publisher__country')).order_by('id')", || {
        Review::objects().filter(q!(reviewer__country = F(book__publisher__country))).order_by(f!(id))
    });
    pairs.both("Book.objects.filter(reviews__stars=F('reviews__reviewer__rating') * 2)", || {
        Book::objects().filter(|b| b.reviews().stars().cast::<f64>().exact(b.reviews().reviewer().rating() * 2.0))
    });
    pairs
        .both("Book.objects.filter(title=F('sequel__title'))", || Book::objects().filter(q!(title = F(sequel__title))));
    pairs.both("Book.objects.filter(title__startswith=F('follows__title'))", || {
        Book::objects().filter(q!(title__startswith = F(follows__title)))
    });
    pairs.both("Author.objects.exclude(book__reviews__reviewer=F('id'))", || {
        Author::objects().exclude(|a| a.book().reviews().reviewer().id().exact(a.id()))
    });

    pairs.both("Book.objects.filter(title__contains=F('subtitle'))", || {
        Book::objects().filter(q!(title__contains = F(subtitle)))
    });
    pairs.both("Book.objects.filter(subtitle__startswith=F('subtitle'))", || {
        Book::objects().filter(q!(subtitle__startswith = F(subtitle)))
    });
    pairs.both("Book.objects.filter(subtitle__iendswith=Upper('subtitle'))", || {
        Book::objects().filter(|b| b.subtitle().iendswith(b.subtitle().upper()))
    });
    pairs.both("Book.objects.filter(title__iexact=F('sequel__title'))", || {
        Book::objects().filter(q!(title__iexact = F(sequel__title)))
    });
    pairs.both("Book.objects.filter(pages__range=(F('id') * 10, F('id') * 20))", || {
        Book::objects().filter(|b| b.pages().range((b.id() * 10, b.id() * 20)))
    });
    pairs.both("Book.objects.filter(pages__in=[F('id') + 4, 150])", || {
        Book::objects().filter(|b| b.pages().in_([b.id() + 4, b.id() * 0 + 150]))
    });
    pairs.both("Author.objects.filter(mentor__pupils__name='Flóki')", || {
        Author::objects().filter(q!(mentor__pupils__name = "Flóki"))
    });
    pairs.both("Book.objects.filter(genres__books__title='Saga').order_by('id')", || {
        Book::objects().filter(q!(genres__books__title = "Saga")).order_by(f!(id))
    });
}
