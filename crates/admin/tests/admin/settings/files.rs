//! Templates, static files, and the bounds of forms and uploads.

use std::path::Path;

use http::Method;
use rjango_contrib::staticfiles::{EmbeddedFiles, Finder, StaticFile, collect};
use rjango_core::Result;
use rjango_http::client::ClientResponse;
use rjango_http::templates::static_url;
use rjango_http::{Client, Request, Templates, Urls, path, urls};
use tempfile::tempdir;

use super::{Shown, handler_of, read, urlpatterns};

pub const SHOWN: &[Shown] = &[
    ("TEMPLATES_DIRS", templates_are_found_in_its_folders),
    ("TEMPLATES_STRING_IF_INVALID", a_name_that_nothing_has_shows_it),
    ("STATIC_URL", the_url_of_a_static_file_begins_with_it),
    ("STATIC_ROOT", static_files_are_collected_there),
    ("STATICFILES_DIRS", static_files_are_found_there),
    ("DATA_UPLOAD_MAX_MEMORY_SIZE", a_larger_body_is_refused),
    ("DATA_UPLOAD_MAX_NUMBER_FIELDS", more_fields_are_refused),
    ("DATA_UPLOAD_MAX_NUMBER_FILES", more_files_are_refused),
    ("FILE_UPLOAD_MAX_MEMORY_SIZE", a_larger_file_waits_on_the_disk),
    ("FILE_UPLOAD_MAX_SIZE", a_file_that_is_too_large_is_refused),
    ("FILE_UPLOAD_TEMP_DIR", files_wait_in_its_folder),
    ("FILE_UPLOAD_PERMISSIONS", a_saved_file_has_these_permissions),
];

#[test]
fn templates_are_found_in_its_folders() {
    let folder = tempdir().unwrap();
    std::fs::write(folder.path().join("own.html"), "own").unwrap();
    let templates = Templates::new(&read(&format!("TEMPLATES_DIRS = [\"{}\"]", folder.path().display())));
    assert!(templates.exists("own.html"));
    assert!(!Templates::new(&read("")).exists("own.html"));
}

#[test]
fn a_name_that_nothing_has_shows_it() {
    let shown = |text: &str| {
        let templates = Templates::new(&read(text));
        let page = templates.render_text("page", "{{ nothing.here }}{{ nothing|upper }}", rjango_http::context! {});
        rjango_orm::block_on(page).unwrap()
    };
    assert_eq!(shown(""), "");
    assert_eq!(shown("TEMPLATES_STRING_IF_INVALID = \"[%s?]\""), "[nothing.here?][nothing?]");
}

#[test]
fn the_url_of_a_static_file_begins_with_it() {
    let url = |text: &str| super::site_at(read(text), urlpatterns()).enter(|| static_url("a.css")).unwrap();
    assert_eq!(url(""), "/static/a.css");
    assert_eq!(url("STATIC_URL = \"https://cdn.example.com/\""), "https://cdn.example.com/a.css");
}

#[test]
fn static_files_are_collected_there() {
    let folder = tempdir().unwrap();
    let settings = read(&format!("STATIC_ROOT = \"{}\"", folder.path().display()));
    let files = Finder::new(&settings, EmbeddedFiles(&[("a.css", b"a")])).list().unwrap();
    collect(&settings, &files, false).unwrap();
    assert_eq!(std::fs::read(folder.path().join("a.css")).unwrap(), b"a");
    assert_eq!(collect(&read(""), &files, false).unwrap_err().to_string(), "STATIC_ROOT is not set");
}

#[test]
fn static_files_are_found_there() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("b.css");
    std::fs::write(&file, "b").unwrap();
    let settings = read(&format!("STATICFILES_DIRS = [\"{}\"]", folder.path().display()));
    assert_eq!(Finder::new(&settings, EmbeddedFiles::default()).find("b.css"), Some(StaticFile::Disk(file)));
    assert_eq!(Finder::new(&read(""), EmbeddedFiles::default()).find("b.css"), None);
}

/// Where the first file waits: on the disk, and in which folder.
async fn waits(request: Request) -> Result<String> {
    let form = request.form().await?;
    let waiting = form.file("file").and_then(|file| file.temporary_file_path());
    Ok(waiting.and_then(Path::parent).map_or_else(|| "memory".to_owned(), |folder| folder.display().to_string()))
}

/// Saves the first file in the folder of the query.
async fn save(request: Request) -> Result<&'static str> {
    let form = request.form().await?;
    form.file("file").unwrap().save(Path::new(request.query().get("folder").unwrap()).join("saved")).await?;
    Ok("saved")
}

fn uploads() -> Urls {
    urlpatterns().and(urls![path("waits/", waits), path("save/", save)])
}

/// The answer to an upload of so many files of 100 bytes.
async fn upload(text: &str, path: &str, files: usize) -> ClientResponse {
    let mut body = String::new();
    for _ in 0..files {
        let content = "x".repeat(100);
        let head = "Content-Disposition: form-data; name=\"file\"; filename=\"a.txt\"";
        body.push_str(&format!("--XX\r\n{head}\r\n\r\n{content}\r\n"));
    }
    body.push_str("--XX--\r\n");
    let mut client = Client::of(handler_of(text, uploads()));
    client.request(Method::POST, path, Some("multipart/form-data; boundary=XX"), body.into()).await
}

async fn post(text: &str, number: usize) -> u16 {
    let form = (0..number).map(|number| (format!("field{number}"), "value"));
    Client::of(handler_of(text, uploads())).post("/fields/", form).await.status().as_u16()
}

#[tokio::test]
async fn a_larger_body_is_refused() {
    assert_eq!(post("", 10).await, 200);
    assert_eq!(post("DATA_UPLOAD_MAX_MEMORY_SIZE = 50", 10).await, 400);
}

#[tokio::test]
async fn more_fields_are_refused() {
    assert_eq!((post("", 1000).await, post("", 1001).await), (200, 400));
    assert_eq!(post("DATA_UPLOAD_MAX_NUMBER_FIELDS = 3", 4).await, 400);
    assert_eq!(post("DATA_UPLOAD_MAX_NUMBER_FIELDS = false", 1001).await, 200);
}

#[tokio::test]
async fn more_files_are_refused() {
    assert_eq!(upload("", "/fields/", 3).await.text(), "0 fields, 3 files");
    assert_eq!(upload("DATA_UPLOAD_MAX_NUMBER_FILES = 2", "/fields/", 3).await.status(), 400);
}

#[tokio::test]
async fn a_larger_file_waits_on_the_disk() {
    assert_eq!(upload("", "/waits/", 1).await.text(), "memory");
    assert_ne!(upload("FILE_UPLOAD_MAX_MEMORY_SIZE = 50", "/waits/", 1).await.text(), "memory");
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused() {
    assert_eq!(upload("", "/fields/", 1).await.status(), 200);
    assert_eq!(upload("FILE_UPLOAD_MAX_SIZE = 50", "/fields/", 1).await.status(), 413);
}

#[tokio::test]
async fn files_wait_in_its_folder() {
    let folder = tempdir().unwrap();
    let own = format!("FILE_UPLOAD_MAX_MEMORY_SIZE = 50\nFILE_UPLOAD_TEMP_DIR = \"{}\"", folder.path().display());
    assert_eq!(upload(&own, "/waits/", 1).await.text(), folder.path().display().to_string());
    let default = upload("FILE_UPLOAD_MAX_MEMORY_SIZE = 50", "/waits/", 1).await;
    assert_eq!(Path::new(&default.text()), std::env::temp_dir());
}

#[cfg(unix)]
#[tokio::test]
async fn a_saved_file_has_these_permissions() {
    use std::os::unix::fs::PermissionsExt as _;

    for (text, mode) in [("", 0o644), ("FILE_UPLOAD_PERMISSIONS = 0o600", 0o600)] {
        let folder = tempdir().unwrap();
        let saved = upload(text, &format!("/save/?folder={}", folder.path().display()), 1).await;
        assert_eq!(saved.text(), "saved");
        let found = std::fs::metadata(folder.path().join("saved")).unwrap().permissions().mode();
        assert_eq!(found & 0o777, mode, "{text}");
    }
}
