//! The entry name, under which a handler gets a value.

use crate::NameError;

/// Attributes and methods of Lambda's Python context object
/// (<https://docs.aws.amazon.com/lambda/latest/dg/python-context.html>), and attributes that its runtime client adds.
const CONTEXT_ATTRIBUTES: [&str; 15] = [
    "_epoch_deadline_time_in_ms",
    "_extract_and_strip_w3c",
    "_w3c_fields",
    "aws_request_id",
    "client_context",
    "function_name",
    "function_version",
    "get_remaining_time_in_millis",
    "identity",
    "invoked_function_arn",
    "log",
    "log_group_name",
    "log_stream_name",
    "memory_limit_in_mb",
    "tenant_id",
];

/// Rejects an entry name that would overwrite part of Lambda's context object.
///
/// # Errors
/// [`NameError::ContextAttribute`].
pub fn check(entry_name: &str) -> Result<(), NameError> {
    let dunder = entry_name.len() > 4 && entry_name.starts_with("__") && entry_name.ends_with("__");
    if dunder || entry_name == "w3c" || CONTEXT_ATTRIBUTES.contains(&entry_name) {
        return Err(NameError::ContextAttribute { entry_name: entry_name.to_owned() });
    }
    Ok(())
}

/// Returns the text after the last `/` of `path`, unless it is empty.
pub(crate) fn last_segment<'a>(path: &'a str, name: &str) -> Result<&'a str, NameError> {
    match path.rsplit('/').next() {
        Some(segment) if !segment.is_empty() => Ok(segment),
        _ => Err(NameError::NoLastSegment { name: name.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_of_the_context_are_rejected_with_advice() {
        for name in ["function_name", "log", "identity", "w3c", "__class__"] {
            let message = check(name).unwrap_err().to_string();
            assert!(message.contains("pass another entry_name"), "{message}");
        }
    }

    #[test]
    fn ordinary_names_pass() {
        for name in ["var", "logs", "object.json", "__", "____", "ünïcode"] {
            check(name).unwrap();
        }
    }
}
