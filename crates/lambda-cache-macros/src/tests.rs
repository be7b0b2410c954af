//! The messages of this crate on any toolchain, for the cases in lambda-cache's `tests/compile_fail`. Its `.stderr`
//! files also contain text that differs between toolchains.

use std::{fs, path::Path};

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Item, ItemMacro, Meta};

use crate::{expand, source::Which};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../lambda-cache/tests/compile_fail");

/// Expands the outermost attribute of a file's item.
fn expanded(source: &str) -> TokenStream {
    let file = syn::parse_file(source).unwrap();
    for mut item in file.items.into_iter().flat_map(functions) {
        let attributes = match &mut item {
            Item::Fn(function) => &mut function.attrs,
            Item::Struct(item) => &mut item.attrs,
            _ => continue,
        };
        let Some(place) = attributes.iter().position(|attribute| Which::of(attribute.path()).is_some()) else {
            continue;
        };
        let attribute = attributes.remove(place);
        let which = Which::of(attribute.path()).unwrap();
        let options = if let Meta::List(list) = attribute.meta { list.tokens } else { TokenStream::new() };
        return expand::attribute(which, options, &item.to_token_stream());
    }
    panic!("no attribute of this crate");
}

/// Returns the item, or the methods in it.
fn functions(item: Item) -> Vec<Item> {
    match item {
        Item::Impl(item) => item.items.iter().map(|method| syn::parse_quote!(#method)).collect(),
        item => vec![item],
    }
}

/// Returns the messages of `compile_error!`.
fn messages(expanded: TokenStream) -> Vec<String> {
    let items = syn::parse2::<syn::File>(expanded).unwrap().items;
    let messages = items.into_iter().filter_map(|item| match item {
        Item::Macro(ItemMacro { mac, .. }) => Some(mac.parse_body::<syn::LitStr>().unwrap().value()),
        _ => None,
    });
    messages.collect()
}

#[test]
fn every_mistake_causes_exactly_its_message() {
    let mut cases = 0;
    for case in fs::read_dir(CASES).unwrap() {
        let path = case.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let stderr = fs::read_to_string(path.with_extension("stderr")).unwrap();
        let expected: Vec<_> = stderr.lines().filter_map(|line| line.strip_prefix("error: ")).collect();
        let is_the_compilers = expected.is_empty() && stderr.starts_with("error[E");
        assert!(expected.len() == 1 || is_the_compilers, "{}", path.display());
        assert_eq!(messages(expanded(&fs::read_to_string(&path).unwrap())), expected, "{}", path.display());
        cases += 1;
    }
    assert!(cases >= 30, "{} cases in {}", cases, Path::new(CASES).display());
}

#[test]
fn the_crate_path_of_an_attribute_is_used() {
    let source = r#"
        #[cache::ssm::cache(parameter = "/app/var")]
        #[cache::s3::cache(uri = "s3://bucket/key", crate = company::cache)]
        #[cache::refresh_on_error(when = is_wrong)]
        async fn handler(var: String, key: std::path::PathBuf) -> Result<String, Error> {
            Ok(other::lambda_cache::made_of(var))
        }
    "#;
    let expanded = expanded(source).to_string();
    assert!(expanded.contains("company :: cache :: __macros"), "{expanded}");
    assert_eq!(expanded.matches("lambda_cache ::").count(), expanded.matches("other :: lambda_cache ::").count());
}

#[test]
fn a_quoted_crate_path_is_rejected_with_advice() {
    let source = r#"
        #[ssm::cache(parameter = "/app/var", crate = "company::cache")]
        async fn handler(var: String) -> Result<String, Error> { Ok(var) }
    "#;
    assert_eq!(
        messages(expanded(source)),
        ["crate must be a path, without quotes: write `crate = my_company::lambda_cache`"]
    );
}

#[test]
fn an_unused_argument_takes_the_entry() {
    let source = r#"
        #[ssm::cache(parameter = "/app/greeting")]
        async fn handler(_greeting: String) -> Result<(), Error> { Ok(()) }
    "#;
    let expanded = expanded(source).to_string();
    assert!(expanded.contains("let _greeting : String"), "{expanded}");
    assert!(!expanded.contains("compile_error"), "{expanded}");
}

#[test]
fn a_runtimes_attribute_above_is_named() {
    let source = r#"
        #[ssm::cache(parameter = "/app/var")]
        fn handler(var: String) -> Result<String, Error> {
            let body = async { Ok(var) };
            tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(body)
        }
    "#;
    let messages = messages(expanded(source));
    assert!(messages.iter().any(|message| message.contains("above #[tokio::test]")), "{messages:?}");
}
