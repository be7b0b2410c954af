//! The proxy that gives the answers in place of every server.

use std::{
    collections::HashMap,
    env,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{LazyLock, Mutex, PoisonError},
    thread,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    AssumeRole,
    WebIdentity,
    SsoRole,
    SsoToken,
    MetadataToken,
    MetadataRole,
    Keys,
}

/// An HTTP answer.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// Returns `true` if it is a refusal whose message is meant to be shown.
    pub(super) fn has_a_message(&self) -> bool {
        let body = String::from_utf8_lossy(&self.body).to_lowercase();
        self.status >= 300 && ["message", "code", "error"].iter().any(|field| body.contains(field))
    }
}

/// A valid answer of each kind.
pub(super) const ANSWERS: [(Kind, &str); 7] = [
    (
        Kind::AssumeRole,
        "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>\
         <AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>c4n4ry-sts</SecretAccessKey><SessionToken>c4n4ry-token\
         </SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>\
         </AssumeRoleResponse>",
    ),
    (
        Kind::WebIdentity,
        "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIA\
         </AccessKeyId><SecretAccessKey>c4n4ry-web</SecretAccessKey><SessionToken>c4n4ry-token</SessionToken>\
         <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>\
         </AssumeRoleWithWebIdentityResponse>",
    ),
    (
        Kind::SsoRole,
        r#"{"roleCredentials": {"accessKeyId": "ASIA", "secretAccessKey": "c4n4ry-sso", "sessionToken": "c4n4ry-token",
            "expiration": 4070908800000}}"#,
    ),
    (
        Kind::SsoToken,
        r#"{"accessToken": "c4n4ry-renewed", "tokenType": "Bearer", "expiresIn": 28800, "refreshToken": "c4n4ry-next"}"#,
    ),
    (Kind::MetadataToken, "c4n4ry-metadata-token"),
    (Kind::MetadataRole, "role"),
    (
        Kind::Keys,
        r#"{"Code": "Success", "AccessKeyId": "ASIA", "SecretAccessKey": "c4n4ry-metadata", "Token": "c4n4ry-token",
            "Expiration": "2099-01-01T00:00:00Z"}"#,
    ),
];

pub(super) const TOKENS: [&str; 22] = [
    "null",
    "{",
    "}",
    "[",
    "\"",
    ",",
    "-1",
    "1e999",
    "9223372036854775807",
    "-9223372036854775808",
    "0000-00-00T00:00:00Z",
    "9999-12-31T23:59:59.999999999Z",
    "-292277022657-01-27T08:29:52Z",
    "\u{0}",
    "\r\n",
    "é",
    "\\ud800",
    "<Credentials>",
    "</",
    "<!--",
    "&#0;",
    "<Expiration>1</Expiration>",
];

const FOUND: &str = r#"{"Parameter": {"Name": "/app/var", "Type": "String", "Value": "x"}}"#;

static PRESENT: LazyLock<Mutex<HashMap<Kind, Answer>>> = LazyLock::new(|| {
    let proxy = env::var("HTTP_PROXY").unwrap_or_default();
    let address = proxy.strip_prefix("http://").expect("HTTP_PROXY and HTTPS_PROXY must name a free local address");
    let listener = TcpListener::bind(address).expect("HTTP_PROXY must name a free local address");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || serve(stream));
        }
    });
    Mutex::default()
});

/// Sets the answers from now on.
pub(super) fn answer_with(answers: HashMap<Kind, Answer>) {
    *PRESENT.lock().unwrap_or_else(PoisonError::into_inner) = answers;
}

/// Answers the requests of one connection.
fn serve(mut stream: TcpStream) {
    let Ok(copy) = stream.try_clone() else { return };
    let mut reader = BufReader::new(copy);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).unwrap_or(0) == 0 {
                return;
            }
        }
        let length = head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        if reader.read_exact(&mut body).is_err() {
            return;
        }
        let Answer { status, body } = answer(&head, &String::from_utf8_lossy(&body));
        let length = body.len();
        let sent = write!(stream, "HTTP/1.1 {status} \r\nx-amzn-requestid: r-1\r\ncontent-length: {length}\r\n\r\n");
        if sent.and_then(|()| stream.write_all(&body)).is_err() {
            return;
        }
    }
}

fn answer(head: &str, body: &str) -> Answer {
    let first = head.lines().next().unwrap_or_default();
    let kind = if head.to_lowercase().contains("x-amz-target: amazonssm") {
        return Answer { status: 200, body: FOUND.into() };
    } else if first.starts_with("CONNECT") {
        return Answer { status: 502, body: Vec::new() };
    } else if body.contains("AssumeRoleWithWebIdentity") {
        Kind::WebIdentity
    } else if body.contains("AssumeRole") {
        Kind::AssumeRole
    } else if first.contains("federation/credentials") {
        Kind::SsoRole
    } else if first.starts_with("POST") {
        Kind::SsoToken
    } else if first.starts_with("PUT") {
        Kind::MetadataToken
    } else if first.contains("security-credentials/ ") {
        Kind::MetadataRole
    } else {
        Kind::Keys
    };
    let answers = PRESENT.lock().unwrap_or_else(PoisonError::into_inner);
    answers.get(&kind).cloned().unwrap_or(Answer { status: 500, body: Vec::new() })
}
