//! Many requests of all kinds, after which the agent has no more memory or descriptors than before.

use std::{env, fs};

use bytes::Bytes;
use fault_server::{Fault, FaultServer, Times};
use futures_util::future::join_all;
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::SendRequest;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use crate::{
    aws_door,
    support::{Agent, TOKEN, TOKEN_HEADER},
};

/// The requests of a run in CI, and the variable with another number.
const REQUESTS: usize = 2_000;
const REQUESTS_VARIABLE: &str = "AGENT_SOAK_REQUESTS";
const CLIENTS: usize = 8;
const SHARES: usize = 20;
/// The entries that the cache holds, and more names, so that entries are evicted.
const CACHE_SIZE: &str = "100";
const CHANGING: usize = 130;
const HOT: usize = 10;
const MAY_GROW_BY_BYTES: usize = 1 << 20;
const MAY_GROW_BY_DESCRIPTORS: usize = 3;

/// The requests of one client, at random from a fixed seed.
struct Client<'a> {
    agent: &'a Agent,
    server: &'a FaultServer,
    sdk: aws_sdk_ssm::Client,
    state: u64,
    kept: Option<SendRequest<Full<Bytes>>>,
}

impl Client<'_> {
    /// Returns a number below `limit`.
    fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state % limit as u64).unwrap()
    }

    async fn run(&mut self, requests: usize) {
        for _ in 0..requests {
            self.act().await;
        }
    }

    async fn act(&mut self) {
        let hot = format!("/hot{}", self.below(HOT));
        match self.below(100) {
            0 => self.break_off().await,
            1 => self.arm(),
            2 => assert!(self.sdk.get_parameter().name(hot).send().await.is_ok()),
            3..=4 => self.expect(&[200], Method::POST, &format!("/invalidate?name={hot}"), TOKEN).await,
            5 => self.expect(&[200], Method::GET, "/stats", TOKEN).await,
            6..=7 => self.expect(&[403], Method::GET, "/v1/s", "wrong").await,
            8..=9 => self.expect(&[400], Method::GET, "/v1/s?colour=red", TOKEN).await,
            10..=12 => self.expect(&[400], Method::GET, "/ssm/get?name=/none", TOKEN).await,
            13..=17 => {
                self.expect(&[200, 400, 500, 502, 503], Method::GET, "/v1/s?refreshNow=true", TOKEN).await;
            }
            18..=28 => {
                let path = format!("/systemsmanager/parameters/get?name=/changing{}", self.below(CHANGING));
                self.expect(&[200], Method::GET, &path, TOKEN).await;
            }
            29..=31 => self.expect(&[200], Method::GET, "/ssm/get?path=/below", TOKEN).await,
            _ => self.expect(&[200], Method::GET, &format!("/ssm/get?name={hot}"), TOKEN).await,
        }
    }

    async fn expect(&mut self, statuses: &[u16], method: Method, path: &str, token: &str) {
        let mut kept = match self.kept.take() {
            Some(kept) => kept,
            None => self.agent.connect().await,
        };
        let request = Request::builder().method(method).uri(path).header("Host", "localhost");
        let request = request.header(TOKEN_HEADER, token).body(Full::default()).unwrap();
        let answer = kept.send_request(request).await.unwrap();
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        assert!(statuses.contains(&status), "{path}: {status} {body:?}");
        self.kept = Some(kept);
    }

    /// Leaves in the middle of a request.
    async fn break_off(&mut self) {
        self.kept = None;
        let mut stream = TcpStream::connect(&*self.agent.address).await.unwrap();
        stream.write_all(b"GET /ssm/get?name=/hot0 HTTP/1.1\r\nHost: loc").await.unwrap();
    }

    fn arm(&mut self) {
        let kinds = [Fault::Throttled, Fault::InternalError, Fault::ResetBeforeAnswer, Fault::Unreadable];
        self.server.fault("s", kinds[self.below(kinds.len())].clone(), Times::Times(2));
    }
}

/// Returns the resident bytes and the open descriptors of the agent.
fn sample(agent: &Agent) -> (usize, usize) {
    let folder = format!("/proc/{}", agent.id());
    let status = fs::read_to_string(format!("{folder}/status")).unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let resident: usize = resident.split_whitespace().next().unwrap().parse().unwrap();
    (resident * 1024, fs::read_dir(format!("{folder}/fd")).unwrap().count())
}

fn median(mut values: Vec<usize>) -> usize {
    values.sort_unstable();
    values[values.len() / 2]
}

#[cfg(target_os = "linux")]
#[allow(clippy::print_stdout, reason = "the figures of a long run")]
#[tokio::test]
async fn many_requests_leave_nothing_behind() {
    let requests = env::var(REQUESTS_VARIABLE).map_or(REQUESTS, |given| given.parse().unwrap());
    let server = FaultServer::start().await.unwrap();
    for name in (0..HOT).map(|index| format!("/hot{index}")).chain((0..3).map(|index| format!("/below/{index}"))) {
        server.put_parameter(name, "x".repeat(500));
    }
    for index in 0..CHANGING {
        server.put_parameter(format!("/changing{index}"), "x".repeat(500));
    }
    server.put_secret("s", "x");
    let agent =
        Agent::start(&server, &[("AWS_MAX_ATTEMPTS", "1"), ("PARAMETERS_SECRETS_EXTENSION_CACHE_SIZE", CACHE_SIZE)])
            .await;
    let mut clients: Vec<_> = (1..=CLIENTS as u64)
        .map(|number| Client {
            agent: &agent,
            server: &server,
            sdk: aws_sdk_ssm::Client::new(&aws_door::config(&agent, &[])),
            state: number.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            kept: None,
        })
        .collect();
    for index in 0..CHANGING {
        let path = format!("/systemsmanager/parameters/get?name=/changing{index}");
        clients[0].expect(&[200], Method::GET, &path, TOKEN).await;
    }
    let mut samples = Vec::new();
    for _ in 0..SHARES {
        join_all(clients.iter_mut().map(|client| client.run(requests / SHARES / CLIENTS))).await;
        samples.push(sample(&agent));
    }
    println!("{requests} requests, resident bytes and descriptors: {samples:?}");
    // The first fifth warms up.
    let fifth = SHARES / 5;
    let (second, last) = (&samples[fifth..2 * fifth], &samples[SHARES - fifth..]);
    let level = |some: &[(usize, usize)]| {
        let (resident, descriptors): (Vec<_>, Vec<_>) = some.iter().copied().unzip();
        (median(resident), median(descriptors))
    };
    let (before, after) = (level(second), level(last));
    assert!(after.0 <= before.0 + MAY_GROW_BY_BYTES, "memory grew: {samples:?}");
    assert!(after.1 <= before.1 + MAY_GROW_BY_DESCRIPTORS, "descriptors grew: {samples:?}");
}
