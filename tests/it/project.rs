//! A temporary project, commands run in it, and what they printed as one text to compare.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The folder of this checkout.
pub fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A temporary folder and, in it, perhaps a project.
pub struct Project {
    temporary: TempDir,
    root: PathBuf,
}

impl Project {
    /// An empty folder.
    pub fn empty() -> Self {
        let temporary = TempDir::new().unwrap();
        let root = temporary.path().to_path_buf();
        Self { temporary, root }
    }

    /// `rjango startproject mysite`, and the commands run inside it from now on.
    pub fn started() -> Self {
        let mut project = Self::empty();
        project.succeeds(&["startproject", "mysite"]);
        project.root = project.temporary.path().join("mysite");
        project
    }

    /// A project with the app `shop` and these models.
    pub fn with_models(models: &str) -> Self {
        let project = Self::started();
        project.succeeds(&["startapp", "shop"]);
        project.write("shop/models.rs", models);
        project
    }

    /// The tour's project: `startproject`, `startapp`, and the bodies of `examples/shop` pasted over.
    pub fn tour() -> Self {
        let project = Self::started();
        project.succeeds(&["startapp", "shop"]);
        let example = checkout().join("examples/shop");
        for file in [
            "config/urls.rs",
            "shop/mod.rs",
            "shop/models.rs",
            "shop/views.rs",
            "shop/urls.rs",
            "shop/admin.rs",
            "shop/middleware.rs",
            "shop/templates/shop/product_list.html",
            "shop/templates/shop/product_detail.html",
            "templates/base.html",
        ] {
            project.write(file, &fs::read_to_string(example.join(file)).unwrap());
        }
        let settings = project.read("config/settings.toml");
        let (before, after) = settings.split_once("MIDDLEWARE = [").unwrap();
        let (middleware, rest) = after.split_once("\n]").unwrap();
        project.write(
            "config/settings.toml",
            &format!("{before}MIDDLEWARE = [{middleware}\n    \"shop.middleware.multi_tenant\",\n]{rest}"),
        );
        project
    }

    /// The folder that commands run in.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The text of a file.
    pub fn read(&self, file: &str) -> String {
        fs::read_to_string(self.root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// Writes a file, making its folders.
    pub fn write(&self, file: &str, text: &str) {
        let path = self.root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// `rjango` with these arguments, not yet run.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rjango"));
        command
            .args(arguments)
            .current_dir(&self.root)
            .env("NO_COLOR", "1")
            .env_remove("RJANGO_ENV")
            .env_remove("DATABASE_URL")
            .env("CARGO_TARGET_DIR", shared_target())
            .stdin(Stdio::null());
        command
    }

    /// Runs `rjango` with these arguments.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs it, demands exit code 0 and gives what it wrote to stdout.
    pub fn succeeds(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "rjango {}\n{}", arguments.join(" "), self.show(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs it and gives exit code, stdout and stderr as one text, without this machine's paths.
    pub fn snapshot(&self, arguments: &[&str]) -> String {
        self.show(&self.run(arguments))
    }

    /// Exit code, stdout and stderr as one text, without this machine's paths.
    pub fn show(&self, output: &Output) -> String {
        let mut text = format!("exit code: {}\n", output.status.code().unwrap_or(-1));
        for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            if !bytes.is_empty() {
                text.push_str(&format!("--- {name}\n{}", String::from_utf8_lossy(bytes)));
            }
        }
        let root = fs::canonicalize(&self.root).unwrap();
        let text = text.replace(&*root.to_string_lossy(), "[project]");
        let text = text.replace(&*self.root.to_string_lossy(), "[project]");
        text.replace(&*self.temporary.path().to_string_lossy(), "[folder]")
    }

    /// Starts a server command on a free port and waits until it accepts a connection.
    pub fn serve(&self, mut command: Command, port: u16) -> Server {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let log = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
        for stream in [
            child.stdout.take().map(|out| Box::new(out) as Box<dyn Read + Send>),
            child.stderr.take().map(|err| Box::new(err) as Box<dyn Read + Send>),
        ]
        .into_iter()
        .flatten()
        {
            let log = std::sync::Arc::clone(&log);
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    let mut log = log.lock().unwrap();
                    log.push_str(&line);
                    log.push('\n');
                }
            });
        }
        let server = Server { child, port, log };
        let deadline = Instant::now() + Duration::from_secs(480);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "no server on port {port}:\n{}", server.log());
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }
}

/// The target folder that every project built by a test shares, so that the framework is compiled once.
pub fn shared_target() -> PathBuf {
    let binary = Path::new(env!("CARGO_BIN_EXE_rjango"));
    binary.parent().and_then(Path::parent).unwrap().join("newcomer")
}

/// A port that nothing listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A running server; it ends with the test.
pub struct Server {
    child: Child,
    port: u16,
    log: std::sync::Arc<std::sync::Mutex<String>>,
}

impl Server {
    /// The address of a path on it.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// What it has printed so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits until the log contains a text.
    pub fn wait_for(&self, text: &str) {
        let deadline = Instant::now() + Duration::from_secs(480);
        while !self.log().contains(text) {
            assert!(!self.log().contains("error: could not compile"), "{}", self.log());
            assert!(Instant::now() < deadline, "no `{text}` in:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An interrupt rather than a kill: `runserver` then ends its own child too.
        let _ = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        let deadline = Instant::now() + Duration::from_secs(5);
        while Instant::now() < deadline {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client that keeps cookies and follows no redirect.
pub struct Client {
    agent: ureq::Agent,
}

/// An answer: status, headers and text.
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The `Location` header.
    pub location: Option<String>,
    /// The body.
    pub text: String,
}

impl Client {
    /// A client without cookies.
    pub fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        Self { agent: config.into() }
    }

    /// GET.
    pub fn get(&self, url: &str) -> Answer {
        Self::answer(self.agent.get(url).call().unwrap())
    }

    /// POST of a form, with the CSRF token of the page at `url` first.
    pub fn post(&self, url: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.get(url);
        let token = page
            .text
            .split_once("name=\"csrfmiddlewaretoken\" value=\"")
            .map(|(_, rest)| rest.split('"').next().unwrap().to_owned())
            .unwrap_or_default();
        let mut form = vec![("csrfmiddlewaretoken", token.as_str())];
        form.extend_from_slice(fields);
        self.post_plain(url, &form)
    }

    /// POST of a form as it is.
    pub fn post_plain(&self, url: &str, fields: &[(&str, &str)]) -> Answer {
        Self::answer(self.agent.post(url).send_form(fields.iter().copied()).unwrap())
    }

    fn answer(mut response: ureq::http::Response<ureq::Body>) -> Answer {
        let location = response.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
        Answer { status: response.status().as_u16(), location, text: response.body_mut().read_to_string().unwrap() }
    }
}
