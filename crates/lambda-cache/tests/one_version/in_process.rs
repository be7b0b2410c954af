//! The model server as an implementation of the API calls, without a network and with a pause at each await point.

use std::{ops::Range, time::SystemTime};

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream};
use lambda_cache::{
    __binding::{
        source::{
            Api,
            s3::{self, Body, Checksum, Crc, CrcKind, GetObject, GetPart, Head, PartHead, Ranges, Splitting},
            secrets_manager,
        },
        value::Item,
    },
    Error, ErrorKind,
};
use lambda_cache_names::s3::S3Uri;

use super::server::{Answer, Request, Server, crc32};

/// Treats objects of a few hundred bytes as large.
pub(crate) const SPLITTING: Splitting = Splitting { most_lanes: 4, smallest_part: 32, largest_part: 96 };
const PIECE: usize = 24;

impl Server {
    fn body(&self, answer: Answer) -> Body {
        let begun = (self.clone(), answer, 0, Vec::new());
        let pieces = stream::unfold(Some(begun), |begun| async {
            let (server, answer, at, mut given) = begun?;
            tokio::task::yield_now().await;
            if at == answer.body.len() {
                // The SDK checks a body that has a checksum.
                let is_wrong = answer.crc.is_some_and(|crc| crc32(&given) != crc);
                return is_wrong.then(|| (Err(unavailable("its checksum is wrong")), None));
            }
            let Some(piece) = server.piece(&answer, at, PIECE) else {
                return Some((Err(unavailable("the body was interrupted")), None));
            };
            given.extend_from_slice(&piece);
            let at = at + piece.len();
            Some((Ok::<Bytes, Error>(piece), Some((server, answer, at, given))))
        });
        pieces.boxed()
    }
}

fn unavailable(reason: &str) -> Error {
    Error::new(ErrorKind::Unavailable, reason)
}

fn not_asked<'a, T: Send + 'a>() -> BoxFuture<'a, Result<T, Error>> {
    std::future::ready(Err(Error::new(ErrorKind::NotFound, "not asked here"))).boxed()
}

fn version(answer: &Answer) -> s3::Version {
    s3::Version { etag: answer.etag.clone(), last_modified_s: answer.last_modified_s }
}

impl Api for Server {
    fn get_object<'a>(
        &'a self,
        _: &'a S3Uri,
        unless: Option<&'a s3::Version>,
    ) -> BoxFuture<'a, Result<GetObject, Error>> {
        async move {
            let unless = unless.cloned().unwrap_or_default();
            let if_modified_since_s = unless.last_modified_s.filter(|_| unless.etag.is_none());
            let request = Request { if_none_match: unless.etag, if_modified_since_s, ..Request::default() };
            tokio::task::yield_now().await;
            let answer = self.answer(&request).ok_or_else(|| unavailable("no answer"))?;
            tokio::task::yield_now().await;
            match answer.status {
                200 => {
                    let head = Head {
                        version: version(&answer),
                        answered_s: answer.date_s,
                        size_bytes: Some(answer.body.len() as u64),
                        ranges: match answer.accept_ranges {
                            Some("bytes") => Ranges::Offered,
                            Some(_) => Ranges::Refused,
                            None => Ranges::Unsaid,
                        },
                        checksum: answer.crc.map_or(Checksum::None, |crc| {
                            Checksum::Crc(Crc { kind: CrcKind::Crc32, value: crc.into() })
                        }),
                    };
                    Ok(GetObject::Object(head, self.body(answer)))
                }
                304 => Ok(GetObject::NotModified(version(&answer))),
                status => Err(Error::new(ErrorKind::NotFound, format!("HTTP {status}"))),
            }
        }
        .boxed()
    }

    fn get_part<'a>(
        &'a self,
        _: &'a S3Uri,
        if_match: Option<&'a str>,
        bytes: Range<u64>,
    ) -> BoxFuture<'a, Result<GetPart, Error>> {
        async move {
            let request = Request { range: Some(bytes), if_match: if_match.map(str::to_owned), ..Request::default() };
            tokio::task::yield_now().await;
            let answer = self.answer(&request).ok_or_else(|| unavailable("no answer"))?;
            tokio::task::yield_now().await;
            match answer.status {
                200 | 206 => {
                    let head = PartHead {
                        version: version(&answer),
                        content_range: answer.content_range.clone(),
                        size_bytes: Some(answer.body.len() as u64),
                    };
                    Ok(GetPart::Part(head, self.body(answer)))
                }
                404 | 412 | 416 => Ok(GetPart::Refused),
                status => Err(Error::new(ErrorKind::AccessDenied, format!("HTTP {status}"))),
            }
        }
        .boxed()
    }

    fn splitting(&self) -> Splitting {
        SPLITTING
    }

    fn get_parameter<'a>(&'a self, _: &'a str, _: bool) -> BoxFuture<'a, Result<Item, Error>> {
        not_asked()
    }

    fn get_parameters<'a>(&'a self, _: &'a [String], _: bool) -> BoxFuture<'a, Result<Vec<Option<Item>>, Error>> {
        not_asked()
    }

    fn get_parameters_by_path<'a>(
        &'a self,
        _: &'a str,
        _: bool,
        _: bool,
    ) -> BoxFuture<'a, Result<Vec<(String, Item)>, Error>> {
        not_asked()
    }

    fn no_such_parameters(&self, _: &[&str]) -> Error {
        Error::new(ErrorKind::NotFound, "not asked here")
    }

    fn get_secret_value<'a>(
        &'a self,
        _: &'a str,
        _: &'a secrets_manager::Version,
    ) -> BoxFuture<'a, Result<Item, Error>> {
        not_asked()
    }

    fn next_rotation<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<SystemTime>, Error>> {
        not_asked()
    }
}
