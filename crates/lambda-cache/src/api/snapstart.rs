//! The hooks that `lambda_runtime` calls before and after a `SnapStart` snapshot.

use lambda_runtime::{BoxFuture, Error, SnapStartResource};

use super::global;
use crate::{Cache, runtime::guard::catch};

/// The shared cache as a resource for
/// [`Runtime::register_snapstart_resource`](lambda_runtime::Runtime::register_snapstart_resource), so that a snapshot
/// contains no values and no connections. Needs the feature `snapstart`.
///
/// ```no_run
/// use std::sync::Arc;
///
/// use lambda_cache::{SnapStart, ssm};
/// use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
/// use serde_json::{Value, json};
///
/// #[ssm::cache(parameter = "/production/app/var")]
/// async fn handler(event: LambdaEvent<Value>, var: String) -> Result<Value, Error> {
///     Ok(json!({ "var": var }))
/// }
///
/// #[tokio::main]
/// async fn main() -> Result<(), Error> {
///     Runtime::new(service_fn(handler)).register_snapstart_resource(Arc::new(SnapStart)).run().await
/// }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct SnapStart;

impl SnapStartResource for SnapStart {
    fn before_snapshot(&self) -> BoxFuture<'_, Result<(), Error>> {
        reset(&global::current())
    }

    fn after_restore(&self) -> BoxFuture<'_, Result<(), Error>> {
        reset(&global::current())
    }
}

/// Does the same as [`SnapStart`] for a separate cache.
impl SnapStartResource for Cache {
    fn before_snapshot(&self) -> BoxFuture<'_, Result<(), Error>> {
        reset(self)
    }

    fn after_restore(&self) -> BoxFuture<'_, Result<(), Error>> {
        reset(self)
    }
}

fn reset(cache: &Cache) -> BoxFuture<'static, Result<(), Error>> {
    let reset = catch("forgetting the entries around a snapshot", || cache.reset());
    Box::pin(async { Ok(reset?) })
}
