//! Sending of answers, with the faults of the connection.

use std::{io, time::Duration};

use bytes::BufMut;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{Instant, sleep},
};

use crate::{
    answer::Answer,
    content::Content,
    fault::Fault,
    link::{Link, Pace},
    stream::Stream,
};

/// The maximum size of a body that is copied behind the head and sent together with it.
const SMALL: u64 = 64 * 1_024;
const LARGE_PIECE: usize = 1_024 * 1_024;
/// The delay before a reset. A reset discards data that has not arrived yet, so the data needs time to arrive.
const BEFORE_RESET: Duration = Duration::from_millis(30);
const BEFORE_IDLE_CLOSE: Duration = Duration::from_millis(10);
const GARBAGE: &[u8] = b"\0\0\0 bytes that belong to no answer \0\0\0";

/// The state of the connection after the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    Kept,
    Over,
}

pub(crate) async fn deliver(
    stream: &mut Stream,
    answer: &Answer,
    link: Link,
    fault: Option<&Fault>,
    change: impl FnOnce(),
) -> io::Result<After> {
    match fault {
        Some(Fault::Latency { milliseconds }) => {
            sleep(Duration::from_millis(*milliseconds)).await;
            send_with(stream, answer, link, b"").await?;
        }
        Some(Fault::Silence) => return wait_until_gone(stream).await,
        Some(Fault::ResetBeforeAnswer) => return reset(stream).await,
        Some(Fault::ClosedBeforeAnswer) => return close(stream).await,
        Some(Fault::ResetInBody) => {
            send_half(stream, answer, link).await?;
            return reset(stream).await;
        }
        Some(Fault::ChangedInBetween { .. }) => {
            send_half(stream, answer, link).await?;
            change();
            return reset(stream).await;
        }
        Some(Fault::TruncatedBody) => {
            send_half(stream, answer, link).await?;
            return close(stream).await;
        }
        Some(Fault::StalledBody) => {
            send_half(stream, answer, link).await?;
            return wait_until_gone(stream).await;
        }
        Some(Fault::OverLongBody) => send_with(stream, answer, link, GARBAGE).await?,
        Some(Fault::IdleClosed) => {
            send_with(stream, answer, link, b"").await?;
            sleep(BEFORE_IDLE_CLOSE).await;
            return close(stream).await;
        }
        Some(Fault::WithoutLength) => {
            stream.write_all(&answer.head(false)).await?;
            send_body(stream, &answer.sent_body(), link).await?;
            return close(stream).await;
        }
        Some(Fault::SlowBody { bytes, milliseconds }) => {
            stream.write_all(&answer.head(true)).await?;
            for piece in answer.sent_body().pieces((*bytes).max(1)) {
                stream.flush().await?;
                sleep(Duration::from_millis(*milliseconds)).await;
                stream.write_all(&piece).await?;
            }
            stream.flush().await?;
        }
        _ => send_with(stream, answer, link, b"").await?,
    }
    Ok(After::Kept)
}

/// Sends the answer at once and without faults.
pub(crate) async fn send(stream: &mut Stream, answer: &Answer) -> io::Result<()> {
    send_with(stream, answer, Link::default(), b"").await
}

async fn send_with(stream: &mut Stream, answer: &Answer, link: Link, behind: &[u8]) -> io::Result<()> {
    let mut head = answer.head(true);
    let body = answer.sent_body();
    if body.len() <= SMALL && link.is_instant_for(body.len()) {
        body.pieces(usize::MAX).for_each(|piece| head.put(piece));
        head.extend_from_slice(behind);
        stream.write_all(&head).await?;
    } else {
        stream.write_all(&head).await?;
        send_body(stream, &body, link).await?;
        stream.write_all(behind).await?;
    }
    stream.flush().await
}

async fn send_half(stream: &mut Stream, answer: &Answer, link: Link) -> io::Result<()> {
    stream.write_all(&answer.head(true)).await?;
    let body = answer.sent_body();
    send_body(stream, &body.part(0, body.len() / 2), link).await
}

async fn send_body(stream: &mut Stream, body: &Content, link: Link) -> io::Result<()> {
    let Some(rate) = link.bytes_per_second else {
        for piece in body.pieces(LARGE_PIECE) {
            stream.write_all(&piece).await?;
        }
        return stream.flush().await;
    };
    let mut pace = Pace::new(rate, Instant::now());
    for piece in body.pieces(pace.piece()) {
        pace.wait_for(piece.len()).await;
        stream.write_all(&piece).await?;
        stream.flush().await?;
    }
    Ok(())
}

async fn close(stream: &mut Stream) -> io::Result<After> {
    stream.shutdown().await?;
    Ok(After::Over)
}

async fn reset(stream: &mut Stream) -> io::Result<After> {
    sleep(BEFORE_RESET).await;
    stream.reset_when_dropped()?;
    Ok(After::Over)
}

async fn wait_until_gone(stream: &mut Stream) -> io::Result<After> {
    let mut ignored = [0; 1_024];
    while stream.read(&mut ignored).await? > 0 {}
    Ok(After::Over)
}
