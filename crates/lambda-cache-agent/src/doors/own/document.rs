use base64::{Engine, prelude::BASE64_STANDARD};
use lambda_cache::{Cached, ConversionError, Metadata, Value};
use serde_json::{Map, Value as Json, json};

use super::{super::dates::iso, pointer};

/// Returns an entry as JSON: its value and description, or those of each value by name.
pub(super) fn of(entry: &Cached, pointer: Option<&str>) -> Result<Json, ConversionError> {
    let (Value::Group(values), Some(Metadata::Group(metadata))) = (entry.value(), entry.metadata()) else {
        return one(entry.value(), entry.metadata(), pointer);
    };
    let mut group = Map::new();
    for ((name, value), metadata) in values.iter().zip(metadata.iter()) {
        group.insert(name.clone(), one(value, metadata.as_ref(), pointer).map_err(|misfit| misfit.of(name))?);
    }
    Ok(json!({"values": group}))
}

/// Returns nanoseconds as a number of seconds.
#[expect(clippy::cast_precision_loss, reason = "a fraction of a second in a million years does not matter")]
pub(super) fn seconds(nanoseconds: u64) -> Json {
    json!((nanoseconds as f64 / 1e9 * 1e3).round() / 1e3)
}

fn one(value: &Value, metadata: Option<&Metadata>, pointer: Option<&str>) -> Result<Json, ConversionError> {
    let mut document = match (value, pointer) {
        (Value::Nothing, _) => return Ok(Json::Null),
        (Value::File(file), _) => return Ok(json!({"path": file.path().to_string_lossy()})),
        (Value::Text(text), Some(pointer)) => json!({"value": pointer::read(text, pointer)?}),
        (Value::Text(text), None) => json!({"value": **text}),
        (Value::TextList(texts), _) => json!({"value": **texts}),
        (Value::Bytes(bytes), _) => json!({"value_base64": BASE64_STANDARD.encode(bytes)}),
        _ => json!({"value": null}),
    };
    match metadata {
        Some(Metadata::Parameter(of)) => {
            document["name"] = json!(of.name);
            document["arn"] = json!(of.arn);
            document["version"] = json!(of.version);
            document["type"] = json!(of.r#type);
            document["data_type"] = json!(of.data_type);
            document["last_modified"] = json!(of.last_modified.and_then(iso));
            document["selector"] = json!(of.selector);
        }
        Some(Metadata::Secret(of)) => {
            document["name"] = json!(of.name);
            document["arn"] = json!(of.arn);
            document["version_id"] = json!(of.version_id);
            document["version_stages"] = json!(of.version_stages);
            document["created"] = json!(of.created.and_then(iso));
        }
        _ => {}
    }
    Ok(document)
}
