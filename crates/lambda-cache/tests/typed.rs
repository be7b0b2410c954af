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
    refused(parameter::<String>("/app/list").await, &[list, "a StringList", "not a String", "Vec<String>"]);
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
    refused(parameter::<u16>("/app/canary").await, &["/app/canary", "not a u16"]);
    refused(parameter::<bool>("/app/canary").await, &["/app/canary", "not a bool"]);
    for (json, words) in [
        (CANARY.to_owned(), ["not JSON", "line 1"]),
        (format!("{{\"user\": \"{CANARY}\""), ["not JSON", "line 1"]),
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
    refused(ssm::get_entry::<Number, _>(names).await, &[key, "\"canary\"", "not a u16"]);
    refused(ssm::get_entry::<Variant, _>(names).await, &[key, "\"canary\"", "none of the variants"]);
    refused(ssm::get_entry::<Strict, _>(names).await, &[key, "no field \"canary\""]);
    refused(ssm::get_entry::<Settings, _>(["/app/text"]).await, &["field \"number\"", "none of the parameters is it"]);
    refused(ssm::get_entry::<HashMap<String, Json<Login>>, _>(names).await, &[key, "\"canary\""]);
    refused(ssm::get_entry::<HashMap<String, Vec<String>>, _>(names).await, &[key, "\"canary\"", "a sequence"]);
    refused(ssm::get_entry::<HashMap<String, String>, _>(["/app/list"]).await, &["\"list\"", "a list", "a string"]);
    refused(ssm::get_entry::<Vec<String>, _>(names).await, &[key, "a sequence"]);
    refused(ssm::get_entry::<Group<Number>, _>(names).await, &[key, "not a u16"]);
    refused(ssm::get_entry::<HashMap<String, u8>, _>(["/app/list"]).await, &["\"list\"", "a StringList", "u8"]);
}

#[derive(Debug, Deserialize, PartialEq)]
struct Limits {
    port: u16,
    is_on: bool,
    share: f64,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Flat {
    version: String,
    account: String,
    #[serde(flatten)]
    limits: Limits,
    #[serde(flatten)]
    rest: HashMap<String, String>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Store {
    Redis { port: u16, user: String },
    File { name: String },
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(untagged)]
enum Target {
    Port { port: u16, user: String },
    Name { port: String },
}

fn with(values: &[(&str, &str)]) -> (Values, Vec<(String, String)>) {
    let fake = testing::values();
    for (key, value) in values {
        fake.ssm(format!("/t/{key}"), *value);
    }
    (fake, values.iter().map(|(key, _)| ((*key).to_owned(), format!("/t/{key}"))).collect())
}

#[tokio::test]
async fn flattened_fields_are_read_as_numbers() {
    let (_fake, names) = with(&[
        ("version", "1"),
        ("account", "012345678901"),
        ("port", "1"),
        ("is_on", "true"),
        ("share", "0.50"),
        ("zip", "00501"),
        ("one", "1"),
    ]);
    let flat: Flat = ssm::get_entry(&names).await.unwrap();
    assert_eq!(flat.limits, Limits { port: 1, is_on: true, share: 0.5 });
    assert_eq!((&*flat.version, &*flat.account), ("1", "012345678901"));
    assert_eq!((&*flat.rest["zip"], &*flat.rest["one"]), ("00501", "1"), "a text stays as it is written");
}

#[tokio::test]
async fn tagged_and_untagged_variants_are_read_as_numbers() {
    let (_fake, names) = with(&[("kind", "redis"), ("user", "7"), ("port", "7")]);
    assert_eq!(ssm::get_entry::<Store, _>(&names).await.unwrap(), Store::Redis { port: 7, user: "7".to_owned() });
    assert_eq!(
        ssm::get_entry::<Target, _>(&names).await.unwrap(),
        Target::Port { port: 7, user: "7".to_owned() },
        "the first variant that fits"
    );
    let (_fake, names) = with(&[("port", "7")]);
    assert_eq!(ssm::get_entry::<Target, _>(&names).await.unwrap(), Target::Name { port: "7".to_owned() });
    let json: HashMap<String, serde_json::Value> = ssm::get_entry(&names).await.unwrap();
    assert_eq!(json["port"], "7", "nothing asks for a number");
}

#[tokio::test]
async fn errors_behind_flatten_and_tags_name_the_field() {
    #[derive(Debug, Deserialize)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "only that it does not fit counts")]
    enum Strict {
        Port { port: u16 },
        Other { other: u16 },
    }
    let (_fake, names) = with(&[("kind", "redis"), ("user", "x"), ("port", CANARY)]);
    let key = "ssm parameters /t/kind, /t/user, /t/port: \"port\"";
    refused(ssm::get_entry::<Store, _>(&names).await, &[key, "text is there, and u16 is asked for"]);
    let (_fake, names) = with(&[("port", "70000"), ("user", "x"), ("other", CANARY)]);
    refused(ssm::get_entry::<Strict, _>(&names).await, &["\"other\": the type does not allow its value"]);
    let fields = [("version", "1"), ("account", "2"), ("is_on", "true"), ("share", "1")];
    let (_fake, names) = with(&fields);
    refused(ssm::get_entry::<Flat, _>(&names).await, &["a field \"port\""]);
    let (_fake, names) = with(&[&fields[..], &[("port", "70000")]].concat());
    refused(ssm::get_entry::<Flat, _>(&names).await, &["\"port\": its value does not fit u16"]);
}

#[tokio::test]
async fn keys_of_a_list_may_be_given() {
    let fake = fake();
    fake.ssm("/other/text", "y");
    fake.secrets_manager("/db/text:AWSPREVIOUS", "0ld");
    let texts: HashMap<String, String> =
        ssm::get_entry([("a", "/app/text"), ("b", "/other/text"), ("again", "/app/text")]).await.unwrap();
    assert_eq!((&*texts["a"], &*texts["b"], &*texts["again"]), ("x", "y", "x"));
    assert_eq!(fake.calls(), ["GetParameters /app/text, /other/text"], "each name once");
    let old: Secret<HashMap<String, String>> =
        secrets_manager::get_entry(vec![("old", "/db/text")]).version_stage("AWSPREVIOUS").await.unwrap();
    assert_eq!(old.expose()["old"], "0ld");
    secrets_manager::invalidate([("old", "/db/text")]).unwrap();
    let before = fake.calls().len();
    let _: Secret<HashMap<String, String>> =
        secrets_manager::get_entry([("old", "/db/text")]).version_stage("AWSPREVIOUS").await.unwrap();
    assert_eq!(fake.calls().len(), before + 1, "every version is forgotten");
    let wrong = ssm::get_entry::<HashMap<String, String>, _>([("a", "/app/text"), ("a", "/app/list")]).await;
    assert!(wrong.unwrap_err().to_string().contains("would both be \"a\""));
}

#[tokio::test]
async fn an_attribute_takes_keys_and_versions_of_a_list() {
    #[ssm::cache(parameter = [("a", "/app/text"), ("b", "/other/text")], entry_name = "texts")]
    #[secrets_manager::cache(name = ["/db/text"], version_stage = "AWSPREVIOUS", entry_name = "old")]
    async fn handler(texts: HashMap<String, String>, old: Secret<HashMap<String, String>>) -> Result<String, Error> {
        Ok(format!("{}{}{}", texts["a"], texts["b"], old.expose()["text"]))
    }
    let fake = fake();
    fake.ssm("/other/text", "y");
    fake.secrets_manager("/db/text:AWSPREVIOUS", "0ld");
    assert_eq!(handler().await.unwrap(), "xy0ld");
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
    refused(parameter::<Base64>("/app/canary").await, &["/app/canary", "it is not Base64"]);
    refused(parameter::<Base64>("/app/list").await, &["/app/list", "a StringList", "not Base64"]);
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
    refused(get().refresh().await, &["s3 object s3://bucket/settings.json", "not JSON, at line 1, column 2"]);
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
    refused(get().await, &["not a u16"]);
    refused(handler().await, &["not a u16"]);
    assert_eq!(fake.calls().len(), 2);
    fake.ssm("/app/port", "80");
    assert_eq!((handler().await.unwrap(), get().await.unwrap()), (80, 80));
    assert_eq!(fake.calls().len(), 3);
    // Also fetched again if the value was cached already, and one of its readers cannot use it.
    assert_eq!(ssm::get_entry::<String, _>("/app/text").await.unwrap(), "x");
    refused(parameter::<u16>("/app/text").await, &["not a u16"]);
    assert_eq!(ssm::get_entry::<String, _>("/app/text").await.unwrap(), "x");
    assert_eq!(fake.calls().len(), 5);
}
