"""64,000 INSERT lines as a migration, and by the engine's own client. Called by `bench/scripts`."""

import os
import pathlib
import subprocess
import sys
import time

LINES, ROUNDS = 64_000, 3
rjango, work = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
servers = {name: text.replace("@", ":").split(":") for name, text in zip(("postgres", "mysql"), sys.argv[3:])}
name = f"rjango_bench_{os.getpid()}"


def rows():
    return "".join(f"INSERT INTO bench_row (id, text) VALUES ({n}, 'row {n}; it''s one of many');\n" for n in range(1, LINES + 1))


def run(command, text=None):
    begun = time.perf_counter()
    done = subprocess.run(command, input=text, text=True, capture_output=True, cwd=work / "site")
    took = time.perf_counter() - begun
    if done.returncode:
        sys.exit(f"{command}: {done.stderr[-2000:]}")
    return took, done.stdout


def client(engine, database):
    if engine == "sqlite":
        return ["sqlite3", str(work / "site" / database)]
    user, host, port = servers[engine]
    if engine == "postgres":
        return ["psql", "-q", "-X", "-v", "ON_ERROR_STOP=1", "-U", user, "-h", host, "-p", port, database]
    return ["mariadb", "-u", user, "-h", host, "-P", port, database]


def settings(engine):
    if engine == "sqlite":
        return f'[DATABASES.default]\nENGINE = "sqlite"\nNAME = "{name}.sqlite3"\n'
    user, host, port = servers[engine]
    return f'[DATABASES.default]\nENGINE = "{engine}"\nNAME = "{name}"\nUSER = "{user}"\nHOST = "{host}"\nPORT = {port}\n'


def fresh(engine):
    if engine == "sqlite":
        for file in (work / "site").glob(f"{name}.sqlite3*"):
            file.unlink()
    else:
        base = client(engine, "postgres" if engine == "postgres" else "mysql")
        run(base, f"DROP DATABASE IF EXISTS {name};\n")
        run(base, f"CREATE DATABASE {name};\n")


site = work / "site"
subprocess.run([rjango, "startproject", "site"], check=True, capture_output=True, cwd=work)
subprocess.run([rjango, "startapp", "bench"], check=True, capture_output=True, cwd=site)
folder = site / "bench" / "migrations" / "0001_rows"
folder.mkdir(parents=True)
(folder / "migration.toml").write_text("dependencies = []\n")
table = "CREATE TABLE bench_row (id integer PRIMARY KEY, text varchar(100) NOT NULL);\n"
# `migrate` keeps its history beside the rows; the rest of the script is the same.
for engine in ("sqlite", "postgres", "mysql"):
    (folder / f"up.{engine}.sql").write_text(table + rows())
original = (site / "config" / "settings.toml").read_text()
worst = 0.0
for engine in ("sqlite", "postgres", "mysql"):
    kept = original[: original.find("[DATABASES")] if "[DATABASES" in original else original + "\n"
    (site / "config" / "settings.toml").write_text(kept + settings(engine))
    ours, theirs = [], []
    for _ in range(ROUNDS):
        fresh(engine)
        ours.append(run([rjango, "migrate", "bench"])[0])
        counted = run(client(engine, name if engine != "sqlite" else f"{name}.sqlite3"), "SELECT count(*) FROM bench_row;\n")[1]
        assert str(LINES) in counted, counted
        fresh(engine)
        begin, commit = ("BEGIN;\n", "COMMIT;\n")
        script = table + begin + rows() + commit
        theirs.append(run(client(engine, name if engine != "sqlite" else f"{name}.sqlite3"), script)[0])
    if engine != "sqlite":
        run(client(engine, "postgres" if engine == "postgres" else "mysql"), f"DROP DATABASE {name};\n")
    ours, theirs = min(ours), min(theirs)
    worst = max(worst, ours / theirs)
    print(f"{engine}: rjango {ours:.2f} s, the client {theirs:.2f} s: {ours / theirs:.2f} times")
print("bound: 2 times the client")
sys.exit(worst > 2)
