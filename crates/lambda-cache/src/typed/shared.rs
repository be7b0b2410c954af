//! Values that are made once for each fetch, and shared.

use super::Misfit;
use crate::value::Cached;

/// The form that is kept with the entry, made now if there is none of this type.
pub(super) fn kept<T: Clone + Send + Sync + 'static>(
    entry: &Cached,
    make: impl FnOnce() -> Result<T, Misfit>,
) -> Result<T, Misfit> {
    if let Some(form) = entry.form::<T>() {
        return Ok(form.clone());
    }
    let form = make()?;
    entry.keep_form(form.clone());
    Ok(form)
}

/// What a wrapper of an `Arc` has: it is cheap to clone, dereferences to the value, and does not show it.
macro_rules! shared {
    ($name:ident) => {
        impl<T> $name<T> {
            /// For tests of what takes one.
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
