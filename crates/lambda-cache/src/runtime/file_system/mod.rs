//! Files: owners, modes and symlinks as Unix has them, and a twin in the standard library alone for Windows.

#[cfg(not(all(unix, not(lambda_cache_portable))))]
mod portable;
#[cfg(all(unix, not(lambda_cache_portable)))]
mod unix;

#[cfg(not(all(unix, not(lambda_cache_portable))))]
pub(crate) use portable::*;
#[cfg(all(unix, not(lambda_cache_portable)))]
pub(crate) use unix::*;
