use std::{
    io::{self, ErrorKind},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

use super::limits::READING;

/// The progress of a connection's requests.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The number of requests whose head is complete.
    begun: AtomicU64,
    is_answering: AtomicBool,
}

impl Progress {
    pub(super) fn begin(&self) {
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.is_answering.store(true, Ordering::Relaxed);
    }

    pub(super) fn end(&self) {
        self.is_answering.store(false, Ordering::Relaxed);
    }
}

/// A connection that ends if the head of a request takes too long, counted from its first byte. An idle connection is kept,
/// because a client that has been frozen for hours goes on with it. (hyper's own time-out counts from the last answer.)
#[derive(Debug)]
pub(super) struct Timed<S> {
    stream: S,
    progress: Arc<Progress>,
    /// The number of requests when the present head began.
    begun: u64,
    has_bytes: bool,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl<S> Timed<S> {
    pub(super) fn new(stream: S, progress: Arc<Progress>) -> Self {
        Self { stream, progress, begun: 0, has_bytes: false, deadline: None }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let begun = self.progress.begun.load(Ordering::Relaxed);
        if begun != self.begun {
            self.begun = begun;
            self.has_bytes = false;
            self.deadline = None;
        }
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if self.progress.is_answering.load(Ordering::Relaxed) {
            return polled; // these are bytes of a body, which has a time-out of its own
        }
        self.has_bytes |= buffer.filled().len() > before;
        if polled.is_pending() && self.has_bytes {
            let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep(READING)));
            if deadline.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Err(ErrorKind::TimedOut.into()));
            }
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_slow_head_ends_the_connection() {
        let (mut client, server) = duplex(64);
        let mut timed = Timed::new(server, Arc::default());
        client.write_all(b"GET").await.unwrap();
        let mut read = [0; 8];
        assert_eq!(timed.read(&mut read).await.unwrap(), 3);
        assert_eq!(timed.read(&mut read).await.unwrap_err().kind(), ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_and_a_slow_answer_are_kept() {
        let (mut client, server) = duplex(64);
        let progress = Arc::new(Progress::default());
        let mut timed = Timed::new(server, Arc::clone(&progress));
        let mut read = [0; 8];
        let later = async {
            sleep(READING * 10).await;
            client.write_all(b"head").await.unwrap();
            client
        };
        let (count, mut client) = tokio::join!(timed.read(&mut read), later);
        assert_eq!(count.unwrap(), 4);
        progress.begin();
        client.write_all(b"body").await.unwrap();
        timed.read_exact(&mut read[..4]).await.unwrap();
        let later = async {
            sleep(READING * 10).await;
            progress.end();
            sleep(READING * 10).await;
            client.write_all(b"next").await.unwrap();
        };
        let (count, ()) = tokio::join!(timed.read(&mut read), later);
        assert_eq!(count.unwrap(), 4);
    }
}
