//! The descriptions of supplied values, as far as AWS would have one: names, versions and types.

#[cfg(any(feature = "ssm", feature = "secrets-manager"))]
use crate::Metadata;

/// Describes a parameter, in version 1.
#[cfg(feature = "ssm")]
pub(super) fn parameter(name: &str, value: crate::Value) -> crate::value::Item {
    use lambda_cache_names::parameter;

    let selector = parameter::selector(name);
    let r#type = if matches!(value, crate::Value::TextList(_)) { "StringList" } else { "String" };
    let metadata = crate::ParameterMetadata {
        name: parameter::path(name).to_owned(),
        version: 1,
        r#type: Some(r#type.to_owned()),
        data_type: Some("text".to_owned()),
        selector: selector.map(|selector| format!(":{selector}")),
        ..Default::default()
    };
    crate::value::Item { value, metadata: Some(Metadata::Parameter(metadata)) }
}

/// Describes a version of a secret.
#[cfg(feature = "secrets-manager")]
pub(super) fn secret(name: &str, version: &crate::source::secrets_manager::Version) -> Metadata {
    let stage = version.stage.clone().or_else(|| version.id.is_none().then(|| "AWSCURRENT".to_owned()));
    let metadata = crate::SecretMetadata {
        name: name.to_owned(),
        version_id: version.id.clone(),
        version_stages: stage.into_iter().collect(),
        ..Default::default()
    };
    Metadata::Secret(metadata)
}
