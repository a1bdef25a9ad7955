"""Renders the same pages with Django: for each name that is given, its text's digest and the microseconds that one page takes."""

import datetime
import decimal
import pathlib
import sys
import time

from django.conf import settings
from django.urls import path

urlpatterns = [path("products/<int:pk>/", lambda request, pk: None, name="product-detail")]
settings.configure(
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [pathlib.Path(__file__).parent / "pages"],
        "OPTIONS": {"debug": False},
    }],
)
import django

django.setup()
from django.template.loader import get_template

NAMES = ["Green tea", "Tom & Jerry's", "Coffee <strong>", "Milk"]


def product_list():
    return {"products": [
        {"pk": pk, "name": NAMES[pk % 4], "price": decimal.Decimal(pk * 35).scaleb(-2), "category": {"name": "Drinks"}} for pk in range(1, 21)
    ]}


def change_list():
    names = ["name", "price", "stock", "added", "category", "note"]
    rows = []
    for pk in range(1, 101):
        values = [NAMES[pk % 4], decimal.Decimal(pk * 35).scaleb(-2), pk * 7, datetime.date(2026, 1 + pk % 12, 1 + pk % 28), "Drinks", "" if pk % 3 else "new"]
        cells = [{"name": name, "value": value} for name, value in zip(names, values)]
        rows.append({"url": "/admin/shop/product/%d/change/" % pk, "cells": cells})
    return {"title": "Products", "headers": names, "rows": rows}


for name, make in [("product_list", product_list), ("change_list", change_list)]:
    template, context = get_template(name + ".html"), make()
    page = template.render(context)
    if "show" in sys.argv:
        sys.stdout.write(page)
        continue
    best = None
    for _ in range(7):
        count, began = 0, time.perf_counter()
        while (taken := time.perf_counter() - began) < 0.4:
            template.render(context)
            count += 1
        best = taken / count if best is None else min(best, taken / count)
    print(name, best * 1e6)
