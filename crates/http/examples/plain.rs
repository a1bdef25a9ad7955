//! A plain view behind the full list of layers, for `bench/`: requests answered a second, without a socket.
use rjango_core::{Settings, Site};
use rjango_http::{Handler, Request, path, urls};
use std::time::Instant;
async fn hello(_request: Request) -> &'static str {
    "hello"
}
fn main() {
    let rt = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    rt.block_on(async {
        let mut settings = Settings::for_tests();
        settings.middleware = [
            "security.SecurityMiddleware",
            "locale.LocaleMiddleware",
            "common.CommonMiddleware",
            "csrf.CsrfViewMiddleware",
            "clickjacking.XFrameOptionsMiddleware",
        ]
        .iter()
        .map(|n| format!("rjango.middleware.{n}"))
        .collect();
        let handler = Handler::new(Site::new(settings).with(urls![path("hello/", hello)])).expect("site");
        for _ in 0..3 {
            let start = Instant::now();
            let n = 200_000;
            for _ in 0..n {
                let request = http::Request::builder()
                    .uri("/hello/")
                    .header("host", "localhost:8000")
                    .header("accept-language", "en-US,en;q=0.5")
                    .header("cookie", "sessionid=abcdefabcdefabcdef; csrftoken=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
                    .body(axum::body::Body::empty())
                    .expect("request");
                let response = handler.handle(request).await;
                assert_eq!(response.status(), 200);
            }
            println!("{:.2} us a request", start.elapsed().as_secs_f64() * 1e6 / f64::from(n));
        }
    });
}
