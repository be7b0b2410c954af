//! The settings, and their errors.

use std::fs;

use fault_server::FaultServer;

use crate::support::{Agent, TOKEN, TOKEN_HEADER, command, run};

const BASE: [(&str, &str); 4] =
    [("AWS_TOKEN", TOKEN), ("AWS_REGION", "eu-west-1"), ("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")];

#[tokio::test]
async fn an_invalid_setting_ends_the_start_with_a_sentence() {
    let cases = [
        (("PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", "high"), "is not a port from 1 to 65535"),
        (("SSM_PARAMETER_STORE_TTL", "-1"), "is not a number of seconds"),
        (("SECRETS_MANAGER_TIMEOUT_MILLIS", "1.5"), "is not a whole number of milliseconds"),
        (("PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED", "yes"), "is not TRUE or FALSE"),
        (("PARAMETERS_SECRETS_EXTENSION_MAX_CONNECTIONS", "0"), "is not a whole number from 1 up"),
        (("LAMBDA_CACHE_AGENT_SECRETS_DOOR", "front"), "is not extension or provider"),
        (("LAMBDA_CACHE_AGENT_CONFIG", "/nonexistent"), "cannot be read"),
        (("AWS_TOKEN", "file:///nonexistent"), "cannot read the token from /nonexistent"),
        (("AWS_TOKEN", ""), "no token is set"),
        (("AWS_REGION", ""), "Region"),
        (("AWS_ACCESS_KEY_ID", ""), "credentials"),
    ];
    for (variable, sentence) in cases {
        let variables =
            [&BASE[..], &[("AWS_EC2_METADATA_DISABLED", "true"), ("HOME", "/nonexistent"), variable]].concat();
        let (code, _, errors) = run(command(&["serve", "--port", "0"], &variables)).await;
        assert!(code == 1 && errors.contains(sentence), "{variable:?}: {code} {errors}");
    }
    for arguments in
        [&["sevre"][..], &["serve", "--prot", "1"], &["serve", "--port"], &["serve", "--port", "70000"], &[]]
    {
        let (code, _, errors) = run(command(arguments, &BASE)).await;
        assert!(code == 1 && errors.starts_with("lambda-cache-agent: "), "{arguments:?}: {errors}");
    }
}

#[tokio::test]
async fn a_taken_port_ends_the_start_with_a_sentence() {
    let server = FaultServer::start().await.unwrap();
    let agent = Agent::start(&server, &[]).await;
    let (_, port) = agent.address.split_once(':').unwrap();
    let (code, _, errors) = run(command(&["serve", "--port", port], &BASE)).await;
    assert!(code == 1 && errors.contains("choose another port"), "{errors}");
}

#[tokio::test]
async fn check_shows_the_settings_of_both_peers_and_no_token() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("agent.toml");
    let text = "[logging]\nlog_level = \"warn\"\n[capabilities.secrets_manager]\nhttp_port = 2900\nmax_conn = 5\nmax_roles = 3\n\
                ignore_transient_errors = true\n[capabilities.secrets_manager.cache]\nttl_seconds = 7\n\
                [capabilities.secrets_manager.prefetch]\nsecrets = [{ secret_id = \"prod/db\" }]\n\
                [ssm]\nmax_age_in_seconds = 90\nprefetch = [\"/app/var\"]\n";
    fs::write(&file, text).unwrap();
    let variables = [&BASE[..], &[("SSM_PARAMETER_STORE_TTL", "600")]].concat();
    let (code, output, errors) = run(command(&["check", "--config", file.to_str().unwrap()], &variables)).await;
    assert_eq!((code, &*errors), (0, ""));
    for line in [
        "port: 127.0.0.1:2900",
        "token: AWS_TOKEN in X-Aws-Parameters-Secrets-Token or X-Vault-Token",
        "connections: 5, roles: 3, entries: 1000",
        "ssm: max age 600 s, stale if error 0 s, 10 requests at a time",
        "secrets manager: max age 7 s, stale if error unlimited, 10 requests at a time",
        "prefetched: /app/var, prod/db",
    ] {
        assert!(output.lines().any(|shown| shown == line), "{line}: {output}");
    }
    assert!(!output.contains(TOKEN));
}

#[tokio::test]
async fn a_file_in_the_providers_older_form_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("agent.toml");
    fs::write(
        &file,
        "http_port = 2901\nttl_seconds = 0\nssrf_headers = [\"X-Mine\"]\nssrf_env_variables = [\"MINE\"]\n",
    )
    .unwrap();
    let variables = [&BASE[..], &[("MINE", "x")]].concat();
    let (_, output, _) = run(command(&["check", "--config", file.to_str().unwrap()], &variables)).await;
    assert!(output.contains("127.0.0.1:2901") && output.contains("token: MINE in X-Mine"), "{output}");
    for (text, sentence) in [
        ("colour = 1", "colour"),
        ("[capabilities.acm]\nenabled = true", "exports no certificates"),
        ("[prefetch]\nfilter_tags = [{ key = \"k\" }]", "prefetch.secrets"),
        ("[ssm]\nrequests = 0", "from 1 up"),
        ("ssrf_headers = [\"a b\"]", "not the name of a header"),
    ] {
        fs::write(&file, text).unwrap();
        let (code, _, errors) = run(command(&["check", "--config", file.to_str().unwrap()], &BASE)).await;
        assert!(code == 1 && errors.contains(sentence), "{text}: {errors}");
    }
}

#[tokio::test]
async fn a_token_file_is_read_again_when_it_changes() {
    let server = FaultServer::start().await.unwrap();
    server.put_parameter("/a", "x");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    fs::write(&file, format!("{TOKEN}\n")).unwrap();
    let agent = Agent::start(&server, &[("AWS_TOKEN", &format!("file://{}", file.display()))]).await;
    assert_eq!(agent.get("/ssm/get?name=/a").await.status, 200);
    let replacement = folder.path().join("other");
    fs::write(&replacement, "other").unwrap();
    let later = std::time::UNIX_EPOCH + std::time::Duration::from_secs(4_000_000_000);
    fs::File::options().write(true).open(&replacement).unwrap().set_modified(later).unwrap();
    fs::rename(&replacement, &file).unwrap();
    assert_eq!(agent.get("/ssm/get?name=/a").await.status, 403);
    let answer = agent.send(http::Method::GET, "/ssm/get?name=/a", &[(TOKEN_HEADER, "other")], "").await;
    assert_eq!(answer.status, 200);
    fs::remove_file(&file).unwrap();
    let answer = agent.send(http::Method::GET, "/ssm/get?name=/a", &[(TOKEN_HEADER, "other")], "").await;
    assert_eq!(answer.status, 403);
}
