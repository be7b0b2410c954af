//! An entry as the agent hands it to the library, and the failure of a lookup. Both programs use this file.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};

use crate::{
    AwsFailure, Cached, Error, Metadata, ParameterMetadata, SecretMetadata, Value,
    aws::{refuses_credentials, reported},
    source::{List, Operation, Request},
    value::Item,
};

/// An entry of the agent.
#[derive(Deserialize, Serialize)]
pub struct Document {
    /// The age when the request arrived, or more, in nanoseconds.
    pub(super) age_ns: u64,
    /// The time at which the value expires regardless of its age.
    pub(super) until_wall_ns: Option<u64>,
    content: Content,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Content {
    One(Option<Described>),
    Group(Vec<(String, Option<Described>)>),
}

/// A value and its description.
#[derive(Deserialize, Serialize)]
struct Described {
    value: Plain,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<Description>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Plain {
    Text(String),
    List(Vec<String>),
    Base64(String),
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Description {
    Parameter {
        name: String,
        arn: Option<String>,
        version: i64,
        r#type: Option<String>,
        data_type: Option<String>,
        last_modified: Option<Duration>,
        selector: Option<String>,
        source_result: Option<String>,
    },
    Secret {
        name: String,
        arn: Option<String>,
        version_id: Option<String>,
        version_stages: Vec<String>,
        created: Option<Duration>,
    },
}

/// The failure of a lookup in the agent that AWS reported.
#[derive(Debug, Deserialize, Serialize)]
pub struct Failure {
    text: String,
    operation: String,
    code: String,
    message: String,
    request_id: Option<String>,
    status: u16,
}

/// The body of an answer that is not successful.
#[derive(Deserialize)]
struct Failed {
    failure: Failure,
}

/// The agent's entry, or AWS's error.
pub(super) type Reported = Result<Document, Error>;

/// Reads an answer. Returns `None` if it is neither an entry nor an error of AWS. The reason may quote a value, and is
/// dropped.
pub(super) fn read(status: u16, text: &str) -> Option<Reported> {
    if status == 200 {
        return serde_json::from_str(text).ok().map(Ok);
    }
    let Failed { failure } = serde_json::from_str(text).ok()?;
    let operation = Operation::named(&failure.operation)?.name();
    let Failure { text, code, message, request_id, status, .. } = failure;
    Some(Err(reported(text, AwsFailure { operation, code, message, request_id, status: Some(status) })))
}

impl Failure {
    /// Returns the failure if AWS answered, and not that the agent's credentials are wrong: those of others may be right.
    #[must_use]
    pub fn of(error: &Error) -> Option<Self> {
        let failure = error.aws_failure().filter(|_| !refuses_credentials(error))?;
        Some(Self {
            text: error.to_string(),
            operation: failure.operation.to_owned(),
            code: failure.code.clone(),
            message: failure.message.clone(),
            request_id: failure.request_id.clone(),
            status: failure.status?,
        })
    }
}

/// Shows everything except the content, which may be a secret.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("age_ns", &self.age_ns).finish_non_exhaustive()
    }
}

impl Document {
    /// Describes an entry of this age.
    #[must_use]
    pub fn of(entry: &Cached, age_ns: u64, until_wall_ns: Option<u64>) -> Self {
        let content = match (entry.value(), entry.metadata()) {
            (Value::Group(values), Some(Metadata::Group(metadata))) => {
                let each = values.iter().zip(metadata.iter());
                Content::Group(
                    each.map(|((name, value), of)| (name.clone(), Described::new(value, of.as_ref()))).collect(),
                )
            }
            // The group of an empty path has no descriptions.
            (Value::Group(_), _) => Content::Group(Vec::new()),
            (value, of) => Content::One(Described::new(value, of)),
        };
        Self { age_ns, until_wall_ns, content }
    }

    /// Returns the value of a request as its source returns it, or `None` if the document has another form.
    pub(super) fn into_item(self, request: &Request) -> Option<Item> {
        match (self.content, list_of(request)) {
            (Content::One(None), None) => (!request.is_group() && is_optional(request)).then(|| Value::Nothing.into()),
            (Content::One(Some(one)), None) => {
                if request.is_group() {
                    None
                } else {
                    one.into_item()
                }
            }
            // The agent has them in the order of the request.
            (Content::Group(found), Some(list)) => {
                if !found.iter().map(|(name, _)| name).eq(list.names()) {
                    return None;
                }
                let item = |(_, one): (String, Option<Described>)| match one {
                    Some(one) => one.into_item().map(Some),
                    None => is_optional(request).then_some(None),
                };
                Some(list.group(&found.into_iter().map(item).collect::<Option<Vec<_>>>()?))
            }
            (Content::Group(found), None) if request.is_group() => {
                if found.is_empty() {
                    return is_optional(request).then(|| Value::Group([].into()).into());
                }
                let named = found.into_iter().map(|(name, one)| Some((name, Some(one?.into_item()?))));
                Some(Item::group(named.collect::<Option<Vec<_>>>()?))
            }
            _ => None,
        }
    }
}

/// Returns the list of a request for several names.
fn list_of(request: &Request) -> Option<&List> {
    match request {
        #[cfg(feature = "ssm")]
        Request::Parameters(parameters) => match parameters.target() {
            crate::source::ssm::Target::List(list) => Some(list),
            _ => None,
        },
        #[cfg(feature = "secrets-manager")]
        Request::Secret(secret) => secret.target().2,
        _ => None,
    }
}

fn is_optional(request: &Request) -> bool {
    match request {
        #[cfg(feature = "ssm")]
        Request::Parameters(parameters) => parameters.is_optional(),
        _ => false,
    }
}

impl Described {
    /// Describes a value, or returns `None` for one that is missing.
    fn new(value: &Value, of: Option<&Metadata>) -> Option<Self> {
        let value = match value {
            Value::Text(text) => Plain::Text(text.to_string()),
            Value::TextList(texts) => Plain::List(texts.to_vec()),
            Value::Bytes(bytes) => Plain::Base64(BASE64_STANDARD.encode(bytes)),
            _ => return None,
        };
        Some(Self { value, of: of.and_then(Description::new) })
    }

    fn into_item(self) -> Option<Item> {
        let value = match self.value {
            Plain::Text(text) => Value::Text(text.into()),
            Plain::List(texts) => Value::TextList(texts.into()),
            Plain::Base64(text) => Value::Bytes(BASE64_STANDARD.decode(text).ok()?.into()),
        };
        Some(Item { value, metadata: self.of.map(Description::metadata) })
    }
}

impl Description {
    fn new(metadata: &Metadata) -> Option<Self> {
        let since_epoch = |date: SystemTime| date.duration_since(UNIX_EPOCH).ok();
        match metadata.clone() {
            Metadata::Parameter(of) => Some(Self::Parameter {
                name: of.name,
                arn: of.arn,
                version: of.version,
                r#type: of.r#type,
                data_type: of.data_type,
                last_modified: of.last_modified.and_then(since_epoch),
                selector: of.selector,
                source_result: of.source_result,
            }),
            Metadata::Secret(of) => Some(Self::Secret {
                name: of.name,
                arn: of.arn,
                version_id: of.version_id,
                version_stages: of.version_stages,
                created: of.created.and_then(since_epoch),
            }),
            Metadata::Group(_) => None,
        }
    }

    fn metadata(self) -> Metadata {
        let date = |since: Duration| UNIX_EPOCH.checked_add(since);
        match self {
            Self::Parameter { name, arn, version, r#type, data_type, last_modified, selector, source_result } => {
                let last_modified = last_modified.and_then(date);
                Metadata::Parameter(ParameterMetadata {
                    name,
                    arn,
                    version,
                    r#type,
                    data_type,
                    last_modified,
                    selector,
                    source_result,
                })
            }
            Self::Secret { name, arn, version_id, version_stages, created } => {
                let created = created.and_then(date);
                Metadata::Secret(SecretMetadata { name, arn, version_id, version_stages, created })
            }
        }
    }
}
