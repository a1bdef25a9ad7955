"""The tasks in Django 5.2, and the databases of the bench.

    django_tasks.py create         makes the PostgreSQL database, and the tables and categories on both engines
    django_tasks.py drop           drops the PostgreSQL database
    django_tasks.py serve ENGINE   reads lines of `task times` and answers each with `seconds rows prices letters`

The environment says where: BENCH_POSTGRES is the database's URL, BENCH_SQLITE the file.
"""

import datetime
import decimal
import os
import sys
import time
import urllib.parse

import django
import psycopg
from django.conf import settings
from django.db import connections, models

PRODUCTS, CATEGORIES = 100_000, 100
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
journal, synchronous = os.environ.get("BENCH_JOURNAL", "WAL"), os.environ.get("BENCH_SYNCHRONOUS", "NORMAL")
url = urllib.parse.urlsplit(os.environ["BENCH_POSTGRES"])
engines = {
    "postgres": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": urllib.parse.unquote(url.username or ""),
        "PASSWORD": urllib.parse.unquote(url.password or ""),
        "HOST": url.hostname,
        "PORT": url.port or 5432,
    },
    "sqlite": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["BENCH_SQLITE"],
        "OPTIONS": {"init_command": f"PRAGMA journal_mode = {journal}; PRAGMA synchronous = {synchronous};"},
    },
}
engine = sys.argv[2] if len(sys.argv) > 2 else "postgres"
settings.configure(
    DATABASES={"default": engines[engine], **engines}, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", USE_TZ=True
)
django.setup()


class Category(models.Model):
    name = models.CharField(max_length=80)

    class Meta:
        app_label = "shop"


class Product(models.Model):
    name = models.CharField(max_length=200)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    category = models.ForeignKey(Category, models.CASCADE)
    created = models.DateTimeField()

    class Meta:
        app_label = "shop"


def on_server(statement):
    """Runs a statement on the server's own database."""
    server = {**connections["postgres"].get_connection_params(), "dbname": "postgres"}
    server = {name: server[name] for name in ("host", "port", "user", "password", "dbname") if name in server}
    with psycopg.connect(**server, autocommit=True) as connection:
        connection.execute(statement)


def create():
    on_server(f'CREATE DATABASE "{engines["postgres"]["NAME"]}"')
    for alias in engines:
        with connections[alias].schema_editor() as editor:
            editor.create_model(Category)
            editor.create_model(Product)
        categories = [Category(name=f"Category {number}") for number in range(1, CATEGORIES + 1)]
        Category.objects.using(alias).bulk_create(categories)
    with connections["postgres"].cursor() as cursor:
        # A vacuum in the middle of a round would be somebody's bad luck.
        cursor.execute("ALTER TABLE shop_product SET (autovacuum_enabled = off)")
        cursor.execute("ANALYZE shop_category")
    connections.close_all()


def drop():
    on_server(f'DROP DATABASE IF EXISTS "{engines["postgres"]["NAME"]}" WITH (FORCE)')


def product(number):
    """As `rows.rs` makes it."""
    cents = number * 7_919 % 10_000 * 100 + number % 99 + 1
    return Product(
        name=f"Product {number * 7_919 % PRODUCTS:06} of the catalogue",
        price=decimal.Decimal(cents).scaleb(-2),
        category_id=number % CATEGORIES + 1,
        created=EPOCH + datetime.timedelta(microseconds=1_700_000_000_000_000 + number * 1_234_567),
    )


def get(times):
    return [Product.objects.get(pk=turn * 48_271 % PRODUCTS + 1) for turn in range(times)]


def first_by_name(times):
    rows = []
    for _ in range(times):
        rows += Product.objects.select_related("category").order_by("name")[:20]
    return rows


def checksum(rows, with_category=False):
    count, prices, letters = 0, decimal.Decimal(), 0
    for row in rows:
        count, prices, letters = count + 1, prices + row.price, letters + len(row.name)
        if with_category:
            letters += len(row.category.name)
    return count, prices, letters


def answer(task, times):
    new = [product(number) for number in range(1, PRODUCTS + 1)] if task == "bulk_create" else []
    start = time.perf_counter()
    if task == "stream":
        # Each row is added up as it comes and then forgotten.
        sums = checksum(Product.objects.iterator())
        return time.perf_counter() - start, *sums
    if task == "bulk_create":
        rows = Product.objects.bulk_create(new)
    else:
        rows = {"get": get, "list": first_by_name}[task](times)
    took = time.perf_counter() - start
    if task == "bulk_create" and any(row.pk != number for number, row in enumerate(rows, 1)):
        sys.exit("error: the keys that Django gives are not those of the rows")
    return took, *checksum(rows, with_category=task == "list")


def serve():
    for line in sys.stdin:
        task, times = line.split()
        print(*answer(task, int(times)), flush=True)


{"create": create, "drop": drop, "serve": serve}[sys.argv[1]]()
