//! The answers of S3 to `GetObject` and, without the body, to `HeadObject`.

use crate::{
    account::{Account, Object},
    answer::Answer,
    call::Operation,
    content::Content,
    http::Request,
    refusal::Refusal,
};

const LAST_CHANGE: &str = "Tue, 14 Nov 2023 22:13:20 GMT";

pub(crate) fn get_object(account: &Account, request: &Request, uri: &str, wrong_checksum: bool) -> Answer {
    let Some(object) = account.object(uri) else { return Refusal::not_found(Operation::GetObject).into_answer() };
    if request.header("if-match").is_some_and(|etags| !matches(etags, &object.etag)) {
        return Refusal::precondition_failed().into_answer();
    }
    if request.header("if-none-match").is_some_and(|etags| matches(etags, &object.etag)) {
        let nothing = Content::of_size(0);
        return described(Answer { status: 304, headers: Vec::new(), body: nothing, head_only: false }, &object);
    }
    let length = object.content.len();
    match request.header("range").map(|range| part(range, length)) {
        None => {
            let answer = described(Answer::new(200, "binary/octet-stream", object.content.part(0, length)), &object);
            let asked = request.header("x-amz-checksum-mode").is_some_and(|mode| mode.eq_ignore_ascii_case("enabled"));
            match &object.checksum {
                Some(checksum) if asked => answer
                    .with(checksum.header, checksum.value(wrong_checksum))
                    .with("x-amz-checksum-type", checksum.kind),
                _ => answer,
            }
        }
        Some(Some((from, to))) => {
            let content = object.content.part(from, to);
            described(Answer::new(206, "binary/octet-stream", content), &object)
                .with("Content-Range", format!("bytes {from}-{}/{length}", to - 1))
        }
        Some(None) => Refusal::invalid_range().into_answer().with("Content-Range", format!("bytes */{length}")),
    }
}

fn described(answer: Answer, object: &Object) -> Answer {
    answer.with("ETag", object.etag.clone()).with("Last-Modified", LAST_CHANGE).with("Accept-Ranges", "bytes")
}

fn matches(etags: &str, etag: &str) -> bool {
    etags.split(',').any(|one| one.trim() == etag || one.trim() == "*")
}

/// Returns the start of the requested range, or 0.
pub(crate) fn range_from(request: &Request) -> u64 {
    let range = request.header("range").and_then(|range| range.strip_prefix("bytes=")?.split_once('-'));
    range.and_then(|(from, _)| from.parse().ok()).unwrap_or(0)
}

/// Returns the start and the end of a `Range`, or `None` if it is outside the object.
fn part(range: &str, length: u64) -> Option<(u64, u64)> {
    let (from, to) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (from, to) = match (from, to) {
        ("", last) => (length.saturating_sub(last.parse().ok()?), length),
        (from, "") => (from.parse().ok()?, length),
        (from, to) => (from.parse().ok()?, to.parse::<u64>().ok()?.saturating_add(1).min(length)),
    };
    (from < to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_http_has_them() {
        assert_eq!(part("bytes=0-3", 10), Some((0, 4)));
        assert_eq!(part("bytes=4-", 10), Some((4, 10)));
        assert_eq!(part("bytes=-3", 10), Some((7, 10)));
        assert_eq!(part("bytes=8-99", 10), Some((8, 10)));
        for nothing in ["bytes=10-", "bytes=5-4", "bytes=-0", "lines=1-2", "bytes=a-b"] {
            assert_eq!(part(nothing, 10), None, "{nothing}");
        }
    }
}
