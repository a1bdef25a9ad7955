//! The admin in a real browser: headless Chromium, driven over the WebDriver protocol (W3C).

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::project::{Project, free_port};

#[test]
fn a_person_logs_in_and_adds_changes_and_deletes_a_product() {
    let project = Project::tour();
    project.succeeds(&["makemigrations"]);
    project.succeeds(&["migrate"]);
    let mut superuser = project.command(&["createsuperuser", "--noinput", "--username", "ada", "--email", ""]);
    superuser.env("RJANGO_SUPERUSER_PASSWORD", "a long enough secret");
    assert!(superuser.status().unwrap().success());
    let port = free_port();
    let server = project.serve(project.command(&["runserver", &port.to_string()]), port);
    server.wait_for("Quit the server with");

    let browser = Browser::start();
    browser.open(&server.url("/admin/"));
    browser.arrives_at("/admin/login/?next=/admin/");
    browser.type_into("#id_username", "ada");
    browser.type_into("#id_password", "a wrong secret");
    browser.click("#login-form button");
    browser.shows("#content", "Please enter the correct username and password");
    browser.type_into("#id_password", "a long enough secret");
    browser.click("#login-form button");
    browser.arrives_at("/admin/");

    browser.click(".model-category a.add");
    browser.type_into("#id_name", "Drinks");
    browser.click("button[name=_save]");
    browser.arrives_at("/admin/shop/category/");
    browser.open(&server.url("/admin/shop/product/add/"));
    browser.type_into("#id_name", "Coffee <script>alert(1)</script>");
    browser.click("button[name=_save]");
    browser.shows(".field-price .error", "This field is required");
    browser.type_into("#id_price", "3.50");
    browser.click("#id_category option:nth-child(2)");
    browser.click("button[name=_save]");
    browser.arrives_at("/admin/shop/product/");
    browser.shows("#messages", "was added successfully");
    browser.shows("#result_list tbody", "Coffee <script>alert(1)</script>");
    browser.shows("#result_list tbody", "3.50");

    browser.click("#result_list tbody th a");
    browser.clear("#id_name");
    browser.type_into("#id_name", "Espresso");
    browser.click("button[name=_continue]");
    browser.shows("#messages", "was changed successfully");
    browser.click(".submit-row a.danger");
    browser.click("button.danger");
    browser.shows("#content", "No products yet");
    browser.open(&server.url("/admin/"));
    browser.click("#user-tools button");
    browser.arrives_at("/admin/logout/");
    browser.open(&server.url("/admin/"));
    browser.arrives_at("/admin/login/?next=/admin/");
}

struct Browser {
    driver: Child,
    session: String,
    agent: ureq::Agent,
    _profile: tempfile::TempDir,
}

impl Browser {
    fn start() -> Self {
        let port = free_port();
        let driver = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts; `scripts/test` installs it");
        let profile = tempfile::TempDir::new().unwrap();
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        let mut browser = Self { driver, session: format!("http://127.0.0.1:{port}"), agent, _profile: profile };
        let deadline = Instant::now() + Duration::from_secs(30);
        while browser.agent.get(format!("{}/status", browser.session)).call().is_err() {
            assert!(Instant::now() < deadline, "chromedriver does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        let options = json!({ "args": [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            format!("--user-data-dir={}", browser._profile.path().display()),
        ]});
        let answer = browser.command(
            "POST",
            "/session",
            &json!({
                "capabilities": { "alwaysMatch": { "goog:chromeOptions": options, "timeouts": { "implicit": 10_000 } } }
            }),
        );
        let id = answer["sessionId"].as_str().unwrap().to_owned();
        browser.session = format!("{}/session/{id}", browser.session);
        browser
    }

    /// The command's value, or what the driver says is wrong.
    fn try_command(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let url = format!("{}{path}", self.session);
        let mut response = match method {
            "GET" => self.agent.get(url).call(),
            "DELETE" => self.agent.delete(url).call(),
            _ => self.agent.post(url).send_json(body),
        }
        .unwrap();
        let answer: Value = response.body_mut().read_json().unwrap();
        if answer["value"]["error"].is_null() { Ok(answer["value"].clone()) } else { Err(answer["value"].to_string()) }
    }

    fn command(&self, method: &str, path: &str, body: &Value) -> Value {
        self.try_command(method, path, body)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}\n{}", self.source()))
    }

    /// Waits until a page of this path is shown: a click does not wait for what the server answers.
    fn arrives_at(&self, path: &str) {
        self.eventually(path, || self.path());
    }

    /// Waits until the element's text contains this.
    fn shows(&self, css: &str, text: &str) {
        self.eventually(text, || self.text(css));
    }

    fn eventually(&self, expected: &str, found: impl Fn() -> String) {
        let exact = expected.starts_with('/');
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let found = found();
            if if exact { found == expected } else { found.contains(expected) } {
                return;
            }
            assert!(Instant::now() < deadline, "expected `{expected}`, found `{found}`\n{}", self.source());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn source(&self) -> String {
        let url = format!("{}/source", self.session);
        self.agent.get(url).call().ok().and_then(|mut page| page.body_mut().read_to_string().ok()).unwrap_or_default()
    }

    fn element(&self, css: &str) -> String {
        let found = self.command("POST", "/element", &json!({ "using": "css selector", "value": css }));
        found.as_object().unwrap().values().next().unwrap().as_str().unwrap().to_owned()
    }

    fn open(&self, url: &str) {
        self.command("POST", "/url", &json!({ "url": url }));
    }

    /// The path and query of the page now shown.
    fn path(&self) -> String {
        let url = self.command("GET", "/url", &Value::Null);
        url.as_str().unwrap().splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap()
    }

    fn click(&self, css: &str) {
        self.command("POST", &format!("/element/{}/click", self.element(css)), &json!({}));
    }

    fn clear(&self, css: &str) {
        self.command("POST", &format!("/element/{}/clear", self.element(css)), &json!({}));
    }

    fn type_into(&self, css: &str, text: &str) {
        self.command("POST", &format!("/element/{}/value", self.element(css)), &json!({ "text": text }));
    }

    /// The element's text; empty while there is no such element, as in the middle of a navigation.
    fn text(&self, css: &str) -> String {
        let body = json!({ "using": "css selector", "value": css });
        let text = self.try_command("POST", "/element", &body).and_then(|found| {
            let id =
                found.as_object().and_then(|found| found.values().next()).and_then(Value::as_str).unwrap_or("none");
            self.try_command("GET", &format!("/element/{id}/text"), &Value::Null)
        });
        text.ok().and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
