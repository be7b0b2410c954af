use std::sync::OnceLock;

use bytes::Bytes;
use lambda_cache::Cached;

/// The JSON documents that the doors answer an entry with, each created at its first use and kept with the entry.
#[derive(Debug, Default)]
pub(crate) struct Encoded([OnceLock<Bytes>; 3]);

/// A form of answer, one for each door that answers with whole documents.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// The AWS Parameters and Secrets Lambda Extension's.
    Extension,
    /// The AWS Workload Credentials Provider's.
    Provider,
    /// AWS's own.
    Aws,
}

impl Encoded {
    /// Returns the document of an entry in this form. `encode` creates it.
    pub(crate) fn of(entry: &Cached, form: Form, encode: impl FnOnce() -> Vec<u8>) -> Bytes {
        if entry.form::<Self>().is_none() {
            entry.keep_form(Self::default());
        }
        match entry.form::<Self>() {
            Some(Self(forms)) => forms[form as usize].get_or_init(|| encode().into()).clone(),
            None => encode().into(), // unreachable in practice: no one else keeps a form in this process
        }
    }
}
