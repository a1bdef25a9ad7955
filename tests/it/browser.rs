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
    assert_eq!(browser.path(), "/admin/login/?next=/admin/");
    browser.type_into("#id_username", "ada");
    browser.type_into("#id_password", "a wrong secret");
    browser.click("#login-form button");
    assert!(browser.text("#content").contains("Please enter the correct username and password"));
    browser.type_into("#id_password", "a long enough secret");
    browser.click("#login-form button");
    assert_eq!(browser.path(), "/admin/");

    browser.click(".model-category a.add");
    browser.type_into("#id_name", "Drinks");
    browser.click("button[name=_save]");
    browser.open(&server.url("/admin/shop/product/add/"));
    browser.type_into("#id_name", "Coffee <script>alert(1)</script>");
    browser.click("button[name=_save]");
    assert!(browser.text(".field-price .error").contains("This field is required"), "{}", browser.text("#content"));
    browser.type_into("#id_price", "3.50");
    browser.click("#id_category option:nth-child(2)");
    browser.click("button[name=_save]");
    assert_eq!(browser.path(), "/admin/shop/product/");
    assert!(browser.text("#messages").contains("was added successfully"));
    let row = browser.text("#result_list tbody");
    assert!(row.contains("Coffee <script>alert(1)</script>") && row.contains("3.50"), "{row}");

    browser.click("#result_list tbody th a");
    browser.clear("#id_name");
    browser.type_into("#id_name", "Espresso");
    browser.click("button[name=_continue]");
    assert!(browser.text("#messages").contains("was changed successfully"));
    browser.click(".submit-row a.danger");
    browser.click("button.danger");
    assert!(browser.text("#content").contains("No products yet"), "{}", browser.text("#content"));
    browser.open(&server.url("/admin/"));
    browser.click("#user-tools button");
    browser.open(&server.url("/admin/"));
    assert_eq!(browser.path(), "/admin/login/?next=/admin/");
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

    fn command(&self, method: &str, path: &str, body: &Value) -> Value {
        let url = format!("{}{path}", self.session);
        let mut response = match method {
            "GET" => self.agent.get(url).call(),
            "DELETE" => self.agent.delete(url).call(),
            _ => self.agent.post(url).send_json(body),
        }
        .unwrap();
        let answer: Value = response.body_mut().read_json().unwrap();
        assert!(
            answer["value"]["error"].is_null(),
            "{method} {path}: {}\n{}",
            answer["value"]["message"],
            self.source()
        );
        answer["value"].clone()
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

    fn text(&self, css: &str) -> String {
        let text = self.command("GET", &format!("/element/{}/text", self.element(css)), &Value::Null);
        text.as_str().unwrap().to_owned()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
