"""Makes two projects that differ in their models alone, and times their rebuilds.

Both have a view over a small model; one has a hundred models of thirty fields besides. They share the build of the
framework, so their rebuilds differ by what the models cost. A rebuild is what `rjango runserver` runs after a change:
`cargo build` with the profile that `startproject` writes.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import time

rjango, work = sys.argv[1], pathlib.Path(sys.argv[2])
MODELS, ROUNDS, BOUND = 100, 7, 0.3
environment = {**os.environ, "CARGO_TARGET_DIR": str(work / "target")}

SMALL = """//! The tables.

use rjango::models::*;

#[derive(Model, Debug, Clone)]
pub struct Note {
    pub id: Auto,
    #[field(max_length = 100)]
    pub text: String,
}

#[derive(Choices, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Draft,
    Published,
    Archived,
}
"""

VIEWS = """//! The view that is edited.

use rjango::prelude::*;

use super::models::*;

pub async fn count(_request: Request) -> Result<Response> {
    Ok(json(EDITION + Note::objects().filter(q!(text__contains = "a")).count().await?))
}
"""

URLS = """//! The app's URLs.

use rjango::prelude::*;

use super::views;

pub fn urlpatterns() -> Urls {
    urls![path("count/", views::count)]
}
"""

FIELDS = """\
    pub id: Auto,
    #[field(max_length = 200)]
    pub name: String,
    #[field(max_length = 40, unique)]
    pub code: String,
    #[field(slug)]
    pub slug: String,
    #[field(email, blank)]
    pub email: String,
    #[field(url)]
    pub website: Option<String>,
    #[field(blank)]
    pub description: String,
    pub remarks: Option<String>,
    #[field(default = Status::Draft)]
    pub status: Status,
    pub former_status: Option<Status>,
    #[field(default = 1)]
    pub quantity: i32,
    pub stock: i64,
    pub rank: Option<i32>,
    pub page: u16,
    #[field(max_digits = 10, decimal_places = 2)]
    pub price: Decimal,
    #[field(max_digits = 10, decimal_places = 2)]
    pub discount: Option<Decimal>,
    #[field(max_digits = 5, decimal_places = 2, default = "25.00")]
    pub tax: Decimal,
    pub weight: f64,
    pub height: Option<f64>,
    pub day: Date,
    pub due: Option<Date>,
    pub opens: Time,
    #[field(auto_now_add)]
    pub created: DateTime,
    #[field(auto_now)]
    pub updated: DateTime,
    pub deleted: Option<DateTime>,
    #[field(default = true)]
    pub active: bool,
    pub public: Option<bool>,
    #[field(default = Uuid::new_v4)]
    pub token: Uuid,
    pub data: Json,
"""


def models(count, edition=0):
    """`models.rs`. Each edition gives the middle model one more field, which moves every model below it."""
    text = SMALL
    for number in range(count):
        # The thirtieth field: the model before, in chains of ten; the first of a chain refers to itself.
        target = number - 1 if number % 10 else number
        before = f'    #[field(on_delete = "cascade")]\n    pub before: Option<ForeignKey<Model{target}>>,\n'
        extra = "".join(f"    pub extra{index}: Option<i32>,\n" for index in range(edition if number == count // 2 else 0))
        text += f'\n#[derive(Model, Debug, Clone)]\n#[model(ordering = "name")]\npub struct Model{number} {{\n{FIELDS}{before}{extra}}}\n'
    return text


class Project:
    def __init__(self, name, count):
        self.folder, self.count = work / name, count
        run(work, rjango, "startproject", name)
        run(self.folder, rjango, "startapp", "shop")
        self.write("shop/urls.rs", URLS)
        urls = self.folder / "config" / "urls.rs"
        text = urls.read_text().replace("urls![", 'urls![\n        path("shop/", include(crate::shop::urls::urlpatterns())),', 1)
        urls.write_text(text)
        self.edit_view(0)
        self.edit_model(0)

    def write(self, path, text):
        (self.folder / path).write_text(text)

    def edit_view(self, edition):
        self.write("shop/views.rs", VIEWS.replace("EDITION", str(edition)))

    def edit_model(self, edition):
        self.write("shop/models.rs", models(self.count, edition))

    def build(self):
        start = time.monotonic()
        run(self.folder, "cargo", "build", "--quiet", env=environment)
        return time.monotonic() - start


def run(folder, *words, **options):
    done = subprocess.run(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **options)
    if done.returncode:
        sys.exit(f"error: `{' '.join(map(str, words))}` failed\n{done.stderr}")


few, many = Project("few", 0), Project("many", MODELS)
print("building the framework and both projects", flush=True)
few.build()
print(f"first build of {MODELS} models, the framework being built: {many.build():.2f} s", flush=True)
took = {name: [] for name in ("few, a view", "many, a view", "many, a model")}
for edition in range(1, ROUNDS + 1):
    few.edit_view(edition)
    took["few, a view"].append(few.build())
    many.edit_view(edition)
    took["many, a view"].append(many.build())
    many.edit_model(edition)
    took["many, a model"].append(many.build())
median = {name: statistics.median(times) for name, times in took.items()}
for name, times in took.items():
    print(f"rebuild, {name} edited: median {median[name]:.2f} s, fastest {min(times):.2f}, slowest {max(times):.2f}")
for edited in ("a view", "a model"):
    each = (median[f"many, {edited}"] - median["few, a view"]) / MODELS
    print(f"a model of 30 fields adds to the rebuild after {edited} is edited: {each:.4f} s (bound: {BOUND} s)")
