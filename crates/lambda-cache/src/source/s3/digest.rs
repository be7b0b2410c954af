use bytes::Bytes;
use sha2::{Digest, Sha256};

/// Returns the SHA-256 of `content` in hexadecimal.
pub(crate) fn sha256_hex(content: &[u8]) -> String {
    format!("{:x}", Bytes::copy_from_slice(&Sha256::digest(content)))
}
