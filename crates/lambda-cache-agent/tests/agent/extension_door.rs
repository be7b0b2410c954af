//! The AWS Parameters and Secrets Lambda Extension's requests.

use fault_server::FaultServer;
use serde_json::json;

use crate::support::Agent;

#[tokio::test]
async fn a_parameter_has_the_extensions_json() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a/b", "x");
    let agent = Agent::start(&server, &[]).await;
    let expected = json!({
        "Parameter": {
            "ARN": "arn:aws:ssm:eu-west-1:123456789012:parameter/a/b",
            "DataType": "text",
            "LastModifiedDate": "2023-11-14T22:13:20Z",
            "Name": "/a/b",
            "Selector": null,
            "SourceResult": null,
            "Type": "String",
            "Value": "x",
            "Version": 1,
        },
        "ResultMetadata": {},
    });
    for path in ["get?name=/a/b", "get/?name=%2Fa%2Fb"] {
        let answer = agent.get(&format!("/systemsmanager/parameters/{path}&withDecryption=true")).await;
        assert_eq!((answer.status, answer.json()), (200, expected.clone()), "{path}");
        assert_eq!(answer.headers["content-type"], "application/json");
    }
    assert_eq!(server.counts().requests, 1);
}
