//! Where a server listens: `8000`, `0.0.0.0:8000`, `[::1]:8000`, `localhost:8000`, and the socket there.

use std::fmt;
use std::io;
use std::net::{TcpListener, ToSocketAddrs};
use std::str::FromStr;

use rjango_core::{Error, Result, ResultExt};

/// The variable that says that stdin is the listening socket: the toolchain holds it over the server's restarts, and
/// systemd hands it over with `StandardInput=socket`.
pub const LISTEN_FD: &str = "RJANGO_LISTEN_FD";
/// The variable that names the file by which a server says that it takes requests.
pub const READY_FILE: &str = "RJANGO_READY_FILE";
/// The variable that has the id of the process without which the server is to end.
pub const SUPERVISOR: &str = "RJANGO_SUPERVISOR";

/// A host and a port, as `runserver` takes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    host: String,
    port: u16,
}

impl Address {
    /// The loopback address of this port.
    pub fn local(port: u16) -> Self {
        Self { host: "127.0.0.1".to_owned(), port }
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The listening socket: the one that was handed over, else a new one.
    ///
    /// # Errors
    /// `Command`, with the next free port as the hint, where the port is in use; also where it may not be used or the
    /// host is not one of this machine's.
    pub fn listen(&self) -> Result<TcpListener> {
        if let Some(listener) = inherited()? {
            return Ok(listener);
        }
        let addresses = (self.host.as_str(), self.port)
            .to_socket_addrs()
            .context(format!("the host `{}` has no address", self.host))?
            .collect::<Vec<_>>();
        TcpListener::bind(addresses.as_slice()).map_err(|error| self.explain(error))
    }

    fn explain(&self, error: io::Error) -> Error {
        let (message, hint) = match error.kind() {
            io::ErrorKind::AddrInUse => {
                let free = (self.port.saturating_add(1)..=self.port.saturating_add(100))
                    .find(|port| TcpListener::bind((self.host.as_str(), *port)).is_ok());
                let next = free.map_or_else(String::new, |port| {
                    format!(", or take a free one: `{}`", Self { host: self.host.clone(), port })
                });
                (format!("the port {} is already in use", self.port), format!("stop the server that uses it{next}"))
            }
            io::ErrorKind::PermissionDenied => (
                format!("this user may not listen on port {}", self.port),
                "take a port from 1024 on, for example 8000".to_owned(),
            ),
            io::ErrorKind::AddrNotAvailable => (
                format!("`{}` is not an address of this machine", self.host),
                "listen on 127.0.0.1 for this machine alone, on 0.0.0.0 for every network that it is in".to_owned(),
            ),
            _ => return Error::from(error).wrap(format!("cannot listen on {self}")),
        };
        Error::command(message).with_hint(hint)
    }
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refused = || {
            Error::command(format!("`{text}` is not a valid port number or address:port pair"))
                .with_hint("for example `8001`, `0.0.0.0:8000`, `[::1]:8000`")
        };
        let (host, port) = text.rsplit_once(':').unwrap_or(("127.0.0.1", text));
        let port = if port.bytes().all(|byte| byte.is_ascii_digit()) { port.parse().ok() } else { None };
        let host = match host {
            "" => "127.0.0.1",
            _ if host.starts_with('[') && host.ends_with(']') => &host[1..host.len() - 1],
            _ if host.contains(':') => return Err(refused()),
            _ => host,
        };
        Ok(Self { host: host.to_owned(), port: port.ok_or_else(refused)? })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// The socket that stands at stdin, where [`LISTEN_FD`] says so.
#[cfg(unix)]
fn inherited() -> Result<Option<TcpListener>> {
    use std::os::fd::AsFd;
    match std::env::var(LISTEN_FD).as_deref() {
        Ok("0") => {
            let listener = TcpListener::from(io::stdin().as_fd().try_clone_to_owned()?);
            listener.local_addr().context(format!("{LISTEN_FD} is set, but stdin is not a socket"))?;
            Ok(Some(listener))
        }
        Ok(other) => Err(Error::command(format!("{LISTEN_FD} must be 0, not `{other}`"))),
        Err(_) => Ok(None),
    }
}

/// No socket is handed over on other systems.
#[cfg(not(unix))]
fn inherited() -> Result<Option<TcpListener>> {
    Ok(None)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&match text.parse::<Address>() {
            Ok(address) => address.to_string(),
            Err(error) => format!("{error:?}"),
        });
    }

    #[test]
    fn forms_of_an_address() {
        check("8001", &expect!["127.0.0.1:8001"]);
        check(":8001", &expect!["127.0.0.1:8001"]);
        check("0.0.0.0:80", &expect!["0.0.0.0:80"]);
        check("[::1]:8000", &expect!["[::1]:8000"]);
        check("localhost:8000", &expect!["localhost:8000"]);
        check(
            "::1",
            &expect![[r#"
            `::1` is not a valid port number or address:port pair
            hint: for example `8001`, `0.0.0.0:8000`, `[::1]:8000`"#]],
        );
        check(
            "70000",
            &expect![[r#"
            `70000` is not a valid port number or address:port pair
            hint: for example `8001`, `0.0.0.0:8000`, `[::1]:8000`"#]],
        );
        check(
            "+80",
            &expect![[r#"
            `+80` is not a valid port number or address:port pair
            hint: for example `8001`, `0.0.0.0:8000`, `[::1]:8000`"#]],
        );
        check(
            "",
            &expect![[r#"
            `` is not a valid port number or address:port pair
            hint: for example `8001`, `0.0.0.0:8000`, `[::1]:8000`"#]],
        );
        check(
            "localhost:",
            &expect![[r#"
            `localhost:` is not a valid port number or address:port pair
            hint: for example `8001`, `0.0.0.0:8000`, `[::1]:8000`"#]],
        );
    }

    #[test]
    fn port_in_use_names_a_free_one() -> Result<()> {
        let taken = TcpListener::bind("127.0.0.1:0")?;
        let refused = Address::local(taken.local_addr()?.port()).listen();
        let error = refused.err().map(|error| (error.to_string(), error.hint().map(str::to_owned)));
        let Some((message, Some(hint))) = error else { return Err(Error::command("it was not refused")) };
        assert!(message.ends_with("is already in use"), "{message}");
        assert!(hint.contains("127.0.0.1:"), "{hint}");
        Ok(())
    }
}
