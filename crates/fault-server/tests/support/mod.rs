//! A client that shows the bytes on the wire.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part of it")]

use std::{io, sync::Arc, time::Duration};

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{
        PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
        UriPathNormalizationMode, sign,
    },
    sign::v4,
};
use aws_smithy_types::{DateTime, date_time::Format};
use fault_server::FaultServer;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

/// The time after which nothing more is expected: longer than any answer takes on this machine.
pub const PATIENCE: Duration = Duration::from_millis(200);

/// The keys and the time of a signature.
pub struct Signer {
    pub access_key: &'static str,
    pub secret_key: &'static str,
    pub at: &'static str,
}

pub const TESTING: Signer = Signer { access_key: "testing", secret_key: "testing", at: "2026-11-24T12:00:00Z" };

/// A request.
pub enum Ask<'a> {
    Parameter(&'a str),
    Parameters(&'a [&'a str]),
    /// A path, with further parameters of the request.
    Path(&'a str, serde_json::Value),
    Secret(&'a str),
    Description(&'a str),
    Object(&'a str, &'a [(&'a str, &'a str)]),
    Head(&'a str, &'a [(&'a str, &'a str)]),
}

/// Returns a signed request as bytes. `TESTING`'s time is far in the past or future, which the servers of these tests
/// accept.
pub fn signed(server: &FaultServer, ask: &Ask<'_>, signer: &Signer) -> Vec<u8> {
    let host = server.http_url().replace("http://", "");
    let json = |target: &str, body: serde_json::Value| {
        let headers = vec![
            ("x-amz-target".to_owned(), target.to_owned()),
            ("content-type".to_owned(), "application/x-amz-json-1.1".to_owned()),
        ];
        ("POST", "/".to_owned(), headers, body.to_string())
    };
    let (method, path, mut headers, body) = match ask {
        Ask::Parameter(name) => json("AmazonSSM.GetParameter", serde_json::json!({"Name": name})),
        Ask::Parameters(names) => json("AmazonSSM.GetParameters", serde_json::json!({"Names": names})),
        Ask::Path(path, beside) => {
            let mut body = beside.clone();
            body["Path"] = (*path).into();
            json("AmazonSSM.GetParametersByPath", body)
        }
        Ask::Secret(name) => json("secretsmanager.GetSecretValue", serde_json::json!({"SecretId": name})),
        Ask::Description(name) => json("secretsmanager.DescribeSecret", serde_json::json!({"SecretId": name})),
        Ask::Object(path, headers) => ("GET", format!("{path}?x-id=GetObject"), owned(headers), String::new()),
        Ask::Head(path, headers) => ("HEAD", (*path).to_owned(), owned(headers), String::new()),
    };
    let mut settings = SigningSettings::default();
    let mut service = "ssm";
    let mut signable_body = SignableBody::Bytes(body.as_bytes());
    if let Ask::Object(..) | Ask::Head(..) = ask {
        service = "s3";
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        signable_body = SignableBody::UnsignedPayload;
    }
    headers.push(("host".to_owned(), host.clone()));
    let identity = Credentials::from_keys(signer.access_key, signer.secret_key, None).into();
    let at = DateTime::from_str(signer.at, Format::DateTime).unwrap();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("eu-test-1")
        .name(service)
        .time(at.try_into().unwrap())
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let pairs = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let signable = SignableRequest::new(method, format!("http://{host}{path}"), pairs, signable_body).unwrap();
    let (instructions, _) = sign(signable, &params).unwrap().into_parts();
    let (added, _) = instructions.into_parts();
    headers.extend(added.iter().map(|header| (header.name().to_owned(), header.value().to_owned())));
    headers.push(("content-length".to_owned(), body.len().to_string()));
    let lines: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("{method} {path} HTTP/1.1\r\n{}\r\n{body}", lines.concat()).into_bytes()
}

fn owned(headers: &[(&str, &str)]) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The end of a received stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The server closed the connection.
    Closed,
    Reset,
    /// The connection is open, and nothing more arrived.
    Open,
}

/// A connection, with or without TLS.
pub struct Client(Box<dyn Wire>);

pub trait Wire: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Wire for T {}

impl Client {
    pub async fn plain(server: &FaultServer) -> Self {
        Self(Box::new(TcpStream::connect(server.http_url().replace("http://", "")).await.unwrap()))
    }

    pub async fn tls(server: &FaultServer) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(server.ca_pem().as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let tcp = TcpStream::connect(server.https_url().replace("https://", "")).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        Self(Box::new(TlsConnector::from(Arc::new(config)).connect(name, tcp).await.unwrap()))
    }

    pub async fn send(&mut self, request: &[u8]) {
        self.0.write_all(request).await.unwrap();
        self.0.flush().await.unwrap();
    }

    /// Receives until nothing arrives for a while.
    pub async fn receive(&mut self) -> (String, End) {
        let mut received = Vec::new();
        let end = loop {
            match timeout(PATIENCE, self.0.read_buf(&mut received)).await {
                Err(_) => break End::Open,
                Ok(Ok(0)) => break End::Closed,
                Ok(Ok(_)) => {}
                Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionReset => break End::Reset,
                Ok(Err(error)) => panic!("{error:?}"),
            }
        };
        (String::from_utf8_lossy(&received).into_owned(), end)
    }

    pub async fn ask(&mut self, server: &FaultServer, ask: &Ask<'_>) -> Received {
        self.send(&signed(server, ask, &TESTING)).await;
        let (text, end) = self.receive().await;
        Received { text, end }
    }
}

/// An answer, possibly incomplete.
#[derive(Clone, Debug)]
pub struct Received {
    pub text: String,
    pub end: End,
}

impl Received {
    pub fn status(&self) -> &str {
        self.text.split(' ').nth(1).unwrap_or("")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let (head, _) = self.text.split_once("\r\n\r\n")?;
        let mut headers = head.lines().filter_map(|line| line.split_once(": "));
        headers.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub fn body(&self) -> &str {
        self.text.split_once("\r\n\r\n").map_or("", |(_, body)| body)
    }

    /// Returns the length of the body according to the head.
    pub fn announced(&self) -> usize {
        self.header("content-length").unwrap().parse().unwrap()
    }
}
