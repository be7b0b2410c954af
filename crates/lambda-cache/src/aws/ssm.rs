use aws_sdk_ssm::types::{Parameter, ParameterType};
use lambda_cache_names::parameter;

use super::{
    connection::{Connection, SSM},
    error::Asked,
    freeze::unfrozen,
};
use crate::{AwsFailure, Error, Value};

fn asked(what: String, operation: &'static str, permission: &'static str, place: String) -> Asked {
    Asked { what, operation, permission, place }
}

/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html>
pub(super) async fn get_parameter(connection: &Connection, name: &str) -> Result<Value, Error> {
    let what = format!("SSM parameter {name:?}");
    let asked = asked(what, "GetParameter", "ssm:GetParameter", connection.place(SSM));
    let request = connection.ssm().get_parameter().name(name).with_decryption(true);
    let answer = unfrozen(connection.call_timeout(), || request.clone().send()).await;
    let parameter = answer.map_err(|error| asked.failed(&error))?.parameter;
    parameter.and_then(value).ok_or_else(|| asked.no_value())
}

/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html>
pub(super) async fn get_parameters(connection: &Connection, names: &[String]) -> Result<Vec<Option<Value>>, Error> {
    let asked = asked(what_list(names), "GetParameters", "ssm:GetParameters", connection.place(SSM));
    let request = connection.ssm().get_parameters().set_names(Some(names.to_vec())).with_decryption(true);
    let answer = unfrozen(connection.call_timeout(), || request.clone().send()).await;
    let mut parameters = answer.map_err(|error| asked.failed(&error))?.parameters.unwrap_or_default();
    // The answer has its own order, and names without selectors or ARNs. The last segments tell the names of a list
    // apart, so they match the answer too.
    let mut take = |name: &String| {
        let segment = parameter::entry_name(name).ok()?;
        let is_it = |found: &Parameter| found.name().and_then(|name| parameter::entry_name(name).ok()) == Some(segment);
        let position = parameters.iter().position(is_it)?;
        value(parameters.swap_remove(position))
    };
    Ok(names.iter().map(&mut take).collect())
}

/// `GetParameters` has no error for names that do not exist; this is the one that `GetParameter` has.
pub(super) fn no_such_parameters(names: &[&str], place: String) -> Error {
    let failure = AwsFailure {
        operation: "GetParameters",
        code: "ParameterNotFound".to_owned(),
        message: format!("no such parameter: {}", names.join(", ")),
        request_id: None,
        status: Some(400),
    };
    asked(what_list(names), "GetParameters", "ssm:GetParameters", place).refused(failure)
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
