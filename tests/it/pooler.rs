//! The real binary before a PostgreSQL server that stands behind PgBouncer. `scripts/test` starts one, and runs this alone with it.

use std::process::{Command, Stdio};

use crate::project::Project;

/// A database of its own, made at the server and reached through the pooler.
struct Behind {
    name: String,
    url: String,
}

impl Behind {
    fn new() -> Self {
        let pooler = std::env::var("RJANGO_TEST_PGBOUNCER").expect("RJANGO_TEST_PGBOUNCER: `scripts/test` sets it");
        let name = format!("rjango_it_pooler_{}", std::process::id());
        let server = server();
        let user =
            server.split_once("://").and_then(|(_, rest)| rest.rsplit_once('@')).map_or("postgres", |(user, _)| user);
        let behind = Self { url: format!("postgres://{user}@{pooler}/{name}"), name };
        behind.administer("DROP DATABASE IF EXISTS");
        behind.administer("CREATE DATABASE");
        behind
    }

    fn administer(&self, what: &str) {
        let sql = format!("{what} {}{}", self.name, if what.starts_with("DROP") { " WITH (FORCE)" } else { "" });
        let url = format!("{}/postgres", server());
        let done = Command::new("psql").args([&url, "-qc", &sql]).stderr(Stdio::null()).status().unwrap();
        assert!(done.success(), "{sql}");
    }
}

impl Drop for Behind {
    fn drop(&mut self) {
        self.administer("DROP DATABASE IF EXISTS");
    }
}

fn server() -> String {
    std::env::var("RJANGO_TEST_POSTGRES").unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432".to_owned())
}

#[test]
fn the_commands_work_through_a_pooler() {
    let database = Behind::new();
    let project = Project::with_models(
        "use rjango::models::*;\n\n#[derive(Model, Debug, Clone)]\npub struct Tea {\n    pub id: Auto,\n    \
         #[field(max_length = 40, unique)]\n    pub name: String,\n}\n",
    );
    let command = |arguments: &[&str]| {
        let mut command = project.command(arguments);
        command.env("DATABASE_URL", &database.url).env("DJANGO_SUPERUSER_PASSWORD", "a long pass word");
        command
    };
    let succeeds = |arguments: &[&str]| {
        let output = command(arguments).output().unwrap();
        assert!(output.status.success(), "rjango {}\n{}", arguments.join(" "), project.show(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    succeeds(&["makemigrations", "shop"]);
    // Two at once: the lock is held by one of them though the pooler changes servers between transactions.
    let both: Vec<_> = (0..2)
        .map(|_| command(&["migrate"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
        .map(|child| std::thread::spawn(move || child.wait_with_output().unwrap()))
        .collect();
    let both: Vec<_> = both.into_iter().map(|child| child.join().unwrap()).collect();
    assert!(
        both.iter().all(|output| output.status.success()),
        "{}\n{}",
        project.show(&both[0]),
        project.show(&both[1])
    );
    let applied = |output: &std::process::Output| {
        String::from_utf8_lossy(&output.stdout).matches("shop.0001_initial... OK").count()
    };
    assert_eq!(both.iter().map(applied).sum::<usize>(), 1, "{}\n{}", project.show(&both[0]), project.show(&both[1]));
    succeeds(&["migrate", "--check"]);
    succeeds(&["createsuperuser", "--noinput", "--username", "ada", "--email", "ada@example.com"]);
    for round in 0..3 {
        succeeds(&["shell", "-c", &format!("Tea.objects.create(name='tea {round}')")]);
    }
    assert_eq!(succeeds(&["shell", "-c", "print(Tea.objects.count())"]).trim(), "3");
    assert!(succeeds(&["inspectdb", "shop_tea"]).contains("max_length = 40"));
    succeeds(&["migrate", "shop", "zero"]);
}
