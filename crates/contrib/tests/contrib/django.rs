//! One database for rjango and Django: rows and cookies that Django 5.2.19 wrote, and its tables.

use chrono::{TimeDelta, Utc};
use rjango_contrib::auth::{User, UserInstance as _};
use rjango_contrib::sessions::SessionRow;
use rjango_http::Client;
use rjango_macros::{q, set};
use rjango_orm::{Databases, Statement, ValueType};

use crate::site::{client, inside, log_in, settings, site, site_with, with_joe};

/// `make_password("letmein")`, with one round.
const PASSWORD: &str = "pbkdf2_sha256$1$g52MGqicjv4r2e32A0XrKJ$3P4rZGLlfiFBOnQ7LJMcRE/3jARzMD9O65xpHyhqN5A=";

/// The row that `client.force_login(joe)` and a view with `request.session["x"] = 1` left.
const SESSION: (&str, &str) = (
    "ko96hjkznqwl2h536hcn9vxrxe9q6kdy",
    ".eJxVjEEOwiAQRe_C2hCmQEq7dO8ZyDAMUjWQlDYxMd5dSbrQ7X_vv5fwuG_Z741Xv0QxCxCn3y0g3bl0EG9YrlVSLdu6BNkVedAmLzXy43y4f4GML\
     fd3IIukNCWFMGFgdprZIJrBpckaTDolRRGsAkJlox1HdsoYHBwD2G_0KWZ4fwB07zn3:1xVBfg:\
     PA5MkIj4vKjWN-l1-ma1PlpL9aNwaUfbuWleyYOIzfc",
);

/// The cookie of `messages.info(request, "hello")`.
const MESSAGES: &str =
    "W1siX19qc29uX21lc3NhZ2UiLDAsMjAsImhlbGxvIiwiIl1d:1xVBfg:Z6C9kI1uRkZzhHhDnleojKpyxC8Y6pVulHlylGL3c9U";

#[tokio::test]
async fn a_log_in_of_djangos_is_a_log_in_here() {
    let site = site().await;
    let joe = with_joe(&site).await;
    assert_eq!(joe.id, 1);
    let mut client = Client::new(site).unwrap();
    inside(&client, async {
        User::objects().filter(q!(pk = 1)).update(set!(password = PASSWORD)).await?;
        let expire_date = Utc::now() + TimeDelta::days(1);
        let (session_key, session_data) = (SESSION.0.to_owned(), SESSION.1.to_owned());
        SessionRow::objects().create(SessionRow { session_key, session_data, expire_date }).await
    })
    .await;
    client.set_cookie("sessionid", SESSION.0);
    client.set_cookie("messages", MESSAGES);
    assert_eq!(client.get("/page/").await.text(), "joe True [info:hello]");
}

#[tokio::test]
async fn djangos_hash_logs_in_here() {
    let mut client = client().await;
    inside(&client, async { User::objects().filter(q!(pk = 1)).update(set!(password = PASSWORD)).await }).await;
    log_in(&mut client).await;
    assert_eq!(client.get("/who/").await.text(), "joe");
}

#[tokio::test]
async fn the_session_says_what_django_reads() {
    let mut client = client().await;
    log_in(&mut client).await;
    let key = client.cookie("sessionid").unwrap().to_owned();
    let backend = rjango_contrib::sessions::session_backend(client.site().settings()).unwrap();
    let data = inside(&client, async move { backend.load(&key).await }).await.unwrap();
    assert_eq!(data["_auth_user_id"], "1");
    assert_eq!(data["_auth_user_backend"], "django.contrib.auth.backends.ModelBackend");
    assert_eq!(data["_auth_user_hash"].as_str().unwrap().len(), 64);
}

#[test]
fn the_session_hash_is_djangos() {
    let joe = User {
        password: "pbkdf2_sha256$1000000$salt12345$L6wclWZwSb0aETSjZqJdXqJSP/9v/OQ+EhXnKitvQpg=".to_owned(),
        ..User::default()
    };
    // `User(password=...).get_session_auth_hash()`
    assert_eq!(joe.session_auth_hash(&settings()), "bde68cc8e24cb2f15e54eccb09480ad130c18af535b6f69d356df66c0f3af6b7");
}

/// What a database says of a table, however its columns are ordered.
const COLUMNS: &str = "SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || c.pk \
                       FROM sqlite_master m JOIN pragma_table_info(m.name) c \
                       WHERE m.type = 'table' AND (m.name LIKE 'auth_%' OR m.name IN ('django_content_type', 'django_session')) ORDER BY 1";

/// The indexes, those of UNIQUE columns included.
const INDEXES: &str = "SELECT m.name || ' ' || (CASE WHEN i.origin = 'c' THEN i.name ELSE '' END) || ' ' || i.\"unique\" || ' ' || \
                       (SELECT group_concat(name) FROM pragma_index_info(i.name)) \
                       FROM sqlite_master m JOIN pragma_index_list(m.name) i \
                       WHERE m.type = 'table' AND (m.name LIKE 'auth_%' OR m.name IN ('django_content_type', 'django_session')) ORDER BY 1";

#[tokio::test]
async fn migrating_makes_djangos_tables() {
    let site = site_with(settings()).await;
    let client = Client::new(site.clone()).unwrap();
    let lines = inside(&client, async {
        let database = site.require::<Databases>()?.get("default")?;
        let mut lines = Vec::new();
        for sql in [COLUMNS, INDEXES] {
            let statement = Statement { sql: sql.to_owned(), parameters: Vec::new() };
            for row in database.fetch(&statement, &[ValueType::Text]).await? {
                let rjango_orm::Value::Text(line) = &row[0] else { continue };
                lines.push(line.clone());
            }
        }
        Ok(lines)
    })
    .await;
    // The same two queries on the database that Django 5.2.19 migrated.
    assert_eq!(lines.join("\n") + "\n", include_str!("django_tables.txt"));
}
