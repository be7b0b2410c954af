//! The number of lanes and their work, which depend on what the server supports.

use std::{ops::Range, time::Duration};

use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};

use super::{
    attempts::Attempts,
    download::Broken,
    get_object::{Body, GetPart, Ranges},
    parallel::{Event, ParallelDownload},
    part::{Verdict, judge},
};
use crate::Error;

/// The delay before the last remaining lane tries again.
const PAUSE: Duration = Duration::from_millis(100);
/// The number of interrupted answers per lane that are continued because they delivered bytes.
const BREAKS_A_LANE: u64 = 3;

/// The lanes of one object.
pub(super) struct Crew<'a> {
    lanes: &'a ParallelDownload<'a>,
    work: FuturesUnordered<BoxFuture<'a, Event>>,
    front: Front,
    /// The number of parts that are requested or being read.
    busy: u64,
    /// The maximum number of concurrent parts. A lane without an answer reduces it by one.
    most: u64,
    /// Whether the first part has yet to prove that the server supports ranges.
    is_probing: bool,
    attempts: Attempts,
    breaks_left: u64,
    pause: Duration,
}

/// The answer without a range. It is kept until the end, and delivers the rest if parts fail.
enum Front {
    Reads,
    Rests(Body, u64),
    Broke(Error),
}

impl<'a> Crew<'a> {
    pub(super) fn new(lanes: &'a ParallelDownload<'a>, body: Body) -> Self {
        let is_probing = lanes.head.ranges == Ranges::Unsaid;
        let most = if is_probing { 1 } else { lanes.count() - 1 };
        Self {
            lanes,
            work: FuturesUnordered::new(),
            front: Front::Rests(body, 0),
            busy: 0,
            most,
            is_probing,
            attempts: Attempts::new(),
            breaks_left: lanes.count() * BREAKS_A_LANE,
            pause: Duration::ZERO,
        }
    }

    /// Works until all bytes are written.
    pub(super) async fn work(mut self) -> Result<(), Broken> {
        while !self.lanes.gap().is_closed() {
            self.put_to_work();
            match self.work.next().await {
                Some(event) => self.note(event)?,
                // Unreachable: while bytes are missing, a lane or the front is at work.
                None => return Err(self.lanes.changed()),
            }
        }
        Ok(())
    }

    fn put_to_work(&mut self) {
        while self.busy < self.most
            && let Some(part) = self.lanes.next_part()
        {
            self.busy += 1;
            self.work.push(self.lanes.ask(part, std::mem::take(&mut self.pause)).boxed());
        }
        if let Front::Rests(_, position) = &self.front
            && self.lanes.gap().needs_front(*position)
            && let Front::Rests(body, position) = std::mem::replace(&mut self.front, Front::Reads)
        {
            self.work.push(self.lanes.front(body, position).boxed());
        }
    }

    fn note(&mut self, event: Event) -> Result<(), Broken> {
        match event {
            Event::FrontRests(body, position) => {
                self.front = Front::Rests(body, position);
                Ok(())
            }
            // Parts deliver the rest, unless the server does not send any.
            Event::FrontBroke(Broken::Body(error)) if error.is_transient() && self.most > 0 => {
                self.front = Front::Broke(error);
                self.lanes.gap().front_is_at(None);
                self.most += 1;
                Ok(())
            }
            Event::FrontBroke(broken) => Err(broken),
            Event::Answered(part, Ok(GetPart::Part(head, body))) => match judge(self.lanes.head, &part, &head) {
                Verdict::Belongs => {
                    self.lanes.gap().comes(&part);
                    if std::mem::take(&mut self.is_probing) {
                        self.most += self.lanes.count() - 2;
                    }
                    self.work.push(self.lanes.read(part, body).boxed());
                    Ok(())
                }
                Verdict::IsNotThePart => {
                    self.end(&part);
                    self.do_without_parts()
                }
                Verdict::IsOfAnother => Err(self.lanes.changed()),
            },
            Event::Answered(_, Ok(GetPart::Refused)) => Err(self.lanes.changed()),
            Event::Answered(part, Err(error)) => {
                self.end(&part);
                self.shrink(error)
            }
            Event::Read(part, gained, outcome) => {
                self.end(&part);
                match outcome {
                    Err(Broken::Body(error)) => self.broke_off(error, gained),
                    outcome => outcome,
                }
            }
        }
    }

    /// Records that a part is complete, or can be requested again.
    fn end(&mut self, part: &Range<u64>) {
        self.busy -= 1;
        self.lanes.gap().give_back(part);
    }

    /// Requests the rest, if the answer delivered any bytes.
    fn broke_off(&mut self, error: Error, gained: bool) -> Result<(), Broken> {
        let goes_on = gained && error.is_transient() && !error.is_timeout() && self.breaks_left > 0;
        if goes_on {
            self.breaks_left -= 1;
            return Ok(());
        }
        self.shrink(error)
    }

    /// Ends a lane. The last one tries again if the answer without a range was interrupted.
    fn shrink(&mut self, error: Error) -> Result<(), Broken> {
        if !error.is_transient() {
            return self.do_without_parts();
        }
        self.most = self.most.saturating_sub(1);
        if self.most == 0 && matches!(self.front, Front::Broke(_)) {
            if !self.attempts.again(&error) {
                return Err(Broken::Body(error));
            }
            self.most = 1;
            self.pause = PAUSE;
        }
        Ok(())
    }

    /// Leaves the rest to the answer without a range. If that was interrupted, its error is returned, because a
    /// failure of parts never makes the download fail.
    fn do_without_parts(&mut self) -> Result<(), Broken> {
        self.most = 0;
        match &self.front {
            Front::Broke(error) => Err(Broken::Body(error.clone())),
            Front::Reads | Front::Rests(..) => Ok(()),
        }
    }
}
