//! Every lookup on every kind of field that has it.

use super::literals::{day, moment, span, time, uuid};
use super::models::*;
use super::pair::Pairs;
use crate::prelude::*;

pub fn pairs(pairs: &mut Pairs) {
    texts(pairs);
    patterns(pairs);
    numbers(pairs);
    times(pairs);
    other_kinds(pairs);
    combinations(pairs);
}

fn texts(pairs: &mut Pairs) {
    pairs.both("Book.objects.filter(title='Fjord')", || Book::objects().filter(q!(title = "Fjord")));
    pairs.both("Book.objects.filter(title='Back\\\\slash')", || Book::objects().filter(q!(title = "Back\\slash")));
    pairs.both("Book.objects.filter(title__iexact='FJORD')", || Book::objects().filter(q!(title__iexact = "FJORD")));
    pairs.both("Book.objects.filter(subtitle__iexact='A_B')", || Book::objects().filter(q!(subtitle__iexact = "A_B")));
    pairs.both("Book.objects.filter(title__iexact='ÆRLIG TALT')", || {
        Book::objects().filter(q!(title__iexact = "ÆRLIG TALT"))
    });
    pairs.both("Book.objects.filter(title__contains='_')", || Book::objects().filter(q!(title__contains = "_")));
    pairs.both("Book.objects.filter(title__contains='%')", || Book::objects().filter(q!(title__contains = "%")));
    pairs.both("Book.objects.filter(title__contains='\\\\')", || Book::objects().filter(q!(title__contains = "\\")));
    pairs
        .both("Book.objects.filter(subtitle__contains='\"')", || Book::objects().filter(q!(subtitle__contains = "\"")));
    pairs
        .both("Book.objects.filter(subtitle__contains=\"'\")", || Book::objects().filter(q!(subtitle__contains = "'")));
    pairs.both("Book.objects.filter(title__contains='')", || Book::objects().filter(q!(title__contains = "")));
    pairs.both("Book.objects.filter(title__contains='ight')", || Book::objects().filter(q!(title__contains = "ight")));
    pairs.both("Book.objects.filter(title__contains='sag')", || Book::objects().filter(q!(title__contains = "sag")));
    pairs.both("Book.objects.filter(title__icontains='SAG')", || Book::objects().filter(q!(title__icontains = "SAG")));
    pairs.both("Book.objects.filter(title__icontains='über')", || {
        Book::objects().filter(q!(title__icontains = "über"))
    });
    pairs.both("Author.objects.filter(nickname__icontains='THE_')", || {
        Author::objects().filter(q!(nickname__icontains = "THE_"))
    });
    pairs.both("Book.objects.filter(title__startswith='Fj')", || Book::objects().filter(q!(title__startswith = "Fj")));
    pairs.both("Book.objects.filter(title__startswith='100%')", || {
        Book::objects().filter(q!(title__startswith = "100%"))
    });
    pairs
        .both("Book.objects.filter(title__istartswith='fJ')", || Book::objects().filter(q!(title__istartswith = "fJ")));
    pairs.both("Book.objects.filter(title__endswith='II')", || Book::objects().filter(q!(title__endswith = "II")));
    pairs.both("Book.objects.filter(title__iendswith='ii')", || Book::objects().filter(q!(title__iendswith = "ii")));
    pairs.both("Book.objects.filter(title__gt='Quiet').order_by('id')", || {
        Book::objects().filter(q!(title__gt = "Quiet")).order_by(f!(id))
    });
    pairs.both("Country.objects.filter(code__lte='NO')", || Country::objects().filter(q!(code__lte = "NO")));
    pairs
        .both("Book.objects.filter(title__range=('E', 'G'))", || Book::objects().filter(q!(title__range = ("E", "G"))));
    pairs.both("Book.objects.filter(title__in=['Saga', 'saga', '', 'Echo'])", || {
        Book::objects().filter(q!(title__in = ["Saga", "saga", "", "Echo"]))
    });
    pairs.both("Book.objects.filter(title__in=[])", || Book::objects().filter(q!(title__in = [] as [&str; 0])));
    pairs.both("Book.objects.exclude(title__in=[])", || Book::objects().exclude(q!(title__in = [] as [&str; 0])));
    pairs.both("Book.objects.filter(subtitle='')", || Book::objects().filter(q!(subtitle = "")));
    pairs.both("Book.objects.filter(subtitle=None)", || Book::objects().filter(q!(subtitle = None)));
    pairs.both("Book.objects.filter(subtitle__isnull=False)", || Book::objects().filter(q!(subtitle__isnull = false)));
    pairs.both("Book.objects.exclude(subtitle='')", || Book::objects().exclude(q!(subtitle = "")));
    pairs
        .both("Book.objects.exclude(subtitle__contains='a')", || Book::objects().exclude(q!(subtitle__contains = "a")));
    pairs.both("Book.objects.exclude(subtitle__in=['', 'a_b'])", || {
        Book::objects().exclude(q!(subtitle__in = ["", "a_b"]))
    });
    pairs.both("Book.objects.exclude(subtitle=None)", || Book::objects().exclude(q!(subtitle = None)));
    pairs.both("Genre.objects.filter(label__in=['saga', 'facts'])", || {
        Genre::objects().filter(q!(label__in = ["saga", "facts"]))
    });
}

fn patterns(pairs: &mut Pairs) {
    pairs.both("Book.objects.filter(title__regex='^[EF]')", || Book::objects().filter(q!(title__regex = "^[EF]")));
    pairs.both("Book.objects.filter(title__iregex='^[ef]')", || Book::objects().filter(q!(title__iregex = "^[ef]")));
    pairs.both("Book.objects.filter(title__regex=r'(II|\\\\)')", || {
        Book::objects().filter(q!(title__regex = r"(II|\\)"))
    });
    pairs.both("Book.objects.exclude(subtitle__regex='e')", || Book::objects().exclude(q!(subtitle__regex = "e")));
}

fn numbers(pairs: &mut Pairs) {
    pairs.both("Book.objects.filter(pages=150)", || Book::objects().filter(q!(pages = 150)));
    pairs.both("Book.objects.filter(pages__lt=0)", || Book::objects().filter(q!(pages__lt = 0)));
    pairs.both("Book.objects.filter(pages__gte=1200)", || Book::objects().filter(q!(pages__gte = 1200)));
    pairs.both("Book.objects.filter(pages__range=(31, 99))", || Book::objects().filter(q!(pages__range = 31..=99)));
    pairs.both("Book.objects.filter(pages__range=(99, 31))", || Book::objects().filter(q!(pages__range = (99, 31))));
    pairs.both("Book.objects.filter(pages__in=[0, 12, -5])", || Book::objects().filter(q!(pages__in = [0, 12, -5])));
    pairs.both("Publisher.objects.filter(founded__lte=1872)", || Publisher::objects().filter(q!(founded__lte = 1872)));
    pairs.both("Publisher.objects.exclude(founded__gt=1900)", || Publisher::objects().exclude(q!(founded__gt = 1900)));
    pairs.both("Country.objects.filter(population__gt=100000000)", || {
        Country::objects().filter(q!(population__gt = 100_000_000))
    });
    pairs.both("Book.objects.filter(price=D('199.5'))", || Book::objects().filter(q!(price = dec!(199.5))));
    pairs.both("Book.objects.filter(price=24)", || Book::objects().filter(q!(price = 24)));
    pairs.both("Book.objects.filter(price__lte=D('0.01'))", || Book::objects().filter(q!(price__lte = dec!(0.01))));
    pairs.both("Book.objects.filter(price__range=(D('99.90'), D('199.50')))", || {
        Book::objects().filter(q!(price__range = (dec!(99.90), dec!(199.50))))
    });
    pairs.both("Book.objects.filter(price__in=[D('24.00'), D('20.1'), D('-12.3')])", || {
        Book::objects().filter(q!(price__in = [dec!(24.00), dec!(20.1), dec!(-12.3)]))
    });
    pairs.both("Book.objects.filter(discount__gt=D('0.1'))", || Book::objects().filter(q!(discount__gt = dec!(0.1))));
    pairs.both("Book.objects.exclude(discount__gt=D('0.1'))", || Book::objects().exclude(q!(discount__gt = dec!(0.1))));
    pairs.both("Book.objects.filter(discount=D('0.3333'))", || Book::objects().filter(q!(discount = dec!(0.3333))));
    pairs.both("Book.objects.filter(weight__lt=0.2)", || Book::objects().filter(q!(weight__lt = 0.2)));
    pairs.both("Book.objects.filter(weight=0.42)", || Book::objects().filter(q!(weight = 0.42)));
    pairs.both("Author.objects.filter(rating__in=[4.5, 0.001])", || {
        Author::objects().filter(q!(rating__in = [4.5, 0.001]))
    });
    pairs.both("Author.objects.filter(rating__gte=1234567.875)", || {
        Author::objects().filter(q!(rating__gte = 1_234_567.875))
    });
    pairs.both("Review.objects.filter(stars__in=[0, -1]).order_by('id')", || {
        Review::objects().filter(q!(stars__in = [0, -1])).order_by(f!(id))
    });
}

fn times(pairs: &mut Pairs) {
    pairs.both("Book.objects.filter(published=date('2010-01-03'))", || {
        Book::objects().filter(q!(published = day("2010-01-03")))
    });
    pairs.both("Book.objects.filter(published__lt=date('2008-12-29'))", || {
        Book::objects().filter(q!(published__lt = day("2008-12-29")))
    });
    pairs.both("Book.objects.exclude(published__gte=date('2016-01-01'))", || {
        Book::objects().exclude(q!(published__gte = day("2016-01-01")))
    });
    pairs.both("Book.objects.filter(published__range=(date('2020-12-31'), date('2021-01-03')))", || {
        Book::objects().filter(q!(published__range = (day("2020-12-31"), day("2021-01-03"))))
    });
    pairs.both("Author.objects.filter(born__in=[date('1960-02-29'), date('1899-12-31')])", || {
        Author::objects().filter(q!(born__in = [day("1960-02-29"), day("1899-12-31")]))
    });
    pairs.both("Book.objects.filter(added=moment('2015-06-15T14:03:02.000001'))", || {
        Book::objects().filter(q!(added = moment("2015-06-15T14:03:02.000001")))
    });
    pairs.both("Book.objects.filter(added__lt=moment('2016-01-03T18:45:30.5'))", || {
        Book::objects().filter(q!(added__lt = moment("2016-01-03T18:45:30.5")))
    });
    pairs.both("Book.objects.filter(added__lte=moment('2016-01-03T18:45:30.5'))", || {
        Book::objects().filter(q!(added__lte = moment("2016-01-03T18:45:30.5")))
    });
    pairs.both(
        "Book.objects.filter(sold__range=(moment('2020-12-31T23:59:59.999999'), moment('2021-06-16T00:00:00')))",
        || {
            Book::objects()
                .filter(q!(sold__range = (moment("2020-12-31T23:59:59.999999"), moment("2021-06-16T00:00:00"))))
        },
    );
    pairs.both("Book.objects.filter(sold=None, in_print=True)", || {
        Book::objects().filter(q!(sold = None, in_print = true))
    });
    pairs.both("Review.objects.filter(hour=time('12:30:00')).order_by('id')", || {
        Review::objects().filter(q!(hour = time("12:30:00"))).order_by(f!(id))
    });
    pairs.both("Review.objects.filter(hour__gt=time('20:00:00')).order_by('id')", || {
        Review::objects().filter(q!(hour__gt = time("20:00:00"))).order_by(f!(id))
    });
    pairs.both("Review.objects.filter(hour__lte=time('03:00:00')).order_by('id')", || {
        Review::objects().filter(q!(hour__lte = time("03:00:00"))).order_by(f!(id))
    });
    pairs.both("Book.objects.filter(listening=span(5400000001))", || {
        Book::objects().filter(q!(listening = span(5_400_000_001)))
    });
    pairs.both("Book.objects.filter(listening__lte=span(0))", || Book::objects().filter(q!(listening__lte = span(0))));
    pairs.both("Book.objects.filter(listening__range=(span(1000000), span(3600000000)))", || {
        Book::objects().filter(q!(listening__range = (span(1_000_000), span(3_600_000_000))))
    });
}

fn other_kinds(pairs: &mut Pairs) {
    pairs.both("Book.objects.filter(in_print=False)", || Book::objects().filter(q!(in_print = false)));
    pairs.both("Book.objects.exclude(in_print=False)", || Book::objects().exclude(q!(in_print = false)));
    pairs.both("Book.objects.filter(in_print__in=[True])", || Book::objects().filter(q!(in_print__in = [true])));
    pairs.both("Review.objects.filter(helpful=False).order_by('id')", || {
        Review::objects().filter(q!(helpful = false)).order_by(f!(id))
    });
    pairs.both("Review.objects.exclude(helpful=True).order_by('id')", || {
        Review::objects().exclude(q!(helpful = true)).order_by(f!(id))
    });
    pairs.both("Review.objects.filter(helpful__isnull=True).order_by('id')", || {
        Review::objects().filter(q!(helpful__isnull = true)).order_by(f!(id))
    });
    pairs.both("Book.objects.filter(code=UUID('00000000-0000-0000-1111-111111111111'))", || {
        Book::objects().filter(q!(code = uuid("00000000-0000-0000-1111-111111111111")))
    });
    pairs.both("Book.objects.exclude(code__gt=UUID('00000000-0000-0000-3333-333333333333'))", || {
        Book::objects().exclude(q!(code__gt = uuid("00000000-0000-0000-3333-333333333333")))
    });
    pairs.both("Shelf.objects.filter(pk__in=[UUID('a0000000-0000-0000-0000-00000000000a'), UUID(int=1)])", || {
        Shelf::objects().filter(q!(pk__in = [uuid("a0000000-0000-0000-0000-00000000000a"), uuid::Uuid::from_u128(1)]))
    });
    pairs.both("Book.objects.filter(isbn='9780000000010')", || Book::objects().filter(q!(isbn = "9780000000010")));
    pairs.both("Book.objects.filter(isbn__isnull=True)", || Book::objects().filter(q!(isbn__isnull = true)));
    pairs.both("Country.objects.filter(pk='NO')", || Country::objects().filter(q!(pk = "NO")));
    pairs.both("Book.objects.filter(pk__gt=17)", || Book::objects().filter(q!(pk__gt = 17)));
}

fn combinations(pairs: &mut Pairs) {
    pairs.both("Book.objects.filter(Q(pages__lt=50) | Q(price__gt=1000), in_print=True)", || {
        Book::objects().filter(q!((pages__lt = 50 | price__gt = 1000), in_print = true))
    });
    pairs.both("Book.objects.filter(~Q(subtitle='') & ~Q(in_print=True))", || {
        Book::objects().filter(q!(!subtitle = "", !in_print = true))
    });
    pairs.both("Book.objects.filter(~(Q(subtitle=None) | Q(pages__gt=100)))", || {
        Book::objects().filter(q!(!(subtitle = None | pages__gt = 100)))
    });
    pairs.both("Book.objects.exclude(subtitle__startswith='A', in_print=True)", || {
        Book::objects().exclude(q!(subtitle__startswith = "A", in_print = true))
    });
    pairs.both("Book.objects.filter(~~Q(title='Saga'))", || Book::objects().filter(q!(!!title = "Saga")));
    pairs.both("Book.objects.exclude(Q(discount__lt=0) | Q(weight__gt=1))", || {
        Book::objects().exclude(q!(discount__lt = 0 | weight__gt = 1))
    });
    pairs.both("Book.objects.filter(Q())", || Book::objects().filter(q!()));
    pairs
        .both("Book.objects.exclude(Q())", || Book::objects().exclude(q!()))
        .differs("`q!()` is what every row satisfies, so that no row is left; Django's empty Q is no condition at all");
    pairs
        .both("Book.objects.filter(Q() | Q(title='Saga'))", || {
            Book::objects().filter_by(Q::all() | Q::<Book>::of(q!(title = "Saga")))
        })
        .differs("as above: what every row satisfies, or a title");
    pairs.both("Book.objects.none()", || Book::objects().none());
    pairs.both("Book.objects.filter(Q(pk__in=[]) | Q(title='Saga'))", || {
        Book::objects().filter(q!(pk__in = [] as [i64; 0] | title = "Saga"))
    });
    pairs.both("Book.objects.filter(~Q(pk__in=[]), title='Saga')", || {
        Book::objects().filter(q!(!pk__in = [] as [i64; 0], title = "Saga"))
    });
}
