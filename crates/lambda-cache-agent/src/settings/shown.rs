use std::fmt;

use lambda_cache::__binding::engine::MaxAge;

use super::{SecretsDoor, ServiceSettings, Settings};

/// Shows the settings as they were understood, one in a line, without the token.
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "port: 127.0.0.1:{}", self.port)?;
        if let Some(socket) = &self.socket {
            writeln!(f, "socket: {}", socket.display())?;
        }
        let door = match self.secrets_door {
            SecretsDoor::Extension => "the AWS Parameters and Secrets Lambda Extension",
            SecretsDoor::Provider => "the AWS Workload Credentials Provider",
        };
        writeln!(f, "/secretsmanager/get answers like: {door}")?;
        let token = self.token_variables.iter().find(|name| self.variable(name).is_some());
        writeln!(f, "token: {} in {}", token.map_or("none", |name| name), self.token_headers.join(" or "))?;
        writeln!(f, "connections: {}, roles: {}, entries: {}", self.max_connections, self.max_roles, self.cache_size)?;
        match &self.local {
            Some(file) => writeln!(f, "values from: {}", file.display())?,
            None => writeln!(f, "values from: AWS")?,
        }
        for (name, service) in [("ssm", &self.ssm), ("secrets manager", &self.secrets_manager), ("s3", &self.s3)] {
            writeln!(f, "{name}: {service}")?;
        }
        let prefetched = self.prefetch_parameters.iter().chain(&self.prefetch_secrets);
        writeln!(f, "prefetched: {}", prefetched.map(String::as_str).collect::<Vec<_>>().join(", "))
    }
}

impl fmt::Display for ServiceSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "max age {}, stale if error {}, {} requests at a time",
            Seconds(self.max_age),
            Seconds(self.stale_if_error),
            self.requests
        )?;
        self.timeout.map_or(Ok(()), |timeout| write!(f, ", time-out {timeout:?}"))
    }
}

/// An age in seconds.
struct Seconds(MaxAge);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_nanos() {
            u64::MAX => f.write_str("unlimited"),
            nanoseconds => write!(f, "{} s", std::time::Duration::from_nanos(nanoseconds).as_secs_f64()),
        }
    }
}
