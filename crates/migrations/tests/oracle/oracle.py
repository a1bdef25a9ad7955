"""What Django makes of pairs of models: reads pairs as JSON from stdin, writes operations as JSON to stdout.

For each pair it finds the operations with Django's autodetector and runs them with Django's schema editor on an SQLite
file of its own. Its arguments are the folder of these files and the version of Django that is expected.
"""

import json
import sys
import types

import django
from django.apps.registry import Apps
from django.conf import settings

folder, version = sys.argv[1:]
assert django.get_version().startswith(version), f"expected Django {version}, found {django.get_version()}"
APPS = ["people", "shop"]
for app in APPS:
    module = types.ModuleType(app)
    module.__path__ = [folder]
    sys.modules[app] = module
settings.configure(
    INSTALLED_APPS=APPS,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder}/none.sqlite3"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()

from django.db import connection, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.questioner import MigrationQuestioner
from django.db.migrations.state import ProjectState
from django.db.models.fields import NOT_PROVIDED
from django.db.models.options import Options
from django.utils import timezone
from django.utils.text import camel_case_to_spaces


class Questioner(MigrationQuestioner):
    """Answers as the pair says."""

    def __init__(self, answers):
        super().__init__()
        self.answers = answers

    def ask_rename(self, *args):
        return "yes" in self.answers

    def ask_rename_model(self, *args):
        return "yes" in self.answers

    def value(self):
        for answer in self.answers:
            kind, _, text = answer.partition(" ")
            if kind == "int":
                return int(text)
            if kind == "text":
                return text
            if kind == "function":
                return timezone.now
        return NOT_PROVIDED

    def ask_not_null_addition(self, *args):
        return self.value()

    def ask_not_null_alteration(self, *args):
        return self.value()

    def ask_auto_now_add_addition(self, *args):
        return self.value()


def state(source):
    """The models of a source; `# app people` begins those of another app."""
    registry = Apps(APPS)
    Options.default_apps = registry
    parts = ("# app shop\n" + source).split("# app ")[1:]
    for part in parts:
        app, _, body = part.partition("\n")
        exec(body, {"models": models, "__name__": f"{app.strip()}.models"})
    return ProjectState.from_apps(registry)


def name_of(operation):
    """What an operation is about beside its model."""
    for attribute in ("index", "constraint"):
        if hasattr(operation, attribute):
            return getattr(operation, attribute).name
    if hasattr(operation, "old_name") and hasattr(operation, "new_name"):
        return f"{operation.old_name} {operation.new_name}"
    return getattr(operation, "name", "") if hasattr(operation, "model_name") else ""


def listed(app, operation):
    kind = camel_case_to_spaces(type(operation).__name__).replace(" ", "_")
    model = getattr(operation, "model_name", None) or getattr(operation, "name", None) or operation.old_name
    return [kind, app, model.lower(), name_of(operation).lower()]


def run(old, new, answers):
    """Finds the operations between two states and runs them, each migration after those that it depends on."""
    migrations = MigrationAutodetector(old, new, Questioner(answers))._detect_changes()
    waiting = [migration for several in migrations.values() for migration in several]
    operations = [listed(migration.app_label, operation) for migration in waiting for operation in migration.operations]
    current = old.clone()
    while waiting:
        names = {(migration.app_label, migration.name) for migration in waiting}
        ready = next(
            migration for migration in waiting if not any(tuple(needed) in names for needed in migration.dependencies)
        )
        waiting.remove(ready)
        with connection.schema_editor(atomic=True) as editor:
            current = ready.apply(current, editor)
    return operations


found = {}
for pair in json.load(sys.stdin):
    connection.close()
    connection.settings_dict["NAME"] = f"{folder}/{pair['name']}.sqlite3"
    before, after = state(pair["before"]), state(pair["after"])
    # The autodetector takes from the state that it is given.
    run(ProjectState(), state(pair["before"]), [])
    found[pair["name"]] = run(before, after, pair["answers"])
connection.close()
json.dump(found, sys.stdout)
