//! `{% load cache %}`: parts of pages that are kept for a time, in this process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rjango_core::{Error, ErrorKind, Result};

use crate::expression::Expression;
use crate::mistake::{Mistake, Parsed};
use crate::parser::{Parser, TagToken, split_keyword};
use crate::render::Render;
use crate::tag::{Tag, TagReader};
use crate::tree::{Body, NodeKind};
use crate::value::{BoxFuture, Str, Value};

pub(super) static TAGS: [TagReader; 1] = [TagReader { name: "cache", end: Some("endcache"), read }];

/// How many bytes are kept, keys and texts together. The oldest go first.
const MOST: usize = 32 << 20;

/// What is kept.
#[derive(Default)]
pub(crate) struct Fragments(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    by_key: HashMap<String, Fragment>,
    bytes: usize,
    count: u64,
}

struct Fragment {
    text: Str,
    until: Option<Instant>,
    /// Its place in the order in which they came.
    number: u64,
}

impl Fragments {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, key: &str) -> Option<Str> {
        let kept = self.lock();
        let fragment = kept.by_key.get(key)?;
        fragment.until.is_none_or(|until| until > Instant::now()).then(|| fragment.text.clone())
    }

    fn set(&self, key: String, text: Str, until: Option<Instant>) {
        let size = key.len() + text.len();
        if size > MOST / 4 {
            return;
        }
        let mut kept = self.lock();
        kept.remove(&key);
        if kept.bytes + size > MOST {
            kept.make_room(size);
        }
        kept.bytes += size;
        kept.count += 1;
        let number = kept.count;
        kept.by_key.insert(key, Fragment { text, until, number });
    }
}

impl Kept {
    fn remove(&mut self, key: &str) {
        if let Some(fragment) = self.by_key.remove(key) {
            self.bytes -= key.len() + fragment.text.len();
        }
    }

    /// Takes out what is over, and then the older half of the rest, so that room is made seldom.
    fn make_room(&mut self, size: usize) {
        let now = Instant::now();
        self.by_key.retain(|_, fragment| fragment.until.is_none_or(|until| until > now));
        let mut by_age: Vec<(u64, String)> =
            self.by_key.iter().map(|(key, fragment)| (fragment.number, key.clone())).collect();
        by_age.sort_unstable();
        self.bytes = self.by_key.iter().map(|(key, fragment)| key.len() + fragment.text.len()).sum();
        for (_, key) in by_age {
            if self.bytes + size <= MOST / 2 {
                break;
            }
            self.remove(&key);
        }
    }
}

#[derive(Debug)]
struct Cache {
    seconds: Expression,
    name: Str,
    vary: Vec<Expression>,
    using: Option<Expression>,
    body: Body,
}

fn read<'a>(parser: &mut Parser<'a>, tag: &TagToken<'a>) -> Parsed<NodeKind> {
    let mut words = tag.arguments();
    let [seconds, name, ..] = words.as_slice() else {
        return Err(Mistake::new("`cache` takes at least two arguments: seconds and a name")
            .hint("write `{% cache 500 sidebar request.user.pk %}..{% endcache %}`"));
    };
    let (seconds, name) = (parser.expression(seconds)?, Str::from(*name));
    let mut using = None;
    if words.len() > 2
        && let Some(("using", alias)) = words.last().and_then(|last| split_keyword(last))
    {
        using = Some(parser.expression(alias)?);
        words.pop();
    }
    let vary = words[2..].iter().map(|word| parser.expression(word)).collect::<Parsed<_>>()?;
    let (body, _) = parser.parse_until(tag, &["endcache"])?;
    Ok(NodeKind::Tag(Box::new(Cache { seconds, name, vary, using, body })))
}

impl Tag for Cache {
    fn render<'a>(&'a self, render: &'a mut Render) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if let Some(using) = &self.using {
                let alias = render.resolve(using).await?;
                if !matches!(alias.as_str(), Some("default" | "template_fragments")) {
                    return Err(Error::new(
                        ErrorKind::Template,
                        format!("`cache` names the cache `{}`, which there is not", alias.text()),
                    )
                    .with_hint("leave `using` out: parts of pages are kept in this process"));
                }
            }
            let seconds = render.resolve(&self.seconds).await?;
            let until = expiry(&seconds, &self.seconds.text)?;
            let mut key = self.name.to_string();
            for expression in &self.vary {
                let value = render.resolve(expression).await?;
                render.load(&value).await?;
                let text = value.text();
                // The length keeps values apart that have a sign of the key in them.
                key.push_str(&format!(":{}:{text}", text.len()));
            }
            if let Some(text) = render.engine.fragments().get(&key) {
                render.out.push_str(&text);
                return Ok(());
            }
            let text: Str = render.capture(&self.body).await?.into();
            render.out.push_str(&text);
            match until {
                Expiry::Never => render.engine.fragments().set(key, text, None),
                Expiry::At(until) => render.engine.fragments().set(key, text, Some(until)),
                Expiry::AtOnce => {}
            }
            Ok(())
        })
    }
}

enum Expiry {
    Never,
    At(Instant),
    AtOnce,
}

fn expiry(seconds: &Value, text: &str) -> Result<Expiry> {
    let whole = match seconds {
        Value::None => return Ok(Expiry::Never),
        Value::Text(text) | Value::Safe(text) => text.trim().parse::<i128>().ok(),
        Value::Float(number) if number.is_finite() => Some(*number as i128),
        other => other.as_int(),
    };
    let Some(whole) = whole else {
        return Err(Error::new(
            ErrorKind::Template,
            format!("`cache` needs a number of seconds, and `{text}` is {}", seconds.repr()),
        ));
    };
    if whole <= 0 {
        return Ok(Expiry::AtOnce);
    }
    // A hundred years are for ever.
    let seconds = u64::try_from(whole).unwrap_or(u64::MAX).min(3_155_760_000);
    Ok(Expiry::At(Instant::now() + Duration::from_secs(seconds)))
}
