//! The model server over real HTTP, called by the AWS SDK.

use std::{ops::Range, sync::Arc, time::SystemTime};

use aws_config::{Region, SdkConfig, retry::RetryConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use base64::Engine as _;
use futures_util::{FutureExt, future::BoxFuture};
use lambda_cache::{
    __binding::{
        aws::{Aws, Order},
        source::{
            Api,
            s3::{self, GetObject, GetPart, Splitting},
            secrets_manager,
        },
        value::Item,
    },
    Error,
};
use lambda_cache_names::s3::S3Uri;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::{
    in_process::SPLITTING,
    server::{Answer, Change, Etag, Habits, Ranges, Request, Server},
    story::Stage,
};

const PIECE: usize = 24;

/// AWS's calls, with objects of a few hundred bytes in parts.
struct SmallParts(Aws);

impl SmallParts {
    fn new(port: u16) -> Self {
        let credentials = Credentials::new("testing", "testing", None, None, "test");
        let config = SdkConfig::builder()
            .endpoint_url(format!("http://127.0.0.1:{port}"))
            .region(Region::new("eu-west-1"))
            .retry_config(RetryConfig::standard().with_max_attempts(1))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        Self(Aws::new(Some(config), Order::Sdk))
    }
}

async fn serve(listener: TcpListener, server: Server) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(answer(stream, server.clone()));
    }
}

/// Answers one request and closes the connection.
async fn answer(stream: TcpStream, server: Server) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let mut request = Request::default();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        if line.trim_end().is_empty() {
            break;
        }
        let Some((name, value)) = line.trim_end().split_once(": ") else { continue };
        match name.to_ascii_lowercase().as_str() {
            "range" => request.range = range(value),
            "if-match" => request.if_match = Some(value.to_owned()),
            "if-none-match" => request.if_none_match = Some(value.to_owned()),
            "if-modified-since" => request.if_modified_since_s = Some(date::seconds(value)),
            _ => {}
        }
    }
    let answer = server.answer(&request)?;
    stream.write_all(head(&answer).as_bytes()).await.ok()?;
    let mut at = 0;
    while at < answer.body.len() {
        let piece = server.piece(&answer, at, PIECE)?;
        stream.write_all(&piece).await.ok()?;
        at += piece.len();
    }
    stream.shutdown().await.ok()?;
    let _ = stream.read_u8().await; // until the client has read it
    Some(())
}

fn range(value: &str) -> Option<Range<u64>> {
    let (first, last) = value.strip_prefix("bytes=")?.split_once('-')?;
    Some(first.parse().ok()?..last.parse::<u64>().ok()? + 1)
}

fn head(answer: &Answer) -> String {
    let mut head = format!("HTTP/1.1 {} x\r\nConnection: close\r\n", answer.status);
    let mut say = |name: &str, value: Option<String>| {
        head.extend(value.map(|value| format!("{name}: {value}\r\n")));
    };
    say("ETag", answer.etag.clone());
    say("Last-Modified", answer.last_modified_s.map(date::text));
    say("Date", answer.date_s.map(date::text));
    say("Accept-Ranges", answer.accept_ranges.map(str::to_owned));
    let content_range = answer.content_range.as_ref();
    say("Content-Range", content_range.map(|(bytes, of)| format!("bytes {}-{}/{of}", bytes.start, bytes.end - 1)));
    let crc = answer.crc.map(|crc| base64::engine::general_purpose::STANDARD.encode(crc.to_be_bytes()));
    say("x-amz-checksum-crc32", crc);
    say("Content-Length", (answer.status != 304).then(|| answer.body.len().to_string()));
    head + "\r\n"
}

/// Dates in HTTP's format, as the SDK writes and reads them.
mod date {
    use aws_smithy_types::{DateTime, date_time::Format};

    pub(super) fn text(seconds: i64) -> String {
        DateTime::from_secs(seconds).fmt(Format::HttpDate).unwrap()
    }

    pub(super) fn seconds(text: &str) -> i64 {
        DateTime::from_str(text, Format::HttpDate).unwrap().secs()
    }
}

const HABITS: Habits = Habits {
    etag: Etag::Strong,
    sends_last_modified: true,
    sends_date: true,
    accept_ranges: Some("bytes"),
    heeds_if_match: true,
    heeds_if_none_match: true,
    heeds_if_modified_since: true,
    ranges: Ranges::Heeded,
    checksum: false,
    reads_live: false,
};

/// Returns the properties of real servers.
fn habits() -> Vec<Habits> {
    let deaf = Habits { heeds_if_match: false, heeds_if_none_match: false, heeds_if_modified_since: false, ..HABITS };
    vec![
        HABITS,
        Habits { checksum: true, ..HABITS },
        Habits { checksum: true, reads_live: true, ..deaf },
        deaf,
        Habits { accept_ranges: None, ..deaf },
        Habits { etag: Etag::None, ..HABITS },
        Habits { etag: Etag::None, checksum: true, ..deaf },
        Habits { etag: Etag::Weak, ..HABITS },
        Habits { etag: Etag::NotOnParts, ..HABITS },
        Habits { ranges: Ranges::Ignored, ..HABITS },
        Habits { ranges: Ranges::Wrong, ..deaf },
        Habits { ranges: Ranges::Refused, ..HABITS },
    ]
}

async fn stage(server: &Server) -> (Stage, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(serve(listener, server.clone()));
    (Stage::new(server.clone(), Arc::new(SmallParts::new(port))), serving)
}

#[tokio::test]
async fn a_check_of_an_unchanged_object_keeps_the_file() {
    let deaf = Habits { heeds_if_none_match: false, ..HABITS };
    let cases = [
        (HABITS, 304),
        (Habits { etag: Etag::Weak, ..HABITS }, 304),
        (Habits { etag: Etag::None, ..HABITS }, 304),
        (deaf, 200),
    ];
    for (habits, status) in cases {
        let server = Server::new(habits, 30, Vec::new());
        server.apply(Change::Tick);
        let (stage, serving) = stage(&server).await;
        let cache = stage.cache();
        stage.fetch_ok(&cache, true).await.unwrap();
        let first = stage.inode();
        stage.fetch_ok(&cache, true).await.unwrap();
        assert_eq!((stage.inode(), server.statuses()), (first, vec![200, status]), "{habits:?}");
        serving.abort();
    }
}

#[tokio::test]
async fn an_answer_of_no_bytes_is_compared_with_its_checksum() {
    let server = Server::new(Habits { checksum: true, ..HABITS }, 300, Vec::new());
    let (stage, serving) = stage(&server).await;
    let cache = stage.cache();
    server.apply(Change::LoseBody);
    stage.fetch_ok(&cache, false).await.unwrap();
    assert_eq!(server.statuses()[..2], [200, 200], "the first was of no version");
    serving.abort();
}

#[tokio::test]
async fn a_file_over_http_is_one_complete_version() {
    let changes = [Change::Replace, Change::Lengthen, Change::Shorten, Change::Delete, Change::Revert];
    for (number, habits) in habits().into_iter().enumerate() {
        for change in changes {
            for moment in [2, 3, 6, 9] {
                let server = Server::new(habits, 300, vec![(moment, change)]);
                let (stage, serving) = stage(&server).await;
                let cache = stage.cache();
                for check in [false, true] {
                    let outcome = match change {
                        Change::Delete => stage.fetch(&cache, check).await,
                        _ => stage.fetch_ok(&cache, check).await,
                    };
                    assert_eq!(outcome, Ok(()), "server {number}, {change:?} at {moment}, check {check}: {habits:?}");
                }
                serving.abort();
            }
        }
    }
}

impl Api for SmallParts {
    fn get_object<'a>(
        &'a self,
        uri: &'a S3Uri,
        unless: Option<&'a s3::Version>,
    ) -> BoxFuture<'a, Result<GetObject, Error>> {
        Api::get_object(&self.0, uri, unless).boxed()
    }

    fn get_part<'a>(
        &'a self,
        uri: &'a S3Uri,
        if_match: Option<&'a str>,
        bytes: Range<u64>,
    ) -> BoxFuture<'a, Result<GetPart, Error>> {
        self.0.get_part(uri, if_match, bytes)
    }

    fn splitting(&self) -> Splitting {
        SPLITTING
    }

    fn get_parameter<'a>(&'a self, name: &'a str, decrypt: bool) -> BoxFuture<'a, Result<Item, Error>> {
        self.0.get_parameter(name, decrypt)
    }

    fn get_parameters<'a>(
        &'a self,
        names: &'a [String],
        decrypt: bool,
    ) -> BoxFuture<'a, Result<Vec<Option<Item>>, Error>> {
        self.0.get_parameters(names, decrypt)
    }

    fn get_parameters_by_path<'a>(
        &'a self,
        path: &'a str,
        is_recursive: bool,
        decrypt: bool,
    ) -> BoxFuture<'a, Result<Vec<(String, Item)>, Error>> {
        self.0.get_parameters_by_path(path, is_recursive, decrypt)
    }

    fn no_such_parameters(&self, names: &[&str]) -> Error {
        self.0.no_such_parameters(names)
    }

    fn get_secret_value<'a>(
        &'a self,
        name: &'a str,
        version: &'a secrets_manager::Version,
    ) -> BoxFuture<'a, Result<Item, Error>> {
        self.0.get_secret_value(name, version)
    }

    fn next_rotation<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<SystemTime>, Error>> {
        self.0.next_rotation(name)
    }
}
