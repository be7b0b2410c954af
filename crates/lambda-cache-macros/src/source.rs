//! The sources, as far as attributes differ by them.

use syn::Path;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Ssm,
    SecretsManager,
    S3,
    Custom,
}

impl Source {
    const ALL: [Self; 4] = [Self::Ssm, Self::SecretsManager, Self::S3, Self::Custom];

    /// The module of the attribute, and of what it expands to.
    pub(crate) fn module(self) -> &'static str {
        match self {
            Self::Ssm => "ssm",
            Self::SecretsManager => "secrets_manager",
            Self::S3 => "s3",
            Self::Custom => "custom",
        }
    }

    /// The option that says what to read.
    pub(crate) fn name_option(self) -> &'static str {
        match self {
            Self::Ssm => "parameter",
            Self::SecretsManager => "name",
            Self::S3 => "uri",
            Self::Custom => "fetch",
        }
    }

    /// The attribute as it is written, with an example.
    pub(crate) fn example(self) -> &'static str {
        match self {
            Self::Ssm => r#"#[ssm::cache(parameter = "/app/var")]"#,
            Self::SecretsManager => r#"#[secrets_manager::cache(name = "/prod/db")]"#,
            Self::S3 => r#"#[s3::cache(uri = "s3://bucket/key")]"#,
            Self::Custom => r#"#[custom::cache(fetch = fetch_rates, entry_name = "rates")]"#,
        }
    }

    /// The source of an attribute, by the last two segments of its path.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let mut segments = path.segments.iter().rev();
        let last = segments.next()?;
        let module = segments.next()?;
        let is_cache = last.ident == "cache" && last.arguments.is_none() && module.arguments.is_none();
        Self::ALL.into_iter().find(|source| is_cache && module.ident == source.module())
    }
}
