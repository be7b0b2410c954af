//! The fault server on a separate thread, where it answers whatever the test's runtimes do, and caches that call it.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::{sync::mpsc, thread, time::Duration};

use aws_config::{BehaviorVersion, Region, SdkConfig, timeout::TimeoutConfig};
use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, SharedCredentialsProvider},
};
use fault_server::{Fault, FaultServer, Times};
use lambda_cache::Cache;
use tokio::sync::oneshot;

/// A fault server that ends when this is dropped.
pub(crate) struct StandIn {
    pub(crate) server: std::sync::Arc<FaultServer>,
    pub(crate) dir: tempfile::TempDir,
    _stop: oneshot::Sender<()>,
}

impl StandIn {
    /// Starts a server with `/app/var`, `/app/other`, a secret `login` and an object `s3://bucket/key`.
    pub(crate) fn start() -> Self {
        let (started, wait) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                started.send(std::sync::Arc::new(FaultServer::start().await.unwrap())).unwrap();
                let _ = stopped.await;
            });
        });
        let server = wait.recv().unwrap();
        server.put_parameter("/app/var", "x");
        server.put_parameter("/app/other", "y");
        server.put_secret("login", "z");
        server.put_object("s3://bucket/key", "object");
        Self { server, dir: tempfile::tempdir().unwrap(), _stop: stop }
    }

    /// Delays the next answer for `resource`.
    pub(crate) fn delay(&self, resource: &str, by: Duration) {
        let milliseconds = u64::try_from(by.as_millis()).unwrap();
        self.server.fault(resource, Fault::Latency { milliseconds }, Times::Times(1));
    }

    /// Returns the number of requests so far.
    pub(crate) fn requests(&self) -> u64 {
        self.server.counts().requests
    }

    pub(crate) fn cache(&self) -> Cache {
        self.cache_with(Credentials::new("testing", "testing", None, None, "test"))
    }

    pub(crate) fn cache_with(&self, credentials: impl ProvideCredentials + 'static) -> Cache {
        Cache::builder().sdk_config(&self.config(credentials)).dir(self.dir.path()).build()
    }

    /// Returns a configuration with timeouts that no delay of a test exceeds.
    pub(crate) fn config(&self, credentials: impl ProvideCredentials + 'static) -> SdkConfig {
        let limit = Duration::from_secs(20);
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(self.server.http_url())
            .region(Region::new("eu-west-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .timeout_config(TimeoutConfig::builder().read_timeout(limit).operation_timeout(limit).build())
            .build()
    }
}
