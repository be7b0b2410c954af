use std::{collections::HashSet, time::Duration};

use super::error::ErrorContext;
use crate::{AwsFailure, Error, engine::Stopwatch};

/// The maximum number of pages of a list, enough for all parameters that an account can have in a Region.
const MOST_PAGES: usize = 10_000;
/// The timeout for all pages of a list.
const LONGEST: Duration = Duration::from_mins(1);

/// The pages of a list so far. They must end, whatever the service answers.
pub(super) struct Pages {
    began: Stopwatch,
    tokens: HashSet<String>,
}

impl Pages {
    pub(super) fn begin() -> Self {
        Self { began: Stopwatch::start(), tokens: HashSet::new() }
    }

    /// Returns the token for the next page, if there is one.
    ///
    /// # Errors
    /// A repeated token, too many pages or too much time.
    pub(super) fn next(&mut self, token: Option<String>, asked: &ErrorContext) -> Result<Option<String>, Error> {
        let Some(token) = token.filter(|token| !token.is_empty()) else { return Ok(None) };
        let endless = |code: &str, reason: String| {
            let message = format!("{reason}; check what answers there (AWS_ENDPOINT_URL)");
            let operation = asked.operation.name();
            Err(asked.refused(AwsFailure { operation, code: code.to_owned(), message, request_id: None, status: None }))
        };
        if !self.tokens.insert(token.clone()) {
            return endless(
                "PaginationError",
                "the answer repeats a NextToken, so the list would never end".to_owned(),
            );
        }
        if self.tokens.len() >= MOST_PAGES {
            return endless("PaginationError", format!("the list does not end within {MOST_PAGES} pages"));
        }
        if self.began.elapsed() > LONGEST {
            return endless(Error::TIMEOUT, format!("the pages of the list take longer than {LONGEST:?}"));
        }
        Ok(Some(token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, source::Operation};

    fn asked() -> ErrorContext {
        let (what, place) = ("SSM parameters below \"/a\"".to_owned(), "eu-west-1".to_owned());
        ErrorContext { what, operation: Operation::GetParametersByPath, place }
    }

    #[test]
    fn list_ends_without_a_token_or_with_an_empty_one() {
        for last in [None, Some(String::new())] {
            let mut pages = Pages::begin();
            assert_eq!(pages.next(Some("1".to_owned()), &asked()).unwrap().as_deref(), Some("1"));
            assert_eq!(pages.next(last, &asked()).unwrap(), None);
        }
    }

    #[test]
    fn a_repeated_token_is_an_error() {
        let mut pages = Pages::begin();
        for token in ["1", "2", "3"] {
            pages.next(Some(token.to_owned()), &asked()).unwrap();
        }
        let error = pages.next(Some("2".to_owned()), &asked()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected);
        assert!(error.to_string().contains("/a") && error.to_string().contains("AWS_ENDPOINT_URL"), "{error}");
    }

    #[test]
    fn list_without_an_end_is_an_error_after_the_most_pages() {
        let mut pages = Pages::begin();
        let error = (0..).find_map(|number: usize| pages.next(Some(number.to_string()), &asked()).err()).unwrap();
        assert!(error.to_string().contains("10000 pages"), "{error}");
        assert_eq!(pages.tokens.len(), MOST_PAGES);
    }
}
