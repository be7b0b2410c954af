//! The addresses of S3's requests, chosen like in botocore (its `args.py` and `handlers.py`).

use aws_sdk_s3::config::{Builder, StalledStreamProtectionConfig};
use aws_types::{SdkConfig, region::Region};

use crate::{Error, aws::settings::Settings};

/// The Region in which S3's endpoint is the global one, `s3.amazonaws.com`.
const HAS_GLOBAL_ENDPOINT: &str = "us-east-1";
const GLOBAL: &str = "aws-global";

const DISABLE_MULTI_REGION: &str = "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS";

/// The settings of addresses in variables, the profile and its `s3 =` block.
#[derive(Debug, Default)]
pub(in crate::aws) struct Addressing {
    style: Style,
    has_accelerate: bool,
    has_dual_stack: bool,
    uses_global_endpoint: bool,
    use_arn_region: Option<bool>,
    disable_multi_region: Option<bool>,
    disable_express_session: Option<bool>,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Style {
    /// The bucket is in the host name, or in the path of a configured endpoint.
    #[default]
    Auto,
    Path,
    Virtual,
}

impl Addressing {
    /// Reads the settings. `payload_signing_enabled` is ignored, because the payload of a GET is empty.
    pub(in crate::aws) fn read(settings: &Settings) -> Result<Self, Error> {
        let of_block = |key| settings.nested("s3", key);
        let is_on = |key| of_block(key).is_some_and(|setting| setting.is_true());
        let style = match of_block("addressing_style") {
            None => Style::Auto,
            Some(style) => match style.value.as_str() {
                "auto" => Style::Auto,
                "path" => Style::Path,
                "virtual" => Style::Virtual,
                _ => return Err(style.refuse("none of auto, path and virtual: write it as path")),
            },
        };
        let global = settings
            .text("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "s3_us_east_1_regional_endpoint")
            .or_else(|| of_block("us_east_1_regional_endpoint"));
        let uses_global_endpoint = match global {
            None => false,
            Some(setting) => match setting.value.to_ascii_lowercase().as_str() {
                "legacy" => true,
                "regional" => false,
                _ => return Err(setting.refuse("neither regional nor legacy: write it as regional")),
            },
        };
        let flag = |variable, key, in_block| {
            let setting = settings.text(variable, key).or_else(|| of_block(in_block));
            setting.map(|setting| setting.is_true())
        };
        Ok(Self {
            style,
            has_accelerate: is_on("use_accelerate_endpoint"),
            has_dual_stack: is_on("use_dualstack_endpoint"),
            uses_global_endpoint,
            use_arn_region: flag("AWS_S3_USE_ARN_REGION", "s3_use_arn_region", "use_arn_region"),
            disable_multi_region: flag(
                DISABLE_MULTI_REGION,
                "s3_disable_multiregion_access_points",
                "s3_disable_multiregion_access_points",
            ),
            disable_express_session: flag(
                "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH",
                "s3_disable_express_session_auth",
                "s3_disable_express_session_auth",
            ),
        })
    }

    /// Returns the configuration of the client. Its requests go to `endpoint` if there is one.
    pub(in crate::aws) fn client(&self, config: &SdkConfig, endpoint: Option<&str>) -> Builder {
        let mut builder = Builder::from(config);
        let stand_in = endpoint.filter(|endpoint| !is_accelerate(endpoint));
        // A server other than AWS has no host name for each bucket, so the bucket is in the path.
        let has_path_style = match stand_in {
            Some(_) => self.style != Style::Virtual,
            None => self.style == Style::Path,
        };
        builder = builder.force_path_style(has_path_style && !self.has_accelerate).accelerate(self.has_accelerate);
        if let Some(endpoint) = endpoint {
            // A configured endpoint is used unchanged.
            builder = builder.endpoint_url(with_slash(endpoint)).use_fips(false).use_dual_stack(false);
        } else if self.has_dual_stack {
            builder = builder.use_dual_stack(true);
        }
        let is_in_global_region = config.region().is_some_and(|region| region.as_ref() == HAS_GLOBAL_ENDPOINT);
        if self.uses_global_endpoint && is_in_global_region && endpoint.is_none() {
            builder = builder.region(Region::new(GLOBAL));
        }
        if let Some(flag) = self.use_arn_region {
            builder = builder.use_arn_region(flag);
        }
        if let Some(flag) = self.disable_multi_region {
            builder = builder.disable_multi_region_access_points(flag);
        }
        if let Some(flag) = self.disable_express_session {
            builder = builder.disable_s3_express_session_auth(flag);
        }
        // Bodies have the read timeout of body.rs. The SDK's own detection would interrupt them after 5 s.
        builder.stalled_stream_protection(StalledStreamProtectionConfig::disabled())
    }

    /// Returns the reason why a Multi-Region access point cannot be used.
    pub(super) fn no_multi_region(&self) -> String {
        if self.disable_multi_region == Some(true) {
            return format!("{DISABLE_MULTI_REGION} (or s3_disable_multiregion_access_points) is on: unset it");
        }
        "a Multi-Region access point takes SigV4A signatures, which are not compiled in: use the access point of one Region, \
         or in Rust add aws-sdk-s3 with its feature sigv4a to your own dependencies"
            .to_owned()
    }
}

/// Returns `true` for an endpoint of S3 Transfer Acceleration, which has only hosts of buckets.
fn is_accelerate(endpoint: &str) -> bool {
    let host = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or_default();
    ["s3-accelerate.amazonaws.com", "s3-accelerate.dualstack.amazonaws.com"].contains(&host)
}

/// Returns the endpoint in the form that aws-sdk-s3 1.157 needs. The SDK appends the bucket directly to the path, so
/// `http://host/storage` and `bucket` would become `http://host/storagebucket`.
fn with_slash(endpoint: &str) -> String {
    format!("{}/", endpoint.trim_end_matches('/'))
}
