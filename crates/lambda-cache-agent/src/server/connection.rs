use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header::CONNECTION};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout,
};

use super::{
    limits::{BODY_BYTES, HEAD_BYTES, READING},
    timed::{Progress, Timed},
};
use crate::{agent::Agent, answer::Answer, doors, request::Request};

/// The open connections of callers.
pub(super) struct Connections {
    pub(super) agent: Arc<Agent>,
    pub(super) open: Arc<AtomicUsize>,
}

/// A place among the open connections, given back when the connection ends.
struct Open(Arc<AtomicUsize>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Connections {
    /// Serves a connection in a task. One beyond the limit is answered with a refusal and closed.
    pub(super) fn serve(&self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let others = self.open.fetch_add(1, Ordering::Relaxed);
        let place = Open(Arc::clone(&self.open));
        let agent = Arc::clone(&self.agent);
        let is_allowed = others < agent.settings.max_connections;
        let progress = Arc::new(Progress::default());
        let stream = Timed::new(stream, Arc::clone(&progress));
        let answer = service_fn(move |request| {
            let (agent, progress) = (Arc::clone(&agent), Arc::clone(&progress));
            async move {
                progress.begin();
                let answer = answer(&agent, request, is_allowed).await;
                progress.end();
                Ok::<_, Infallible>(answer)
            }
        });
        let mut server = http1::Builder::new();
        server.max_buf_size(HEAD_BYTES).half_close(false).writev(false); // an answer is small: one copy is less work
        let serving = server.serve_connection(TokioIo::new(stream), answer);
        tokio::spawn(async move {
            let _place = place;
            let _ = serving.await; // the caller is gone, or sent no HTTP, which hyper has answered
        });
    }
}

async fn answer(agent: &Arc<Agent>, request: hyper::Request<Incoming>, is_allowed: bool) -> Response<Full<Bytes>> {
    let (parts, body) = request.into_parts();
    if !is_allowed && parts.uri.path() != doors::PING {
        return closing(doors::refuse(&parts.headers, StatusCode::TOO_MANY_REQUESTS, "Connection limit exceeded"));
    }
    let (status, reason) = match timeout(READING, Limited::new(body, BODY_BYTES).collect()).await {
        Ok(Ok(body)) => return doors::answer(agent, &Request::new(parts, body.to_bytes())).await.into_response(),
        Ok(Err(_)) => {
            let reason = format!("the body cannot be read, or has more than {BODY_BYTES} bytes");
            (StatusCode::PAYLOAD_TOO_LARGE, reason)
        }
        Err(_) => (StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time".to_owned()),
    };
    closing(doors::refuse(&parts.headers, status, &reason))
}

/// Returns an answer after which the connection is closed.
fn closing(answer: Answer) -> Response<Full<Bytes>> {
    answer.with(CONNECTION, HeaderValue::from_static("close")).into_response()
}
