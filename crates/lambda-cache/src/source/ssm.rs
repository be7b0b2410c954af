//! SSM Parameter Store: one parameter; a list, or all below a path, as one group.

use std::slice;

use futures_util::future::join_all;
use lambda_cache_names::{NameError, parameter};

use super::api::Api;
use crate::{Error, ErrorKind, Value, engine::Identity};

/// Names that one `GetParameters` takes
/// (<https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html>).
const NAMES_PER_CALL: usize = 10;

/// What to read from Parameter Store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parameters {
    /// One parameter.
    One(String),
    /// Several, as one entry.
    List(Vec<String>),
    /// All below a path, as one entry.
    Path(Path),
    /// The same, where what does not exist is no error.
    Optional(Box<Self>),
}

/// A path of the hierarchy, and how deep below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The path, and `recursive` or `one level`: what tells its entry from others.
    parts: [String; 2],
    is_recursive: bool,
}

impl Parameters {
    /// One parameter, by name (with a selector, if any) or ARN.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) where the name is empty.
    pub fn one(name: impl Into<String>) -> Result<Self, Error> {
        let name = name.into();
        if name.is_empty() {
            parameter::entry_name(&name)?;
        }
        Ok(Self::One(name))
    }

    /// Several parameters, as one entry.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for an empty list, an empty name, or two names with one last segment.
    pub fn list(names: Vec<String>) -> Result<Self, Error> {
        parameter::segments(&names)?;
        Ok(Self::List(names))
    }

    /// All parameters below a path, as one entry: the whole tree, or its first level.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a path that does not begin with `/`.
    pub fn path(path: &str, is_recursive: bool) -> Result<Self, Error> {
        let depth = if is_recursive { "recursive" } else { "one level" };
        let parts = [parameter::checked_path(path)?.to_owned(), depth.to_owned()];
        Ok(Self::Path(Path { parts, is_recursive }))
    }

    /// The same, where what does not exist is no error: a parameter is then [`Value::Nothing`], alone or in a list, and a
    /// path is an empty group.
    #[must_use]
    pub fn optional(self) -> Self {
        match self {
            Self::Optional(_) => self,
            required => Self::Optional(Box::new(required)),
        }
    }

    pub(super) fn entry_name(&self) -> Result<String, Error> {
        match self {
            Self::One(name) => Ok(parameter::entry_name(name)?.to_owned()),
            Self::List(_) => Err(NameError::ListWithoutEntryName.into()),
            Self::Path(path) => Ok(parameter::path_entry_name(path.path())?.to_owned()),
            Self::Optional(required) => required.entry_name(),
        }
    }

    pub(super) fn identity(&self) -> impl Identity {
        let (parameters, is_optional) = self.required();
        match (parameters, is_optional) {
            (Self::One(name), false) => ("ssm parameter", slice::from_ref(name)),
            (Self::One(name), true) => ("optional ssm parameter", slice::from_ref(name)),
            (Self::List(names), false) => ("ssm parameters", names.as_slice()),
            (Self::List(names), true) => ("optional ssm parameters", names.as_slice()),
            (Self::Path(path), false) => ("ssm path", path.parts.as_slice()),
            (Self::Path(path), true) => ("optional ssm path", path.parts.as_slice()),
            (Self::Optional(_), _) => unreachable!("optional is said once"),
        }
    }

    /// What is meant, and whether it may be missing.
    fn required(&self) -> (&Self, bool) {
        match self {
            Self::Optional(required) => (required, true),
            required => (required, false),
        }
    }

    pub(super) async fn fetch(&self, api: &dyn Api) -> Result<Value, Error> {
        let (parameters, is_optional) = self.required();
        let fetched = match parameters {
            Self::One(name) => api.get_parameter(name).await,
            Self::List(names) => return fetch_list(names, is_optional, api).await,
            Self::Path(path) => path.fetch(api).await,
            Self::Optional(_) => unreachable!("optional is said once"),
        };
        match fetched {
            Err(error) if is_optional && is_missing(&error) => Ok(parameters.nothing()),
            fetched => fetched,
        }
    }

    fn nothing(&self) -> Value {
        match self {
            Self::Path(_) => Value::Group([].into()),
            _ => Value::Nothing,
        }
    }
}

impl Path {
    fn path(&self) -> &str {
        &self.parts[0]
    }

    /// By what each name has beyond the path.
    async fn fetch(&self, api: &dyn Api) -> Result<Value, Error> {
        let found = api.get_parameters_by_path(self.path(), self.is_recursive).await?;
        let named = |(name, value): (String, Value)| Some((parameter::below(self.path(), &name)?.to_owned(), value));
        Ok(Value::Group(found.into_iter().filter_map(named).collect()))
    }
}

/// What a test does not supply does not exist.
fn is_missing(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotSupplied)
}

async fn fetch_list(names: &[String], is_optional: bool, api: &dyn Api) -> Result<Value, Error> {
    let answers = join_all(names.chunks(NAMES_PER_CALL).map(|chunk| api.get_parameters(chunk))).await;
    let mut values = Vec::with_capacity(names.len());
    for answer in answers {
        values.extend(answer?);
    }
    let missing: Vec<&str> =
        names.iter().zip(&values).filter(|(_, value)| value.is_none()).map(|(name, _)| name.as_str()).collect();
    if !missing.is_empty() && !is_optional {
        return Err(api.no_such_parameters(&missing));
    }
    let segments = parameter::segments(names)?;
    let values = values.into_iter().map(|value| value.unwrap_or(Value::Nothing));
    Ok(Value::Group(segments.into_iter().map(str::to_owned).zip(values).collect()))
}
