//! While the build is broken: a page with the compiler's words, on the server's own socket.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use rjango_core::Result;

/// A server that answers everything with one page, until it is dropped.
pub(crate) struct ErrorPage {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl ErrorPage {
    /// Answers on this socket with what the compiler said (its terminal colours become HTML's).
    ///
    /// # Errors
    /// Where the socket or the thread cannot be had.
    pub(crate) fn serve(listener: &TcpListener, errors: &str) -> Result<Self> {
        let listener = listener.try_clone()?;
        // The socket's mode is shared with the children, whose runtime wants it so.
        listener.set_nonblocking(true)?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let page = Arc::new(response(errors));
        let thread = std::thread::Builder::new().name("error-page".to_owned()).spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                match listener.accept() {
                    Ok((stream, _)) => {
                        let page = Arc::clone(&page);
                        // Each on a thread of its own: a browser opens connections that it does not use.
                        let _ = std::thread::Builder::new().spawn(move || answer(stream, &page));
                    }
                    Err(_) => std::thread::sleep(Duration::from_millis(10)),
                }
            }
        })?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for ErrorPage {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Reads the request's head and answers. The peer may go at any time; nothing is lost with it.
fn answer(mut stream: TcpStream, page: &[u8]) {
    let _ = exchange(&mut stream, page);
}

fn exchange(stream: &mut TcpStream, page: &[u8]) -> io::Result<()> {
    const LONGEST_HEAD: usize = 64 * 1024;
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    stream.set_write_timeout(Some(Duration::from_secs(5)))?;
    let mut head = Vec::new();
    let mut buffer = [0_u8; 4096];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        let read = stream.read(&mut buffer)?;
        if read == 0 || head.len() > LONGEST_HEAD {
            return Ok(());
        }
        head.extend_from_slice(&buffer[..read]);
    }
    stream.write_all(page)?;
    stream.shutdown(std::net::Shutdown::Write)?;
    // A body that is not read would reset the connection before the page has arrived.
    stream.set_read_timeout(Some(Duration::from_millis(500)))?;
    while stream.read(&mut buffer)? > 0 {}
    Ok(())
}

fn response(errors: &str) -> Vec<u8> {
    let body = page(errors);
    format!(
        "HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn page(errors: &str) -> String {
    let errors = if errors.trim().is_empty() { "The build failed; the terminal says why." } else { errors };
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="2">
<title>The project does not compile</title>
<style>
body {{ margin: 0; font: 15px/1.5 system-ui, sans-serif; color: #1d1d1f; background: #fff }}
header {{ padding: 1rem 2rem; background: #7a1420; color: #fff }}
h1 {{ margin: 0; font-size: 1.3rem }}
pre {{ margin: 0; padding: 1.5rem 2rem; overflow-x: auto; font: 13px/1.45 ui-monospace, monospace }}
.red {{ color: #b3001b }} .yellow {{ color: #8a5a00 }} .green {{ color: #1b6e20 }} .blue {{ color: #1450a0 }}
.bold {{ font-weight: 600 }}
</style>
</head>
<body>
<header><h1>The project does not compile</h1>This page goes away once it does: save the file.</header>
<pre>{}</pre>
</body>
</html>
"#,
        to_html(errors)
    )
}

/// Text with the terminal's colour codes as HTML.
fn to_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() * 2);
    let mut open = false;
    let mut rest = text;
    while let Some(start) = rest.find("\x1b[") {
        escape(&rest[..start], &mut html);
        let sequence = &rest[start + 2..];
        let Some(end) = sequence.find(|next: char| next.is_ascii_alphabetic()) else { break };
        if open {
            html.push_str("</span>");
        }
        let classes = classes(&sequence[..end]);
        open = sequence[end..].starts_with('m') && !classes.is_empty();
        if open {
            html.push_str(&format!("<span class=\"{classes}\">"));
        }
        rest = &sequence[end + 1..];
    }
    escape(rest, &mut html);
    if open {
        html.push_str("</span>");
    }
    html
}

fn classes(codes: &str) -> String {
    let mut classes: Vec<&str> = Vec::new();
    let mut codes = codes.split(';');
    while let Some(code) = codes.next() {
        let class = match code {
            "1" => "bold",
            "31" | "91" => "red",
            "32" | "92" => "green",
            "33" | "93" => "yellow",
            "34" | "94" | "36" | "96" => "blue",
            // The compiler's palette: `38;5;9` is bright red.
            "38" => match (codes.next(), codes.next()) {
                (Some("5"), Some("1" | "9")) => "red",
                (Some("5"), Some("2" | "10")) => "green",
                (Some("5"), Some("3" | "11")) => "yellow",
                (Some("5"), Some("4" | "6" | "12" | "14")) => "blue",
                _ => continue,
            },
            _ => continue,
        };
        classes.push(class);
    }
    classes.join(" ")
}

fn escape(text: &str, html: &mut String) {
    for next in text.chars() {
        match next {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            _ => html.push(next),
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn colours_become_classes_and_text_is_escaped() {
        let html = to_html("\x1b[1m\x1b[38;5;9merror\x1b[0m: expected `Vec<u8>`\n  \x1b[1m\x1b[94m|\x1b[0m &x");
        expect![[r#"
            <span class="bold"></span><span class="red">error</span>: expected `Vec&lt;u8&gt;`
              <span class="bold"></span><span class="blue">|</span> &amp;x"#]]
        .assert_eq(&html);
    }

    #[test]
    fn every_request_gets_the_page_until_it_is_dropped() -> Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let page = ErrorPage::serve(&listener, "expected `;`")?;
        for method in ["GET", "POST"] {
            let mut stream = TcpStream::connect(address)?;
            write!(stream, "{method} / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")?;
            let mut text = String::new();
            stream.read_to_string(&mut text)?;
            assert!(text.starts_with("HTTP/1.1 500 ") && text.contains("expected `;`"), "{text}");
        }
        drop(page);
        Ok(())
    }
}
