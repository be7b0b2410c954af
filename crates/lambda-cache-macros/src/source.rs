//! The attributes, and the differences between the sources.

use syn::Path;

/// An attribute of this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// `cache` in the module of this source.
    Cache(Source),
    RefreshOnError,
}

impl Which {
    /// Returns the attribute with this path, identified by its last segment, or by the last two for `cache`.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let last = path.segments.last().filter(|last| last.arguments.is_none())?;
        if last.ident == "refresh_on_error" {
            return Some(Self::RefreshOnError);
        }
        Source::of(path).map(Self::Cache)
    }

    /// Returns its name.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Cache(source) => format!("{}::cache", source.module()),
            Self::RefreshOnError => "refresh_on_error".to_owned(),
        }
    }

    /// Returns an example of its use.
    pub(crate) fn example(self) -> &'static str {
        match self {
            Self::Cache(source) => source.example(),
            Self::RefreshOnError => "#[refresh_on_error(when = is_wrong_password)]",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Ssm,
    SecretsManager,
    S3,
    Custom,
}

/// The kind of an option that not all sources have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OptionKind {
    /// `true` or `false`, by default `false`.
    Flag,
    /// A string.
    Text,
}

impl Source {
    const ALL: [Self; 4] = [Self::Ssm, Self::SecretsManager, Self::S3, Self::Custom];

    /// Returns the module of the attribute and of the functions that the generated code calls.
    pub(crate) fn module(self) -> &'static str {
        match self {
            Self::Ssm => "ssm",
            Self::SecretsManager => "secrets_manager",
            Self::S3 => "s3",
            Self::Custom => "custom",
        }
    }

    /// Returns the option that names the entry.
    pub(crate) fn name_option(self) -> &'static str {
        match self {
            Self::Ssm => "parameter",
            Self::SecretsManager => "name",
            Self::S3 => "uri",
            Self::Custom => "fetch",
        }
    }

    /// Returns the options that not all sources have, in the order of the arguments of the function in `__macros`.
    pub(crate) fn own_options(self) -> &'static [(&'static str, OptionKind)] {
        use OptionKind::{Flag, Text};

        match self {
            Self::Ssm => &[("optional", Flag)],
            Self::SecretsManager => &[("version_stage", Text), ("version_id", Text), ("rotation_aware", Flag)],
            Self::S3 => &[("check_before_download", Flag), ("file_name", Text), ("version_id", Text)],
            Self::Custom => &[],
        }
    }

    /// Returns an example of the attribute.
    pub(crate) fn example(self) -> &'static str {
        match self {
            Self::Ssm => r#"#[ssm::cache(parameter = "/app/var")]"#,
            Self::SecretsManager => r#"#[secrets_manager::cache(name = "/prod/db")]"#,
            Self::S3 => r#"#[s3::cache(uri = "s3://bucket/key")]"#,
            Self::Custom => r#"#[custom::cache(fetch = fetch_rates, entry_name = "rates")]"#,
        }
    }

    /// Returns the source of an attribute, by the last two segments of its path.
    fn of(path: &Path) -> Option<Self> {
        let mut segments = path.segments.iter().rev();
        let last = segments.next()?;
        let module = segments.next()?;
        let is_cache = last.ident == "cache" && last.arguments.is_none() && module.arguments.is_none();
        Self::ALL.into_iter().find(|source| is_cache && module.ident == source.module())
    }
}
