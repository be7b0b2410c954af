//! Values that are converted once for each fetch, and shared.

use super::ConversionError;
use crate::value::Cached;

/// Returns the converted form kept with the entry, or creates it if none of this type is kept.
pub(super) fn memoized<T: Clone + Send + Sync + 'static>(
    entry: &Cached,
    make: impl FnOnce() -> Result<T, ConversionError>,
) -> Result<T, ConversionError> {
    if let Some(form) = entry.form::<T>() {
        return Ok(form.clone());
    }
    let form = make()?;
    entry.keep_form(form.clone());
    Ok(form)
}

/// Implements a wrapper of an `Arc` that is cheap to clone, dereferences to the value, and does not show it.
macro_rules! shared {
    ($name:ident) => {
        impl<T> $name<T> {
            /// Wraps a value, for tests of code that takes one.
            pub fn new(value: T) -> Self {
                Self(std::sync::Arc::new(value))
            }
        }

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                Self(std::sync::Arc::clone(&self.0))
            }
        }

        impl<T> std::ops::Deref for $name<T> {
            type Target = T;

            fn deref(&self) -> &T {
                &self.0
            }
        }

        impl<T> std::fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

pub(super) use shared;
