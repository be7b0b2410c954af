//! TLS trust, with the configured certificates or Mozilla's.

use std::{env, fmt, fs, path::PathBuf, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    crypto::CryptoProvider,
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
};

use super::{
    bundle, crypto,
    settings::{Setting, with_home},
};
use crate::{Error, ErrorKind};

/// Returns the TLS configuration with the certificates of `bundle`, of botocore's `REQUESTS_CA_BUNDLE`, or the
/// built-in ones of Mozilla. The system's are not searched, because that costs more than the handshake.
pub(super) fn tls(bundle: Option<&Setting>) -> Result<ClientConfig, Error> {
    let provider = crypto::provider()?;
    let cannot = |error: &dyn fmt::Display| {
        Error::new(
            ErrorKind::Configuration,
            format!("TLS cannot be set up: {error}; use the feature ring or aws-lc-rs"),
        )
    };
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| cannot(&error))?;
    let Some((setting, path)) = given(bundle) else {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        return Ok(builder.with_root_certificates(roots).with_no_client_auth());
    };
    let unusable = |reason: &dyn fmt::Display| {
        let path = path.display();
        let message = format!("cannot use the certificate bundle {path} of {setting}: {reason}; name a PEM file there");
        Error::new(ErrorKind::Configuration, message)
    };
    let pem = fs::read(&path).map_err(|error| unusable(&error))?;
    let certificates = bundle::certificates(&pem);
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates.iter().cloned());
    if roots.is_empty() {
        return Err(unusable(&"it holds no certificate in PEM form"));
    }
    let verifier = LikeOpenSsl::new(roots, certificates, provider).map_err(|error| unusable(&error))?;
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

/// Returns the name of the setting, and the bundle's path; as with boto3, it may begin with `~`.
fn given(bundle: Option<&Setting>) -> Option<(String, PathBuf)> {
    let variable = |name: &str| Some((name.to_owned(), env::var_os(name).filter(|path| !path.is_empty())?));
    bundle
        .map(|setting| (setting.origin(), setting.value.clone().into()))
        .or_else(|| variable("AWS_CA_BUNDLE"))
        .or_else(|| variable("REQUESTS_CA_BUNDLE"))
        .map(|(setting, path)| (setting, with_home(path)))
}

/// A verifier that accepts certificates that `OpenSSL`, and therefore boto3, accepts and webpki rejects: a configured
/// self-signed certificate of a server that is marked as an authority's (`openssl req -x509` marks it), and a name
/// that is only in the subject.
#[derive(Debug)]
struct LikeOpenSsl {
    strict: Arc<WebPkiServerVerifier>,
    given: Vec<CertificateDer<'static>>,
}

impl LikeOpenSsl {
    fn new(
        roots: RootCertStore,
        given: Vec<CertificateDer<'static>>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, rustls::client::VerifierBuilderError> {
        let strict = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
        Ok(Self { strict, given })
    }

    /// webpki has already checked the dates. A signature is not needed, because the certificate itself is configured.
    fn is_given_authority(&self, certificate: &CertificateDer<'_>, error: &rustls::Error) -> bool {
        let rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(other))) = error else { return false };
        let is_self_signed =
            || webpki::EndEntityCert::try_from(certificate).is_ok_and(|parsed| parsed.issuer() == parsed.subject());
        other.downcast_ref() == Some(&webpki::Error::CaUsedAsEndEntity)
            && self.given.contains(certificate)
            && is_self_signed()
    }
}

impl ServerCertVerifier for LikeOpenSsl {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified = self
            .strict
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            .or_else(|error| {
                if !self.is_given_authority(end_entity, &error) {
                    return Err(error);
                }
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            });
        verified.or_else(|error| {
            let has_no_names = matches!(&error, rustls::Error::InvalidCertificate(
                CertificateError::NotValidForNameContext { presented, .. }
            ) if presented.is_empty());
            if has_no_names && is_in_subject(end_entity, server_name) {
                return Ok(ServerCertVerified::assertion());
            }
            Err(error)
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.strict.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.strict.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.strict.supported_verify_schemes()
    }
}

/// Returns `true` if the subject's common name is this server's. urllib3 uses it if a certificate has no other names.
fn is_in_subject(certificate: &CertificateDer<'_>, server: &ServerName<'_>) -> bool {
    let (Ok(certificate), ServerName::DnsName(server)) = (webpki::EndEntityCert::try_from(certificate), server) else {
        return false;
    };
    let server = server.as_ref();
    let below = server.split_once('.').map(|(_, domain)| domain);
    bundle::common_names(certificate.subject()).any(|name| {
        let of_domain = name.strip_prefix("*.");
        name.eq_ignore_ascii_case(server)
            || of_domain.zip(below).is_some_and(|(name, domain)| name.eq_ignore_ascii_case(domain))
    })
}
