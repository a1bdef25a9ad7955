//! SQLite: the locks that the system holds on the file. Only Linux tells them to whoever asks.

use std::path::{Path, PathBuf};

use rjango_orm::Database;

use super::{Obstacle, shortened};

/// The byte that a writer locks while it waits for the readers, the one that only a writer locks, and those of the readers.
const PENDING: u64 = 0x4000_0000;
const SHARED: std::ops::RangeInclusive<u64> = PENDING + 2..=PENDING + 511;
/// The byte of the write-ahead log's shared memory that only a writer locks.
const WAL_WRITER: u64 = 120;

/// A lock as `/proc/locks` lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lock {
    writes: bool,
    pid: u32,
    inode: u64,
    start: u64,
    end: u64,
}

impl Lock {
    fn covers(&self, byte: u64) -> bool {
        self.start <= byte && byte <= self.end
    }
}

/// The other process that writes, or whose reading keeps this process from its commit.
pub(super) fn obstacle(database: &Database) -> Option<Obstacle> {
    let file = database.file()?;
    let mut memory = file.clone().into_os_string();
    memory.push("-shm");
    let locks = parse(&std::fs::read_to_string("/proc/locks").ok()?);
    let pids = in_the_way(&locks, inode(&file)?, inode(&PathBuf::from(memory)), std::process::id())?;
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    Some(Obstacle { what: format!("the file `{name}`"), holders: pids.into_iter().map(holder).collect() })
}

fn in_the_way(locks: &[Lock], file: u64, memory: Option<u64>, own: u32) -> Option<Vec<u32>> {
    let writes =
        |lock: &&Lock| lock.writes && (lock.inode == file || (Some(lock.inode) == memory && lock.covers(WAL_WRITER)));
    let mut writers = locks.iter().filter(writes);
    let own_writer = writers.clone().find(|lock| lock.pid == own);
    let pids: Vec<u32> = match own_writer {
        None => writers.by_ref().map(|lock| lock.pid).collect(),
        // It has its turn. At a commit it may wait for the readers, and says so by this byte.
        Some(_)
            if locks
                .iter()
                .any(|lock| lock.pid == own && lock.writes && lock.inode == file && lock.covers(PENDING)) =>
        {
            let reads = |lock: &&Lock| {
                lock.pid != own && lock.inode == file && lock.start <= *SHARED.end() && *SHARED.start() <= lock.end
            };
            locks.iter().filter(reads).map(|lock| lock.pid).collect()
        }
        Some(_) => Vec::new(),
    };
    let mut pids = pids;
    pids.sort_unstable();
    pids.dedup();
    (!pids.is_empty()).then_some(pids)
}

/// `1: POSIX  ADVISORY  WRITE 1234 08:01:5678 1073741825 1073741825`.
fn parse(text: &str) -> Vec<Lock> {
    let lock = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        // Who waits has an arrow before the kind.
        let [_, "POSIX" | "OFDLCK", _, mode, pid, place, start, end] = words.as_slice() else { return None };
        Some(Lock {
            writes: *mode == "WRITE",
            pid: pid.parse().unwrap_or(0),
            inode: place.rsplit(':').next()?.parse().ok()?,
            start: start.parse().ok()?,
            end: end.parse().unwrap_or(u64::MAX),
        })
    };
    text.lines().filter_map(lock).collect()
}

#[cfg(unix)]
fn inode(path: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;

    // Not by opening it: to close a file takes every lock of this process off it.
    std::fs::metadata(path).ok().map(|metadata| metadata.ino())
}

#[cfg(not(unix))]
fn inode(_path: &Path) -> Option<u64> {
    None
}

/// Who it is, in words.
fn holder(pid: u32) -> String {
    let command = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let command = String::from_utf8_lossy(&command).replace('\0', " ");
    match command.trim() {
        // Of another container only this much is known.
        "" if pid == 0 => "a process outside of this container".to_owned(),
        "" => format!("process {pid}"),
        command => format!("process {pid} (`{}`)", shortened(command)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: u32 = 7;

    fn check(locks: &str, expected: Option<&[u32]>) {
        let found = in_the_way(&parse(locks), 50, Some(51), OWN);
        assert_eq!(found.as_deref(), expected, "{locks}");
    }

    #[test]
    fn writer_of_another_process_is_in_the_way() {
        check("1: POSIX  ADVISORY  WRITE 9 08:01:50 1073741825 1073741825", Some(&[9]));
        check("1: POSIX  ADVISORY  WRITE 9 08:01:51 120 120", Some(&[9]));
        check("1: POSIX  ADVISORY  WRITE 9 08:01:51 120 122\n2: POSIX  ADVISORY  READ  8 08:01:51 123 123", Some(&[9]));
    }

    #[test]
    fn readers_and_other_files_are_not() {
        check("1: POSIX  ADVISORY  READ  9 08:01:50 1073741826 1073742335", None);
        check("1: POSIX  ADVISORY  WRITE 9 08:01:52 1073741825 1073741825", None);
        check("1: POSIX  ADVISORY  WRITE 9 08:01:51 121 121", None);
        check("1: FLOCK  ADVISORY  WRITE 9 08:01:50 0 EOF", None);
    }

    #[test]
    fn own_writer_waits_only_for_readers_at_its_commit() {
        let own = "1: POSIX  ADVISORY  WRITE 7 08:01:50 1073741825 1073741825\n";
        let reader = "2: POSIX  ADVISORY  READ  9 08:01:50 1073741826 1073742335\n";
        check(&format!("{own}{reader}"), None);
        let commits = "1: POSIX  ADVISORY  WRITE 7 08:01:50 1073741824 1073741825\n";
        check(&format!("{commits}{reader}"), Some(&[9]));
        check(commits, None);
    }
}
