use lambda_cache_names::{arn, secret};

use super::{ArnScope, escaped};

/// Returns every ARN that a secret's name may refer to.
///
/// A secret's ARN ends in six random characters, which the name does not have. An ARN that seems to end in them may
/// still be a partial ARN (`…:secret:my-secret`, as in CDK's `fromSecretNameV2`), so both forms are allowed.
pub(crate) fn secret(name: &str, scope: ArnScope<'_>) -> Vec<String> {
    let ArnScope { partition, region, account } = scope;
    let named = escaped(name);
    match arn::resource(name, "secretsmanager") {
        Some(resource) if secret::has_random_suffix(resource) => vec![named.clone(), format!("{named}-??????")],
        Some(_) => vec![format!("{named}-??????")],
        None => vec![format!("arn:{partition}:secretsmanager:{region}:{account}:secret:{named}-??????")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::policy::HERE;

    #[test]
    fn secrets() {
        let arn = "arn:aws:secretsmanager:us-east-1:210987654321:secret:prod/db";
        for (name, expected) in [
            ("/prod/db", ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:/prod/db-??????"].as_slice()),
            ("db-abcdef", &["arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-abcdef-??????"]),
            (arn, &[&format!("{arn}-??????")]),
        ] {
            assert_eq!(secret(name, HERE), expected, "{name}");
        }
    }

    #[test]
    fn ambiguous_secret_arns_are_allowed_in_both_forms() {
        for arn in [
            "arn:aws:secretsmanager:us-east-1:210987654321:secret:prod/db-a1B2c3",
            "arn:aws:secretsmanager:us-east-1:210987654321:secret:prod/my-secret",
        ] {
            assert_eq!(secret(arn, HERE), [arn.to_owned(), format!("{arn}-??????")], "{arn}");
        }
    }
}
