//! A running server: the project's binary on the toolchain's socket.

use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rjango_cli::{LISTEN_FD, READY_FILE, SUPERVISOR};
use rjango_core::{Result, ResultExt};
use rustix::process::{Pid, Signal, kill_process};

/// How long a server may finish its requests before it is ended.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server that was started. Dropping it ends it without patience.
pub(crate) struct Server {
    child: Child,
    ready_file: PathBuf,
}

impl Server {
    /// Starts the project's binary with these arguments. Its stdin is the listening socket, which every server before
    /// and after it shares: a connection that comes meanwhile waits in the socket's queue.
    ///
    /// # Errors
    /// Where the process cannot be started.
    pub(crate) fn start(
        executable: &Path,
        root: &Path,
        arguments: &[String],
        listener: &TcpListener,
        ready_file: PathBuf,
    ) -> Result<Self> {
        let _ = std::fs::remove_file(&ready_file);
        let socket = OwnedFd::from(listener.try_clone()?);
        let child = Command::new(executable)
            .args(arguments)
            .current_dir(root)
            .env(LISTEN_FD, "0")
            .env(READY_FILE, &ready_file)
            .env(SUPERVISOR, std::process::id().to_string())
            .stdin(Stdio::from(socket))
            .spawn()
            .context(format!("cannot start `{}`", executable.display()))?;
        Ok(Self { child, ready_file })
    }

    /// Whether it takes requests. It says so by making a file.
    pub(crate) fn is_ready(&self) -> bool {
        self.ready_file.exists()
    }

    /// How it ended, where it has.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Asks it to finish its requests and end, and sees to that: on a thread of its own, which is given back.
    pub(crate) fn stop(mut self) -> Option<std::thread::JoinHandle<()>> {
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        std::thread::Builder::new()
            .name("stop".to_owned())
            .spawn(move || {
                let until = Instant::now() + PATIENCE;
                while Instant::now() < until {
                    if self.ended().is_some() {
                        return;
                    }
                    std::thread::sleep(Duration::from_millis(20));
                }
            })
            .ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.ready_file);
        if self.ended().is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
