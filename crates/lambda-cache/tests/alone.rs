//! Each source works if its feature is the only one: attribute, plain call and test value.

use lambda_cache::{Error, ErrorKind, Value};

#[cfg(feature = "ssm")]
mod ssm {
    use lambda_cache::{Error, ssm, testing};

    #[ssm::cache(parameter = "/app/var")]
    async fn decorated(var: String) -> Result<String, Error> {
        Ok(var)
    }

    #[tokio::test]
    async fn a_parameter() {
        let fake = testing::values();
        fake.ssm("/app/var", "x");
        let plain: String = ssm::get_entry("/app/var").await.unwrap();
        assert_eq!((decorated().await.unwrap(), &*plain), ("x".to_owned(), "x"));
        assert_eq!(fake.calls(), ["GetParameter /app/var"]);
    }
}

#[cfg(feature = "secrets-manager")]
mod secrets_manager {
    use lambda_cache::{Error, Secret, secrets_manager, testing};

    #[secrets_manager::cache(name = "/db/password")]
    async fn decorated(password: Secret<String>) -> Result<String, Error> {
        Ok(password.into_exposed())
    }

    #[tokio::test]
    async fn a_secret() {
        let fake = testing::values();
        fake.secrets_manager("/db/password", "x");
        let plain: Secret<String> = secrets_manager::get_entry("/db/password").await.unwrap();
        assert_eq!((&*decorated().await.unwrap(), &**plain.expose()), ("x", "x"));
        assert_eq!(fake.calls(), ["GetSecretValue /db/password"]);
    }
}

#[cfg(feature = "s3")]
mod s3 {
    use std::path::PathBuf;

    use lambda_cache::{Error, s3, testing};

    #[s3::cache(uri = "s3://bucket/object.json")]
    async fn decorated(object_json: PathBuf) -> Result<PathBuf, Error> {
        Ok(object_json)
    }

    #[tokio::test]
    async fn an_object() {
        let fake = testing::values();
        fake.s3("s3://bucket/object.json", "x");
        let plain: PathBuf = s3::get_entry("s3://bucket/object.json").await.unwrap();
        assert_eq!(decorated().await.unwrap(), plain);
        assert_eq!(std::fs::read_to_string(plain).unwrap(), "x");
        assert_eq!(fake.calls(), ["GetObject s3://bucket/object.json"]);
    }
}

#[test]
fn values_and_errors_exist_without_any_source() {
    assert_eq!(format!("{:?}", Value::from("x")), "Text(..)");
    assert!(Error::new(ErrorKind::Throttled, "slow down").is_transient());
}
