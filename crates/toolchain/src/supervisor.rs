//! The development server's outer half: builds, starts a server, and replaces it at each save without refusing a
//! request.
//!
//! One thread decides; the watcher, the builds and the signals send it events.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use rjango_core::{Result, ResultExt};

use crate::build::{Build, CargoBuild};
use crate::child::Server;
use crate::error_page::ErrorPage;
use crate::watch::{Change, watch};

/// What is to be served, and how.
pub(crate) struct Plan {
    /// The project's folder.
    pub root: PathBuf,
    /// The command line of the project's binary.
    pub arguments: Vec<String>,
    /// How to build it.
    pub build: CargoBuild,
    /// Whether the browser is shown what the compiler said: DEBUG.
    pub debug: bool,
}

enum Event {
    Changed(Change),
    Built(Result<Build>),
    Interrupted,
}

/// Serves until interrupted.
///
/// # Errors
/// Where files cannot be watched or a process cannot be started; a project that does not compile is no error.
pub(crate) fn supervise(plan: Plan, listener: TcpListener, say: &mut dyn FnMut(&str)) -> Result<()> {
    let (sender, receiver) = mpsc::channel();
    let changes = sender.clone();
    watch(&plan.root, move |change| changes.send(Event::Changed(change)).is_ok())?;
    listen_for_signals(sender.clone())?;
    let mut supervisor = Supervisor {
        plan,
        listener,
        sender,
        building: false,
        pending: None,
        executable: None,
        starting: None,
        current: None,
        page: None,
        generation: 0,
    };
    supervisor.start_build()?;
    supervisor.run(&receiver, say)
}

struct Supervisor {
    plan: Plan,
    listener: TcpListener,
    sender: Sender<Event>,
    building: bool,
    /// A change that came while building.
    pending: Option<Change>,
    executable: Option<PathBuf>,
    /// A server that does not take requests yet; `current` does until it is ready.
    starting: Option<Server>,
    current: Option<Server>,
    page: Option<ErrorPage>,
    generation: u32,
}

impl Supervisor {
    fn run(&mut self, receiver: &Receiver<Event>, say: &mut dyn FnMut(&str)) -> Result<()> {
        loop {
            let patience = Duration::from_millis(if self.starting.is_some() { 5 } else { 200 });
            match receiver.recv_timeout(patience) {
                Ok(Event::Interrupted) | Err(RecvTimeoutError::Disconnected) => {
                    self.stop_all();
                    return Ok(());
                }
                Ok(Event::Changed(change)) => self.changed(change, say)?,
                Ok(Event::Built(outcome)) => self.built(outcome?, say)?,
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.look_after_servers(say)?;
        }
    }

    fn changed(&mut self, change: Change, say: &mut dyn FnMut(&str)) -> Result<()> {
        if self.building {
            self.pending = self.pending.max(Some(change));
            return Ok(());
        }
        match (change, self.executable.clone()) {
            (Change::Settings, Some(executable)) => {
                say("The settings changed, reloading.");
                self.start_server(executable)
            }
            _ => {
                say("A file changed, building.");
                self.start_build()
            }
        }
    }

    fn start_build(&mut self) -> Result<()> {
        self.building = true;
        let (build, sender) = (self.plan.build.clone(), self.sender.clone());
        std::thread::Builder::new()
            .name("build".to_owned())
            .spawn(move || sender.send(Event::Built(build.run())))
            .context("cannot start a thread")?;
        Ok(())
    }

    fn built(&mut self, outcome: Build, say: &mut dyn FnMut(&str)) -> Result<()> {
        self.building = false;
        if self.pending.take().is_some() {
            return self.start_build();
        }
        match outcome {
            Build::Done(executable) => {
                self.executable = Some(executable.clone());
                self.start_server(executable)
            }
            Build::Broken(errors) => {
                self.executable = None;
                say("The project does not compile. Waiting for the next save.");
                self.show(&errors)
            }
        }
    }

    fn start_server(&mut self, executable: PathBuf) -> Result<()> {
        if let Some(overtaken) = self.starting.take() {
            overtaken.stop();
        }
        self.generation += 1;
        let ready_file = std::env::temp_dir().join(format!("rjango-ready-{}-{}", std::process::id(), self.generation));
        let Plan { root, arguments, .. } = &self.plan;
        self.starting = Some(Server::start(&executable, root, arguments, &self.listener, ready_file)?);
        Ok(())
    }

    /// Lets a server that is ready take over; shows the end of one that nobody asked to end.
    fn look_after_servers(&mut self, say: &mut dyn FnMut(&str)) -> Result<()> {
        if let Some(mut starting) = self.starting.take() {
            if starting.is_ready() {
                self.page = None;
                if let Some(old) = self.current.replace(starting) {
                    old.stop();
                }
            } else if let Some(status) = starting.ended() {
                say(&format!("The server did not start ({status}). Waiting for the next save."));
                self.show(&format!("The server did not start ({status}). The terminal says why."))?;
            } else {
                self.starting = Some(starting);
            }
        }
        if let Some(status) = self.current.as_mut().and_then(Server::ended) {
            self.current = None;
            say(&format!("The server ended ({status}). Waiting for the next save."));
            self.show(&format!("The server ended ({status}). The terminal says why."))?;
        }
        Ok(())
    }

    /// In DEBUG the browser shows what went wrong in place of the old server; otherwise the old one goes on.
    fn show(&mut self, errors: &str) -> Result<()> {
        if self.plan.debug {
            self.page = None;
            self.page = Some(ErrorPage::serve(&self.listener, errors)?);
            if let Some(old) = self.current.take() {
                old.stop();
            }
        }
        Ok(())
    }

    fn stop_all(&mut self) {
        self.page = None;
        let stopping: Vec<_> =
            [self.starting.take(), self.current.take()].into_iter().flatten().filter_map(Server::stop).collect();
        for thread in stopping {
            let _ = thread.join();
        }
    }
}

/// Sends an event at CONTROL-C, and at the signals of a closed terminal and of `kill`.
fn listen_for_signals(sender: Sender<Event>) -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut interrupt, mut terminate, mut hang_up) = {
        let _inside = runtime.enter();
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, signal(SignalKind::hangup())?)
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hang_up.recv() => {}
            }
        });
        let _ = sender.send(Event::Interrupted);
    })?;
    Ok(())
}
