//! A model of an S3 server with one object that changes at moments chosen by a test. Its habits are the headers that
//! it sends and the conditions that it supports.

use std::{
    ops::Range,
    sync::{Arc, Mutex, MutexGuard},
};

use bytes::Bytes;

/// The validators, conditions and checksums of a server.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is an independent property of a server")]
pub(crate) struct Habits {
    pub(crate) etag: Etag,
    pub(crate) sends_last_modified: bool,
    pub(crate) sends_date: bool,
    /// The value of `Accept-Ranges`, if it is sent.
    pub(crate) accept_ranges: Option<&'static str>,
    pub(crate) heeds_if_match: bool,
    pub(crate) heeds_if_none_match: bool,
    pub(crate) heeds_if_modified_since: bool,
    pub(crate) ranges: Ranges,
    pub(crate) checksum: bool,
    /// Whether a body in progress continues with the bytes that are stored now.
    pub(crate) reads_live: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Etag {
    None,
    Weak,
    Strong,
    /// Strong, but not sent in answers to a `Range`.
    NotOnParts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ranges {
    Heeded,
    /// Answered with status 200 and the whole object.
    Ignored,
    /// Answered with other bytes than the requested ones.
    Wrong,
    Refused,
}

/// A change of the object, the server or an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    Replace,
    Lengthen,
    Shorten,
    Empty,
    Delete,
    /// Returns to the previous version, with its bytes and its date.
    Revert,
    /// Uploads the same bytes again.
    Touch,
    SetEtag(Etag),
    Tick,
    /// Interrupts the next body.
    BreakBody,
    /// Leaves the next whole body empty, with a length of 0, as moto does while it replaces the object. Only a checksum can
    /// show it, so a server without one does not do it.
    LoseBody,
    /// Makes the next call fail.
    Fail,
}

#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) content: Bytes,
    last_modified_s: i64,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) habits: Habits,
    now_s: i64,
    moment: u32,
    changes: Vec<(u32, Change)>,
    /// All versions, with `None` for a time without an object. The last one is the present one.
    history: Vec<Option<Object>>,
    made: u8,
    statuses: Vec<u16>,
    breaks_next_body: bool,
    loses_next_body: bool,
    fails_next_call: bool,
}

/// The relevant parts of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) range: Option<Range<u64>>,
    pub(crate) if_match: Option<String>,
    pub(crate) if_none_match: Option<String>,
    pub(crate) if_modified_since_s: Option<i64>,
}

/// An answer, before its body is sent.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) etag: Option<String>,
    pub(crate) last_modified_s: Option<i64>,
    pub(crate) date_s: Option<i64>,
    pub(crate) accept_ranges: Option<&'static str>,
    pub(crate) content_range: Option<(Range<u64>, u64)>,
    pub(crate) crc: Option<u32>,
    /// Empty if the status has no body.
    pub(crate) body: Bytes,
    /// The position of the body in the object.
    pub(crate) begins: u64,
    pub(crate) breaks: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Server(Arc<Mutex<State>>);

impl Server {
    pub(crate) fn new(habits: Habits, size: usize, changes: Vec<(u32, Change)>) -> Self {
        let mut state = State {
            habits,
            now_s: 1_700_000_000,
            moment: 0,
            changes,
            history: Vec::new(),
            made: 0,
            statuses: Vec::new(),
            breaks_next_body: false,
            loses_next_body: false,
            fails_next_call: false,
        };
        state.put(size);
        Self(Arc::new(Mutex::new(state)))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub(crate) fn apply(&self, change: Change) {
        self.state().apply(change);
    }

    /// Returns the number of the present version.
    pub(crate) fn version(&self) -> usize {
        self.state().history.len() - 1
    }

    /// Returns the contents of that version and of all later ones.
    pub(crate) fn contents_since(&self, version: usize) -> Vec<Bytes> {
        self.state().history[version..].iter().flatten().map(|object| object.content.clone()).collect()
    }

    /// Answers a request, or returns `None` if the call fails.
    pub(crate) fn answer(&self, request: &Request) -> Option<Answer> {
        let mut state = self.state();
        state.pass();
        if std::mem::take(&mut state.fails_next_call) {
            return None;
        }
        let answer = state.answer(request);
        state.statuses.push(answer.status);
        Some(answer)
    }

    /// Returns the status of each answer so far.
    pub(crate) fn statuses(&self) -> Vec<u16> {
        self.state().statuses.clone()
    }

    /// Returns a piece of a body and lets a moment pass. Returns `None` if the body is interrupted.
    pub(crate) fn piece(&self, answer: &Answer, at: usize, most: usize) -> Option<Bytes> {
        let mut state = self.state();
        state.pass();
        let to = (at + most).min(answer.body.len());
        if answer.breaks && at >= answer.body.len() / 2 {
            return None;
        }
        if !state.habits.reads_live {
            return Some(answer.body.slice(at..to));
        }
        let stored = state.object().map(|object| object.content.clone()).unwrap_or_default();
        let begins = usize::try_from(answer.begins).unwrap();
        // A body ends early if the object is too short now.
        (begins + to <= stored.len()).then(|| stored.slice(begins + at..begins + to))
    }
}

impl State {
    fn object(&self) -> Option<&Object> {
        self.history.last().and_then(Option::as_ref)
    }

    /// Lets a moment pass.
    fn pass(&mut self) {
        self.moment += 1;
        let due: Vec<_> = self.changes.iter().filter(|(at, _)| *at == self.moment).map(|(_, change)| *change).collect();
        for change in due {
            self.apply(change);
        }
    }

    fn put(&mut self, size: usize) {
        self.made = self.made.wrapping_add(1);
        let made = self.made;
        // No two versions have the same byte at one position, and no two parts are equal.
        let content: Bytes = (0..=u8::MAX)
            .cycle()
            .take(size)
            .map(|at| at.wrapping_mul(37).wrapping_add(made))
            .collect::<Vec<_>>()
            .into();
        self.history.push(Some(Object { content, last_modified_s: self.now_s }));
    }

    fn apply(&mut self, change: Change) {
        let size = self.object().map_or(200, |object| object.content.len());
        match change {
            Change::Replace => self.put(size),
            Change::Lengthen => self.put(size + 64),
            Change::Shorten => self.put(size / 2),
            Change::Empty => self.put(0),
            Change::Delete => self.history.push(None),
            Change::Revert => {
                let mut versions = self.history.iter().rev().flatten();
                let (now, before) = (versions.next(), versions.next());
                let is_same_second = now.map(|it| it.last_modified_s) == before.map(|it| it.last_modified_s);
                let mut before = before.cloned();
                if let Some(before) = before.as_mut().filter(|_| is_same_second) {
                    before.last_modified_s = self.now_s; // otherwise the versions could not be distinguished
                }
                self.history.extend(before.map(Some));
            }
            Change::Touch => {
                let touched = self.object().map(|object| Object { last_modified_s: self.now_s, ..object.clone() });
                self.history.push(touched);
            }
            Change::SetEtag(etag) => self.habits.etag = etag,
            Change::Tick => self.now_s += 1,
            Change::BreakBody => self.breaks_next_body = true,
            Change::LoseBody => self.loses_next_body = self.habits.checksum,
            Change::Fail => self.fails_next_call = true,
        }
    }

    fn answer(&mut self, request: &Request) -> Answer {
        let habits = self.habits;
        let date_s = habits.sends_date.then_some(self.now_s);
        let bare = |status| Answer {
            status,
            etag: None,
            last_modified_s: None,
            date_s,
            accept_ranges: None,
            content_range: None,
            crc: None,
            body: Bytes::new(),
            begins: 0,
            breaks: false,
        };
        let Some(object) = self.object().cloned() else { return bare(404) };
        let opaque = crc32(&object.content);
        let etag = match habits.etag {
            Etag::None => None,
            Etag::Weak => Some(format!("W/\"{opaque:08x}\"")),
            Etag::NotOnParts if request.range.is_some() => None,
            Etag::Strong | Etag::NotOnParts => Some(format!("\"{opaque:08x}\"")),
        };
        let is_strong = matches!(habits.etag, Etag::Strong | Etag::NotOnParts);
        if habits.heeds_if_match
            && request.if_match.as_ref().is_some_and(|asked| !is_strong || *asked != format!("\"{opaque:08x}\""))
        {
            return bare(412);
        }
        let last_modified_s = habits.sends_last_modified.then_some(object.last_modified_s);
        let is_unchanged = match (&request.if_none_match, request.if_modified_since_s) {
            (Some(asked), _) if habits.heeds_if_none_match => {
                etag.as_ref().is_some_and(|etag| asked.trim_start_matches("W/") == etag.trim_start_matches("W/"))
            }
            (None, Some(since_s)) if habits.heeds_if_modified_since => {
                last_modified_s.is_some_and(|last_modified_s| last_modified_s <= since_s)
            }
            _ => false,
        };
        let described = Answer { etag, last_modified_s, accept_ranges: habits.accept_ranges, ..bare(200) };
        if is_unchanged {
            return Answer { status: 304, ..described };
        }
        let size = object.content.len() as u64;
        let range = request.range.clone().filter(|_| habits.ranges != Ranges::Ignored);
        let breaks = std::mem::take(&mut self.breaks_next_body);
        let Some(range) = range else {
            let crc = (habits.checksum && request.range.is_none()).then_some(opaque);
            let is_lost = crc.is_some() && std::mem::take(&mut self.loses_next_body);
            let body = if is_lost { Bytes::new() } else { object.content };
            return Answer { crc, body, breaks, ..described };
        };
        let range = match habits.ranges {
            Ranges::Refused => return bare(403),
            Ranges::Wrong => range.start / 2..range.end.min(size),
            Ranges::Heeded | Ranges::Ignored => range.start..range.end.min(size),
        };
        if range.is_empty() {
            return bare(416);
        }
        let body = object.content.slice(usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap());
        let begins = range.start;
        Answer { status: 206, content_range: Some((range, size)), body, begins, breaks, ..described }
    }
}

pub(crate) fn crc32(content: &[u8]) -> u32 {
    u32::try_from(crc_fast::checksum(crc_fast::CrcAlgorithm::Crc32IsoHdlc, content)).unwrap()
}
