"""Records what Django answers to some hundreds of queries, for the test `django` of rjango-orm.

    python record.py ../shop/mod.rs > queries.json
    python record.py ../shop/mod.rs postgres NAME > queries.postgres.json
    python record.py ../shop/mod.rs mysql NAME > queries.mysql.json

The models are those of shop/mod.rs; the rows, and SQLite's tables, are read from it. A server's database NAME must be
empty; the server is on this machine, at its usual port, and lets its first user in without a password.
"""

import json
import re
import sys
import types

import django
from django.conf import settings

# Reverse relations are known for installed apps alone.
sys.modules["shop"] = types.ModuleType("shop")
sys.modules["shop"].__path__ = ["/nonexistent"]
ENGINE, NAME = sys.argv[2:4] if len(sys.argv) > 2 else ("sqlite", ":memory:")
DATABASES = {
    "sqlite": {"ENGINE": "django.db.backends.sqlite3"},
    "postgres": {"ENGINE": "django.db.backends.postgresql", "HOST": "127.0.0.1", "USER": "postgres"},
    "mysql": {"ENGINE": "django.db.backends.mysql", "HOST": "127.0.0.1", "USER": "root"},
}
if ENGINE == "mysql":
    import pymysql

    pymysql.version_info = (2, 2, 1, "final", 0)
    pymysql.install_as_MySQLdb()
settings.configure(
    INSTALLED_APPS=["shop"],
    DATABASES={"default": {**DATABASES[ENGINE], "NAME": NAME}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

from django.db import connection, models  # noqa: E402
from django.db.models import Max, Q  # noqa: E402


class Base(models.Model):
    class Meta:
        abstract = True
        app_label = "shop"


class Supplier(Base):
    name = models.CharField(max_length=80)


class Category(Base):
    name = models.CharField(max_length=80, unique=True)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="children")

    class Meta:
        app_label = "shop"
        ordering = ["name"]


class Tag(Base):
    label = models.SlugField(unique=True)


class Product(Base):
    name = models.CharField(max_length=80)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    category = models.ForeignKey(Category, models.CASCADE, null=True, related_name="products")
    tags = models.ManyToManyField(Tag)
    supplier = models.ForeignKey(Supplier, models.PROTECT, null=True)
    active = models.BooleanField(default=True)
    stock = models.IntegerField(null=True)
    created = models.DateTimeField(auto_now_add=True)


class Review(Base):
    product = models.ForeignKey(Product, models.CASCADE, related_name="reviews")
    stars = models.IntegerField()
    text = models.CharField(max_length=80)


class Warranty(Base):
    product = models.OneToOneField(Product, models.CASCADE)
    years = models.IntegerField()


MODELS = {model.__name__: model for model in (Supplier, Category, Tag, Product, Review, Warranty)}

lookups = [
    {"name": "Tea"}, {"name__iexact": "tea"}, {"name__contains": "E"}, {"name__startswith": "w"},
    {"name__endswith": "r"}, {"name__in": ["Tea", "Water", "Milk"]}, {"name__in": []}, {"stock": None},
    {"stock__isnull": True}, {"stock__isnull": False}, {"stock__gt": 0}, {"stock__lte": 10}, {"stock__in": [0, 10]},
    {"price__lt": "3.50"}, {"price__gte": "3.5"}, {"price__range": ["2", "4"]}, {"price": "1"},
    {"created__lt": "2026-11-23T00:00:00Z"}, {"active": False}, {"category": 3}, {"category": None},
    {"category__isnull": True}, {"category__name": "Hot"}, {"category__name__in": ["Food", "Hot"]},
    {"category__name__isnull": True}, {"category__parent__name": "Drinks"}, {"category__parent": None},
    {"category__parent__isnull": True}, {"category__parent__name__isnull": True}, {"category__name__gt": "A"},
    {"supplier__name": "Acme"}, {"supplier": None}, {"tags": 1}, {"tags__label": "new"}, {"tags__isnull": True},
    {"tags__isnull": False}, {"tags": None}, {"tags__label__in": ["new", "hidden"]}, {"tags__label__startswith": "s"},
    {"reviews__stars": 5}, {"reviews__stars__lt": 5}, {"reviews__isnull": True}, {"reviews__isnull": False},
    {"reviews": None}, {"reviews__text__contains": "o"}, {"reviews__stars": 5, "reviews__text": "bad"},
    {"reviews__stars": 1, "reviews__text": "bad"}, {"warranty__years": 2}, {"warranty__isnull": True},
    {"warranty": None}, {"category__products__name": "Tea"}, {"category__products__reviews__stars": 4},
    {"category__children__name": "Hot"}, {"category__parent__children__products__name": "Coffee"},
    {"name": "Tea", "tags__label": "new"}, {"category__name": "Hot", "stock__isnull": True},
    {"tags__label": "new", "reviews__stars": 4},
]
queries = []
for lookup in lookups:
    queries.append(("Product", [["filter", lookup]]))
    queries.append(("Product", [["exclude", lookup]]))
    queries.append(("Product", [["filter", {"active": True}], ["exclude", lookup]]))
    queries.append(("Product", [["either", [lookup, {"name": "Bread"}]]]))
    queries.append(("Product", [["neither", [lookup, {"name": "Bread"}]]]))
for lookup in [
    {"products__name": "Tea"}, {"products__isnull": True}, {"products__tags__label": "new"}, {"products__stock": None},
    {"products__reviews__stars": 5}, {"products__price__gt": "3"}, {"parent__name": "Drinks"},
    {"children__products__isnull": False}, {"products__tags__isnull": True}, {"products__warranty__isnull": True},
    {"products__category__name": "Hot"},
]:
    queries.append(("Category", [["filter", lookup]]))
    queries.append(("Category", [["exclude", lookup]]))
    queries.append(("Category", [["filter", lookup], ["distinct"]]))
    queries.append(("Category", [["neither", [lookup, {"name": "Food"}]]]))
for lookup in [{"product__category__name": "Hot"}, {"product": 1}, {"product__isnull": True}, {"product__stock": None}]:
    queries.append(("Tag", [["filter", lookup]]))
    queries.append(("Tag", [["exclude", lookup]]))
queries += [
    ("Product", [["filter", {"tags__label": "new"}], ["filter", {"tags__label": "hidden"}]]),
    ("Product", [["filter", {"tags__label": "new"}], ["exclude", {"tags__label": "hidden"}]]),
    ("Product", [["filter", {"reviews__stars": 5}], ["filter", {"reviews__text": "bad"}]]),
    ("Product", [["exclude", {"reviews__stars": 5}], ["exclude", {"reviews__text": "fine"}]]),
    ("Product", [["exclude", {"reviews__stars": 5, "reviews__text": "good"}]]),
    ("Product", [["exclude", {"category__name": "Hot", "stock": 10}]]),
    ("Product", [["order_by", ["category", "-name"]]]),
    ("Product", [["order_by", ["-category", "name"]]]),
    ("Product", [["order_by", ["category__parent", "pk"]]]),
    ("Product", [["order_by", ["-category__parent__name", "-pk"]]]),
    ("Product", [["order_by", ["category_id", "-pk"]]]),
    ("Product", [["order_by", ["supplier", "-price"]]]),
    ("Product", [["order_by", ["warranty__years", "pk"]]]),
    ("Product", [["order_by", ["reviews__stars", "pk"]]]),
    ("Product", [["filter", {"tags__label__in": ["new", "hidden"]}], ["distinct"], ["order_by", ["name"]]]),
    ("Product", [["filter", {"tags__label__in": ["new", "hidden"]}], ["order_by", ["name", "tags__label"]]]),
    ("Category", [["order_by", ["parent", "name"]]]),
]


def run(model, steps):
    rows = MODELS[model].objects.all()
    for step, *arguments in steps:
        if step == "either":
            condition = Q()
            for lookup in arguments[0]:
                condition |= Q(**lookup)
            rows = rows.filter(condition)
        elif step == "neither":
            condition = Q()
            for lookup in arguments[0]:
                condition |= Q(**lookup)
            rows = rows.exclude(condition)
        elif step == "order_by":
            rows = rows.order_by(*arguments[0])
        elif step == "distinct":
            rows = rows.distinct()
        else:
            rows = getattr(rows, step)(**arguments[0])
    keys = [row.pk for row in rows]
    ordered = any(step[0] == "order_by" for step in steps) or model == "Category"
    return {
        "model": model,
        "steps": steps,
        "keys": keys if ordered else sorted(keys),
        "count": rows.count(),
        "exists": rows.exists(),
        "max": str(rows.aggregate(largest=Max("pk"))["largest"]),
    }


source = open(sys.argv[1]).read()
if ENGINE != "sqlite":
    with connection.schema_editor() as editor:
        for model in MODELS.values():
            editor.create_model(model)
with connection.cursor() as cursor:
    for script in re.findall(r'r#"(.*?)"#', source, re.S):
        if ENGINE != "sqlite" and "CREATE TABLE" in script:
            continue
        cursor.executescript(script) if hasattr(cursor, "executescript") else [
            cursor.execute(statement) for statement in script.split(";\n") if statement.strip()
        ]
print("[")
print(",\n".join(json.dumps(run(*query)) for query in queries))
print("]")
