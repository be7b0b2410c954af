//! From an entry name to the name of the argument that bears it.

use proc_macro2::{Ident, Span};
use syn::Result;
use unicode_ident::{is_xid_continue, is_xid_start};

/// The argument's name: the entry name itself where it is an identifier; else in `snake_case`, with `_` for every other
/// character and before a leading digit. A keyword is written `r#`.
pub(crate) fn identifier(entry_name: &str, span: Span) -> Result<Ident> {
    ident(entry_name, span).or_else(|| ident(&snake_case(entry_name), span)).ok_or_else(|| {
        let message = format!("no argument can be called {entry_name:?}: write `argument = name` with the name of one");
        syn::Error::new(span, message)
    })
}

/// The compiler's lexer reports by itself what it cannot read, so it is asked only what is sure to be one word.
fn ident(name: &str, span: Span) -> Option<Ident> {
    let mut characters = name.chars();
    let is_word = characters.next().is_some_and(|first| first == '_' || is_xid_start(first))
        && characters.all(is_xid_continue)
        && name != "_";
    if !is_word {
        return None;
    }
    let mut ident: Ident = match syn::parse_str(name) {
        Ok(ident) => ident,
        // Of the keywords, four cannot be written r#.
        Err(_) if !["self", "Self", "super", "crate"].contains(&name) => syn::parse_str(&format!("r#{name}")).ok()?,
        Err(_) => return None,
    };
    ident.set_span(span);
    Some(ident)
}

fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut follows_small = false;
    for character in name.chars() {
        if character.is_uppercase() && follows_small {
            snake.push('_');
        }
        follows_small = character.is_lowercase() || character.is_numeric();
        if is_xid_continue(character) {
            snake.extend(character.to_lowercase());
        } else {
            snake.push('_');
        }
    }
    if snake.starts_with(|first| first != '_' && !is_xid_start(first)) {
        snake.insert(0, '_');
    }
    snake
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_the_name_the_argument_is_one_word(entry_name in prop_oneof!["\\PC{1,20}", "[a-zA-Z0-9_.'\"#-]{1,12}"]) {
            if let Ok(ident) = identifier(&entry_name, Span::call_site()) {
                let ident = ident.to_string();
                prop_assert_eq!(syn::parse_str::<Ident>(&ident).unwrap().to_string(), ident);
            }
        }
    }

    #[test]
    fn an_identifier_stays_and_everything_else_becomes_one() {
        for (entry_name, expected) in [
            ("var", "var"),
            ("myVar", "myVar"),
            ("DB_PASSWORD", "DB_PASSWORD"),
            ("object.json", "object_json"),
            ("api-key", "api_key"),
            ("Api-KeyV2.json", "api_key_v2_json"),
            ("2fast", "_2fast"),
            ("type", "r#type"),
            ("ünïcode", "ünïcode"),
            ("a b", "a_b"),
            ("it's.json", "it_s_json"),
            ("1e", "_1e"),
            ("m²", "m_"),
            ("\u{301}", "_\u{301}"),
            ("r#var", "r_var"),
        ] {
            let ident = identifier(entry_name, Span::call_site()).unwrap();
            assert_eq!(ident.to_string(), expected, "{entry_name}");
        }
    }

    #[test]
    fn what_can_be_no_argument_is_told_how_to_have_one() {
        for entry_name in ["self", "crate", "_", "-", "."] {
            let error = identifier(entry_name, Span::call_site()).unwrap_err().to_string();
            assert!(error.contains("argument = name"), "{error}");
        }
    }
}
