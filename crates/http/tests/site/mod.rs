//! A small site for the tests of the pipeline.

use rjango_core::{Settings, Site};
use rjango_http::client::ClientResponse;
use rjango_http::{Templates, Urls};

#[allow(dead_code, reason = "shared by several test binaries")]
pub const FORM: [(&str, &str); 1] = [("name", "tea")];

pub fn site(urls: Urls, change: impl FnOnce(&mut Settings)) -> Site {
    let mut settings = Settings::for_tests();
    change(&mut settings);
    let templates = Templates::new(&settings).with_embedded([("form.html", "<form>{{ csrf_input }}</form>")]);
    Site::new(settings).with(templates).with(urls)
}

#[allow(dead_code, reason = "shared by several test binaries")]
/// Status, headers in alphabetical order, and body.
pub fn headers(response: &ClientResponse) -> String {
    let mut lines: Vec<String> = response
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    lines.sort();
    format!("{}\n{}\n\n{}", response.status().as_u16(), lines.join("\n"), response.text())
}
