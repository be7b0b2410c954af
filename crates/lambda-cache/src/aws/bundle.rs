//! Reading of certificates from a file as leniently as `OpenSSL` does, with the small part of DER that this needs.

use rustls::pki_types::{CertificateDer, pem::PemObject};

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
/// The headers of certificates that `OpenSSL` accepts in addition to `CERTIFICATE`.
const OTHER_HEADERS: [&[u8]; 2] = [b"TRUSTED CERTIFICATE-----", b"X509 CERTIFICATE-----"];

const SEQUENCE: u8 = 0x30;
const REJECTED: u8 = 0xa0;
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
/// The purposes "TLS servers" and "any purpose".
const PURPOSES: [&[u8]; 2] = [&[0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01], &[0x55, 0x1d, 0x25, 0x00]];

/// Returns the certificates in PEM text that are valid for servers. Other text between them is skipped.
pub(super) fn certificates(pem: &[u8]) -> Vec<CertificateDer<'static>> {
    let pem = plain(pem);
    CertificateDer::pem_slice_iter(&pem).filter_map(Result::ok).filter_map(|section| trusted(&section)).collect()
}

/// Removes byte order marks, including those inside concatenated files, and gives all certificates the same header.
fn plain(pem: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(pem.len());
    for line in pem.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
        let marker = [&b"-----BEGIN "[..], b"-----END "].into_iter().find(|marker| line.starts_with(marker));
        let rest = marker.and_then(|marker| line.strip_prefix(marker));
        match (marker, rest) {
            (Some(marker), Some(rest)) if OTHER_HEADERS.iter().any(|header| rest.starts_with(header)) => {
                plain.extend_from_slice(marker);
                plain.extend_from_slice(b"CERTIFICATE-----\n");
            }
            _ => plain.extend_from_slice(line),
        }
    }
    plain
}

/// Returns the certificate at the beginning of a section. `OpenSSL` appends its purposes to it.
fn trusted(section: &[u8]) -> Option<CertificateDer<'static>> {
    let certificate = Element::first(section)?;
    is_for_servers(certificate.rest)
        .then(|| CertificateDer::from(section[..section.len() - certificate.rest.len()].to_vec()))
}

/// Returns `true` if `X509_CERT_AUX`, a list of allowed and a list of rejected purposes, allows servers.
fn is_for_servers(auxiliary: &[u8]) -> bool {
    let Some(lists) = Element::first(auxiliary) else { return true };
    elements(lists.contents).all(|list| {
        let has_purpose = || elements(list.contents).any(|purpose| PURPOSES.contains(&purpose.contents));
        match list.tag {
            SEQUENCE => has_purpose(),
            REJECTED => !has_purpose(),
            _ => true,
        }
    })
}

/// Returns the common names of a subject, which is a list of sets of pairs.
pub(super) fn common_names(subject: &[u8]) -> impl Iterator<Item = &str> {
    let pairs = elements(subject).flat_map(|set| elements(set.contents));
    pairs.filter_map(|pair| {
        let name = Element::first(pair.contents).filter(|kind| kind.contents == COMMON_NAME)?;
        str::from_utf8(Element::first(name.rest)?.contents).ok()
    })
}

/// An element of DER.
struct Element<'a> {
    tag: u8,
    contents: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Element<'a> {
    /// Returns the element at the beginning of the bytes.
    fn first(bytes: &'a [u8]) -> Option<Self> {
        let (tag, bytes) = bytes.split_first()?;
        let (first, bytes) = bytes.split_first()?;
        let (length, bytes) = if *first < 0x80 {
            (usize::from(*first), bytes)
        } else {
            let (length, bytes) = bytes.split_at_checked(usize::from(first & 0x7f))?;
            let append = |so_far: usize, byte: &u8| Some(so_far.checked_mul(256)? + usize::from(*byte));
            (length.iter().try_fold(0, append)?, bytes)
        };
        let (contents, rest) = bytes.split_at_checked(length)?;
        Some(Self { tag: *tag, contents, rest })
    }
}

/// Returns the consecutive elements, as far as the bytes are DER.
fn elements(mut bytes: &[u8]) -> impl Iterator<Item = Element<'_>> {
    std::iter::from_fn(move || {
        let element = Element::first(bytes)?;
        bytes = element.rest;
        Some(element)
    })
}
