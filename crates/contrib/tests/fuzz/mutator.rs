//! The corpus, a mutator of bytes, and the loop around both.

use std::cell::Cell;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

/// An input may take so long, on a busy machine and without optimisation.
const PATIENCE: Duration = Duration::from_secs(5);

/// One change of the bytes.
#[derive(Debug, Clone)]
enum Mutation {
    Set(Index, u8),
    Flip(Index, u8),
    Insert(Index, Vec<u8>),
    Word(Index, Index),
    Remove(Index, usize),
    /// A range again and again.
    Repeat(Index, usize, usize),
    /// The end of another input.
    Splice(Index, Index, Index),
    Truncate(Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let interesting = prop_oneof![any::<u8>(), Just(0), Just(b'\n'), Just(b'\r'), Just(0x7F), Just(0x80), Just(0xFF)];
    prop_oneof![
        (any::<Index>(), interesting.clone()).prop_map(|(at, byte)| Mutation::Set(at, byte)),
        (any::<Index>(), 0..8_u8).prop_map(|(at, bit)| Mutation::Flip(at, bit)),
        (any::<Index>(), proptest::collection::vec(interesting, 1..6))
            .prop_map(|(at, bytes)| Mutation::Insert(at, bytes)),
        (any::<Index>(), any::<Index>()).prop_map(|(at, word)| Mutation::Word(at, word)),
        (any::<Index>(), 1..40_usize).prop_map(|(at, length)| Mutation::Remove(at, length)),
        (any::<Index>(), 1..20_usize, 1..40_usize).prop_map(|(at, length, times)| Mutation::Repeat(at, length, times)),
        (any::<Index>(), any::<Index>(), any::<Index>())
            .prop_map(|(at, other, from)| Mutation::Splice(at, other, from)),
        any::<Index>().prop_map(Mutation::Truncate),
    ]
}

/// A place in the bytes or at their end.
fn place(index: Index, bytes: &[u8]) -> usize {
    index.index(bytes.len() + 1)
}

fn mutate(bytes: &mut Vec<u8>, mutation: &Mutation, inputs: &[Vec<u8>], words: &[&[u8]]) {
    match mutation {
        Mutation::Set(at, byte) if !bytes.is_empty() => {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        Mutation::Flip(at, bit) if !bytes.is_empty() => {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        Mutation::Set(..) | Mutation::Flip(..) => {}
        Mutation::Insert(at, new) => {
            let at = place(*at, bytes);
            bytes.splice(at..at, new.iter().copied());
        }
        Mutation::Word(at, word) => {
            let at = place(*at, bytes);
            bytes.splice(at..at, words[word.index(words.len())].iter().copied());
        }
        Mutation::Remove(at, length) => {
            let at = place(*at, bytes);
            bytes.drain(at..(at + length).min(bytes.len()));
        }
        Mutation::Repeat(at, length, times) => {
            let at = place(*at, bytes);
            let again = bytes[at..(at + length).min(bytes.len())].repeat(*times);
            bytes.splice(at..at, again);
        }
        Mutation::Splice(at, other, from) => {
            let other = &inputs[other.index(inputs.len())];
            let at = place(*at, bytes);
            bytes.truncate(at);
            bytes.extend_from_slice(&other[place(*from, other)..]);
        }
        Mutation::Truncate(at) => {
            let at = place(*at, bytes);
            bytes.truncate(at);
        }
    }
}

fn corpus(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(name)
}

/// Puts the corpus and what becomes of it to the test, which panics where something is wrong.
pub fn fuzz(name: &str, words: &[&[u8]], test: impl Fn(&[u8])) {
    let folder = corpus(name);
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut inputs: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).unwrap()).collect();
    assert!(!inputs.is_empty(), "`{}` has no inputs", folder.display());
    inputs.extend(words.iter().map(|word| word.to_vec()));
    let timely = |bytes: &[u8]| {
        let started = Instant::now();
        test(bytes);
        let took = started.elapsed();
        assert!(took < PATIENCE, "{} bytes took {took:?}", bytes.len());
    };
    for input in &inputs {
        timely(input);
    }
    let seconds = std::env::var("RJANGO_FUZZ_SECONDS").map_or(3, |seconds| seconds.parse().unwrap());
    let end = Instant::now() + Duration::from_secs(seconds);
    let strategy = (any::<Index>(), proptest::collection::vec(mutation(), 1..9));
    let config = Config { cases: 100, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let made = |(first, mutations): &(Index, Vec<Mutation>)| {
        let mut bytes = inputs[first.index(inputs.len())].clone();
        mutations.iter().for_each(|mutation| mutate(&mut bytes, mutation, &inputs, words));
        bytes
    };
    let tried = Cell::new(0_u64);
    while Instant::now() < end {
        let outcome = runner.run(&strategy, |case| {
            tried.set(tried.get() + 1);
            timely(&made(&case));
            Ok::<_, TestCaseError>(())
        });
        if let Err(TestError::Fail(why, case)) = outcome {
            let bytes = made(&case);
            let file = folder.join(format!("found-{:016x}", seed_of(&bytes)));
            std::fs::write(&file, &bytes).unwrap();
            panic!("{name}: {why}\ninput: b\"{}\"\nkept as {}", bytes.escape_ascii(), file.display());
        }
    }
    eprintln!("{name}: {} inputs", tried.get());
}

/// A name for a file: FNV-1a.
fn seed_of(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01B3))
}

#[test]
fn a_mistake_is_found_and_made_small() {
    let found = std::panic::catch_unwind(|| {
        fuzz("urlencoded", &[b"%"], |bytes| assert!(!bytes.windows(2).any(|pair| pair == b"%%"), "two percent signs"));
    });
    let message = found.unwrap_err().downcast::<String>().unwrap();
    let kept = message.rsplit("kept as ").next().unwrap();
    let bytes = std::fs::read(kept).unwrap();
    std::fs::remove_file(kept).unwrap();
    assert!(message.contains("two percent signs") && bytes.len() < 80, "{message}");
}
