//! Measurement in many short batches, with the contenders in turn, so that noise affects all of them alike.

use std::{
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use rustix::time::{ClockId, clock_gettime};

use crate::contenders::Contender;

/// The samples of one contender, one per round.
#[derive(Clone, Debug, Default)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// Returns the quantile of the samples for this share, from 0 to 1.
    #[must_use]
    pub fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let index = (share * (sorted.len() - 1) as f64).round() as usize;
        sorted[index]
    }

    /// Returns the difference to `other`, round by round.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(one, other)| one - other).collect())
    }
}

/// Returns the number of reads that take about `time`.
fn batch(contender: &Contender, time: Duration) -> u32 {
    let mut reads = 64;
    loop {
        let begin = Instant::now();
        (contender.read)(reads);
        if begin.elapsed() >= time || reads >= 1 << 24 {
            return reads;
        }
        reads *= 2;
    }
}

/// Returns the nanoseconds of a read, in `rounds` rounds of one batch of about `time` for each contender.
#[must_use]
pub fn reads(contenders: &[Contender], rounds: usize, time: Duration) -> Vec<Samples> {
    let batches: Vec<_> = contenders.iter().map(|contender| batch(contender, time)).collect();
    let mut samples = vec![Samples::default(); contenders.len()];
    for round in 0..rounds {
        for turn in 0..contenders.len() {
            let index = (round + turn) % contenders.len();
            let begin = Instant::now();
            (contenders[index].read)(batches[index]);
            samples[index].0.push(nanoseconds(begin.elapsed()) / f64::from(batches[index]));
        }
    }
    samples
}

/// The results of several threads that read at the same time.
#[derive(Clone, Debug, Default)]
pub struct SlotGroup {
    /// The reads per second of all threads.
    pub reads_per_second: Samples,
    /// The CPU time of a read in nanoseconds, without the time spent waiting for a core.
    pub cpu_ns: Samples,
}

/// Measures `threads` concurrent readers of each contender.
///
/// # Panics
/// If a reader panics.
#[must_use]
pub fn threads(contenders: &[Contender], threads: u32, rounds: usize, time: Duration) -> Vec<SlotGroup> {
    let batches: Vec<_> = contenders.iter().map(|contender| batch(contender, time)).collect();
    let mut samples = vec![SlotGroup::default(); contenders.len()];
    for round in 0..rounds {
        for turn in 0..contenders.len() {
            let index = (round + turn) % contenders.len();
            let (took, cpu) = at_once(&contenders[index], threads, batches[index]);
            let all = f64::from(threads) * f64::from(batches[index]);
            samples[index].reads_per_second.0.push(all / took.as_secs_f64());
            samples[index].cpu_ns.0.push(nanoseconds(cpu) / all);
        }
    }
    samples
}

/// Returns the time from the moment when all threads are ready until all are done, and their CPU time.
fn at_once(contender: &Contender, threads: u32, reads: u32) -> (Duration, Duration) {
    let barrier = Barrier::new(threads as usize);
    thread::scope(|scope| {
        let readers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    (contender.read)(64); // one-time work of the thread
                    barrier.wait();
                    let (begin, cpu) = (Instant::now(), thread_cpu());
                    (contender.read)(reads);
                    (begin, Instant::now(), thread_cpu() - cpu)
                })
            })
            .collect();
        let times: Vec<_> = readers.into_iter().map(|reader| reader.join().expect("a reader")).collect();
        let begin = times.iter().map(|(begin, ..)| *begin).min().expect("a thread");
        let end = times.iter().map(|(_, end, _)| *end).max().expect("a thread");
        (end - begin, times.iter().map(|(.., cpu)| *cpu).sum())
    })
}

fn thread_cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

#[expect(clippy::cast_precision_loss, reason = "a batch is short")]
fn nanoseconds(time: Duration) -> f64 {
    time.as_nanos() as f64
}
