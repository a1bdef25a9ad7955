//! A project's binary in a temporary folder with its own database, served until the test ends.
#![allow(clippy::unwrap_used, dead_code)] // Test code; each project's tests use a part.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub struct Served {
    binary: &'static str,
    folder: TempDir,
    pub server: Option<Child>,
    port: u16,
    /// What every command finds in its environment.
    pub variables: Vec<(String, String)>,
}

impl Served {
    /// The binary in a folder with copies of these: where each is, and its name there.
    pub fn new(binary: &'static str, parts: &[(PathBuf, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        for (source, name) in parts {
            copy(source, &folder.path().join(name));
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self { binary, folder, server: None, port, variables: Vec::new() }
    }

    pub fn start(&mut self) {
        let address = format!("127.0.0.1:{}", self.port);
        let child = self.command(&["runserver", &address]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        self.server = Some(child);
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(&address).is_err() {
            assert!(Instant::now() < deadline, "the server does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// `serve`, as in production. What it says on stderr is kept.
    pub fn start_production(&mut self, variables: &[(&str, &str)]) {
        let address = format!("127.0.0.1:{}", self.port);
        let mut command = self.command(&["serve", "--bind", &address]);
        command.env("RJANGO_DEBUG", "false").env("SECRET_KEY", "k".repeat(60)).env("RJANGO_ALLOWED_HOSTS", "127.0.0.1");
        command.envs(variables.iter().copied());
        self.server = Some(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(&address).is_err() {
            assert!(Instant::now() < deadline, "the server does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.binary);
        command.args(arguments).env("RJANGO_BASE_DIR", self.folder.path()).env("NO_COLOR", "1").stdin(Stdio::null());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    pub fn succeeds(&self, arguments: &[&str]) -> Output {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The answer to bytes sent as they are.
    pub fn raw(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.write_all(request).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

pub fn client() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into()
}

pub fn text(response: &mut ureq::http::Response<ureq::Body>) -> String {
    response.body_mut().read_to_string().unwrap()
}

pub fn header<'a>(response: &'a ureq::http::Response<ureq::Body>, name: &str) -> &'a str {
    response.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}
