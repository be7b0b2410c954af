//! SSM Parameter Store: one parameter, or a list as one group.

use std::slice;

use futures_util::future::join_all;
use lambda_cache_names::{NameError, parameter};

use super::api::Api;
use crate::{Error, Value, engine::Identity};

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

    pub(super) fn entry_name(&self) -> Result<String, Error> {
        match self {
            Self::One(name) => Ok(parameter::entry_name(name)?.to_owned()),
            Self::List(_) => Err(NameError::ListWithoutEntryName.into()),
        }
    }

    pub(super) fn identity(&self) -> impl Identity {
        match self {
            Self::One(name) => ("ssm parameter", slice::from_ref(name)),
            Self::List(names) => ("ssm parameters", names.as_slice()),
        }
    }

    pub(super) async fn fetch(&self, api: &dyn Api) -> Result<Value, Error> {
        match self {
            Self::One(name) => api.get_parameter(name).await,
            Self::List(names) => fetch_list(names, api).await,
        }
    }
}

async fn fetch_list(names: &[String], api: &dyn Api) -> Result<Value, Error> {
    let answers = join_all(names.chunks(NAMES_PER_CALL).map(|chunk| api.get_parameters(chunk))).await;
    let mut values = Vec::with_capacity(names.len());
    for answer in answers {
        values.extend(answer?);
    }
    let missing: Vec<&str> =
        names.iter().zip(&values).filter(|(_, value)| value.is_none()).map(|(name, _)| name.as_str()).collect();
    if !missing.is_empty() {
        return Err(api.no_such_parameters(&missing));
    }
    let segments = parameter::segments(names)?;
    let group = segments.into_iter().zip(values).filter_map(|(segment, value)| Some((segment.to_owned(), value?)));
    Ok(Value::Group(group.collect()))
}
