"""The tasks in Django 5.2, and the databases of the bench.

    django_tasks.py create     makes the PostgreSQL database, and the tables and categories on both engines
    django_tasks.py drop       drops the PostgreSQL database
    django_tasks.py serve ENGINE   reads `task times` lines and answers each with `seconds rows prices letters`

The environment says where: BENCH_POSTGRES, BENCH_SQLITE.
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
JOURNAL, SYNCHRONOUS = os.environ.get("BENCH_JOURNAL", "WAL"), os.environ.get("BENCH_SYNCHRONOUS", "NORMAL")
url = urllib.parse.urlsplit(os.environ["BENCH_POSTGRES"])
postgres = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": url.path.lstrip("/"),
    "USER": urllib.parse.unquote(url.username or ""),
    "PASSWORD": urllib.parse.unquote(url.password or ""),
    "HOST": url.hostname,
    "PORT": url.port or 5432,
}
sqlite = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": os.environ.get("BENCH_SQLITE", ":memory:"),
    "OPTIONS": {"init_command": f"PRAGMA journal_mode = {JOURNAL}; PRAGMA synchronous = {SYNCHRONOUS};"},
}
engines = {"postgres": postgres, "sqlite": sqlite}


def set_up(default):
    settings.configure(
        DATABASES={"default": engines[default], **engines},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()


def on_server(statement):
    """Runs a statement on the server's own database."""
    server = {"host": postgres["HOST"], "port": postgres["PORT"], "user": postgres["USER"], "dbname": "postgres"}
    if postgres["PASSWORD"]:
        server["password"] = postgres["PASSWORD"]
    with psycopg.connect(**server, autocommit=True) as connection:
        connection.execute(statement)


def create():
    on_server(f'CREATE DATABASE "{postgres["NAME"]}"')
    for alias in engines:
        with connections[alias].schema_editor() as editor:
            editor.create_model(Category)
            editor.create_model(Product)
        Category.objects.using(alias).bulk_create(Category(name=f"Category {n}") for n in range(1, CATEGORIES + 1))
    with connections["postgres"].cursor() as cursor:
        # A vacuum in the middle of a round would be somebody's bad luck.
        cursor.execute("ALTER TABLE shop_product SET (autovacuum_enabled = off)")
        cursor.execute("ANALYZE shop_category")
    connections.close_all()


def product(number):
    """As `rows.rs` makes it."""
    cents = number * 7_919 % 10_000 * 100 + number % 99 + 1
    return Product(
        name=f"Product {number * 7_919 % PRODUCTS:06} of the catalogue",
        price=decimal.Decimal(cents).scaleb(-2),
        category_id=number % CATEGORIES + 1,
        created=datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
        + datetime.timedelta(microseconds=1_700_000_000_000_000 + number * 1_234_567),
    )


def get(times):
    return [Product.objects.get(pk=turn * 48_271 % PRODUCTS + 1) for turn in range(times)]


def list_(times):
    made = []
    for _ in range(times):
        made += Product.objects.select_related("category").order_by("name")[:20]
    return made


def stream(_):
    """Keeps nothing: a row is added up and forgotten."""
    rows, prices, letters = 0, decimal.Decimal(), 0
    for row in Product.objects.iterator():
        rows, prices, letters = rows + 1, prices + row.price, letters + len(row.name)
    return rows, prices, letters


def bulk_create(_, new):
    return Product.objects.bulk_create(new)


def answer(task, times):
    new = [product(number) for number in range(1, PRODUCTS + 1)] if task == "bulk_create" else None
    start = time.perf_counter()
    if task == "stream":
        sums = stream(times)
    else:
        made = {"get": get, "list": list_}[task](times) if new is None else bulk_create(times, new)
    took = time.perf_counter() - start
    if task != "stream":
        category = (lambda row: len(row.category.name)) if task == "list" else (lambda row: 0)
        sums = len(made), sum(row.price for row in made), sum(len(row.name) + category(row) for row in made)
    if task == "bulk_create":
        assert all(row.pk == number for number, row in enumerate(made, 1)), "the keys are not those of the rows"
    return took, *sums


def serve():
    for line in sys.stdin:
        task, times = line.split()
        print(*answer(task, int(times)), flush=True)


if __name__ == "__main__":
    set_up(sys.argv[2] if len(sys.argv) > 2 else "postgres")

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

    {"create": create, "drop": lambda: on_server(f'DROP DATABASE IF EXISTS "{postgres["NAME"]}" WITH (FORCE)'), "serve": serve}[sys.argv[1]]()
