use lambda_cache::{Cached, Metadata, ParameterMetadata, SecretMetadata, Value};
use serde::Serialize;

use super::super::{
    dates::number,
    documents::{binary, text},
};

/// A parameter as SSM writes it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Parameter<'a> {
    #[serde(rename = "ARN", skip_serializing_if = "Option::is_none")]
    arn: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_modified_date: Option<f64>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    selector: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_result: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<&'a str>,
    value: Option<String>,
    version: i64,
}

/// A secret as Secrets Manager writes it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Secret<'a> {
    #[serde(rename = "ARN", skip_serializing_if = "Option::is_none")]
    arn: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_date: Option<f64>,
    name: &'a str,
    #[serde(rename = "SecretBinary", skip_serializing_if = "Option::is_none")]
    binary: Option<String>,
    #[serde(rename = "SecretString", skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_id: Option<&'a str>,
    version_stages: &'a [String],
}

/// Returns the parameter in an entry of one parameter.
pub(super) fn parameter(entry: &Cached) -> Option<Parameter<'_>> {
    let Some(Metadata::Parameter(of)) = entry.metadata() else { return None };
    Some(described(of, entry.value()))
}

/// Returns the parameters in an entry of several.
pub(super) fn parameters(entry: &Cached) -> Vec<Parameter<'_>> {
    let (Value::Group(values), Some(Metadata::Group(all))) = (entry.value(), entry.metadata()) else {
        return Vec::new();
    };
    let pairs = values.iter().zip(all.iter());
    let all = pairs.filter_map(|((_, value), of)| match of {
        Some(Metadata::Parameter(of)) => Some(described(of, value)),
        _ => None,
    });
    all.collect()
}

fn described<'a>(of: &'a ParameterMetadata, value: &Value) -> Parameter<'a> {
    Parameter {
        arn: of.arn.as_deref(),
        data_type: of.data_type.as_deref(),
        last_modified_date: of.last_modified.and_then(number),
        name: &of.name,
        selector: of.selector.as_deref(),
        source_result: of.source_result.as_deref(),
        r#type: of.r#type.as_deref(),
        value: text(value),
        version: of.version,
    }
}

/// Returns the secret in an entry.
pub(super) fn secret(entry: &Cached) -> Option<Secret<'_>> {
    let Some(Metadata::Secret(of)) = entry.metadata() else { return None };
    let SecretMetadata { name, arn, version_id, version_stages, created, .. } = of;
    Some(Secret {
        arn: arn.as_deref(),
        created_date: created.and_then(number),
        name,
        binary: binary(entry.value()),
        text: text(entry.value()),
        version_id: version_id.as_deref(),
        version_stages,
    })
}

impl Parameter<'_> {
    pub(super) fn name(&self) -> &str {
        self.name
    }
}
