//! All entries of one handler, as one lookup.

use std::{future::Future, sync::Arc, time::Duration};

use futures_util::future::join_all;
use lambda_cache_names::entry_name;

use crate::{
    Cache, Error, ErrorKind, Request,
    engine::{Entry, MaxAge, Slot},
    source::one_name_for_two,
    value::Cached,
};

/// One entry that a handler wants: what, how fresh, and under which name.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What to fetch.
    pub request: Request,
    /// The oldest age that is fresh.
    pub max_age: MaxAge,
    /// The name under which the handler gets it.
    pub entry_name: String,
}

impl Wanted {
    /// `request` under `entry_name`, or under the name that it gives itself.
    ///
    /// # Errors
    /// [`ErrorKind::NoEntryName`] for a list without a name, [`ErrorKind::InvalidArgument`] where no name can be had.
    pub fn new(request: Request, max_age: MaxAge, entry_name: Option<String>) -> Result<Self, Error> {
        let entry_name = request.entry_name(entry_name)?;
        Ok(Self { request, max_age, entry_name })
    }
}

/// The entries of an outer and an inner decorator, together. What both want under one name is one entry, fresh enough
/// for both.
#[must_use]
pub fn stack(outer: &[Wanted], inner: &[Wanted]) -> Vec<Wanted> {
    let mut all = outer.to_vec();
    for one in inner {
        let same = |other: &&mut Wanted| other.entry_name == one.entry_name && other.request.key() == one.request.key();
        match all.iter_mut().find(same) {
            Some(other) => other.max_age = other.max_age.min(one.max_age),
            None => all.push(one.clone()),
        }
    }
    all
}

/// Refuses entry names that a handler's context cannot take: Lambda's own attributes, and one name for two things.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`].
pub fn check_for_context(wanted: &[Wanted]) -> Result<(), Error> {
    for (index, one) in wanted.iter().enumerate() {
        entry_name::check(&one.entry_name)?;
        let other = wanted.iter().take(index).find(|other| other.entry_name == one.entry_name);
        if let Some(other) = other
            && other.request.key() != one.request.key()
        {
            return Err(one_name_for_two(&one.entry_name, &other.request.key(), &one.request.key()));
        }
    }
    Ok(())
}

impl Cache {
    /// The entries of `wanted`, in its order, those that are missing or stale fetched at the same time.
    ///
    /// `slots` are the slots of `wanted`. What was fetched is kept even where another entry failed.
    ///
    /// # Errors
    /// The first error in the order of `wanted`; [`ErrorKind::Unavailable`] where `time_left` ran out.
    pub async fn get_all(
        &self,
        wanted: &[Wanted],
        slots: &[Arc<Slot<Cached>>],
        time_left: Option<Duration>,
    ) -> Result<Vec<Arc<Entry<Cached>>>, Error> {
        let fetches = wanted
            .iter()
            .zip(slots)
            .map(|(one, slot)| within(time_left, &one.request, self.get_slot(slot, &one.request, one.max_age)));
        join_all(fetches).await.into_iter().collect()
    }
}

/// Gives up when the caller's time is over; whoever else waits for the same fetch then leads it.
async fn within<T>(
    time_left: Option<Duration>,
    request: &Request,
    fetch: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let Some(time_left) = time_left else { return fetch.await };
    tokio::time::timeout(time_left, fetch).await.unwrap_or_else(|_| {
        Err(Error::new(
            ErrorKind::Unavailable,
            format!(
                "no answer for {} within the {} ms that the invocation had left for it: raise the function's time-out",
                request.key(),
                time_left.as_millis()
            ),
        ))
    })
}
