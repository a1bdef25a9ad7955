//! Forms and uploads: what Django reads from the same bytes, where files are kept, and when they go.
#![allow(clippy::unwrap_used, missing_docs)] // Test code.

mod site;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http::{Method, header};
use rjango_core::{Error, Result, Settings};
use rjango_http::middleware::csrf;
use rjango_http::{Client, Handler, Request, View as _, path, urls};
use serde_json::{Value, json};
use site::site;

const MULTIPART: &str = "multipart/form-data; boundary=XX";

fn files_in(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

async fn form(request: Request) -> Result<String> {
    let form = request.form().await?;
    let fields: Vec<Value> = form.fields().iter().map(|(name, value)| json!([name, value])).collect();
    let mut files = Vec::new();
    for (name, file) in form.files() {
        let content: String = file.read().await?.iter().map(|byte| char::from(*byte)).collect();
        let pieces: Vec<Bytes> = file.chunks().try_collect().await?;
        assert_eq!(pieces.concat().len() as u64, file.size());
        files.push(json!([name, file.name(), file.content_type().unwrap_or_default(), content]));
    }
    Ok(json!({ "fields": fields, "files": files }).to_string())
}

async fn post(handler: &Handler, content_type: &str, body: Body) -> (u16, String) {
    let request = http::Request::builder()
        .method(Method::POST)
        .uri("/form/")
        .header(header::HOST, "a")
        .header(header::CONTENT_TYPE, content_type)
        .body(body)
        .unwrap();
    let response = handler.handle(request).await;
    let status = response.status().as_u16();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8_lossy(&body).into_owned())
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|character| u8::try_from(u32::from(character)).unwrap()).collect()
}

/// The body in pieces of this size.
fn in_pieces(body: &[u8], size: usize) -> Body {
    let pieces: Vec<_> =
        body.chunks(size).map(|piece| Ok::<_, std::io::Error>(Bytes::copy_from_slice(piece))).collect();
    Body::from_stream(stream::iter(pieces))
}

/// Where rjango answers something else, and why.
fn is_different(content_type: &str) -> bool {
    // The names of media types are the same in capitals (RFC 9110, section 8.3.1); and what stands before the first boundary is
    // not a part (RFC 2046, section 5.1.1).
    content_type.starts_with("Multipart") || content_type.ends_with("YY")
}

#[tokio::test]
async fn forms_are_read_as_django_reads_them() {
    let cases: Vec<(String, String, Value)> = serde_json::from_str(include_str!("vectors/multipart.json")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for memory in [2_621_440, 2, 0] {
        let limits = |settings: &mut Settings| {
            settings.data_upload_max_number_fields = Some(5);
            settings.data_upload_max_number_files = Some(3);
            settings.data_upload_max_memory_size = Some(60);
            settings.file_upload_max_memory_size = memory;
            settings.file_upload_temp_dir = Some(folder.path().to_path_buf());
        };
        let handler = Handler::new(site(urls![path("form/", form)], limits)).unwrap();
        for (content_type, body, wanted) in &cases {
            if is_different(content_type) {
                continue;
            }
            let body = latin1(body);
            for size in [1, 7, 100_000] {
                let (status, text) = post(&handler, content_type, in_pieces(&body, size)).await;
                let found = match status {
                    200 => serde_json::from_str(&text).unwrap(),
                    status => json!({ "status": status, "why": wanted["why"] }),
                };
                let shown = String::from_utf8_lossy(&body);
                assert_eq!(&found, wanted, "{content_type}: {shown:?} in pieces of {size}, memory {memory}: {text}");
            }
        }
        assert_eq!(files_in(folder.path()), 0);
    }
}

#[tokio::test]
async fn parameters_of_the_query_string_count() {
    let few = |settings: &mut Settings| settings.data_upload_max_number_fields = Some(2);
    let mut client = Client::new(site(urls![path("form/", form)], few)).unwrap();
    assert_eq!(client.get("/form/?a&b").await.status(), 200);
    assert_eq!(client.get("/form/?a&b&c").await.status(), 400);
    assert_eq!(client.get("/form/?&&").await.status(), 400);
}

#[tokio::test]
async fn hosts_that_are_said_twice_are_not_believed() {
    async fn host(request: Request) -> Result<String> {
        Ok(format!("{} {} {}", request.get_host()?, request.port(), request.scheme()))
    }
    let behind_proxy = |settings: &mut Settings| {
        settings.use_x_forwarded_host = true;
        settings.use_x_forwarded_port = true;
        settings.secure_proxy_ssl_header = Some(("HTTP_X_FORWARDED_PROTO".to_owned(), "https".to_owned()));
    };
    let handler = Handler::new(site(urls![path("host/", host)], behind_proxy)).unwrap();
    let ask = async |headers: &[(&str, &str)]| {
        let mut request = http::Request::builder().uri("/host/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = handler.handle(request.body(Body::empty()).unwrap()).await;
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, String::from_utf8_lossy(&body).into_owned())
    };
    assert_eq!(ask(&[("host", "a"), ("host", "a")]).await.0, 400);
    assert_eq!(ask(&[("host", "a"), ("host", "evil")]).await.0, 400);
    let once = [("host", "a"), ("x-forwarded-host", "b"), ("x-forwarded-port", "8443"), ("x-forwarded-proto", "https")];
    assert_eq!(ask(&once).await, (200, "b 8443 https".to_owned()));
    let twice: Vec<_> = once.iter().chain(&once[1..]).copied().collect();
    assert_eq!(ask(&twice).await, (200, "a 80 http".to_owned()));
}

/// A form with this token before or behind a file of so many bytes.
fn upload(token_first: bool, token: &str, bytes: usize) -> Vec<u8> {
    let token = format!("--XX\r\nContent-Disposition: form-data; name=\"csrfmiddlewaretoken\"\r\n\r\n{token}\r\n");
    let file =
        format!("--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n{}\r\n", "z".repeat(bytes));
    if token_first { format!("{token}{file}--XX--\r\n") } else { format!("{file}{token}--XX--\r\n") }.into_bytes()
}

/// A body that says how many of its pieces were taken.
fn counted(body: &[u8], taken: &Arc<Mutex<usize>>) -> Body {
    let taken = Arc::clone(taken);
    let pieces: Vec<Bytes> = body.chunks(10_000).map(Bytes::copy_from_slice).collect();
    Body::from_stream(stream::iter(pieces).map(move |piece| {
        *taken.lock().unwrap() += 1;
        Ok::<_, std::io::Error>(piece)
    }))
}

#[tokio::test]
async fn the_token_comes_in_the_header_or_before_the_first_file() {
    async fn token(request: Request) -> Result<String> {
        csrf::get_token(&request)
    }
    let folder = tempfile::tempdir().unwrap();
    let with_csrf = |settings: &mut Settings| {
        settings.middleware = vec!["rjango.middleware.csrf.CsrfViewMiddleware".to_owned()];
        settings.file_upload_max_memory_size = 0;
        settings.file_upload_temp_dir = Some(folder.path().to_path_buf());
    };
    let seen = folder.path().to_path_buf();
    let form = async move |request: Request| -> Result<String> {
        let form = request.form().await?;
        Ok(format!("{} {}", form.file("f").map_or(0, |file| file.size()), files_in(&seen)))
    };
    let form = move |request: Request| {
        let form = form.clone();
        async move { form(request).await }
    };
    let site = site(urls![path("token/", token), path("form/", form.into_view())], with_csrf);
    let handler = Handler::new(site).unwrap();
    let mut client = Client::of(handler.clone()).enforce_csrf_checks();
    let token = client.get("/token/").await.text();
    let cookie = client.cookie("csrftoken").unwrap().to_owned();
    let send = async |body: Vec<u8>, header: Option<&str>| {
        let taken = Arc::new(Mutex::new(0));
        let mut request = http::Request::builder()
            .method(Method::POST)
            .uri("/form/")
            .header(header::HOST, "a")
            .header(header::COOKIE, format!("csrftoken={cookie}"))
            .header(header::CONTENT_TYPE, MULTIPART);
        if let Some(token) = header {
            request = request.header("x-csrftoken", token);
        }
        let response = handler.handle(request.body(counted(&body, &taken)).unwrap()).await;
        let status = response.status().as_u16();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let taken = *taken.lock().unwrap();
        (status, String::from_utf8_lossy(&body).into_owned(), taken)
    };
    let whole = |sent: (u16, String, usize)| (sent.0, sent.1);
    assert_eq!(whole(send(upload(true, &token, 500_000), None).await), (200, "500000 1".to_owned()));
    assert_eq!(whole(send(upload(false, "", 500_000), Some(&token)).await), (200, "500000 1".to_owned()));
    // The first piece says enough; nothing is written, and the rest is not read.
    for (body, header) in [
        (upload(false, &token, 500_000), None),
        (upload(true, &"a".repeat(64), 500_000), None),
        (upload(false, "", 500_000), Some("no token")),
    ] {
        let (status, _, taken) = send(body, header).await;
        assert_eq!((status, files_in(folder.path())), (403, 0));
        assert!(taken <= 4, "{taken}");
    }
}

#[tokio::test]
async fn a_service_further_in_reads_the_body_as_it_came() {
    async fn raw(request: axum::extract::Request) -> String {
        match axum::body::to_bytes(request.into_body(), usize::MAX).await {
            Ok(body) => body.len().to_string(),
            Err(_) => "gone".to_owned(),
        }
    }
    async fn token(request: Request) -> Result<String> {
        csrf::get_token(&request)
    }
    let with_csrf = |settings: &mut Settings| {
        settings.middleware = vec!["rjango.middleware.csrf.CsrfViewMiddleware".to_owned()];
    };
    let router = axum::Router::new().route("/raw", axum::routing::post(raw));
    let urls = urls![path("token/", token), rjango_http::urls::mount("api/", router)];
    let handler = Handler::new(site(urls, with_csrf)).unwrap();
    let mut client = Client::of(handler).enforce_csrf_checks();
    let token = client.get("/token/").await.text();
    for bytes in [0, 10, 300_000] {
        let body = upload(true, &token, bytes);
        let response = client.request(Method::POST, "/api/raw", Some(MULTIPART), body.clone().into()).await;
        assert_eq!((response.status().as_u16(), response.text()), (200, body.len().to_string()));
    }
}

#[tokio::test]
async fn files_go_with_their_request_and_stay_where_they_are_saved() {
    let folder = tempfile::tempdir().unwrap();
    let kept = tempfile::tempdir().unwrap();
    let on_disk = |settings: &mut Settings| {
        settings.file_upload_max_memory_size = 100;
        settings.file_upload_max_size = Some(2000);
        settings.file_upload_temp_dir = Some(folder.path().to_path_buf());
        settings.file_upload_permissions = Some(0o640);
    };
    let (temporary, target) = (folder.path().to_path_buf(), kept.path().join("a"));
    let view = move |request: Request| {
        let (temporary, target) = (temporary.clone(), target.clone());
        async move {
            let form = request.form().await?;
            let file = form.file("f").unwrap();
            match request.query().get("then") {
                Some("save") => file.save(&target).await?,
                Some("panic") => panic!("the view panics"),
                Some("fail") => return Err(Error::bad_request("the view fails")),
                _ => {}
            }
            Ok(format!("{} {}", file.temporary_file_path().is_some(), files_in(&temporary)))
        }
    };
    let handler = Handler::new(site(urls![path("form/", view.into_view())], on_disk)).unwrap();
    let mut client = Client::of(handler);
    let mut send = async |then: &str, bytes: usize| {
        let path = format!("/form/?then={then}");
        let response = client.request(Method::POST, &path, Some(MULTIPART), upload(true, "", bytes).into()).await;
        assert_eq!(files_in(folder.path()), 0, "{then}");
        (response.status().as_u16(), response.text())
    };
    assert_eq!(send("", 100).await, (200, "false 0".to_owned()));
    assert_eq!(send("", 101).await, (200, "true 1".to_owned()));
    assert_eq!(send("panic", 101).await.0, 500);
    assert_eq!(send("fail", 101).await.0, 400);
    assert_eq!(send("", 2000).await.0, 200);
    assert_eq!(send("", 2001).await.0, 413);
    for bytes in [100, 101] {
        assert_eq!(send("save", bytes).await.0, 200);
        let saved = kept.path().join("a");
        assert_eq!(std::fs::read(&saved).unwrap(), "z".repeat(bytes).into_bytes());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(saved.metadata().unwrap().permissions().mode() & 0o7777, 0o640);
        }
        // A file that is there is not written over.
        assert_eq!(send("save", bytes).await.0, 500);
        assert_eq!(std::fs::read(&saved).unwrap().len(), bytes);
        std::fs::remove_file(saved).unwrap();
    }
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_an_error_with_the_next_step() {
    let nowhere = |settings: &mut Settings| {
        settings.debug = true;
        settings.file_upload_max_memory_size = 0;
        settings.file_upload_temp_dir = Some("/nonexistent/uploads".into());
    };
    let handler = Handler::new(site(urls![path("form/", form)], nowhere)).unwrap();
    let (status, page) = post(&handler, MULTIPART, Body::from(upload(true, "", 1))).await;
    assert_eq!(status, 500);
    assert!(page.contains("FILE_UPLOAD_TEMP_DIR") && page.contains("/nonexistent/uploads"), "{page}");
}

#[tokio::test]
async fn a_body_that_breaks_off_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let on_disk = |settings: &mut Settings| {
        settings.file_upload_max_memory_size = 0;
        settings.file_upload_temp_dir = Some(folder.path().to_path_buf());
    };
    let handler = Handler::new(site(urls![path("form/", form)], on_disk)).unwrap();
    let begun = Bytes::from(upload(true, "", 50_000)[..40_000].to_vec());
    let broken = stream::iter([Ok(begun.clone()), Err(std::io::Error::other("the client hung up"))]);
    assert_eq!(post(&handler, MULTIPART, Body::from_stream(broken)).await.0, 400);
    assert_eq!(files_in(folder.path()), 0);
    // A request that nobody waits for any more.
    let stuck = Body::from_stream(stream::iter([Ok::<_, std::io::Error>(begun)]).chain(stream::pending()));
    let stuck = tokio::time::timeout(Duration::from_millis(200), post(&handler, MULTIPART, stuck)).await;
    assert!(stuck.is_err());
    assert_eq!(files_in(folder.path()), 1);
    handler.stop();
    handler.finished().await;
    assert_eq!(files_in(folder.path()), 0);
}

#[tokio::test]
async fn what_leads_nowhere_is_not_kept_in_memory() {
    let handler = Handler::new(site(urls![path("form/", form)], |_| {})).unwrap();
    let filler = || stream::iter((0..10_000).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 10_000]))));
    let spaces = || stream::iter((0..10_000).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(&[b' '; 10_000]))));
    let first = |text: &'static str| stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(text.as_bytes()))]);
    for body in [
        Body::from_stream(filler()),
        Body::from_stream(first("--XX\r\nContent-Disposition: ").chain(filler())),
        Body::from_stream(first("--XX\r\n\r\n\r\n").chain(filler())),
        Body::from_stream(first("--XX\r\nX: 1\r\n\r\n").chain(filler())),
        Body::from_stream(first("--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n").chain(filler())),
        Body::from_stream(first("--XX").chain(spaces())),
        Body::from_stream(first("--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--XX").chain(spaces())),
    ] {
        let (status, page) = post(&handler, MULTIPART, body).await;
        assert_eq!(status, 400, "{page}");
    }
}

#[tokio::test]
async fn no_form_is_read_from_other_bodies() {
    let handler = Handler::new(site(urls![path("form/", form)], |_| {})).unwrap();
    let empty = json!({ "fields": [], "files": [] }).to_string();
    for kind in ["application/json", "text/plain", "multipart/mixed; boundary=XX", ""] {
        assert_eq!(post(&handler, kind, Body::from(upload(true, "", 1))).await, (200, empty.clone()), "{kind}");
    }
}

/// The most memory that this process ever had, in KiB.
#[cfg(target_os = "linux")]
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_of_200_megabytes_takes_no_memory_and_goes_when_its_client_hangs_up() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    const PIECES: usize = 200;
    let folder = tempfile::tempdir().unwrap();
    let to_disk = |settings: &mut Settings| {
        settings.file_upload_temp_dir = Some(folder.path().to_path_buf());
    };
    async fn size(request: Request) -> Result<String> {
        let form = request.form().await?;
        let file = form.file("f").ok_or_else(|| Error::bad_request("no file"))?;
        let mut read = 0;
        let mut chunks = std::pin::pin!(file.chunks());
        while let Some(chunk) = chunks.try_next().await? {
            read += chunk.len();
        }
        Ok(format!("{} {read} {}", file.size(), file.temporary_file_path().is_some()))
    }
    let handler = Handler::new(site(urls![path("form/", size)], to_disk)).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(rjango_http::server::serve(listener, handler.clone(), async move {
        let _ = stopped.await;
    }));
    let head = "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n";
    let tail = "\r\n--XX--\r\n";
    // Line ends make the search for the boundary work.
    let piece = b"zzzzzzzzzzzz\r\n--".repeat(65_536);
    let length = head.len() + PIECES * piece.len() + tail.len();
    let request = format!(
        "POST /form/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: {MULTIPART}\r\nContent-Length: {length}\r\n\r\n{head}"
    );
    let before = most_memory();
    let mut client = tokio::net::TcpStream::connect(address).await.unwrap();
    client.write_all(request.as_bytes()).await.unwrap();
    for _ in 0..PIECES {
        client.write_all(&piece).await.unwrap();
    }
    client.write_all(tail.as_bytes()).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    let bytes = PIECES * piece.len();
    assert!(answer.ends_with(&format!("{bytes} {bytes} true")), "{answer}");
    assert_eq!(files_in(folder.path()), 0);
    let grown = most_memory() - before;
    assert!(grown < 32 * 1024, "{grown} KiB");

    let mut client = tokio::net::TcpStream::connect(address).await.unwrap();
    client.write_all(request.as_bytes()).await.unwrap();
    for _ in 0..5 {
        client.write_all(&piece).await.unwrap();
    }
    let begun = async || {
        while files_in(folder.path()) == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), begun()).await.unwrap();
    drop(client);
    tokio::time::timeout(Duration::from_secs(10), handler.finished()).await.unwrap();
    assert_eq!(files_in(folder.path()), 0);
    let _ = stop.send(());
    server.await.unwrap().unwrap();
}
