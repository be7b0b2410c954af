//! Each fault has its documented effect on the wire.

mod support;

use std::{num::NonZeroU64, time::Duration};

use fault_server::{ChecksumKind, Fault, FaultServer, Given, Link, Times};
use futures_util::future::join_all;
use serde_json::json;
use support::{Ask, Client, End, Received};
use tokio::time::Instant;

const VALUE: &str = "0123456789abcdef";
const OBJECT: &str = "s3://bucket/dir/key";
const GET: Ask<'_> = Ask::Object("/bucket/dir/key", &[("x-amz-checksum-mode", "ENABLED")]);
const CRC32: &str = "aMTwMw==";

async fn server() -> FaultServer {
    let server = FaultServer::start().await.unwrap();
    server.signature_limit(Duration::MAX);
    server.put_parameter("/a", VALUE);
    server.put_parameter("/b", "b");
    server.put_secret("/s", VALUE);
    server.put_object(OBJECT, VALUE);
    server
}

/// Returns one resource of each service with a request for it.
fn all() -> [(&'static str, Ask<'static>); 3] {
    [("/a", Ask::Parameter("/a")), ("/s", Ask::Secret("/s")), (OBJECT, GET)]
}

/// Makes one request with the fault over HTTP, and one over TLS.
async fn ask(server: &FaultServer, resource: &str, ask: &Ask<'_>, fault: Fault) -> [Received; 2] {
    server.fault(resource, fault, Times::Times(2));
    let plain = async { Client::plain(server).await.ask(server, ask).await };
    let tls = async { Client::tls(server).await.ask(server, ask).await };
    tokio::join!(plain, tls).into()
}

/// Makes these requests for one resource of each service that can have the fault.
async fn ask_all(server: &FaultServer, fault: &Fault) -> Vec<Received> {
    let befallen = all().into_iter().filter(|(resource, _)| fault.can_befall(resource));
    let asking = befallen.map(async |(resource, asked)| ask(server, resource, &asked, fault.clone()).await);
    join_all(asking).await.concat()
}

#[tokio::test]
async fn answers_without_a_fault_keep_the_connection() {
    let server = server().await;
    for (_, ask) in all() {
        for mut client in [Client::plain(&server).await, Client::tls(&server).await] {
            for _ in 0..2 {
                let answer = client.ask(&server, &ask).await;
                assert_eq!((answer.status(), &answer.end), ("200", &End::Open), "{answer:?}");
                assert_eq!(answer.announced(), answer.body().len());
                assert!(answer.body().contains(VALUE), "{answer:?}");
            }
        }
    }
}

#[tokio::test]
async fn error_answers_are_those_of_the_service() {
    let server = server().await;
    let expected = [
        (Fault::Throttled, ["400 ThrottlingException", "400 ThrottlingException", "503 SlowDown"]),
        (Fault::InternalError, ["500 InternalServerError", "500 InternalServiceError", "500 InternalError"]),
        (Fault::Unavailable, ["503 html", "503 html", "503 ServiceUnavailable"]),
        (Fault::ExpiredCredentials, ["400 ExpiredTokenException", "400 ExpiredTokenException", "400 ExpiredToken"]),
        (Fault::AccessDenied, ["400 AccessDeniedException", "400 AccessDeniedException", "403 AccessDenied"]),
        (Fault::NotFound, ["400 ParameterNotFound", "400 ResourceNotFoundException", "404 NoSuchKey"]),
    ];
    for (fault, expected) in expected {
        let answers = ask_all(&server, &fault).await;
        for (answers, expected) in answers.chunks(2).zip(expected) {
            let (status, word) = expected.split_once(' ').unwrap();
            for answer in answers {
                assert_eq!((answer.status(), &answer.end), (status, &End::Open), "{answer:?}");
                assert!(answer.body().contains(word) && !answer.body().contains(VALUE), "{answer:?}");
            }
        }
    }
}

#[tokio::test]
async fn connections_end_or_stay_silent_before_the_answer() {
    let server = server().await;
    for (fault, end) in
        [(Fault::ResetBeforeAnswer, End::Reset), (Fault::ClosedBeforeAnswer, End::Closed), (Fault::Silence, End::Open)]
    {
        for answer in ask_all(&server, &fault).await {
            assert_eq!((answer.text.as_str(), &answer.end), ("", &end), "{fault:?}");
        }
    }
}

#[tokio::test]
async fn connections_end_or_stall_in_the_body() {
    let server = server().await;
    for (fault, end) in
        [(Fault::ResetInBody, End::Reset), (Fault::TruncatedBody, End::Closed), (Fault::StalledBody, End::Open)]
    {
        for answer in ask_all(&server, &fault).await {
            assert_eq!((answer.status(), &answer.end), ("200", &end), "{fault:?} {answer:?}");
            assert_eq!(answer.announced() / 2, answer.body().len(), "{fault:?} {answer:?}");
        }
    }
}

#[tokio::test]
async fn an_over_long_body_is_whole_and_the_connection_still_answers() {
    let server = server().await;
    for answer in ask_all(&server, &Fault::OverLongBody).await {
        assert!(answer.announced() < answer.body().len() && answer.end == End::Open, "{answer:?}");
        assert!(answer.body()[..answer.announced()].contains(VALUE));
    }
}

#[tokio::test]
async fn an_unreadable_answer_is_invalid_json_with_the_value() {
    let server = server().await;
    for answer in ask_all(&server, &Fault::Unreadable).await {
        assert_eq!((answer.status(), answer.announced()), ("200", answer.body().len()));
        assert!(serde_json::from_str::<serde_json::Value>(answer.body()).is_err());
        assert!(answer.body().contains(VALUE), "{answer:?}");
    }
}

#[tokio::test]
async fn a_wrong_checksum_is_that_of_another_body() {
    let server = server().await;
    let right = Client::plain(&server).await.ask(&server, &GET).await;
    assert_eq!(right.header("x-amz-checksum-crc32"), Some(CRC32));
    for answer in ask(&server, OBJECT, &GET, Fault::WrongChecksum).await {
        assert!(answer.header("x-amz-checksum-crc32").is_some_and(|checksum| checksum != CRC32));
        assert_eq!(answer.body(), VALUE);
    }
    for (kind, header) in [
        (ChecksumKind::Crc32c, "x-amz-checksum-crc32c"),
        (ChecksumKind::Crc64Nvme, "x-amz-checksum-crc64nvme"),
        (ChecksumKind::Sha256, "x-amz-checksum-sha256"),
        (ChecksumKind::Composite, "x-amz-checksum-crc32"),
    ] {
        server.put_object_with(OBJECT, VALUE, kind);
        let right = Client::plain(&server).await.ask(&server, &GET).await;
        let wrong = ask(&server, OBJECT, &GET, Fault::WrongChecksum).await;
        assert!(right.header(header).is_some());
        for answer in wrong {
            assert!(answer.header(header).is_some_and(|checksum| Some(checksum) != right.header(header)), "{kind:?}");
        }
    }
}

#[tokio::test]
async fn an_object_changes_in_between() {
    let server = server().await;
    server.fault(OBJECT, Fault::ChangedInBetween { content: Given::from("new") }, Times::Times(1));
    let old = Client::plain(&server).await.ask(&server, &GET).await;
    assert_eq!((old.body(), &old.end), (&VALUE[..8], &End::Reset));
    let new = Client::plain(&server).await.ask(&server, &GET).await;
    assert_eq!(new.body(), "new");
    assert_ne!(new.header("etag"), old.header("etag"));
    let etag = old.header("etag").unwrap();
    let conditional = Ask::Object("/bucket/dir/key", &[("range", "bytes=8-"), ("if-match", etag)]);
    assert_eq!(Client::plain(&server).await.ask(&server, &conditional).await.status(), "412");
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_a_right_answer() {
    let server = server().await;
    for answer in ask_all(&server, &Fault::IdleClosed).await {
        assert!(answer.body().contains(VALUE) && answer.end == End::Closed, "{answer:?}");
    }
}

#[tokio::test]
async fn a_body_without_a_length_ends_with_the_connection() {
    let server = server().await;
    for answer in ask(&server, OBJECT, &GET, Fault::WithoutLength).await {
        assert_eq!((answer.header("content-length"), answer.body(), &answer.end), (None, VALUE, &End::Closed));
    }
}

#[tokio::test]
async fn latency_delays_the_answer_and_a_slow_body_follows_the_head() {
    let server = server().await;
    for fault in [Fault::Latency { milliseconds: 50 }, Fault::SlowBody { bytes: 100, milliseconds: 50 }] {
        let began = Instant::now();
        for answer in ask_all(&server, &fault).await {
            assert!(answer.body().contains(VALUE) && answer.end == End::Open, "{answer:?}");
        }
        assert!(began.elapsed() >= Duration::from_millis(50) + support::PATIENCE, "{fault:?}");
    }
}

#[tokio::test]
async fn a_fault_of_one_name_affects_the_whole_list() {
    let server = server().await;
    let list = Ask::Parameters(&["/b", "/a"]);
    for answer in ask(&server, "/a", &list, Fault::NotFound).await {
        let document: serde_json::Value = serde_json::from_str(answer.body()).unwrap();
        assert_eq!(document["InvalidParameters"], serde_json::json!(["/a"]));
        assert_eq!(document["Parameters"][0]["Value"], "b");
    }
    for answer in ask(&server, "/a", &list, Fault::Throttled).await {
        assert!(answer.body().contains("ThrottlingException"));
    }
    assert!(Client::plain(&server).await.ask(&server, &list).await.body().contains(VALUE));
}

#[tokio::test]
async fn a_path_has_its_own_faults_and_not_those_of_its_parameters() {
    let server = server().await;
    server.put_parameter("/p/a", VALUE);
    let path = Ask::Path("/p", json!({}));
    server.fault("/p/a", Fault::Throttled, Times::ALWAYS);
    assert!(Client::plain(&server).await.ask(&server, &path).await.body().contains(VALUE));
    for answer in ask(&server, "/p", &path, Fault::NotFound).await {
        assert_eq!((answer.status(), answer.body()), ("200", r#"{"Parameters":[]}"#), "like a path without parameters");
    }
    for (fault, code) in [(Fault::Throttled, "ThrottlingException"), (Fault::AccessDenied, "AccessDeniedException")] {
        for answer in ask(&server, "/p", &path, fault).await {
            assert!(answer.body().contains(code), "{answer:?}");
        }
    }
    for answer in ask(&server, "/p", &path, Fault::TruncatedBody).await {
        assert_eq!((answer.announced() / 2, &answer.end), (answer.body().len(), &End::Closed), "{answer:?}");
    }
    let seen = server.requests("/p");
    assert!(seen.iter().all(|seen| seen.operation == "GetParametersByPath"), "{seen:?}");
}

#[tokio::test]
async fn a_fault_of_a_range_affects_no_other() {
    let server = server().await;
    server.fault_from(OBJECT, 8, Fault::Throttled, Times::Times(1));
    server.fault_from(OBJECT, 0, Fault::InternalError, Times::Times(2));
    server.fault(OBJECT, Fault::Unavailable, Times::Times(1));
    let mut client = Client::plain(&server).await;
    for (range, expected) in [
        (Some("bytes=0-7"), "InternalError"),
        (Some("bytes=4-"), "ServiceUnavailable"),
        (Some("bytes=4-"), "456"),
        (None, "InternalError"),
        (None, VALUE),
        (Some("bytes=8-11"), "SlowDown"),
        (Some("bytes=8-11"), "89ab"),
    ] {
        let headers: Vec<_> = range.map(|range| ("range", range)).into_iter().collect();
        let answer = client.ask(&server, &Ask::Object("/bucket/dir/key", &headers)).await;
        assert!(answer.body().contains(expected), "{range:?} {expected} {answer:?}");
    }
}

#[tokio::test]
async fn a_link_delays_first_bytes_and_slows_bodies() {
    let server = server().await;
    let size = 200_000;
    server.put_object_of_size("s3://bucket/large", size);
    let large = Ask::Object("/bucket/large", &[]);
    let rate = NonZeroU64::new(1_000_000);
    for (link, ask, least) in [
        (Link { first_byte_milliseconds: 100, ..Link::default() }, &Ask::Parameter("/a"), 100),
        (Link { bytes_per_second: rate, ..Link::default() }, &large, 199),
        (Link { bytes_per_second: rate, first_byte_milliseconds: 100 }, &large, 299),
    ] {
        for mut client in [Client::plain(&server).await, Client::tls(&server).await] {
            server.link(link);
            let began = Instant::now();
            let answer = client.ask(&server, ask).await;
            assert!(began.elapsed() >= Duration::from_millis(least) + support::PATIENCE, "{link:?}");
            assert_eq!((answer.status(), &answer.end), ("200", &End::Open));
            server.link(Link::default());
        }
    }
    server.link(Link { first_byte_milliseconds: 60_000, ..Link::default() });
    server.reset();
    server.put_parameter("/a", VALUE);
    server.signature_limit(Duration::MAX);
    assert_eq!(Client::plain(&server).await.ask(&server, &Ask::Parameter("/a")).await.status(), "200");
}

#[tokio::test]
async fn faults_queue_up_until_they_are_cleared() {
    let server = server().await;
    server.fault("/b", Fault::NotFound, Times::Times(2));
    server.fault("/b", Fault::AccessDenied, Times::ALWAYS);
    let mut client = Client::plain(&server).await;
    for expected in ["NotFound", "NotFound", "AccessDenied", "AccessDenied"] {
        assert!(client.ask(&server, &Ask::Parameter("/b")).await.body().contains(expected));
    }
    server.clear_faults("/b");
    assert_eq!(client.ask(&server, &Ask::Parameter("/b")).await.status(), "200");
}
