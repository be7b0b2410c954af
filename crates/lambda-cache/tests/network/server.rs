//! A server that sends the bytes given by a test, and a cache that calls it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use lambda_cache::{Cache, Error, Secret};

/// The first byte of a TLS client.
const TLS_HANDSHAKE: u8 = 22;

/// A server that sends the same answer to every request and keeps the heads of the requests.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    answer: Arc<Mutex<Vec<u8>>>,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self { address: listener.local_addr().unwrap(), answer: Arc::default(), heads: Arc::default() };
        let (answer, heads) = (Arc::clone(&server.answer), Arc::clone(&server.heads));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, heads) = (Arc::clone(&answer), Arc::clone(&heads));
                thread::spawn(move || serve(&stream.unwrap(), &answer, &heads));
            }
        });
        server
    }

    /// Sets the answer: the lines of the head, including their line ends, and the body.
    pub(crate) fn answers(&self, status: u16, lines: &[u8], body: &str) {
        let mut answer = format!("HTTP/1.1 {status} Some\r\ncontent-length: {}\r\n", body.len()).into_bytes();
        answer.extend_from_slice(lines);
        answer.extend_from_slice(b"\r\n");
        answer.extend_from_slice(body.as_bytes());
        *self.answer.lock().unwrap() = answer;
    }

    /// Sets the answer as raw bytes, without an HTTP head.
    pub(crate) fn answers_raw(&self, bytes: &[u8]) {
        *self.answer.lock().unwrap() = bytes.to_vec();
    }

    /// Returns the heads received since the last call.
    pub(crate) fn heads(&self) -> Vec<String> {
        std::mem::take(&mut *self.heads.lock().unwrap())
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }
}

fn serve(mut stream: &TcpStream, answer: &Mutex<Vec<u8>>, heads: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream);
    if reader.fill_buf().is_ok_and(|bytes| bytes.first() == Some(&TLS_HANDSHAKE)) {
        let _ = stream.write_all(&answer.lock().unwrap());
        return;
    }
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).unwrap_or(0) == 0 {
                return;
            }
        }
        let length = head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        reader.read_exact(&mut vec![0; length.unwrap_or(0)]).unwrap();
        heads.lock().unwrap().push(head);
        let answer = answer.lock().unwrap().clone();
        if stream.write_all(&answer).is_err() {
            return;
        }
    }
}

/// Returns a configuration without retries.
pub(crate) fn config(endpoint: &str) -> aws_types::sdk_config::Builder {
    let credentials = Credentials::new("AKIDOWN", "secret", None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .region(Region::new("eu-south-2"))
        .retry_config(RetryConfig::standard().with_max_attempts(1))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
}

pub(crate) fn cache(endpoint: &str, dir: &std::path::Path) -> Cache {
    Cache::builder().sdk_config(&config(endpoint).build()).dir(dir).build()
}

pub(crate) async fn parameter(cache: &Cache) -> Result<String, Error> {
    cache.ssm().get_entry("/a").refresh().await
}

pub(crate) async fn secret(cache: &Cache) -> Result<String, Error> {
    let secret: Secret<String> = cache.secrets_manager().get_entry("a").refresh().await?;
    Ok(secret.expose().clone())
}
