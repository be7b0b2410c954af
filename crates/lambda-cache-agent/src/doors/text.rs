use lambda_cache::Value;

/// Returns a text as AWS has it, in which the items of a list are separated by commas.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.to_string()),
        Value::TextList(texts) => Some(texts.join(",")),
        _ => None,
    }
}
