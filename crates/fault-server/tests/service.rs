//! The behaviour without faults: signatures, S3's conditions, counters, connections and commands.

mod support;

use std::time::Duration;

use fault_server::{ChecksumKind, Fault, FaultServer, Times};
use futures_util::future::join_all;
use serde_json::json;
use support::{Ask, Client, End, Signer, TESTING, signed};

const PARAMETER: Ask<'_> = Ask::Parameter("/a");
const OBJECT: Ask<'_> = Ask::Object("/bucket/a%20key", &[]);

async fn server() -> FaultServer {
    let server = FaultServer::start().await.unwrap();
    server.signature_limit(Duration::MAX);
    server.put_parameter("/a", "x");
    server.put_object("s3://bucket/a key", "0123456789");
    server
}

async fn answer(server: &FaultServer, request: &[u8]) -> String {
    let mut client = Client::plain(server).await;
    client.send(request).await;
    client.receive().await.0
}

#[tokio::test]
async fn wrong_old_and_foreign_signatures_are_rejected() {
    let server = server().await;
    let wrong = Signer { secret_key: "guessed", ..TESTING };
    let anothers = Signer { access_key: "AKIDOTHER", ..TESTING };
    let expected = [
        (&wrong, "400 Bad Request", "InvalidSignatureException", "403 Forbidden", "SignatureDoesNotMatch"),
        (&anothers, "400 Bad Request", "UnrecognizedClientException", "403 Forbidden", "InvalidAccessKeyId"),
    ];
    for (signer, status, code, s3_status, s3_code) in expected {
        let refused = answer(&server, &signed(&server, &PARAMETER, signer)).await;
        assert!(refused.contains(status) && refused.contains(code), "{refused}");
        let refused = answer(&server, &signed(&server, &OBJECT, signer)).await;
        assert!(refused.contains(s3_status) && refused.contains(s3_code), "{refused}");
    }
    server.signature_limit(Duration::from_mins(5));
    let old = Signer { at: "2001-01-01T00:00:00Z", ..TESTING };
    let refused = answer(&server, &signed(&server, &PARAMETER, &old)).await;
    assert!(
        refused.contains("InvalidSignatureException") && refused.contains("Signature expired: 20010101T000000Z is")
    );
    assert!(answer(&server, &signed(&server, &OBJECT, &old)).await.contains("RequestTimeTooSkewed"));
    assert_eq!(server.counts().refused_signatures, 6);
    assert!(server.requests("/a").iter().all(|seen| seen.refused && seen.region.as_deref() == Some("eu-test-1")));
}

#[tokio::test]
async fn a_request_that_was_changed_in_transit_is_rejected() {
    let server = server().await;
    let request = String::from_utf8(signed(&server, &PARAMETER, &TESTING)).unwrap();
    assert!(answer(&server, request.as_bytes()).await.contains("200 OK"));
    assert!(answer(&server, request.replace("/a", "/b").as_bytes()).await.contains("InvalidSignatureException"));
    assert!(
        answer(&server, request.replace("authorization", "x-none").as_bytes())
            .await
            .contains("MissingAuthenticationToken")
    );
}

#[tokio::test]
async fn objects_are_sent_whole_in_part_or_not_at_all() {
    let server = server().await;
    let mut client = Client::plain(&server).await;
    let whole = client.ask(&server, &OBJECT).await;
    let etag = whole.header("etag").unwrap();
    for (headers, status, body) in [
        (&[("if-none-match", etag)][..], "304", ""),
        (&[("if-none-match", "\"other\"")], "200", "0123456789"),
        (&[("if-match", etag), ("range", "bytes=2-4")], "206", "234"),
        (&[("range", "bytes=-2")], "206", "89"),
    ] {
        let answer = client.ask(&server, &Ask::Object("/bucket/a%20key", headers)).await;
        assert_eq!((answer.status(), answer.body(), answer.header("etag")), (status, body, Some(etag)));
    }
    let part = client.ask(&server, &Ask::Object("/bucket/a%20key", &[("range", "bytes=7-99")])).await;
    assert_eq!(part.header("content-range"), Some("bytes 7-9/10"));
    let nothing = client.ask(&server, &Ask::Object("/bucket/a%20key", &[("range", "bytes=10-")])).await;
    assert_eq!((nothing.status(), nothing.header("content-range")), ("416", Some("bytes */10")));
    let changed = client.ask(&server, &Ask::Object("/bucket/a%20key", &[("if-match", "\"other\"")])).await;
    assert_eq!(changed.status(), "412");
}

#[tokio::test]
async fn a_head_request_describes_the_whole_object() {
    let server = server().await;
    let mode = &[("x-amz-checksum-mode", "ENABLED")];
    let head = |text: &str| text.split_once("\r\n\r\n").unwrap().0.to_owned();
    let without_request = |text: &str| {
        let own = |line: &&str| !line.starts_with("x-amz-request-id") && !line.starts_with("Date");
        head(text).lines().filter(own).collect::<Vec<_>>().join("\n")
    };
    for headers in [&mode[..], &[]] {
        let mut client = Client::tls(&server).await;
        let whole = client.ask(&server, &Ask::Object("/bucket/a%20key", headers)).await;
        for _ in 0..2 {
            let answer = client.ask(&server, &Ask::Head("/bucket/a%20key", headers)).await;
            assert_eq!((answer.status(), answer.body(), &answer.end), ("200", "", &End::Open));
            assert_eq!(without_request(&answer.text), without_request(&whole.text));
        }
        let missing = client.ask(&server, &Ask::Head("/bucket/none", headers)).await;
        assert_eq!((missing.status(), missing.body()), ("404", ""));
    }
    assert_eq!(server.counts().operations["HeadObject"], 6);
}

#[tokio::test]
async fn an_object_keeps_the_kind_of_its_checksum() {
    let server = server().await;
    server.put_object_with("s3://bucket/c", "x", ChecksumKind::Composite);
    server.put_object_with("s3://bucket/n", "x", ChecksumKind::None);
    let mut client = Client::plain(&server).await;
    let mode = ("x-amz-checksum-mode", "ENABLED");
    let ranged = [mode, ("range", "bytes=0-")];
    for (path, headers, kind, crc32) in [
        ("/bucket/a%20key", &[mode][..], Some("FULL_OBJECT"), Some("poTHxg==")),
        ("/bucket/c", &[mode], Some("COMPOSITE"), Some("anF9hg==-1")),
        ("/bucket/n", &[mode], None, None),
        ("/bucket/c", &[], None, None),
        ("/bucket/c", &ranged, None, None),
    ] {
        for ask in [Ask::Object(path, headers), Ask::Head(path, headers)] {
            let answer = client.ask(&server, &ask).await;
            let (said, value) = (answer.header("x-amz-checksum-type"), answer.header("x-amz-checksum-crc32"));
            assert_eq!((said, value), (kind, crc32), "{path} {headers:?}");
        }
    }
}

/// Returns the names on a page, and the token for the next one.
async fn page(server: &FaultServer, path: &str, beside: serde_json::Value) -> (Vec<String>, Option<String>) {
    let answer = Client::plain(server).await.ask(server, &Ask::Path(path, beside)).await;
    let document: serde_json::Value = serde_json::from_str(answer.body()).unwrap();
    let parameters = document["Parameters"].as_array().unwrap_or_else(|| panic!("{answer:?}"));
    let names = parameters.iter().map(|parameter| parameter["Name"].as_str().unwrap().to_owned()).collect();
    (names, document["NextToken"].as_str().map(str::to_owned))
}

#[tokio::test]
async fn a_path_has_a_first_level_and_a_whole_tree() {
    let server = server().await;
    for name in ["/p/b", "/p/a", "/p/c/d", "/pp/x", "/p", "top"] {
        server.put_parameter(name, name);
    }
    let expected = [
        ("/p", false, &["/p/a", "/p/b"][..]),
        ("/p/", false, &["/p/a", "/p/b"]),
        ("/p", true, &["/p/a", "/p/b", "/p/c/d"]),
        ("/p/a", true, &[]),
        ("/none", true, &[]),
        ("/", false, &["/a", "/p", "top"]),
        ("/", true, &["/a", "/p", "/p/a", "/p/b", "/p/c/d", "/pp/x", "top"]),
    ];
    let asking = expected.map(async |(path, is_recursive, names)| {
        let (found, token) = page(&server, path, json!({"Recursive": is_recursive, "WithDecryption": true})).await;
        assert_eq!((found, token), (names.iter().map(|name| (*name).to_owned()).collect(), None), "{path}");
    });
    join_all(asking).await;
    assert_eq!(page(&server, "/p", json!({})).await.0, ["/p/a", "/p/b"], "one level by default");
}

#[tokio::test]
async fn a_path_is_sent_in_pages_linked_by_tokens() {
    let server = server().await;
    for number in 10..35 {
        server.put_parameter(format!("/p/{number}"), "x");
    }
    for (most, lengths) in [(None, &[10, 10, 5][..]), (Some(9), &[9, 9, 7])] {
        let (mut names, mut seen, mut token) = (Vec::new(), Vec::new(), None);
        for _ in lengths {
            let mut beside = json!({"NextToken": token});
            if let Some(most) = most {
                beside["MaxResults"] = most.into();
            }
            let (found, next) = page(&server, "/p", beside).await;
            seen.push(found.len());
            names.extend(found);
            token = next;
        }
        assert_eq!((&*seen, &token), (lengths, &None), "no token on the last page");
        assert_eq!(names, (10..35).map(|number| format!("/p/{number}")).collect::<Vec<_>>());
    }
    assert_eq!(server.counts().resources["/p"], 6);

    let (_, token) = page(&server, "/p", json!({})).await;
    let refused = [
        ("/a", json!({"NextToken": token}), "InvalidNextToken"),
        ("/p", json!({"NextToken": "guessed"}), "InvalidNextToken"),
        ("/p", json!({"MaxResults": 0}), "ValidationException"),
        ("/p", json!({"MaxResults": 11}), "ValidationException"),
        ("/p", json!({"MaxResults": "many"}), "SerializationException"),
        ("p", json!({}), "ValidationException"),
    ];
    let asking = refused.map(async |(path, beside, code)| {
        let answer = Client::plain(&server).await.ask(&server, &Ask::Path(path, beside)).await;
        assert_eq!(answer.status(), "400");
        assert!(answer.body().contains(code), "{answer:?}");
    });
    join_all(asking).await;
}

#[tokio::test]
async fn a_description_has_the_version_of_the_secrets_value() {
    let server = server().await;
    let mut client = Client::plain(&server).await;
    let mut versions = Vec::new();
    for value in ["x", "y"] {
        server.put_secret("/s", value);
        let value: serde_json::Value =
            serde_json::from_str(client.ask(&server, &Ask::Secret("/s")).await.body()).unwrap();
        let description: serde_json::Value =
            serde_json::from_str(client.ask(&server, &Ask::Description("/s")).await.body()).unwrap();
        let version = value["VersionId"].as_str().unwrap();
        assert_eq!(description["VersionIdsToStages"], serde_json::json!({version: ["AWSCURRENT"]}));
        assert_eq!((&description["ARN"], &description["Name"]), (&value["ARN"], &value["Name"]));
        versions.push(version.to_owned());
    }
    assert_ne!(versions[0], versions[1]);
    let missing = client.ask(&server, &Ask::Description("/none")).await;
    assert!(missing.body().contains("ResourceNotFoundException"), "{missing:?}");
}

#[tokio::test]
async fn an_object_of_a_pattern_has_the_announced_length() {
    let server = server().await;
    server.put_object_of_size("s3://bucket/large", 3_000_000);
    let request = signed(&server, &Ask::Object("/bucket/large", &[]), &TESTING);
    let mut client = Client::tls(&server).await;
    client.send(&request).await;
    let (text, _) = client.receive().await;
    assert!(text.contains("Content-Length: 3000000\r\n"));
}

#[tokio::test]
async fn requests_and_connections_are_counted() {
    let server = server().await;
    server.fault("/a", Fault::Silence, Times::Times(2));
    let mut clients = [Client::plain(&server).await, Client::plain(&server).await, Client::tls(&server).await];
    for client in &mut clients {
        client.ask(&server, &PARAMETER).await;
    }
    let counts = server.counts();
    assert_eq!((counts.requests, counts.operations["GetParameter"], counts.resources["/a"]), (3, 3, 3));
    assert_eq!((counts.connections, counts.open_connections), (3, 3));
    assert_eq!((counts.under_way, counts.most_at_once), (2, 3));
    let seen = server.requests("/a");
    assert_eq!(seen.iter().map(|seen| seen.tls).collect::<Vec<_>>(), [false, false, true]);
    assert_eq!(
        seen.iter().map(|seen| seen.fault.as_deref()).collect::<Vec<_>>(),
        [Some("silence"), Some("silence"), None]
    );
    assert!(seen.iter().all(|seen| seen.amz_date.as_deref() == Some("20261124T120000Z")));

    server.close_idle().await;
    assert_eq!(server.counts().open_connections, 2, "those with a request in progress");
    assert_eq!(clients[2].receive().await.1, End::Closed);
    assert_eq!(clients[0].receive().await.1, End::Open);

    server.reset();
    assert_eq!(server.counts().requests, 0);
    assert!(server.requests("/a").is_empty());
}

#[tokio::test]
async fn the_control_protocol_controls_the_server() {
    let server = server().await;
    let command = async |body: &str| {
        let request = format!("POST /_control HTTP/1.1\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        answer(&server, request.as_bytes()).await
    };
    for body in [
        r#"{"put_parameter": {"name": "/p", "value": ["x", "y"]}}"#,
        r#"{"put_secret": {"name": "/s", "base64": "AAEC"}}"#,
        r#"{"put_object": {"uri": "s3://b/k", "text": "x"}}"#,
        r#"{"put_object": {"uri": "s3://b/k", "base64": "AAEC", "checksum": "composite"}}"#,
        r#"{"put_object_of_size": {"uri": "s3://b/l", "size": 5}}"#,
        r#"{"put_object_of_size": {"uri": "s3://b/l", "size": 5, "checksum": "crc64nvme"}}"#,
        r#"{"fault": {"resource": "/p", "fault": {"kind": "latency", "milliseconds": 1}, "times": "always"}}"#,
        r#"{"fault": {"resource": "s3://b/k", "fault": {"kind": "changed-in-between", "text": "y"}, "times": 1}}"#,
        r#"{"fault": {"resource": "s3://b/k", "fault": {"kind": "silence"}, "times": 1, "range_from": 5}}"#,
        r#"{"clear_faults": {"resource": "s3://b/k"}}"#,
        r#"{"link": {"bytes_per_second": 90000000, "first_byte_milliseconds": 1}}"#,
        r#"{"link": {}}"#,
        r#"{"close_idle": {}}"#,
    ] {
        let answer = command(body).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("{}"), "{body}: {answer}");
    }
    let refused = command(r#"{"fault": {"resource": "/p", "fault": {"kind": "wrong-checksum"}, "times": 1}}"#).await;
    assert!(refused.contains("400 Bad Request") && refused.contains("wrong-checksum cannot befall /p"), "{refused}");
    let refused =
        command(r#"{"fault": {"resource": "/p", "fault": {"kind": "silence"}, "times": 1, "range_from": 5}}"#).await;
    assert!(refused.contains("400 Bad Request") && refused.contains("/p has no ranges"), "{refused}");
    let mut client = Client::plain(&server).await;
    assert!(client.ask(&server, &Ask::Parameter("/p")).await.body().contains(r#""Value":"x,y""#));
    assert!(client.ask(&server, &Ask::Secret("/s")).await.body().contains(r#""SecretBinary":"AAEC""#));
    let seen = answer(&server, b"GET /_control/requests?resource=%2Fp HTTP/1.1\r\n\r\n").await;
    assert!(seen.contains(r#""fault":"latency""#), "{seen}");
    let counts = answer(&server, b"GET /_control/counts HTTP/1.1\r\n\r\n").await;
    assert!(counts.contains(r#""requests":2"#), "{counts}");
    assert!(command(r#"{"reset": {}}"#).await.contains("200 OK"));
    assert_eq!(server.counts().requests, 0);
}
