//! The operations of Parameter Store that are answered from the cache. Each returns `None` for a request that it does not
//! understand, which AWS answers then.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use futures_util::{
    FutureExt,
    future::{join, join_all},
};
use lambda_cache::{
    __binding::{
        source::{Api, Request as Lookup, ssm::Parameters},
        value::Item,
    },
    Error, ErrorKind,
};
use serde::Deserialize;
use serde_json::json;

use super::{answers, documents, pages::Place};
use crate::{
    agent::Agent,
    answer::Answer,
    encoded::{Encoded, Form},
};

/// The greatest number of names in one request, and of parameters on one page.
const MOST: usize = 10;

type Found = Result<Option<Answer>, Error>;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct One {
    name: String,
    #[serde(default)]
    with_decryption: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Several {
    names: Vec<String>,
    #[serde(default)]
    with_decryption: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Below {
    path: String,
    #[serde(default)]
    recursive: Option<bool>,
    #[serde(default)]
    with_decryption: Option<bool>,
    #[serde(default)]
    max_results: Option<usize>,
    #[serde(default)]
    next_token: Option<String>,
}

/// Returns the lookup of one parameter. An encrypted `SecureString` is a separate entry.
fn one(name: &str, decrypt: Option<bool>) -> Option<Lookup> {
    Parameters::new(name).ok().map(|parameters| decrypted(parameters, decrypt))
}

fn decrypted(parameters: Parameters, decrypt: Option<bool>) -> Lookup {
    Lookup::Parameters(if decrypt == Some(true) { parameters } else { parameters.encrypted() })
}

/// Answers `GetParameter`.
pub(super) async fn get_parameter(agent: &Agent, body: &[u8]) -> Found {
    let Ok(asked) = serde_json::from_slice::<One>(body) else { return Ok(None) };
    let Some(lookup) = one(&asked.name, asked.with_decryption) else { return Ok(None) };
    let entry = agent.entry(&lookup, agent.settings.ssm.ages().into()).await?;
    let encoded = Encoded::of(&entry.value, Form::Aws, || {
        let document = documents::parameter(&entry.value);
        serde_json::to_vec(&json!({"Parameter": document})).unwrap_or_default() // it has only keys of text
    });
    Ok(Some(answers::success(encoded)))
}

/// Answers `GetParameters`: each name from the cache, and the others with one request.
pub(super) async fn get_parameters(agent: &Agent, body: &[u8]) -> Found {
    let Ok(asked) = serde_json::from_slice::<Several>(body) else { return Ok(None) };
    let mut names = asked.names;
    let is_understood = (1..=MOST).contains(&names.len());
    let Some(lookups) = names.iter().map(|name| one(name, asked.with_decryption)).collect::<Option<Vec<_>>>() else {
        return Ok(None);
    };
    let has_duplicates = lookups.iter().enumerate().any(|(index, one)| lookups[..index].contains(one));
    if !is_understood || has_duplicates {
        return Ok(None);
    }
    let ages = agent.settings.ssm.ages();
    let missing: Vec<_> =
        (0..names.len()).filter(|index| agent.cache.hit(&lookups[*index], ages.into()).is_none()).collect();
    let batch =
        Batch::new(agent, missing.iter().map(|index| names[*index].clone()), asked.with_decryption == Some(true));
    let entries = lookups.iter().zip(&names).map(|(lookup, name)| {
        let (batch, name) = (&batch, name.clone());
        async move { agent.cache.get_with(lookup, ages, || batch.item(name.clone())).await }
    });
    // The batch is for the fetches that begin now. A later one, in place of another caller's, needs a newer answer.
    let (entries, ()) = join(join_all(entries), async { batch.close() }).await;
    let (mut found, mut invalid) = (Vec::new(), Vec::new());
    for (name, entry) in names.drain(..).zip(entries) {
        match entry {
            Ok(entry) => found.push(entry),
            Err(error) if [ErrorKind::NotFound, ErrorKind::NotSupplied].contains(&error.kind()) => invalid.push(name),
            Err(error) => return Err(error),
        }
    }
    let found: Vec<_> = found.iter().filter_map(|entry| documents::parameter(&entry.value)).collect();
    Ok(Some(answers::success(json!({"InvalidParameters": invalid, "Parameters": found}).to_string())))
}

/// One call for several parameters, which is made when the first of them is fetched.
struct Batch {
    api: Arc<dyn Api>,
    decrypt: bool,
    names: Vec<String>,
    call: futures_util::future::Shared<futures_util::future::BoxFuture<'static, Result<Vec<Option<Item>>, Error>>>,
    is_closed: AtomicBool,
}

impl Batch {
    fn new(agent: &Agent, names: impl Iterator<Item = String>, decrypt: bool) -> Self {
        let (api, names) = (Arc::clone(&agent.api), names.collect::<Vec<_>>());
        let call = {
            let (api, names) = (Arc::clone(&api), names.clone());
            async move { api.get_parameters(&names, decrypt).await }.boxed().shared()
        };
        Self { api, decrypt, names, call, is_closed: AtomicBool::new(false) }
    }

    fn close(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
    }

    /// Returns the parameter of the common call, or of a separate call after that.
    fn item(&self, name: String) -> impl Future<Output = Result<Item, Error>> + Send + use<> {
        let place = self.names.iter().position(|other| *other == name);
        let place = place.filter(|_| !self.is_closed.load(Ordering::Relaxed));
        let (call, api, decrypt) = (self.call.clone(), Arc::clone(&self.api), self.decrypt);
        async move {
            let item = match place {
                Some(place) => call.await?.into_iter().nth(place),
                None => api.get_parameters(std::slice::from_ref(&name), decrypt).await?.into_iter().next(),
            };
            item.flatten().ok_or_else(|| api.no_such_parameters(&[&name]))
        }
    }
}

/// Answers a page of `GetParametersByPath` from one entry with all of them.
pub(super) async fn get_parameters_by_path(agent: &Agent, body: &[u8]) -> Found {
    let Ok(asked) = serde_json::from_slice::<Below>(body) else { return Ok(None) };
    let most = asked.max_results.unwrap_or(MOST);
    let place = asked.next_token.as_deref().map_or_else(|| Some(Place::default()), Place::of);
    let parameters = Parameters::path(&asked.path, asked.recursive == Some(true));
    let (true, Some(place), Ok(parameters)) = ((1..=MOST).contains(&most), place, parameters) else { return Ok(None) };
    let lookup = decrypted(parameters.optional(), asked.with_decryption); // AWS answers an empty list
    let entry = agent.entry(&lookup, agent.settings.ssm.ages().into()).await?;
    let all = documents::parameters(&entry.value);
    let (page, next) = place.page(all.iter().map(documents::Parameter::name), most);
    let mut document = json!({"Parameters": all.get(page)});
    if let Some(next) = next {
        document["NextToken"] = next.into();
    }
    Ok(Some(answers::success(document.to_string())))
}
