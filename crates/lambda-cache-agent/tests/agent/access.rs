//! The checks of a request before any door.

use fault_server::FaultServer;
use http::Method;

use crate::support::{Agent, TOKEN, TOKEN_HEADER};

const PATH: &str = "/systemsmanager/parameters/get?name=/a";

#[tokio::test]
async fn requests_need_the_token_on_a_loopback_host() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    let agent = Agent::start(&server, &[]).await;
    let token = (TOKEN_HEADER, TOKEN);
    let cases = [
        (vec![], 403, "Bad Token"),
        (vec![(TOKEN_HEADER, "the-tokem")], 403, "Bad Token"),
        (vec![(TOKEN_HEADER, "")], 403, "Bad Token"),
        (vec![token, ("X-Forwarded-For", "192.0.2.1")], 400, "Forwarded"),
        (vec![token, ("Host", "example.com")], 400, "Bad Host"),
        (vec![token, ("Host", "127.0.0.1.example.com:2773")], 400, "Bad Host"),
    ];
    for (headers, status, body) in cases {
        let answer = agent.send(Method::GET, PATH, &headers, "").await;
        assert!(answer.status == status && answer.body.starts_with(body), "{headers:?}: {answer:?}");
    }
    assert_eq!(server.counts().requests, 0);
    for host in ["localhost", "LOCALHOST:1", "127.0.0.1", "127.1.2.3:80", "[::1]:2773"] {
        let answer = agent.send(Method::GET, PATH, &[token, ("Host", host)], "").await;
        assert_eq!(answer.status, 200, "{host}: {answer:?}");
    }
    for headers in [&[][..], &[("X-Forwarded-For", "192.0.2.1"), ("Host", "example.com")]] {
        assert_eq!(agent.send(Method::GET, "/ping", headers, "").await.body, "healthy");
    }
    assert_eq!(agent.send(Method::POST, PATH, &[token], "").await.status, 405);
    assert_eq!(agent.get("/nothing").await.status, 404);
}
