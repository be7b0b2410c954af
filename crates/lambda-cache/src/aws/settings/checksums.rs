use aws_smithy_types::checksum_config::{RequestChecksumCalculation, ResponseChecksumValidation};

use super::Settings;
use crate::Error;

impl Settings {
    /// Returns when requests have a checksum.
    pub(crate) fn request_checksum(&self) -> Result<Option<RequestChecksumCalculation>, Error> {
        let when = self.when("AWS_REQUEST_CHECKSUM_CALCULATION", "request_checksum_calculation")?;
        Ok(when.map(|is_always| {
            if is_always { RequestChecksumCalculation::WhenSupported } else { RequestChecksumCalculation::WhenRequired }
        }))
    }

    /// Returns when answers are compared with their checksum.
    pub(crate) fn response_checksum(&self) -> Result<Option<ResponseChecksumValidation>, Error> {
        let when = self.when("AWS_RESPONSE_CHECKSUM_VALIDATION", "response_checksum_validation")?;
        Ok(when.map(|is_always| {
            if is_always { ResponseChecksumValidation::WhenSupported } else { ResponseChecksumValidation::WhenRequired }
        }))
    }

    fn when(&self, variable: &str, key: &str) -> Result<Option<bool>, Error> {
        let Some(when) = self.text(variable, key) else { return Ok(None) };
        match when.value.to_lowercase().as_str() {
            "when_supported" => Ok(Some(true)),
            "when_required" => Ok(Some(false)),
            _ => Err(when.refuse("neither when_supported nor when_required: write it as when_supported")),
        }
    }
}
