use aws_types::region::Region;

use super::{Order, Setting, Settings};
use crate::Error;

const REGION: &str = "AWS_REGION";
const DEFAULT_REGION: &str = "AWS_DEFAULT_REGION";
/// The Region of S3 and STS if none is set, as in boto3: their global endpoint, signed for us-east-1.
pub(crate) const GLOBAL: Region = Region::from_static("aws-global");

/// The Regions that share STS's global endpoint with `sts_regional_endpoints = legacy`, as in botocore's `args.py`.
const WITH_GLOBAL_STS: [&str; 16] = [
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "aws-global",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// The Region of calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RegionChoice {
    pub(crate) region: Option<Region>,
    /// Whether the Region's name selects FIPS endpoints, such as fips-us-gov-west-1.
    pub(crate) is_fips: bool,
}

impl Settings {
    /// Returns the configured Region.
    pub(crate) fn region(&self) -> Result<RegionChoice, Error> {
        let of = |name| self.variable(name);
        let profile = || self.key("region");
        let setting = match self.order {
            Order::Boto3 => of(DEFAULT_REGION).or_else(profile).or_else(|| of(REGION)),
            Order::Sdk => of(REGION).or_else(|| of(DEFAULT_REGION)).or_else(profile),
        };
        let Some(setting) = setting else { return Ok(RegionChoice { region: None, is_fips: false }) };
        let region = checked(&setting)?;
        let is_fips = region.starts_with("fips-") || region.ends_with("-fips");
        let region = if is_fips { region.replace("fips-", "").replace("-fips", "") } else { region.to_owned() };
        Ok(RegionChoice { region: Some(Region::new(region)), is_fips })
    }

    /// Returns whether STS is called at its global endpoint, `sts.amazonaws.com`.
    pub(crate) fn has_global_sts(&self, region: Option<&Region>) -> Result<bool, Error> {
        let Some(wish) = self.text("AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints") else { return Ok(false) };
        match wish.value.as_str() {
            "legacy" => Ok(region.is_some_and(|region| WITH_GLOBAL_STS.contains(&region.as_ref()))),
            "regional" => Ok(false),
            _ => Err(wish.refuse("neither regional nor legacy: write it as regional")),
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::settings::variables::Variables;

    #[test]
    fn global_sts_endpoint_takes_the_wish_and_a_region_that_has_it() {
        let wish = |value: &str, region: &str| {
            let pairs =
                [("AWS_STS_REGIONAL_ENDPOINTS".to_owned(), value.to_owned()), ("HOME".to_owned(), "/x".to_owned())];
            let settings = Settings::of(Variables::from_pairs(pairs), Order::Boto3).unwrap();
            settings.has_global_sts(Some(&Region::new(region.to_owned())))
        };
        assert!(wish("legacy", "eu-west-1").unwrap());
        assert!(!wish("legacy", "eu-south-1").unwrap(), "a Region of later is not a part of it");
        assert!(!wish("regional", "eu-west-1").unwrap() && !wish("", "eu-west-1").unwrap());
        assert!(wish("LEGACY", "eu-west-1").unwrap_err().to_string().contains("AWS_STS_REGIONAL_ENDPOINTS=\"LEGACY\""));
    }
}
