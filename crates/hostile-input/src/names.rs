use std::path::Path;

use lambda_cache::__binding::source::{
    Names, Request,
    s3::{Object, ObjectOptions},
    secrets_manager::{Secret, Version},
    ssm::Parameters,
};
use lambda_cache_names::{
    entry_name, parameter,
    s3::{self, PRIVATE_FOLDER, S3Uri},
    secret,
};

use crate::{input::Input, outcome::check_message};

const NAMES: [&str; 8] = [
    "/production/app/var:3",
    "var",
    "arn:aws:ssm:eu-west-1:123456789012:parameter/app/var:label",
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db/conn-a1B2c3",
    "s3://bucket/path/to/object.json",
    "s3://b//k",
    "function_name",
    ".lambda-cache",
];

const TOKENS: [&str; 16] = [
    "/",
    ":",
    "arn:aws:",
    "ssm",
    "s3://",
    ".",
    "..",
    "\0",
    "\n",
    "\u{1b}[2J",
    "\u{202e}",
    "\u{85}",
    "é",
    "__",
    ".lambda-cache",
    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn",
];

/// Checks names, ARNs, URIs and entry names: a parsed name is displayed unchanged, and a file name is a single file.
///
/// # Panics
/// If one of these properties does not hold.
pub fn names(data: &[u8]) {
    let mut input = Input::new(data);
    let mut text = || input.text(&NAMES, &TOKENS);
    let (first, second, given) = (text(), text(), text());
    for name in [&first, &second] {
        check_entry_names(name);
        check_uri(name, &given);
    }
    check_list(&[first.clone(), second.clone()]);
    check_keys(&requests(&first, &second, &given), &[&first, &second, &given]);
}

fn check_entry_names(name: &str) {
    match parameter::entry_name(name) {
        Ok(found) => assert!(!found.is_empty() && !found.contains(['/', ':']) && name.contains(found), "{found:?}"),
        Err(error) => check_message(&error, &[name]),
    }
    match secret::entry_name(name) {
        Ok(found) => assert!(!found.is_empty() && !found.contains('/') && name.contains(found), "{found:?}"),
        Err(error) => check_message(&error, &[name]),
    }
    if let Err(error) = entry_name::check(name) {
        check_message(&error, &[name]);
    }
}

fn check_list(names: &[String; 2]) {
    match parameter::keys(&names.each_ref().map(Into::into)) {
        Ok(keys) => assert!(keys.len() == 2 && keys[0] != keys[1], "{keys:?}"),
        Err(error) => check_message(&error, &[&names[0], &names[1]]),
    }
}

fn check_uri(text: &str, given: &str) {
    let uri = match S3Uri::parse(text) {
        Ok(uri) => uri,
        Err(error) => return check_message(&error, &[text]),
    };
    let is_arn = uri.bucket().starts_with("arn:");
    assert!(is_arn || uri.to_string() == text);
    assert_eq!(S3Uri::parse(&uri.to_string()).as_ref(), Ok(&uri));
    assert!(!uri.bucket().is_empty() && (is_arn || !uri.bucket().contains('/')) && !uri.key().is_empty());
    for (entry_name, file_name) in [(None, None), (Some(given), None), (None, Some(given))] {
        match s3::file_name(&uri, entry_name, file_name) {
            Ok(name) => check_file_name(name),
            Err(error) => check_message(&error, &[text, given]),
        }
    }
}

fn check_file_name(name: &str) {
    assert!(!name.contains(['/', '\0']) && !["", ".", "..", PRIVATE_FOLDER].contains(&name) && name.len() <= 255);
    let path = Path::new("/tmp").join(name);
    assert_eq!((path.parent(), path.file_name()), (Some(Path::new("/tmp")), Some(name.as_ref())));
}

/// Returns all requests for these names, each with its identity.
fn requests(first: &str, second: &str, given: &str) -> Vec<Request> {
    let list = |names: &[&str]| Parameters::new(Names::Several(names.iter().map(|name| (*name).into()).collect()));
    let mut requests = Vec::new();
    let mut add = |request: Result<Request, lambda_cache::Error>| match request {
        Ok(request) => requests.push(request),
        Err(error) => check_message(&error, &[first, second, given]),
    };
    for name in [first, second, given] {
        add(Parameters::new(name).map(Request::Parameters));
        add(Secret::new(name, Version::default()).map(Request::Secret));
        add(list(&[name]).map(Request::Parameters));
        let default = ObjectOptions::default();
        add(Object::new(name, default).map(Request::Object));
        add(Object::new(name, ObjectOptions { entry_name: Some(given), ..default }).map(Request::Object));
        add(Object::new(name, ObjectOptions { version_id: Some(given), ..default }).map(Request::Object));
    }
    add(list(&[first, second]).map(Request::Parameters));
    add(list(&[second, first]).map(Request::Parameters));
    requests
}

/// Checks that different requests have different keys.
fn check_keys(requests: &[Request], given: &[&str]) {
    for (index, one) in requests.iter().enumerate() {
        for other in &requests[..index] {
            assert_eq!(one == other, one.key() == other.key(), "{one:?} and {other:?}");
        }
        if let Err(error) = one.entry_name(None) {
            check_message(&error, given);
        }
    }
}
