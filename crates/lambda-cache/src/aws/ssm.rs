use aws_sdk_ssm::types::{Parameter, ParameterType};
use lambda_cache_names::parameter;

use super::{
    connection::{Connection, SSM},
    error::Asked,
    freeze::unfrozen,
    pages::Pages,
};
use crate::{AwsFailure, Error, Value, source::Operation};

/// The maximum number of parameters in one answer to `GetParametersByPath`.
const MOST_A_PAGE: i32 = 10;

/// Calls <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html>
pub(super) async fn get_parameter(connection: &Connection, name: &str) -> Result<Value, Error> {
    let what = format!("SSM parameter {name:?}");
    let asked = Asked { what, operation: Operation::GetParameter, place: connection.place(SSM) };
    let request = connection.ssm().get_parameter().name(name).with_decryption(true);
    let answer = unfrozen(connection.call_timeout(), || request.clone().send()).await;
    let parameter = answer.map_err(|error| asked.failed(&error))?.parameter;
    parameter.and_then(value).ok_or_else(|| asked.no_value())
}

/// Calls <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html>
pub(super) async fn get_parameters(connection: &Connection, names: &[String]) -> Result<Vec<Option<Value>>, Error> {
    let asked = Asked { what: what_list(names), operation: Operation::GetParameters, place: connection.place(SSM) };
    let request = connection.ssm().get_parameters().set_names(Some(names.to_vec())).with_decryption(true);
    let answer = unfrozen(connection.call_timeout(), || request.clone().send()).await;
    let mut parameters = answer.map_err(|error| asked.failed(&error))?.parameters.unwrap_or_default();
    // The answer has another order, and names without selectors or ARNs. The names of a list have distinct last
    // segments, so these identify them in the answer too.
    let mut take = |name: &String| {
        let segment = parameter::entry_name(name).ok()?;
        let is_it = |found: &Parameter| found.name().and_then(|name| parameter::entry_name(name).ok()) == Some(segment);
        let position = parameters.iter().position(is_it)?;
        value(parameters.swap_remove(position))
    };
    Ok(names.iter().map(&mut take).collect())
}

/// Calls <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html>
pub(super) async fn get_parameters_by_path(
    connection: &Connection,
    path: &str,
    is_recursive: bool,
) -> Result<Vec<(String, Value)>, Error> {
    let what = format!("SSM parameters below {path:?}");
    let asked = Asked { what, operation: Operation::GetParametersByPath, place: connection.place(SSM) };
    let mut found = Vec::new();
    let (mut pages, mut page) = (Pages::begin(), None);
    loop {
        let request = connection.ssm().get_parameters_by_path().path(path).recursive(is_recursive);
        let request = request.with_decryption(true).max_results(MOST_A_PAGE).set_next_token(page);
        let answer = unfrozen(connection.call_timeout(), || request.clone().send()).await;
        let answer = answer.map_err(|error| asked.failed(&error))?;
        let named = |parameter: Parameter| Some((parameter.name.clone()?, value(parameter)?));
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
    let asked = Asked { what: what_list(names), operation: Operation::GetParameters, place };
    asked.refused(not_found(asked.operation, format!("no such parameter: {}", names.join(", "))))
}

/// Creates the failure that AWS reports for a missing parameter.
fn not_found(operation: Operation, message: String) -> AwsFailure {
    let operation = operation.name();
    let code = "ParameterNotFound".to_owned();
    AwsFailure { operation, code, message, request_id: None, status: Some(400) }
}

fn what_list<S: AsRef<str>>(names: &[S]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("{:?}", name.as_ref())).collect();
    format!("SSM parameters {}", quoted.join(", "))
}

fn value(parameter: Parameter) -> Option<Value> {
    let is_list = parameter.r#type == Some(ParameterType::StringList);
    let text = parameter.value?;
    Some(if is_list { Value::TextList(text.split(',').map(str::to_owned).collect()) } else { Value::Text(text.into()) })
}
