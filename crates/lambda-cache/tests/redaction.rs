//! A value is never shown in printed text about it.

use std::sync::Arc;

use lambda_cache::{__binding::engine::CacheValue, Cached, Value};

const CANARY: &str = "c4n4ry-0f-the-secret";

#[test]
fn debug_shows_the_kind_of_a_value_and_not_its_content() {
    let text = Value::Text(CANARY.into());
    let values = [
        text.clone(),
        Value::TextList([CANARY.to_owned()].into_iter().collect()),
        Value::Bytes(CANARY.as_bytes().into()),
        Value::Group(Arc::from([("name".to_owned(), text)])),
    ];
    for value in values {
        let cached = Cached::from(value.clone());
        assert!(cached.is_intact());
        cached.keep_form(CANARY.to_owned());
        assert_eq!(cached.form::<String>().map(String::as_str), Some(CANARY));
        for printed in [format!("{value:?}"), format!("{value:#?}"), format!("{cached:?}"), format!("{cached:#?}")] {
            assert!(!printed.contains("c4n4ry") && !printed.contains("99, 52"), "{printed}");
            assert!(printed.contains("(..)"), "{printed}");
        }
    }
}
