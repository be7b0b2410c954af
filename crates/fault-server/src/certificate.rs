//! A certificate for this machine, created at each start, and the authority that signed it.

use std::{io, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::{ServerConfig, pki_types::PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

const NAMES: [&str; 2] = ["127.0.0.1", "localhost"];

/// Creates the TLS acceptor and returns it with the authority's certificate as PEM.
pub(crate) fn make() -> io::Result<(TlsAcceptor, String)> {
    let (acceptor, pem) = try_make().map_err(io::Error::other)?;
    Ok((acceptor, pem))
}

fn try_make() -> Result<(TlsAcceptor, String), Box<dyn std::error::Error + Send + Sync>> {
    let authority_key = KeyPair::generate()?;
    let mut authority = CertificateParams::new(Vec::new())?;
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    authority.distinguished_name.push(DnType::CommonName, "fault-server's authority");
    let pem = authority.self_signed(&authority_key)?.pem();

    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(NAMES.map(str::to_owned))?;
    params.use_authority_key_identifier_extension = true; // Python's ssl asks for it
    let certificate = params.signed_by(&key, &Issuer::new(authority, authority_key))?;

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))?;
    Ok((TlsAcceptor::from(Arc::new(config)), pem))
}
