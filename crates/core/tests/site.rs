//! The site: its parts, and that two of them live side by side.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use rjango_core::{Settings, Site};

#[derive(Debug, PartialEq)]
struct Part(&'static str);

fn site(name: &'static str) -> Arc<Site> {
    Arc::new(Site::new(Settings::for_tests()).with(Part(name)))
}

#[test]
fn parts_are_found_by_type_and_the_last_one_wins() {
    let mut site = Site::new(Settings::for_tests()).with(Part("first"));
    site.insert(Part("second"));
    assert_eq!(site.get::<Part>(), Some(&Part("second")));
    assert_eq!(site.get::<String>(), None);
    let error = site.require::<String>().unwrap_err();
    assert_eq!(error.to_string(), "the site has no `alloc::string::String`");
    assert!(site.settings().databases.contains_key("default"));
}

#[test]
fn outside_of_a_site_the_error_says_how_to_enter_one() {
    let error = Site::current().err().unwrap();
    assert_eq!(error.to_string(), "there is no current site here");
    assert!(error.hint().unwrap().contains("Site::scope"));
}

#[test]
fn entering_nests_and_leaves_again() {
    let name = || Site::current().unwrap().require::<Part>().unwrap().0;
    site("outer").enter(|| {
        assert_eq!(name(), "outer");
        site("inner").enter(|| assert_eq!(name(), "inner"));
        assert_eq!(name(), "outer");
    });
    assert!(Site::current().is_err());
}

#[test]
fn two_threads_have_two_sites() {
    let names: Vec<_> = std::thread::scope(|scope| {
        let threads = ["one", "two"].map(|name| {
            scope.spawn(move || site(name).enter(|| Site::current().unwrap().require::<Part>().unwrap().0))
        });
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(names, ["one", "two"]);
}

#[test]
fn a_future_keeps_its_site_between_polls() {
    let mut scoped = Box::pin(site("kept").scope(async {
        tokio::task::yield_now().await;
        Site::current().unwrap().require::<Part>().unwrap().0
    }));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let answer = loop {
        // Another site is entered while the future rests.
        if let std::task::Poll::Ready(answer) = site("other").enter(|| scoped.as_mut().poll(&mut context)) {
            break answer;
        }
    };
    assert_eq!(answer, "kept");
}

#[test]
fn a_late_part_is_made_once_for_each_site() {
    struct Length(usize);
    struct Twice(usize);
    let made = std::sync::atomic::AtomicUsize::new(0);
    let length = |site: &Site| {
        made.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Length(site.require::<Part>().unwrap().0.len())
    };
    let (one, other) = (site("one"), site("other"));
    assert_eq!((one.late(length).0, one.late(length).0, other.late(length).0), (3, 3, 5));
    assert_eq!(made.load(std::sync::atomic::Ordering::Relaxed), 2);
    // One may ask for another.
    assert_eq!(one.late(|site| Twice(2 * site.late(length).0)).0, 6);
    assert!(one.get::<Length>().is_none());
    // Of many at once all get the same.
    let third = site("third");
    let parts: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| third.late(length))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(parts.iter().all(|part| std::sync::Arc::ptr_eq(part, &parts[0])));
}
