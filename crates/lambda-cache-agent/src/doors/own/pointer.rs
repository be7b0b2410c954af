use lambda_cache::ConversionError;
use serde_json::Value as Json;

/// The parameter with a JSON pointer (RFC 6901) into the value, such as `/db/host`.
pub(super) const POINTER: &str = "pointer";

/// Returns the part of a JSON text that the pointer names. No error shows the text.
pub(super) fn read(text: &str, pointer: &str) -> Result<Json, ConversionError> {
    let json: Json =
        serde_json::from_str(text).map_err(|error| ConversionError::no_json(error.line(), error.column()))?;
    let missing = || ConversionError::new(format!("it has nothing at {pointer:?}: write the pointer as \"/db/host\""));
    json.pointer(pointer).cloned().ok_or_else(missing)
}
