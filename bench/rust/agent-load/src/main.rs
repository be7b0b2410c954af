//! `agent-load ADDRESS PATH TOKEN CONNECTIONS REQUESTS`: sends requests over kept connections, one after the other on each, and
//! prints how long they took. Each connection is a thread with blocking calls, which costs the machine least.

use std::{
    env,
    error::Error,
    io::{Read, Write},
    net::TcpStream,
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant},
};

type Failure = Box<dyn Error + Send + Sync>;

const ANSWER_BYTES: usize = 16 * 1024;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, path, token, connections, requests] = &arguments[..] else {
        return Err("agent-load ADDRESS PATH TOKEN CONNECTIONS REQUESTS".into());
    };
    let (connections, requests): (usize, usize) = (connections.parse()?, requests.parse()?);
    let request: Arc<str> =
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nX-Aws-Parameters-Secrets-Token: {token}\r\n\r\n").into();
    let start = Arc::new(Barrier::new(connections + 1));
    let clients: Vec<_> = (0..connections)
        .map(|_| {
            let (address, request, start) = (address.clone(), Arc::clone(&request), Arc::clone(&start));
            thread::spawn(move || run(&address, request.as_bytes(), requests, &start))
        })
        .collect();
    start.wait();
    let began = Instant::now();
    let mut took = Vec::with_capacity(connections * requests);
    for client in clients {
        took.extend(client.join().map_err(|_| "a client panicked")??);
    }
    let seconds = began.elapsed().as_secs_f64();
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() - 1) * percent / 100].as_nanos();
    println!(r#"{{"requests": {}, "seconds": {seconds}, "median_ns": {}, "p99_ns": {}}}"#, took.len(), at(50), at(99));
    Ok(())
}

/// Sends the requests over one connection, and returns how long each took.
fn run(address: &str, request: &[u8], requests: usize, start: &Barrier) -> Result<Vec<Duration>, Failure> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut took = Vec::with_capacity(requests);
    let mut answer = [0; ANSWER_BYTES];
    start.wait();
    for _ in 0..requests {
        let began = Instant::now();
        stream.write_all(request)?;
        let mut filled = 0;
        while !is_whole(&answer[..filled])? {
            let read = stream.read(&mut answer[filled..])?;
            if read == 0 {
                return Err("the agent closed the connection".into());
            }
            filled += read;
        }
        took.push(began.elapsed());
    }
    Ok(took)
}

/// Returns `true` for the whole of a successful answer.
fn is_whole(answer: &[u8]) -> Result<bool, Failure> {
    let Some(end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return Ok(false) };
    let head = std::str::from_utf8(&answer[..end])?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    if !head.starts_with("HTTP/1.1 200 ") {
        return Err(format!("not an answer with the secret: {head}").into());
    }
    Ok(answer.len() == end + 4 + length.ok_or("the answer has no length")?)
}
