//! Conversion of values to the types that callers request, and its errors, which never contain the value.
#![cfg(all(feature = "ssm", feature = "secrets-manager", feature = "s3"))]

use std::{
    collections::{BTreeMap, HashMap},
    error::Error as _,
    fmt::Debug,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use lambda_cache::{
    Base64, Error, ErrorKind, FromParameter, Group, Json, Secret, s3, secrets_manager, ssm,
    testing::{self, Values},
};
use serde::Deserialize;

const CANARY: &str = "c4n4ry-0f-the-secret";

fn fake() -> Values {
    let fake = testing::values();
    fake.ssm("/app/text", "x");
    fake.ssm("/app/number", "8080");
    fake.ssm("/app/flag", "true");
    fake.ssm("/app/list", ["S", "M"]);
    fake.ssm("/app/json", r#"{"user": "shop", "port": 1}"#);
    fake.ssm("/app/canary", CANARY);
    fake.secrets_manager("/db/text", "pa55");
    fake.secrets_manager("/db/binary", b"\x00\xff");
    fake.secrets_manager("/db/json", r#"{"user": "shop", "port": 1}"#);
    fake
}

async fn parameter<T: FromParameter>(name: &str) -> Result<T, Error> {
    ssm::get_entry(name).await
}

#[derive(Debug, Deserialize, PartialEq)]
struct Login {
    user: String,
    port: u16,
}

#[tokio::test]
async fn a_parameter_is_text_a_list_bytes_a_number_or_json() {
    let _fake = fake();
    assert_eq!(parameter::<String>("/app/text").await.unwrap(), "x");
    assert_eq!(&*parameter::<Arc<str>>("/app/text").await.unwrap(), "x");
    assert_eq!(parameter::<Vec<String>>("/app/list").await.unwrap(), ["S", "M"]);
    assert_eq!(parameter::<Vec<u8>>("/app/text").await.unwrap(), b"x");
    assert_eq!(parameter::<Bytes>("/app/text").await.unwrap(), "x");
    assert_eq!(parameter::<u16>("/app/number").await.unwrap(), 8080);
    assert!((parameter::<f64>("/app/number").await.unwrap() - 8080.0).abs() < f64::EPSILON);
    assert!(parameter::<bool>("/app/flag").await.unwrap());
    assert_eq!(parameter::<Json<Login>>("/app/json").await.unwrap().port, 1);
    assert_eq!(parameter::<Secret<Vec<String>>>("/app/list").await.unwrap().expose().len(), 2);
}

#[tokio::test]
async fn a_secret_is_converted_to_types_that_hide_it() {
    let _fake = fake();
    let text: Secret<String> = secrets_manager::get_entry("/db/text").await.unwrap();
    assert_eq!(text.expose(), "pa55");
    let bytes: Secret<Vec<u8>> = secrets_manager::get_entry("/db/binary").await.unwrap();
    assert_eq!(bytes.expose(), b"\x00\xff");
    let shared: Secret<Bytes> = secrets_manager::get_entry("/db/binary").await.unwrap();
    assert_eq!(shared.into_exposed(), &b"\x00\xff"[..]);
    let json: Json<Login> = secrets_manager::get_entry("/db/json").await.unwrap();
    assert_eq!(*json, Login { user: "shop".to_owned(), port: 1 });
}

#[tokio::test]
async fn json_is_parsed_once_for_each_fetch() {
    let _fake = fake();
    let get = async || secrets_manager::get_entry::<Json<Login>, _>("/db/json").await.unwrap();
    let (first, again) = (get().await, get().await);
    assert!(std::ptr::eq(&raw const *first, &raw const *again));
    let other: Json<HashMap<String, serde_json::Value>> = secrets_manager::get_entry("/db/json").await.unwrap();
    assert_eq!(other["user"], "shop", "another type is parsed separately");
    let fresh: Json<Login> = secrets_manager::get_entry("/db/json").refresh().await.unwrap();
    assert!(!std::ptr::eq(&raw const *first, &raw const *fresh));
}

#[tokio::test]
async fn an_object_is_the_path_of_its_file() {
    let fake = fake();
    fake.s3("s3://bucket/a.txt", "content");
    fake.s3("s3://bucket/b.bin", b"\x00\x01");
    let path: PathBuf = s3::get_entry("s3://bucket/a.txt").await.unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "content");
    let shared: Arc<Path> = s3::get_entry("s3://bucket/a.txt").await.unwrap();
    assert_eq!(path, *shared);
    let named: PathBuf = s3::get_entry("s3://bucket/b.bin").entry_name("c.bin").await.unwrap();
    assert!(named.ends_with("c.bin"));
    assert_eq!(std::fs::read(&named).unwrap(), b"\x00\x01");
    drop(fake);
    assert!(!named.exists(), "a test's files are removed with it");
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Flag {
    True,
    False,
}

#[derive(Debug, Deserialize)]
struct Settings {
    text: Secret<String>,
    number: u16,
    flag: Flag,
    list: Vec<String>,
    json: Json<Login>,
    absent: Option<String>,
    #[serde(default)]
    defaulted: u8,
}

#[tokio::test]
async fn a_group_is_a_map_or_a_struct() {
    let _fake = fake();
    let names = ["/app/text", "/app/number", "/app/flag", "/app/list", "/app/json"];
    let settings: Settings = ssm::get_entry(names).await.unwrap();
    assert_eq!((&**settings.text.expose(), settings.number, settings.flag), ("x", 8080, Flag::True));
    assert_eq!((settings.list.len(), &*settings.json.user), (2, "shop"));
    assert_eq!((settings.absent, settings.defaulted), (None, 0));
    let map: BTreeMap<String, String> = ssm::get_entry(["/app/text", "/app/number"]).await.unwrap();
    assert_eq!(map.into_iter().collect::<Vec<_>>(), [("number".into(), "8080".into()), ("text".into(), "x".into())]);
    let get = async || ssm::get_entry::<Group<HashMap<String, String>>, _>(["/app/text"]).await.unwrap();
    let (first, again) = (get().await, get().await);
    assert!(std::ptr::eq(&raw const *first, &raw const *again), "converted once for each fetch");
    assert_eq!(first["text"], "x");
}

#[tokio::test]
async fn names_come_in_every_form_a_list_has() {
    let _fake = fake();
    let owned = vec!["/app/text".to_owned()];
    let one: HashMap<String, String> = ssm::get_entry(&owned).await.unwrap();
    let two: HashMap<String, String> = ssm::get_entry(owned.as_slice()).await.unwrap();
    let three: HashMap<String, String> = ssm::get_entry(&["/app/text"]).await.unwrap();
    let four: HashMap<String, String> = ssm::get_entry(owned).await.unwrap();
    assert!([two, three, four].iter().all(|other| *other == one));
    let text: String = ssm::get_entry(&"/app/text".to_owned()).await.unwrap();
    assert_eq!(text, "x");
}

/// Checks an error: its kind, the key and each of `words` in it, and the absence of the value.
fn refused<T: Debug>(outcome: Result<T, Error>, words: &[&str]) {
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    assert!(error.source().is_none() && error.aws_failure().is_none());
    let shown = format!("{error}\n{error:?}\n{error:#?}");
    for word in words {
        assert!(shown.contains(word), "{word} is not in: {shown}");
    }
    assert!(!shown.contains("c4n4ry"), "{shown}");
}

#[tokio::test]
async fn a_value_of_another_kind_names_both_kinds_and_the_key() {
    let _fake = fake();
    let list = "ssm parameter /app/list";
    refused(parameter::<String>("/app/list").await, &[list, "a StringList", "a String is asked for", "Vec<String>"]);
    refused(parameter::<Arc<str>>("/app/list").await, &[list, "a StringList"]);
    refused(parameter::<Vec<u8>>("/app/list").await, &[list, "a StringList", "Vec<u8>"]);
    refused(parameter::<Bytes>("/app/list").await, &[list, "a StringList", "Bytes"]);
    refused(parameter::<u8>("/app/list").await, &[list, "a StringList", "u8"]);
    refused(parameter::<Json<Login>>("/app/list").await, &[list, "a StringList", "JSON"]);
    refused(parameter::<Vec<String>>("/app/text").await, &["/app/text", "text", "Vec<String>"]);
    let binary = secrets_manager::get_entry::<Secret<String>, _>("/db/binary").await;
    refused(binary, &["secret /db/binary", "binary", "a String", "Secret<Vec<u8>>"]);
}

#[tokio::test]
async fn an_unparsable_value_is_never_quoted() {
    let fake = fake();
    refused(parameter::<u16>("/app/canary").await, &["/app/canary", "no u16"]);
    refused(parameter::<bool>("/app/canary").await, &["/app/canary", "no bool"]);
    for (json, words) in [
        (CANARY.to_owned(), ["no JSON", "line 1"]),
        (format!("{{\"user\": \"{CANARY}\""), ["no JSON", "line 1"]),
        (format!("{{\"user\": \"a\",\n\"port\": \"{CANARY}\"}}"), ["not of the type", "line 2"]),
        (format!("{{\"{CANARY}\": 1}}"), ["not of the type", "column"]),
    ] {
        fake.secrets_manager("/db/canary", json.clone());
        let outcome = secrets_manager::get_entry::<Json<Login>, _>("/db/canary").refresh().await;
        refused(outcome, &["secret /db/canary", words[0], words[1]]);
        fake.secrets_manager("/db/canary", json.into_bytes());
        refused(secrets_manager::get_entry::<Json<Login>, _>("/db/canary").refresh().await, &words);
    }
}

#[tokio::test]
async fn an_invalid_group_names_its_field_and_not_its_value() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only that it does not fit counts")]
    struct Number {
        canary: u16,
    }
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only that it does not fit counts")]
    struct Variant {
        canary: Flag,
    }
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only that it does not fit counts")]
    struct Strict {
        other: Option<String>,
    }
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only that it does not fit counts")]
    struct ReadAsAName {
        canary: FieldName,
    }
    #[derive(Debug, Deserialize)]
    #[serde(field_identifier, rename_all = "lowercase")]
    enum FieldName {
        Text,
    }
    #[derive(Debug)]
    #[expect(dead_code, reason = "only that it does not fit counts")]
    struct Quoting(u8);
    impl<'de> Deserialize<'de> for Quoting {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            Err(serde::de::Error::unknown_field(&text, &[]))
        }
    }
    let _fake = fake();
    let names = ["/app/canary"];
    refused(ssm::get_entry::<ReadAsAName, _>(names).await, &["\"canary\""]);
    refused(ssm::get_entry::<HashMap<String, Quoting>, _>(names).await, &["\"canary\""]);
    let key = "ssm parameters /app/canary";
    refused(ssm::get_entry::<Number, _>(names).await, &[key, "\"canary\"", "no u16"]);
    refused(ssm::get_entry::<Variant, _>(names).await, &[key, "\"canary\"", "none of the variants"]);
    refused(ssm::get_entry::<Strict, _>(names).await, &[key, "no field \"canary\""]);
    refused(ssm::get_entry::<Settings, _>(["/app/text"]).await, &["field \"number\"", "none of the parameters"]);
    refused(ssm::get_entry::<HashMap<String, Json<Login>>, _>(names).await, &[key, "\"canary\""]);
    refused(ssm::get_entry::<HashMap<String, Vec<String>>, _>(names).await, &[key, "\"canary\"", "a sequence"]);
    refused(ssm::get_entry::<HashMap<String, String>, _>(["/app/list"]).await, &["\"list\"", "a list", "a string"]);
    refused(ssm::get_entry::<Vec<String>, _>(names).await, &[key, "a sequence"]);
    refused(ssm::get_entry::<Group<Number>, _>(names).await, &[key, "no u16"]);
    refused(ssm::get_entry::<HashMap<String, u8>, _>(["/app/list"]).await, &["\"list\"", "a StringList", "u8"]);
}

#[test]
fn wrappers_of_a_value_do_not_show_it() {
    let values: [Box<dyn Debug>; 3] =
        [Box::new(Secret::new(CANARY)), Box::new(Json::new(CANARY)), Box::new(Group::new(CANARY))];
    for value in values {
        for shown in [format!("{value:?}"), format!("{value:#?}")] {
            assert!(shown.ends_with("(..)"), "{shown}");
        }
    }
}

#[derive(Deserialize)]
struct Keys {
    key: Base64,
    text: String,
}

#[tokio::test]
async fn base64_is_decoded_wherever_it_is_stored() {
    let fake = fake();
    for text in ["AAEC/w==", "AAEC/w", " AAEC\n/w==\n"] {
        fake.ssm("/app/key", text);
        fake.secrets_manager("/db/key", text);
        assert_eq!(*ssm::get_entry::<Base64, _>("/app/key").refresh().await.unwrap(), [0, 1, 2, 255], "{text:?}");
        let secret: Base64 = secrets_manager::get_entry("/db/key").refresh().await.unwrap();
        assert_eq!(secret.into_bytes(), Bytes::from_static(&[0, 1, 2, 255]));
    }
    let binary: Base64 = secrets_manager::get_entry("/db/binary").await.unwrap();
    assert_eq!(*binary, [0, 255], "a binary secret is not decoded");
    assert_eq!(format!("{binary:?}"), "Base64(..)");
    let keys: Keys = ssm::get_entry(["/app/key", "/app/text"]).await.unwrap();
    assert_eq!((&*keys.key, &*keys.text), (&[0, 1, 2, 255][..], "x"));
}

#[tokio::test]
async fn invalid_base64_is_not_shown() {
    let _fake = fake();
    refused(parameter::<Base64>("/app/canary").await, &["/app/canary", "it is no Base64"]);
    refused(parameter::<Base64>("/app/list").await, &["/app/list", "a StringList", "Base64 is asked for"]);
}

#[tokio::test]
async fn an_object_that_holds_json_is_parsed_once_for_each_download() {
    let fake = fake();
    fake.s3("s3://bucket/settings.json", r#"{"user": "shop", "port": 1}"#);
    let get = || s3::get_entry::<Json<Login>>("s3://bucket/settings.json");
    let (first, second) = (get().await.unwrap(), get().await.unwrap());
    assert!(std::ptr::eq(&raw const *first, &raw const *second), "parsed once");
    fake.s3("s3://bucket/settings.json", r#"{"user": "shop", "port": 2}"#);
    assert_eq!((first.port, get().refresh().await.unwrap().port), (1, 2));
    fake.s3("s3://bucket/settings.json", format!("{{{CANARY}}}"));
    refused(get().refresh().await, &["s3 object s3://bucket/settings.json", "no JSON, at line 1, column 2"]);
}

#[tokio::test]
async fn an_unconvertible_value_is_fetched_again_at_the_next_call() {
    #[ssm::cache(parameter = "/app/port", max_age_in_seconds = f64::INFINITY)]
    async fn handler(port: u16) -> Result<u16, Error> {
        Ok(port)
    }
    let fake = fake();
    let get = || ssm::get_entry::<u16, _>("/app/port").max_age(std::time::Duration::MAX);
    fake.ssm("/app/port", "eighty");
    refused(get().await, &["no u16"]);
    refused(handler().await, &["no u16"]);
    assert_eq!(fake.calls().len(), 2);
    fake.ssm("/app/port", "80");
    assert_eq!((handler().await.unwrap(), get().await.unwrap()), (80, 80));
    assert_eq!(fake.calls().len(), 3);
    // Also fetched again if the value was cached already, and one of its readers cannot use it.
    assert_eq!(ssm::get_entry::<String, _>("/app/text").await.unwrap(), "x");
    refused(parameter::<u16>("/app/text").await, &["no u16"]);
    assert_eq!(ssm::get_entry::<String, _>("/app/text").await.unwrap(), "x");
    assert_eq!(fake.calls().len(), 5);
}
