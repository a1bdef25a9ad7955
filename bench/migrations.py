"""Makes two projects of one history, in rjango and in Django, and times both.

Ten apps of thirty models. Each app's first migration makes its models; 99 more add a field, alter it, index it and add
another, in turns, model after model. rjango's migrations are those that `makemigrations` writes, a round of all apps at a
time; Django's are files with the same operations, and the tables of both are compared at the end.
"""

import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import time

rjango, work = sys.argv[1], pathlib.Path(sys.argv[2])
APPS, MODELS, MIGRATIONS = 10, 30, 1000
apps = [f"app{number}" for number in range(APPS)]


def first_fields(number):
    """The fields that a model begins with: name, Rust, Django."""
    fields = [
        ("name", "#[field(max_length = 100)] name: String", "models.CharField(max_length=100)"),
        ("count", "count: i32", "models.IntegerField()"),
        ("made", "#[field(auto_now_add)] made: DateTime", "models.DateTimeField(auto_now_add=True)"),
    ]
    if number:
        rust = f'#[field(on_delete = "cascade")] before: ForeignKey<Model{number - 1}>'
        fields.append(("before", rust, f"models.ForeignKey('Model{number - 1}', models.CASCADE)"))
    return fields


class Project:
    """The models as they stand, model by model: field to (Rust, Django); and their indexes."""

    def __init__(self):
        self.models = {(app, number): {name: (rust, python) for name, rust, python in first_fields(number)}
                       for app in apps for number in range(MODELS)}
        self.indexed = set()

    def change(self, app, turn):
        """Makes a round's change in an app and gives it as Django's operation."""
        number, kind = divmod(turn, 4)
        fields, key, name = self.models[app, number], (app, number), "extra"
        model = f"model{number}"
        if kind == 0:
            fields[name] = (f"{name}: Option<i32>", "models.IntegerField(null=True, blank=True)")
            return f"migrations.AddField('{model}', '{name}', {fields[name][1]})"
        if kind == 1:
            fields[name] = (f"{name}: Option<i64>", "models.BigIntegerField(null=True, blank=True)")
            return f"migrations.AlterField('{model}', '{name}', {fields[name][1]})"
        if kind == 2:
            self.indexed.add((key, name))
            return f"migrations.AddIndex('{model}', models.Index(fields=['{name}'], name='{self.index(key, name)}'))"
        fields[name + "b"] = (f"#[field(default = 0)] {name}b: i32", "models.IntegerField(default=0)")
        return f"migrations.AddField('{model}', '{name}b', {fields[name + 'b'][1]})"

    @staticmethod
    def index(key, name):
        return f"{key[0]}_{key[1]}_{name}"

    def of_app(self, app):
        return [(number, fields) for (owner, number), fields in self.models.items() if owner == app]

    def indexes(self, app, number):
        return [(name, self.index(key, name)) for key, name in sorted(self.indexed) if key == (app, number)]

    def rust(self, app):
        text = "use rjango::models::*;\n"
        for number, fields in self.of_app(app):
            options = "".join(
                f'#[model(index(fields = "{field}", name = "{name}"))]\n' for field, name in self.indexes(app, number)
            )
            body = "".join(f"    {rust},\n" for rust, _ in fields.values())
            text += f"\n#[derive(Model)]\n{options}pub struct Model{number} {{\n    pub id: Auto,\n{body}}}\n"
        return text

    def python(self, app):
        text = "from django.db import models\n"
        for number, fields in self.of_app(app):
            body = "".join(f"    {name} = {python}\n" for name, (_, python) in fields.items())
            indexes = "".join(
                f"models.Index(fields=['{field}'], name='{name}'), " for field, name in self.indexes(app, number)
            )
            meta = f"    class Meta: indexes = [{indexes}]\n" if indexes else ""
            text += f"\nclass Model{number}(models.Model):\n{body}{meta}"
        return text


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def run(folder, *words, **options):
    return subprocess.run(words, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)


def django_migration(folder, app, number, dependency, operations):
    name = f"{number:04}_step"
    lines = ",\n        ".join(operations)
    write(
        folder / app / "migrations" / f"{name}.py",
        "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
        f"    initial = {number == 1}\n    dependencies = {[dependency] if dependency else []}\n"
        f"    operations = [\n        {lines}\n    ]\n",
    )
    return app, name


def create_model(number, fields):
    key = "('id', models.BigAutoField(primary_key=True))"
    listed = ", ".join([key] + [f"('{name}', {python})" for name, (_, python) in fields.items()])
    return f"migrations.CreateModel('Model{number}', [{listed}])"


ours, theirs = work / "rjango", work / "django"
project = Project()
write(ours / "Cargo.toml", '[package]\nname = "bench"\nversion = "0.1.0"\nedition = "2024"\n\n[[bin]]\nname = "bench"\npath = "manage.rs"\n')
write(ours / "manage.rs", "".join(f"mod {app};\n" for app in apps) + "\nfn main() {}\n")
listed = ", ".join(f'"{app}"' for app in apps)
write(
    ours / "config/settings.toml",
    f'DEBUG = true\nSECRET_KEY = "a secret of the bench, long enough to be taken for one"\nINSTALLED_APPS = [{listed}]\n\n'
    '[DATABASES.default]\nENGINE = "sqlite"\nNAME = "db.sqlite3"\n',
)
write(
    theirs / "settings.py",
    f"SECRET_KEY = 'a'\nINSTALLED_APPS = [{listed}]\nUSE_TZ = True\nDEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'\n"
    "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db.sqlite3'}}\n",
)
last = {}
for app in apps:
    write(ours / app / "mod.rs", "pub mod models;\n")
    write(ours / app / "models.rs", project.rust(app))
    write(theirs / app / "__init__.py", "")
    write(theirs / app / "migrations" / "__init__.py", "")
    creations = [create_model(number, fields) for number, fields in project.of_app(app)]
    last[app] = django_migration(theirs, app, 1, None, creations)
run(ours, rjango, "makemigrations")
print(f"making {MIGRATIONS} migrations of {APPS * MODELS} models", flush=True)
for turn in range(MIGRATIONS // APPS - 1):
    for app in apps:
        operation = project.change(app, turn)
        write(ours / app / "models.rs", project.rust(app))
        last[app] = django_migration(theirs, app, turn + 2, last[app], [operation])
    run(ours, rjango, "makemigrations")
for app in apps:
    write(theirs / app / "models.py", project.python(app))
for folder, pattern in [(ours, "*/migrations/*/migration.toml"), (theirs, "*/migrations/0*.py")]:
    made = len(list(folder.glob(pattern)))
    assert made == MIGRATIONS, f"{folder} has {made} migrations"

runs = []
for _ in range(21):
    start = time.monotonic()
    run(ours, rjango, "makemigrations", "--check")
    runs.append((time.monotonic() - start) * 1000)
print(
    f"makemigrations --check: median {statistics.median(runs):.1f} ms, fastest {min(runs):.1f}, "
    f"slowest {max(runs):.1f} (bound: 150 ms)",
    flush=True,
)


def fresh(folder, *words):
    """The faster of two runs on a new database, in seconds."""
    took = []
    for _ in range(2):
        (folder / "db.sqlite3").unlink(missing_ok=True)
        start = time.monotonic()
        run(folder, *words, env={**os.environ, "DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": str(folder)})
        took.append(time.monotonic() - start)
    return min(took)


def shape(folder):
    """Tables with their columns, and indexes with theirs."""
    database = sqlite3.connect(folder / "db.sqlite3")
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'app%'"
    tables = {
        name: sorted(row[1:4] for row in database.execute(f"PRAGMA table_info({name})"))
        for (name,) in database.execute(names)
    }
    indexes = "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'app%'"
    return tables, sorted(name for (name,) in database.execute(indexes))


one = fresh(ours, rjango, "migrate")
other = fresh(theirs, sys.executable, "-m", "django", "migrate", "--verbosity", "0")
assert shape(ours) == shape(theirs), "the tables differ"
print(f"fresh migrate: rjango {one:.2f} s, Django {other:.2f} s, {other / one:.1f} times as long (bound: at least 5)")
