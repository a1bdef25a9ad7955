//! Watching the project's files: which saves ask for a build, which for a restart, which for nothing.

use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use notify::event::{EventKind, ModifyKind};
use notify::{RecursiveMode, Watcher};
use rjango_core::{Result, ResultExt};

/// What a save asks for. The greater one wins where several come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Change {
    /// The settings, which the server reads as it starts.
    Settings,
    /// Source.
    Source,
}

/// Editors save in several steps: a change counts once it has been quiet for so long.
const QUIET: Duration = Duration::from_millis(40);
/// A stream of changes is cut here.
const PATIENCE: Duration = Duration::from_millis(600);

/// Watches the project in `root` on a thread of its own and calls `tell` for each change, until `tell` says no more.
///
/// Templates and static files are read anew by the server itself, so they are no change.
///
/// # Errors
/// Where the system cannot watch files.
pub(crate) fn watch(root: &Path, tell: impl Fn(Change) -> bool + Send + 'static) -> Result<()> {
    let (sender, receiver) = mpsc::channel();
    let mut folders = Folders { watcher: watcher(root.to_owned(), sender)?, root: root.to_owned() };
    folders.watch_all()?;
    std::thread::Builder::new().name("watch".to_owned()).spawn(move || {
        while let Ok(first) = receiver.recv() {
            let mut seen = first;
            let until = Instant::now() + PATIENCE;
            while let Some(patience) = until.checked_duration_since(Instant::now()) {
                match receiver.recv_timeout(QUIET.min(patience)) {
                    Ok(next) => seen = seen.max(next),
                    Err(RecvTimeoutError::Timeout) => break,
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
            // A folder that was made meanwhile is watched from here on; one that cannot be is no reason to stop.
            let _ = folders.watch_all();
            if let Some(change) = seen
                && !tell(change)
            {
                return;
            }
        }
    })?;
    Ok(())
}

fn watcher(root: PathBuf, sender: Sender<Option<Change>>) -> Result<notify::RecommendedWatcher> {
    notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let Ok(event) = event else { return };
        let matters = match event.kind {
            EventKind::Create(_) | EventKind::Remove(_) => true,
            EventKind::Modify(kind) => !matches!(kind, ModifyKind::Metadata(_)),
            _ => false,
        };
        if !matters {
            return;
        }
        for path in &event.paths {
            let change = path.strip_prefix(&root).ok().and_then(classify);
            let new_folder = matches!(event.kind, EventKind::Create(_)) && path.is_dir();
            if change.is_some() || new_folder {
                let _ = sender.send(change);
            }
        }
    })
    .context("cannot watch the project's files")
}

struct Folders {
    watcher: notify::RecommendedWatcher,
    root: PathBuf,
}

impl Folders {
    /// Watches the root itself and each folder in it with all that it holds, but for build results and hidden folders.
    fn watch_all(&mut self) -> Result<()> {
        let explain = |error: notify::Error| {
            rjango_core::Error::from(error).wrap("cannot watch the project's files").with_hint(
                "where the system's limit is reached: `sysctl fs.inotify.max_user_watches=524288`; or `--noreload`",
            )
        };
        self.watcher.watch(&self.root, RecursiveMode::NonRecursive).map_err(explain)?;
        for entry in std::fs::read_dir(&self.root)? {
            let entry = entry?;
            let name = entry.file_name();
            if entry.path().is_dir() && !name.to_str().is_some_and(is_ignored) {
                self.watcher.watch(&entry.path(), RecursiveMode::Recursive).map_err(explain)?;
            }
        }
        Ok(())
    }
}

fn is_ignored(name: &str) -> bool {
    name.starts_with('.') || matches!(name, "target" | "media" | "static" | "staticfiles" | "node_modules")
}

/// What a save of the file asks for; the path is relative to the project.
fn classify(path: &Path) -> Option<Change> {
    let mut names = path.components().filter_map(|part| match part {
        Component::Normal(name) => name.to_str(),
        _ => None,
    });
    let first = names.clone().next()?;
    if is_ignored(first) || names.any(|name| name.starts_with('.')) {
        return None;
    }
    let file = path.file_name()?.to_str()?;
    match path.extension()?.to_str()? {
        "rs" => Some(Change::Source),
        "toml" if file == "Cargo.toml" => Some(Change::Source),
        "toml" if first == "config" => Some(Change::Settings),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saves_are_told_apart() {
        let of = |path: &str| classify(Path::new(path));
        assert_eq!(of("shop/views.rs"), Some(Change::Source));
        assert_eq!(of("manage.rs"), Some(Change::Source));
        assert_eq!(of("Cargo.toml"), Some(Change::Source));
        assert_eq!(of("config/settings.toml"), Some(Change::Settings));
        assert_eq!(of("config/settings.production.toml"), Some(Change::Settings));
        assert_eq!(of("shop/migrations/0001_initial/migration.toml"), None);
        assert_eq!(of("shop/templates/shop/list.html"), None);
        assert_eq!(of("target/debug/build/x/out/gen.rs"), None);
        assert_eq!(of("shop/.views.rs.swp.rs"), None);
        assert_eq!(of("db.sqlite3"), None);
    }

    #[test]
    fn save_is_told_once() -> Result<()> {
        let root = tempfile::tempdir()?;
        let root_path = root.path().canonicalize()?;
        std::fs::create_dir(root_path.join("shop"))?;
        let (sender, receiver) = mpsc::channel();
        watch(&root_path, move |change| sender.send(change).is_ok())?;
        for text in ["one", "two"] {
            std::fs::write(root_path.join("shop/views.rs"), text)?;
        }
        assert_eq!(receiver.recv_timeout(Duration::from_secs(5))?, Change::Source);
        assert!(receiver.recv_timeout(Duration::from_millis(300)).is_err());
        std::fs::create_dir(root_path.join("blog"))?;
        std::thread::sleep(Duration::from_millis(300));
        std::fs::write(root_path.join("blog/views.rs"), "new")?;
        assert_eq!(receiver.recv_timeout(Duration::from_secs(5))?, Change::Source);
        Ok(())
    }
}
