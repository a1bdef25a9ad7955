//! A file that a form uploaded: in memory where it is small, else in a temporary file that goes with its last handle.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt as _, stream};
use rjango_core::{Error, ErrorKind, Result, ResultExt as _, Settings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// How much of a temporary file is read at a time.
const PIECE: usize = 64 * 1024;

/// A file that a form uploaded: Django's `UploadedFile`. Cheap to clone.
///
/// A temporary file is removed with its last handle: when the request ends, unless a view gave a handle to a task of its own.
#[derive(Debug, Clone)]
pub struct UploadedFile {
    name: String,
    content_type: Option<String>,
    size: u64,
    content: Content,
    permissions: Option<u32>,
}

#[derive(Debug, Clone)]
enum Content {
    Memory(Bytes),
    Disk(Arc<TemporaryFile>),
}

impl UploadedFile {
    /// The name that the browser gave, without any folders and without control characters. It is a visitor's text: do not
    /// write over files because of it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The type that the browser claims.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// The number of bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The temporary file, where the content was too large for memory (`FILE_UPLOAD_MAX_MEMORY_SIZE`).
    pub fn temporary_file_path(&self) -> Option<&Path> {
        match &self.content {
            Content::Memory(_) => None,
            Content::Disk(file) => Some(&file.path),
        }
    }

    /// The whole content, in memory. [`chunks`](Self::chunks) is for files of any size.
    ///
    /// # Errors
    /// What the system says of the temporary file.
    pub async fn read(&self) -> Result<Bytes> {
        match &self.content {
            Content::Memory(bytes) => Ok(bytes.clone()),
            Content::Disk(file) => Ok(tokio::fs::read(&file.path).await.context(unreadable(&file.path))?.into()),
        }
    }

    /// The content, piece by piece.
    pub fn chunks(&self) -> impl Stream<Item = Result<Bytes>> + Send + use<> {
        match self.content.clone() {
            Content::Memory(bytes) => stream::iter([Ok(bytes)]).left_stream(),
            Content::Disk(file) => stream::try_unfold((file, None), |(file, open)| async move {
                let mut open = match open {
                    Some(open) => open,
                    None => tokio::fs::File::open(&file.path).await.context(unreadable(&file.path))?,
                };
                let mut piece = BytesMut::with_capacity(PIECE);
                let read = open.read_buf(&mut piece).await.context(unreadable(&file.path))?;
                Ok((read > 0).then(|| (piece.freeze(), (file, Some(open)))))
            })
            .right_stream(),
        }
    }

    /// Writes the content to a new file with the permissions of `FILE_UPLOAD_PERMISSIONS`.
    ///
    /// # Errors
    /// Where there is a file already, or what the system says.
    pub async fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref().to_path_buf();
        let (content, permissions) = (self.content.clone(), self.permissions);
        let what = format!("cannot write the uploaded file to `{}`", path.display());
        let write = move || -> std::io::Result<()> {
            let mut file = OpenOptions::new().write(true).create_new(true).open(&path)?;
            let written = match &content {
                Content::Memory(bytes) => std::io::Write::write_all(&mut file, bytes),
                Content::Disk(temporary) => {
                    File::open(&temporary.path).and_then(|mut from| std::io::copy(&mut from, &mut file).map(drop))
                }
            };
            let written = written.and_then(|()| set_permissions(&file, permissions));
            if written.is_err() {
                let _ = std::fs::remove_file(&path);
            }
            written
        };
        tokio::task::spawn_blocking(write).await?.context(what)
    }
}

fn unreadable(path: &Path) -> String {
    format!("the uploaded file `{}` cannot be read", path.display())
}

#[cfg(unix)]
fn set_permissions(file: &File, permissions: Option<u32>) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    permissions.map_or(Ok(()), |mode| file.set_permissions(std::fs::Permissions::from_mode(mode)))
}

#[cfg(not(unix))]
fn set_permissions(_file: &File, _permissions: Option<u32>) -> std::io::Result<()> {
    Ok(())
}

/// A file that is removed when it is dropped.
#[derive(Debug)]
struct TemporaryFile {
    path: PathBuf,
}

impl TemporaryFile {
    /// A new file that only this user can read.
    fn create(settings: &Settings) -> Result<(Self, File)> {
        let folder = settings.file_upload_temp_dir.clone().unwrap_or_else(std::env::temp_dir);
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| Error::new(ErrorKind::Other, error.to_string()))?;
        let path = folder.join(format!("rjango-{:032x}.upload", u128::from_ne_bytes(random)));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        // Opened here and not on another thread: a future that is dropped leaves no file behind.
        let file = options
            .open(&path)
            .context(format!("cannot make a temporary file for an upload in `{}`", folder.display()))
            .hint("set `FILE_UPLOAD_TEMP_DIR` to a folder that the server can write to")?;
        Ok((Self { path }, file))
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        // It may have been moved away.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A file that is being received.
pub(super) struct Receiving {
    name: String,
    content_type: Option<String>,
    size: u64,
    memory: BytesMut,
    disk: Option<(TemporaryFile, tokio::fs::File)>,
}

impl Receiving {
    pub(super) fn new(name: String, content_type: Option<String>) -> Self {
        Self { name, content_type, size: 0, memory: BytesMut::new(), disk: None }
    }

    /// Takes one more piece. `memory_left` is what files of this request may still hold in memory.
    pub(super) async fn write(&mut self, piece: &[u8], memory_left: &mut u64, settings: &Settings) -> Result<()> {
        self.size += piece.len() as u64;
        if self.disk.is_none() {
            if self.size <= *memory_left {
                self.memory.extend_from_slice(piece);
                return Ok(());
            }
            let (temporary, file) = TemporaryFile::create(settings)?;
            let (_, file) = self.disk.insert((temporary, tokio::fs::File::from_std(file)));
            file.write_all(&std::mem::take(&mut self.memory))
                .await
                .context("an upload cannot be written to the disk")?;
        }
        if let Some((_, file)) = &mut self.disk {
            file.write_all(piece).await.context("an upload cannot be written to the disk")?;
        }
        Ok(())
    }

    pub(super) async fn finish(self, memory_left: &mut u64, settings: &Settings) -> Result<UploadedFile> {
        let content = match self.disk {
            Some((temporary, mut file)) => {
                file.flush().await.context("an upload cannot be written to the disk")?;
                Content::Disk(Arc::new(temporary))
            }
            None => {
                *memory_left = memory_left.saturating_sub(self.size);
                Content::Memory(self.memory.freeze())
            }
        };
        let permissions = settings.file_upload_permissions.and_then(|mode| u32::try_from(mode).ok());
        Ok(UploadedFile { name: self.name, content_type: self.content_type, size: self.size, content, permissions })
    }
}
