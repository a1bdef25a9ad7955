"""Writes tables.sql: the tables that Django 5.2 makes in SQLite of shop/models.py.

    python -m venv venv && venv/bin/pip install "django==5.2.*" && venv/bin/python record.py
"""

import pathlib
import sqlite3
import sys
import tempfile

from django import VERSION
from django.conf import settings
from django.core.management import call_command

here = pathlib.Path(__file__).parent
sys.path.insert(0, str(here))
sys.dont_write_bytecode = True
with tempfile.TemporaryDirectory() as folder:
    database = f"{folder}/db.sqlite3"
    settings.configure(
        INSTALLED_APPS=["shop"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    import django

    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    rows = sqlite3.connect(database).execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name"
    )
    text = "".join(f"{sql};\n" for (sql,) in rows)
version = ".".join(map(str, VERSION[:3]))
(here / "tables.sql").write_text(f"-- Recorded from Django {version} by record.py.\n{text}")
