//! Conversion of an entry name to the name of its argument.

use proc_macro2::{Ident, Span};
use syn::Result;
use unicode_ident::{is_xid_continue, is_xid_start};

/// Returns the argument's name: the entry name if it is an identifier, and otherwise its `snake_case` form, with `_`
/// for every other character and before a leading digit. A keyword gets `r#`.
pub(crate) fn identifier(entry_name: &str, span: Span) -> Result<Ident> {
    ident(entry_name, span).or_else(|| ident(&snake_case(entry_name), span)).ok_or_else(|| {
        let message = format!("no argument can be called {entry_name:?}: write `argument = name` with the name of one");
        syn::Error::new(span, message)
    })
}

/// Returns the name as an identifier. The compiler's lexer reports unreadable text by itself, so it gets only single
/// words.
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
        // Four keywords cannot be written with r#.
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
        fn an_argument_name_is_one_identifier(entry_name in prop_oneof!["\\PC{1,20}", "[a-zA-Z0-9_.'\"#-]{1,12}"]) {
            if let Ok(ident) = identifier(&entry_name, Span::call_site()) {
                let ident = ident.to_string();
                prop_assert_eq!(syn::parse_str::<Ident>(&ident).unwrap().to_string(), ident);
            }
        }
    }

    #[test]
    fn entry_names_become_identifiers() {
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
    fn an_unusable_entry_name_is_rejected_with_advice() {
        for entry_name in ["self", "crate", "_", "-", "."] {
            let error = identifier(entry_name, Span::call_site()).unwrap_err().to_string();
            assert!(error.contains("argument = name"), "{error}");
        }
    }
}
