//! Properties of all names, URIs and ARNs, valid or not.

use lambda_cache_names::{
    Listed, NameError, parameter,
    s3::{self, S3Uri},
    secret,
};
use proptest::prelude::*;

/// Arbitrary text, and text that is nearly valid.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,40}",
        "[a-z:/.\\-\0é]{0,40}",
        "(arn:(aws|aws-cn):(ssm|secretsmanager|s3):[a-z0-9-]{0,9}:[0-9]{0,12}:)(parameter|secret:)?[/a-zA-Z0-9:_.-]{0,30}",
        "s3://[a-z_]{0,10}/{0,2}[ -~]{0,300}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_entry_name_is_a_part_of_its_name_without_a_slash(name in text()) {
        if let Ok(entry_name) = parameter::entry_name(&name) {
            prop_assert!(!entry_name.is_empty() && !entry_name.contains(['/', ':']));
            prop_assert!(name.contains(entry_name));
        }
        if let Ok(entry_name) = secret::entry_name(&name) {
            prop_assert!(!entry_name.is_empty() && !entry_name.contains('/'));
            prop_assert!(name.contains(entry_name));
        }
    }

    #[test]
    fn the_keys_of_a_list_are_distinct(names in prop::collection::vec(text(), 0..6)) {
        let listed: Vec<Listed> = names.iter().map(Listed::from).collect();
        match parameter::keys(&listed) {
            Ok(keys) => {
                prop_assert_eq!(keys.len(), names.len());
                for (index, key) in keys.iter().enumerate() {
                    prop_assert!(!keys[..index].contains(key));
                }
            }
            Err(NameError::SameLastSegment { first, second, segment }) => {
                prop_assert!(names.contains(&first) && names.contains(&second));
                prop_assert_eq!(parameter::entry_name(&first).unwrap(), &segment);
                prop_assert_eq!(parameter::entry_name(&second).unwrap(), &segment);
            }
            Err(error) => prop_assert!(names.is_empty() || names.iter().any(|name| parameter::entry_name(name).is_err()), "{error}"),
        }
    }

    #[test]
    fn a_parsed_uri_is_displayed_unchanged(uri in text()) {
        if let Ok(parsed) = S3Uri::parse(&uri) {
            prop_assert_eq!(parsed.to_string(), uri);
            prop_assert!(!parsed.bucket().is_empty() && !parsed.bucket().contains('/') && !parsed.key().is_empty());
        }
    }

    #[test]
    fn a_file_name_is_a_single_path_component(uri in text(), given in prop::option::of(text())) {
        let Ok(uri) = S3Uri::parse(&uri) else { return Ok(()) };
        if let Ok(name) = s3::file_name(&uri, given.as_deref(), None) {
            let path = std::path::Path::new("/tmp").join(name);
            prop_assert_eq!(path.parent(), Some(std::path::Path::new("/tmp")));
            prop_assert_eq!(path.file_name().and_then(|name| name.to_str()), Some(name));
            prop_assert!(name != ".lambda-cache" && !name.contains('\0') && name.len() <= 255);
        }
    }

    #[test]
    fn an_error_contains_advice(name in text()) {
        for error in [parameter::entry_name(&name).err(), secret::entry_name(&name).err(), S3Uri::parse(&name).err()] {
            let Some(error) = error else { continue };
            let message = error.to_string();
            let says = ["write", "pass", "expected"].iter().any(|word| message.contains(word));
            prop_assert!(says, "{message}");
        }
    }
}
