use aws_sdk_ssm::types::{Parameter, ParameterType};
use lambda_cache_names::parameter;

use super::{
    connection::{Connection, SSM},
    error::ErrorContext,
    freeze::retry_if_frozen,
    pages::Pages,
};
use crate::{AwsFailure, Error, Metadata, ParameterMetadata, Value, source::Operation, value::Item};

/// The maximum number of parameters in one answer to `GetParametersByPath`.
const MOST_A_PAGE: i32 = 10;

/// Calls <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html>
pub(super) async fn get_parameter(connection: &Connection, name: &str, decrypt: bool) -> Result<Item, Error> {
    let asked =
        ErrorContext { what: parameter(name), operation: Operation::GetParameter, place: connection.place(SSM) };
    let request = connection.ssm().get_parameter().name(name).with_decryption(decrypt);
    let answer = retry_if_frozen(connection.call_timeout(), || request.clone().send()).await;
    let parameter = answer.map_err(|error| asked.failed(&error))?.parameter;
    parameter.and_then(item).ok_or_else(|| asked.no_value())
}

/// Calls <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html>
pub(super) async fn get_parameters(
    connection: &Connection,
    names: &[String],
    decrypt: bool,
) -> Result<Vec<Option<Item>>, Error> {
    let asked = ErrorContext { what: list(names), operation: Operation::GetParameters, place: connection.place(SSM) };
    let request = connection.ssm().get_parameters().set_names(Some(names.to_vec())).with_decryption(decrypt);
    let answer = retry_if_frozen(connection.call_timeout(), || request.clone().send()).await;
    let mut parameters = answer.map_err(|error| asked.failed(&error))?.parameters.unwrap_or_default();
    let shown: Vec<_> = names.iter().map(|name| Shown::asked(name)).collect();
    let mut items = vec![None; names.len()];
    // The exact names first: moto's answer does not distinguish a requested version from the current one.
    let (plain, exact): (Vec<_>, Vec<_>) =
        (0..names.len()).partition(|place| shown[*place].selector.is_none() && shown[*place].arn.is_none());
    for place in exact.into_iter().chain(plain) {
        let is_alike = shown[place].identified_by(&shown);
        let position = parameters.iter().position(|found| is_alike(&shown[place], &Shown::found(found)));
        items[place] = position.and_then(|position| item(parameters.swap_remove(position)));
    }
    Ok(items)
}

/// A parameter as in the request or in the answer. The answer has another order, and the name without selector or ARN.
struct Shown<'a> {
    path: &'a str,
    selector: Option<&'a str>,
    arn: Option<&'a str>,
    version: Option<String>,
}

impl<'a> Shown<'a> {
    fn asked(name: &'a str) -> Self {
        let selector = parameter::selector(name);
        let arn = name
            .starts_with("arn:")
            .then(|| selector.map_or(name, |selector| &name[..name.len() - selector.len() - 1]));
        Self { path: parameter::path(name).trim_start_matches('/'), selector, arn, version: None }
    }

    fn found(parameter: &'a Parameter) -> Self {
        let name = Self::asked(parameter.name().unwrap_or_default());
        let selector = parameter.selector().map(|selector| selector.trim_start_matches(':'));
        let version = Some(parameter.version().to_string());
        Self { selector: selector.or(name.selector), arn: parameter.arn().or(name.arn), version, ..name }
    }

    fn segment(&self) -> Option<&'a str> {
        self.path.rsplit('/').next()
    }

    fn has_path_and_selector(&self, other: &Self) -> bool {
        let is_version =
            other.selector.is_none() && self.selector.is_some() && self.selector == other.version.as_deref();
        self.path == other.path && (self.selector == other.selector || is_version)
    }

    /// Returns the weakest comparison that identifies it among the requested ones. A weak one depends less on the
    /// form of the answer.
    fn identified_by(&self, asked: &[Self]) -> fn(&Self, &Self) -> bool {
        const LEVELS: [fn(&Shown<'_>, &Shown<'_>) -> bool; 4] = [
            |one, other| one.segment() == other.segment(),
            |one, other| one.path == other.path,
            |one, other| one.has_path_and_selector(other),
            |one, other| one.has_path_and_selector(other) && (one.arn.is_none() || one.arn == other.arn),
        ];
        let tells = |is_alike: &&fn(&Shown<'_>, &Shown<'_>) -> bool| {
            asked.iter().filter(|other| is_alike(self, other)).count() < 2
        };
        *LEVELS.iter().find(tells).unwrap_or(&LEVELS[2])
    }
}

/// Calls <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html>
pub(super) async fn get_parameters_by_path(
    connection: &Connection,
    path: &str,
    is_recursive: bool,
    decrypt: bool,
) -> Result<Vec<(String, Item)>, Error> {
    let asked =
        ErrorContext { what: below(path), operation: Operation::GetParametersByPath, place: connection.place(SSM) };
    let mut found = Vec::new();
    let (mut pages, mut page) = (Pages::begin(), None);
    loop {
        let request = connection.ssm().get_parameters_by_path().path(path).recursive(is_recursive);
        let request = request.with_decryption(decrypt).max_results(MOST_A_PAGE).set_next_token(page);
        let answer = retry_if_frozen(connection.call_timeout(), || request.clone().send()).await;
        let answer = answer.map_err(|error| asked.failed(&error))?;
        let named = |parameter: Parameter| Some((parameter.name.clone()?, item(parameter)?));
        found.extend(answer.parameters.unwrap_or_default().into_iter().filter_map(named));
        page = pages.next(answer.next_token, &asked)?;
        if page.is_none() {
            break;
        }
    }
    if found.is_empty() {
        return Err(asked.refused(not_found(asked.operation, format!("no parameter below {path}"))));
    }
    Ok(found)
}

/// Returns the error of `GetParameter` for missing names, because `GetParameters` has none.
pub(super) fn no_such_parameters(names: &[&str], place: String) -> Error {
    let asked = ErrorContext { what: list(names), operation: Operation::GetParameters, place };
    asked.refused(not_found(asked.operation, format!("no such parameter: {}", names.join(", "))))
}

/// Creates the failure that AWS reports for a missing parameter.
fn not_found(operation: Operation, message: String) -> AwsFailure {
    let operation = operation.name();
    let code = "ParameterNotFound".to_owned();
    AwsFailure { operation, code, message, request_id: None, status: Some(400) }
}

/// Describes a parameter for messages.
pub(super) fn parameter(name: &str) -> String {
    format!("SSM parameter {name:?}")
}

/// Describes all parameters below a path for messages.
pub(super) fn below(path: &str) -> String {
    format!("SSM parameters below {path:?}")
}

/// Describes a list of parameters for messages.
pub(super) fn list<S: AsRef<str>>(names: &[S]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("{:?}", name.as_ref())).collect();
    format!("SSM parameters {}", quoted.join(", "))
}

fn item(parameter: Parameter) -> Option<Item> {
    let is_list = parameter.r#type == Some(ParameterType::StringList);
    let text = parameter.value?;
    let value =
        if is_list { Value::TextList(text.split(',').map(str::to_owned).collect()) } else { Value::Text(text.into()) };
    let metadata = ParameterMetadata {
        name: parameter.name.unwrap_or_default(),
        arn: parameter.arn,
        version: parameter.version,
        r#type: parameter.r#type.map(|of| of.as_str().to_owned()),
        data_type: parameter.data_type,
        last_modified: parameter.last_modified_date.and_then(|date| date.try_into().ok()),
        selector: parameter.selector,
        source_result: parameter.source_result,
    };
    Some(Item { value, metadata: Some(Metadata::Parameter(metadata)) })
}
