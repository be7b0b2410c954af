use serde::{Deserialize, Serialize};

use crate::given::Given;

/// A fault of a resource. The README describes how each one looks on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the README describes each, in the same words for all languages")]
pub enum Fault {
    Latency {
        milliseconds: u64,
    },
    Throttled,
    InternalError,
    Unavailable,
    Silence,
    ResetBeforeAnswer,
    ClosedBeforeAnswer,
    ResetInBody,
    TruncatedBody,
    StalledBody,
    OverLongBody,
    WrongChecksum,
    ChangedInBetween {
        #[serde(flatten)]
        content: Given,
    },
    Unreadable,
    ExpiredCredentials,
    AccessDenied,
    NotFound,
    IdleClosed,
    WithoutLength,
    SlowBody {
        bytes: usize,
        milliseconds: u64,
    },
}

impl Fault {
    /// The names of all kinds.
    pub const NAMES: [&str; 20] = [
        "latency",
        "throttled",
        "internal-error",
        "unavailable",
        "silence",
        "reset-before-answer",
        "closed-before-answer",
        "reset-in-body",
        "truncated-body",
        "stalled-body",
        "over-long-body",
        "wrong-checksum",
        "changed-in-between",
        "unreadable",
        "expired-credentials",
        "access-denied",
        "not-found",
        "idle-closed",
        "without-length",
        "slow-body",
    ];

    /// Returns the name of the kind.
    #[must_use]
    pub fn name(&self) -> &'static str {
        let position = match self {
            Self::Latency { .. } => 0,
            Self::Throttled => 1,
            Self::InternalError => 2,
            Self::Unavailable => 3,
            Self::Silence => 4,
            Self::ResetBeforeAnswer => 5,
            Self::ClosedBeforeAnswer => 6,
            Self::ResetInBody => 7,
            Self::TruncatedBody => 8,
            Self::StalledBody => 9,
            Self::OverLongBody => 10,
            Self::WrongChecksum => 11,
            Self::ChangedInBetween { .. } => 12,
            Self::Unreadable => 13,
            Self::ExpiredCredentials => 14,
            Self::AccessDenied => 15,
            Self::NotFound => 16,
            Self::IdleClosed => 17,
            Self::WithoutLength => 18,
            Self::SlowBody { .. } => 19,
        };
        Self::NAMES[position]
    }

    /// Returns `true` if the resource can have this fault. Some faults exist only for objects, and some for
    /// everything else.
    #[must_use]
    pub fn can_befall(&self, resource: &str) -> bool {
        let is_object = is_object(resource);
        match self {
            Self::WrongChecksum | Self::ChangedInBetween { .. } | Self::WithoutLength => is_object,
            Self::Unreadable => !is_object,
            _ => true,
        }
    }
}

pub(crate) fn is_object(resource: &str) -> bool {
    resource.starts_with("s3://")
}

/// The number of times that a fault happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Times {
    /// This number of requests, and no further ones.
    Times(u64),
    /// All requests, until the fault is cleared.
    Always(Always),
}

impl Times {
    /// All requests, until the fault is cleared.
    pub const ALWAYS: Self = Self::Always(Always::Always);
}

/// The word `always`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Always {
    /// All requests, until the fault is cleared.
    Always,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_names_match_the_protocol_in_order() {
        for name in Fault::NAMES {
            let document = serde_json::json!({"kind": name, "milliseconds": 1, "bytes": 1, "text": "x"});
            let fault: Fault = serde_json::from_value(document).unwrap();
            assert_eq!(fault.name(), name);
        }
    }

    #[test]
    fn times_are_a_number_or_a_word() {
        assert_eq!(serde_json::from_str::<Times>("2").unwrap(), Times::Times(2));
        assert_eq!(serde_json::from_str::<Times>(r#""always""#).unwrap(), Times::ALWAYS);
        assert!(serde_json::from_str::<Times>(r#""often""#).is_err());
    }
}
