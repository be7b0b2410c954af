//! Splitting of a command into words like in a POSIX shell, without a shell's other features.

/// Returns the words of `text` like Python's `shlex.split`, or `None` if a quote is not closed.
pub(crate) fn split(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match (quote, char) {
            (Some(open), char) if char == open => quote = None,
            (Some('"'), '\\') => {
                let escaped = chars.next()?;
                let word = word.get_or_insert_default();
                if !['"', '\\'].contains(&escaped) {
                    word.push('\\');
                }
                word.push(escaped);
            }
            (None, '\'' | '"') => {
                quote = Some(char);
                word.get_or_insert_default(); // '' is a word
            }
            (None, '\\') => word.get_or_insert_default().push(chars.next()?),
            (None, ' ' | '\t' | '\r' | '\n') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(char),
        }
    }
    if quote.is_some() {
        return None;
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_shlex() {
        for (text, words) in [
            ("profile dev", &["profile", "dev"][..]),
            ("profile  'dev env' ", &["profile", "dev env"]),
            (r#"profile "a \"b\" \c \\""#, &["profile", r#"a "b" \c \"#]),
            (r"profile a\ b", &["profile", "a b"]),
            ("a''b ''", &["ab", ""]),
            ("x #y & | ; $HOME", &["x", "#y", "&", "|", ";", "$HOME"]),
            ("", &[]),
        ] {
            assert_eq!(split(text).unwrap(), words, "{text}");
        }
        for open in ["profile 'dev", "a \"b", "a\\", "\"a\\"] {
            assert_eq!(split(open), None, "{open}");
        }
    }
}
