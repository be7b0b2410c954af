use aws_types::region::Region;

use super::{Order, Setting, Settings};
use crate::Error;

const REGION: &str = "AWS_REGION";
const DEFAULT_REGION: &str = "AWS_DEFAULT_REGION";
/// The Region of S3 and STS if none is set, as in boto3: their global endpoint, signed for us-east-1.
pub(crate) const GLOBAL: Region = Region::from_static("aws-global");

/// The Region of calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) region: Option<Region>,
    /// Whether the Region's name selects FIPS endpoints, such as fips-us-gov-west-1.
    pub(crate) is_fips: bool,
}

impl Settings {
    /// Returns the configured Region.
    pub(crate) fn region(&self) -> Result<Place, Error> {
        let of = |name| self.variable(name);
        let profile = || self.key("region");
        let setting = match self.order {
            Order::Boto3 => of(DEFAULT_REGION).or_else(profile).or_else(|| of(REGION)),
            Order::Sdk => of(REGION).or_else(|| of(DEFAULT_REGION)).or_else(profile),
        };
        let Some(setting) = setting else { return Ok(Place { region: None, is_fips: false }) };
        let region = checked(&setting)?;
        let is_fips = region.starts_with("fips-") || region.ends_with("-fips");
        let region = if is_fips { region.replace("fips-", "").replace("-fips", "") } else { region.to_owned() };
        Ok(Place { region: Some(Region::new(region)), is_fips })
    }

    /// Returns the error for a call without the Region that it needs.
    pub(crate) fn no_region(&self) -> Error {
        let named = self.named();
        let unread = self.profiles.unread();
        let message = format!(
            "no AWS Region is set{named}{unread}: set AWS_REGION (Lambda does), AWS_DEFAULT_REGION, or region in the profile"
        );
        Error::unset("NoRegion", message)
    }
}

/// Returns the name of a Region after checking that it can be part of a host name.
pub(crate) fn checked(setting: &Setting) -> Result<&str, Error> {
    let name = setting.value.as_str();
    let is_label = name.len() <= 63
        && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '-')
        && !name.chars().all(|char| char.is_ascii_digit())
        && !name.starts_with('-')
        && !name.ends_with('-');
    if is_label { Ok(name) } else { Err(setting.refuse("not the name of a Region: write it as eu-west-1")) }
}
