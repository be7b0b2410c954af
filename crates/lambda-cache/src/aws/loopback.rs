//! Plain HTTP to another program of this machine.

use std::{io, time::Duration};

use super::{credentials::http, http_client::HttpClient};

/// A client for programs of this machine. It uses no proxy.
#[derive(Clone, Debug)]
pub(crate) struct Loopback(HttpClient);

impl Loopback {
    /// Creates the client. Nothing is opened.
    pub(crate) fn new(connect_timeout: Duration) -> Self {
        Self(HttpClient::without_proxy(connect_timeout))
    }

    /// Sends a GET request. Returns the status and the text of the answer if it arrives completely within `limit`.
    pub(crate) async fn get(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        limit: Duration,
    ) -> io::Result<(u16, String)> {
        let answer = http::send(&self.0, "GET", url, headers, limit).await?;
        Ok((answer.status, answer.text))
    }
}
