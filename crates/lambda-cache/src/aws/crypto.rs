use std::sync::Arc;

use rustls::crypto::CryptoProvider;

use crate::Error;

/// Returns the TLS cryptography provider of the crate's features or, without one, the provider that the process
/// installed.
///
/// The provider is always passed explicitly. If other crates enable the feature of another provider, rustls cannot
/// choose between the two and panics.
#[cfg(feature = "aws-lc-rs")]
#[expect(clippy::unnecessary_wraps, reason = "without a feature for it there may be none")]
pub(super) fn provider() -> Result<Arc<CryptoProvider>, Error> {
    Ok(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
}

/// Returns the provider `ring`.
#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
#[expect(clippy::unnecessary_wraps, reason = "without a feature for it there may be none")]
pub(super) fn provider() -> Result<Arc<CryptoProvider>, Error> {
    Ok(Arc::new(rustls::crypto::ring::default_provider()))
}

/// Returns the provider that the process installed.
#[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
pub(super) fn provider() -> Result<Arc<CryptoProvider>, Error> {
    let none = || {
        Error::new(
            crate::ErrorKind::Configuration,
            "there is nothing that does TLS's cryptography: enable the feature ring or aws-lc-rs of lambda-cache, call \
             install_default() of a rustls CryptoProvider first, or give the cache an SdkConfig with an HTTP client",
        )
    };
    CryptoProvider::get_default().cloned().ok_or_else(none)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
    #[test]
    fn other_crates_choice_of_a_provider_is_left_open() {
        crate::aws::trust::tls(None).unwrap();
        assert!(CryptoProvider::get_default().is_none());
    }

    #[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
    #[test]
    fn installed_provider_is_used_and_none_is_an_error() {
        let error = provider().unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Configuration);
        rustls::crypto::ring::default_provider().install_default().unwrap(); // the tests' server has it
        provider().unwrap();
    }
}
