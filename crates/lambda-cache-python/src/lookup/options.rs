use std::sync::Arc;

use lambda_cache::__binding::freshness::FreshnessOptions;
use pyo3::prelude::*;

use crate::{arguments, transform::Transform};

/// The options that entries of every source have.
#[derive(Debug)]
pub(crate) struct Options {
    /// The attribute of the context, if it is given.
    pub(super) entry_name: Option<String>,
    /// The accepted ages.
    pub(super) ages: FreshnessOptions,
    /// The conversion of the value.
    pub(super) transform: Option<Arc<Transform>>,
    /// Whether AWS's description of the value is wanted beside it.
    pub(super) with_metadata: bool,
}

impl Options {
    /// Reads the arguments of a caller.
    pub(super) fn read(
        max_age_in_seconds: &Bound<'_, PyAny>,
        entry_name: &Bound<'_, PyAny>,
        stale_if_error_in_seconds: &Bound<'_, PyAny>,
        transform: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        Ok(Self {
            entry_name: arguments::entry_name(entry_name)?,
            ages: arguments::ages(max_age_in_seconds, stale_if_error_in_seconds)?,
            transform: arguments::transform(transform)?,
            with_metadata: false,
        })
    }

    /// Reads the argument that only SSM and Secrets Manager have.
    pub(super) fn with_metadata(self, argument: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self { with_metadata: arguments::flag("with_metadata", argument)?, ..self })
    }
}
