use std::{
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::{DateTime, body::SdkBody, date_time::Format};
use hyper::body::{Body, Bytes, Frame};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, value::RawValue};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Drops the unused fields of the answer's body when it is read.
pub(super) fn keep_used(answer: &mut HttpResponse) {
    let body = answer.take_body();
    *answer.body_mut() = SdkBody::from_body_1_x(Sieve { body, read: Vec::new() });
}

/// A body that is read to its end and then passed on in one piece.
struct Sieve {
    body: SdkBody,
    read: Vec<u8>,
}

impl Body for Sieve {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        loop {
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => self.read.extend_from_slice(frame.data_ref().map_or(&[], |data| data)),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None if self.read.is_empty() => return Poll::Ready(None),
                None => {
                    let read = mem::take(&mut self.read);
                    return Poll::Ready(Some(Ok(Frame::data(used(read).into()))));
                }
            }
        }
    }
}

/// Returns the used fields. A body of another shape is left unchanged, and the SDK rejects it.
fn used(body: Vec<u8>) -> Vec<u8> {
    // serde would also accept a list with the fields in order.
    let is_object = body.trim_ascii_start().starts_with(b"{");
    let Some(mut answer) = serde_json::from_slice::<Answer>(&body).ok().filter(|_| is_object) else { return body };
    answer.drop_unusable();
    serde_json::to_vec(&answer).unwrap_or(body)
}

/// The used fields of all calls. The content of all others does not matter.
#[derive(Default, Deserialize, Serialize)]
#[serde(default, rename_all = "PascalCase")]
struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<Parameter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<Vec<Parameter>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_string: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_binary: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_rotation_date: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_date: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Box<RawValue>>,
    #[serde(rename = "ARN", skip_serializing_if = "Option::is_none")]
    arn: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_id: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_stages: Option<Box<RawValue>>,
    #[serde(rename = "__type", skip_serializing_if = "Option::is_none")]
    type_of_error: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Value>,
    #[serde(rename = "code", skip_serializing_if = "Option::is_none")]
    lower_code: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Value>,
    #[serde(rename = "message", skip_serializing_if = "Option::is_none")]
    lower_message: Option<Value>,
}

/// A parameter. The fields that describe it are kept unread: a number that is too large in one of them does not matter.
#[derive(Default, Deserialize, Serialize)]
#[serde(default, rename_all = "PascalCase")]
struct Parameter {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#type: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    selector: Option<Box<RawValue>>,
    #[serde(rename = "ARN", skip_serializing_if = "Option::is_none")]
    arn: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_type: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_modified_date: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_result: Option<Box<RawValue>>,
}

impl Answer {
    /// Drops optional fields with a wrong type.
    fn drop_unusable(&mut self) {
        for parameter in self.parameter.iter_mut().chain(self.parameters.iter_mut().flatten()) {
            let Parameter { name, r#type, version, selector, arn, data_type, source_result, .. } = parameter;
            for text in [name, r#type] {
                text.take_if(|text| !text.is_string());
            }
            for text in [selector, arn, data_type, source_result] {
                drop_unless::<String>(text);
            }
            drop_unless::<i64>(version);
            parameter.last_modified_date = parameter.last_modified_date.take().as_deref().and_then(unread_date);
        }
        for text in [&mut self.name, &mut self.arn, &mut self.version_id] {
            drop_unless::<String>(text);
        }
        drop_unless::<Vec<String>>(&mut self.version_stages);
        self.created_date = self.created_date.take().as_deref().and_then(unread_date);
        let texts = [&mut self.next_token, &mut self.type_of_error, &mut self.code, &mut self.lower_code];
        for text in texts.into_iter().chain([&mut self.message, &mut self.lower_message]) {
            text.take_if(|text| !text.is_string());
        }
        if self.secret_string.as_ref().is_some_and(Value::is_string) {
            self.secret_binary = None;
        }
        self.next_rotation_date = self.next_rotation_date.take().as_ref().and_then(date);
    }
}

/// Drops a field that is not a `T`.
fn drop_unless<T: DeserializeOwned>(field: &mut Option<Box<RawValue>>) {
    field.take_if(|field| serde_json::from_str::<T>(field.get()).is_err());
}

/// Returns the seconds since 1970 of a field that was kept unread.
fn unread_date(field: &RawValue) -> Option<Box<RawValue>> {
    let date = date(&serde_json::from_str(field.get()).ok()?)?;
    RawValue::from_string(date.to_string()).ok()
}

/// Returns the seconds since 1970 of a number or text, with botocore's rules for dates.
fn date(value: &Value) -> Option<Value> {
    let text = match value {
        Value::Number(_) => return Some(value.clone()),
        Value::String(text) => text.trim(),
        _ => return None,
    };
    let formats = [Format::DateTimeWithOffset, Format::HttpDate, Format::EpochSeconds];
    let date = formats.into_iter().find_map(|format| DateTime::from_str(text, format).ok())?;
    Some(date.as_secs_f64().into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sieved(body: &str) -> Value {
        serde_json::from_slice(&used(body.as_bytes().to_vec())).unwrap()
    }

    #[test]
    fn unused_fields_are_dropped() {
        let parameter =
            r#"{"Name": "/a", "Type": "String", "Value": "x", "Version": "one", "LastModifiedDate": [1e999]}"#;
        let left = json!({"Name": "/a", "Type": "String", "Value": "x"});
        assert_eq!(sieved(&format!("{{\"Parameter\": {parameter}, \"More\": 1e999}}")), json!({"Parameter": left}));
        assert_eq!(
            sieved(&format!("{{\"Parameters\": [{parameter}], \"InvalidParameters\": 7, \"NextToken\": 1}}")),
            json!({"Parameters": [left]})
        );
        assert_eq!(
            sieved(r#"{"SecretString": "x", "SecretBinary": 1, "CreatedDate": {}, "VersionStages": "no list"}"#),
            json!({"SecretString": "x"})
        );
        assert_eq!(sieved(r#"{"__type": "A", "message": 1, "Message": "b"}"#), json!({"__type": "A", "Message": "b"}));
    }

    #[test]
    fn a_deep_unused_field_does_not_matter() {
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(sieved(&format!("{{\"SecretString\": \"x\", \"Tags\": {deep}}}")), json!({"SecretString": "x"}));
    }

    #[test]
    fn dates_are_accepted_in_several_formats() {
        for date in ["1795737600", "\"1795737600\"", "\"2026-11-27T00:00:00Z\"", "\"2026-11-27T01:00:00+01:00\""] {
            let left = sieved(&format!("{{\"NextRotationDate\": {date}}}"));
            assert_eq!(left["NextRotationDate"].as_f64(), Some(1_795_737_600.0), "{date}");
        }
        for other in ["\"soon\"", "true", "null", "{}"] {
            assert_eq!(sieved(&format!("{{\"NextRotationDate\": {other}}}")), json!({}), "{other}");
        }
    }

    #[test]
    fn a_body_of_another_shape_is_unchanged() {
        for body in ["", "{", "<html>", "[]", r#"{"Parameter": "x"}"#] {
            assert_eq!(used(body.as_bytes().to_vec()), body.as_bytes());
        }
    }
}
