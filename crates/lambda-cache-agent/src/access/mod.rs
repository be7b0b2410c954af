//! The checks of a request before any door.

mod forwarded;
mod host;
mod token;

use http::StatusCode;

pub(crate) use self::host::is_this_machine;
use self::token::Tokens;
use crate::{answer::Answer, error::StartError, request::Request, settings::Settings};

/// The checks that come before a door.
#[derive(Debug)]
pub(crate) struct Access {
    tokens: Tokens,
}

impl Access {
    pub(crate) fn new(settings: &Settings) -> Result<Self, StartError> {
        Ok(Self { tokens: Tokens::new(settings)? })
    }

    /// Returns the refusal of a request without the token.
    pub(crate) fn refuse_token(&self, request: &Request) -> Option<Answer> {
        (!self.tokens.allow(request)).then(|| Answer::text(StatusCode::FORBIDDEN, "Bad Token"))
    }
}

/// Returns the reason to refuse a request that came through another machine, or that has another name than this machine's.
pub(crate) fn refuse_origin(request: &Request) -> Option<&'static str> {
    if forwarded::is_forwarded(request) {
        return Some("Forwarded");
    }
    (!host::is_loopback(request)).then_some("Bad Host: use localhost or 127.0.0.1")
}
