use serde::Deserialize;

use super::target::{Service, Target};
use crate::agent::Agent;

/// The names of what an operation writes. Every operation of both services has them in these members.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Members {
    name: Option<String>,
    names: Vec<String>,
    secret_id: Option<String>,
}

/// What a write changes.
#[derive(Debug)]
pub(super) struct Written {
    service: Service,
    names: Vec<String>,
}

impl Written {
    pub(super) fn of(target: Target<'_>, body: &[u8]) -> Self {
        let Members { name, names, secret_id } = serde_json::from_slice(body).unwrap_or_default();
        let names = names.into_iter().chain(name).chain(secret_id).collect();
        Self { service: target.service, names }
    }

    /// Forgets the entries that contain it, for every role.
    pub(super) async fn forget(&self, agent: &Agent) {
        for cache in agent.caches().await {
            for name in &self.names {
                match self.service {
                    Service::Ssm => cache.forget_parameter(name),
                    Service::SecretsManager => cache.forget_secret(name),
                }
            }
        }
    }
}
