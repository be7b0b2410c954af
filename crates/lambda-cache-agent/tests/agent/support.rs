//! The agent as a process, and a client.

use std::{
    process::{ExitStatus, Stdio},
    time::Duration,
};

use bytes::Bytes;
use fault_server::FaultServer;
use http::{HeaderMap, Method, Request};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, BufReader},
    net::TcpStream,
    process::{Child, Command},
    time::timeout,
};

/// A limit for commands that should end by themselves.
const LONGEST: Duration = Duration::from_mins(1);

pub(crate) const TOKEN: &str = "the-token";
pub(crate) const TOKEN_HEADER: &str = "X-Aws-Parameters-Secrets-Token";

/// A running agent. Dropping it ends the process.
pub(crate) struct Agent {
    pub(crate) address: String,
    child: Child,
}

/// An answer of the agent.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Returns the command of the agent, with an environment that has only these variables.
pub(crate) fn command(arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lambda-cache-agent"));
    command.args(arguments).env_clear().envs(variables.iter().copied()).stdin(Stdio::null()).kill_on_drop(true);
    command
}

impl Agent {
    /// Starts `serve` on a free port, with the calls to AWS answered by `server`.
    pub(crate) async fn start(server: &FaultServer, variables: &[(&str, &str)]) -> Self {
        let url = server.http_url();
        let mut all = vec![
            ("AWS_ENDPOINT_URL", url.as_str()),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "testing"),
            ("AWS_SECRET_ACCESS_KEY", "testing"),
            ("AWS_TOKEN", TOKEN),
        ];
        all.extend(variables);
        Self::spawn(command(&["serve", "--port", "0"], &all)).await
    }

    /// Starts the command, which prints its address.
    pub(crate) async fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.next_line().await.unwrap().expect("the agent printed no address");
        let (_, address) = line.split_once("http://").unwrap();
        Self::of(address.to_owned(), child)
    }

    /// Returns a process that serves at this address.
    pub(crate) fn of(address: String, child: Child) -> Self {
        Self { address, child }
    }

    /// Waits for the end of the process.
    pub(crate) async fn wait(&mut self) -> ExitStatus {
        self.child.wait().await.unwrap()
    }

    /// Returns the id of the process.
    pub(crate) fn id(&self) -> String {
        self.child.id().unwrap().to_string()
    }

    /// Sends the process a signal by its name, without `SIG`.
    pub(crate) async fn signal(&self, name: &str) {
        assert!(Command::new("kill").args(["-s", name, &self.id()]).status().await.unwrap().success());
    }

    /// Opens a connection that is kept for several requests.
    pub(crate) async fn connect(&self) -> http1::SendRequest<Full<Bytes>> {
        let stream = TcpStream::connect(&*self.address).await.unwrap();
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        sender
    }

    /// Asks the process to end, and waits for it.
    pub(crate) async fn terminate(&mut self) -> ExitStatus {
        self.signal("TERM").await;
        self.wait().await
    }

    /// Sends a request with the token.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[(TOKEN_HEADER, TOKEN)], "").await
    }

    /// Sends a request on a new connection.
    pub(crate) async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let stream = TcpStream::connect(&*self.address).await.unwrap();
        let mut headers = headers.to_vec();
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            headers.push(("Host", &self.address));
        }
        send_on(stream, method, path, &headers, body).await
    }
}

/// Sends a request on a connection, and returns the answer.
pub(crate) async fn send_on(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = Request::builder().method(method).uri(path);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let answer = sender.send_request(request.body(Full::new(Bytes::from(body.to_owned()))).unwrap()).await.unwrap();
    let (head, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer { status: head.status.as_u16(), headers: head.headers, body: String::from_utf8(body.into()).unwrap() }
}

/// Runs a command to its end. Returns its exit code, output and errors.
pub(crate) async fn run(mut command: Command) -> (i32, String, String) {
    let output = timeout(LONGEST, command.output()).await.expect("the command did not end").unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}
