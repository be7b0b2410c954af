use std::{
    fmt, fs,
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use http::HeaderName;
use subtle::ConstantTimeEq;

use crate::{error::StartError, request::Request, settings::Settings};

const FILE: &str = "file://";

/// The token that a caller must know, and the headers that it may come in.
pub(crate) struct Tokens {
    source: Source,
    headers: Vec<HeaderName>,
}

enum Source {
    /// The value of a variable.
    Fixed(String),
    /// A file, which is read again when it changes.
    File { path: PathBuf, read: Mutex<Option<(SystemTime, String)>> },
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("headers", &self.headers).finish_non_exhaustive()
    }
}

impl Tokens {
    /// Finds the token: the first variable that is set, which may name a file.
    pub(super) fn new(settings: &Settings) -> Result<Self, StartError> {
        let variables = &settings.token_variables;
        let Some(given) = variables.iter().find_map(|name| settings.variable(name)) else {
            return Err(StartError::new(format!(
                "no token is set that callers must send: set one of {}, for example to 32 random characters",
                variables.join(", ")
            )));
        };
        let source = match given.strip_prefix(FILE) {
            None => Source::Fixed(given),
            Some(path) => {
                let path = PathBuf::from(path);
                let read = read(&path).map_err(|error| {
                    StartError::new(format!(
                        "cannot read the token from {}: {error}; write the file first",
                        path.display()
                    ))
                })?;
                Source::File { path, read: Mutex::new(Some(read)) }
            }
        };
        let headers = settings.token_headers.iter().map(|name| {
            let refuse = |_| StartError::new(format!("ssrf_headers has {name:?}, which is not the name of a header"));
            name.parse().map_err(refuse)
        });
        Ok(Self { source, headers: headers.collect::<Result<_, _>>()? })
    }

    /// Returns `true` if a header of the request is the token. The time of the comparison depends on lengths alone.
    pub(super) fn allow(&self, request: &Request) -> bool {
        let is_sent = |token: &str| {
            let mut sent = self.headers.iter().filter_map(|name| request.headers.get(name));
            sent.any(|sent| is_same(sent.as_bytes(), token))
        };
        match &self.source {
            Source::Fixed(token) => is_sent(token),
            Source::File { path, read } => {
                let mut read = read.lock().unwrap_or_else(PoisonError::into_inner);
                refresh(path, &mut read);
                read.as_ref().is_some_and(|(_, token)| is_sent(token))
            }
        }
    }
}

fn is_same(sent: &[u8], token: &str) -> bool {
    !token.is_empty() && bool::from(sent.ct_eq(token.as_bytes()))
}

/// Reads the file again if it has changed. If it cannot be read, every request is refused.
fn refresh(path: &PathBuf, kept: &mut Option<(SystemTime, String)>) {
    let changed = fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    if changed.is_none() || kept.as_ref().map(|(at, _)| *at) != changed {
        *kept = read(path).ok();
    }
}

fn read(path: &PathBuf) -> std::io::Result<(SystemTime, String)> {
    let changed = fs::metadata(path)?.modified()?; // before the content, so that a change in between is noticed
    Ok((changed, fs::read_to_string(path)?.trim().to_owned()))
}
