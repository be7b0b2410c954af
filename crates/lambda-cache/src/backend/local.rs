//! Values from a file on a developer's machine, without AWS.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::in_memory::ValueSource;
use crate::{Error, ErrorKind, Value, settings};

/// A local file of values. It is read at each fetch, so that a change in it has the effect of a change in AWS.
pub(crate) struct LocalFile {
    path: PathBuf,
}

/// The content of the file.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Document {
    ssm: BTreeMap<String, Written>,
    secrets: BTreeMap<String, Written>,
    /// The path of an object's content, relative to this file.
    s3: BTreeMap<String, PathBuf>,
}

/// A value in the file: a text, a list, or a table whose JSON is the text.
#[derive(Deserialize)]
#[serde(transparent)]
struct Written(toml::Value);

impl Written {
    /// Returns the value. For another kind, returns the problem and the fix, without the value.
    fn value(self) -> Result<Value, String> {
        match self.0 {
            toml::Value::String(text) => Ok(text.into()),
            table @ toml::Value::Table(_) => Ok(json(table).to_string().into()),
            toml::Value::Array(texts) => {
                let texts = texts.into_iter().map(|text| text.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
                texts
                    .map(Value::from)
                    .ok_or_else(|| "is a list of other things than texts: write each in quotes".to_owned())
            }
            other => Err(format!("is not a text but {}: write it in quotes", other.type_str())),
        }
    }
}

/// Converts a table to JSON. A date becomes a text.
fn json(value: toml::Value) -> serde_json::Value {
    match value {
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, json(value))).collect(),
        toml::Value::Array(values) => values.into_iter().map(json).collect(),
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(value) => value.into(),
        toml::Value::Datetime(date) => date.to_string().into(),
    }
}

impl LocalFile {
    /// Returns the file that the environment names, unless this is a function in Lambda. Both cases are reported on
    /// the standard error output.
    pub(crate) fn of_environment() -> Option<Self> {
        let path = settings::local()?;
        if settings::is_inside_lambda() {
            say(&format!(
                "{} is ignored, for this is Lambda: remove it from the function's environment",
                settings::LOCAL
            ));
            return None;
        }
        let file = Self::at(&path);
        say(&format!("{} is set: values come from {}, and AWS is not asked", settings::LOCAL, file.path.display()));
        Some(file)
    }

    /// Returns the file at `path`.
    pub(crate) fn at(path: &Path) -> Self {
        Self { path: std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()) }
    }

    fn read(&self) -> Result<Document, Error> {
        let text = fs::read_to_string(&self.path).map_err(|error| {
            self.failure(&format!("cannot be read: {error}; write the file, or unset the variable"))
        })?;
        toml::from_str(&text).map_err(|error| {
            if let Some(wrong) = toml::from_str(&text).ok().and_then(|table| unknown_table(&table)) {
                return self.failure(&wrong);
            }
            // The parser's message is dropped, because it quotes the file.
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            self.failure(&format!(
                "is wrong in line {line}: write tables [ssm], [secrets] and [s3], with lines of a name and a text in quotes, as \
                 \"/app/var\" = \"x\" (of an object the path of a file; a parameter may be a list, JSON a table)"
            ))
        })
    }

    #[cfg(any(feature = "ssm", feature = "secrets-manager"))]
    fn value(&self, name: &str, written: Option<Written>) -> Result<Option<Value>, Error> {
        written
            .map(|written| {
                written.value().map_err(|wrong| self.failure(&format!("has a value for {name:?} that {wrong}")))
            })
            .transpose()
    }

    fn failure(&self, what: &str) -> Error {
        Error::new(ErrorKind::Configuration, self.said(what))
    }

    fn said(&self, what: &str) -> String {
        format!("{} ({}) {what}", self.path.display(), settings::LOCAL)
    }
}

/// Returns the problem and the fix if something at the top of the file is not one of its tables.
fn unknown_table(file: &toml::Table) -> Option<String> {
    const TABLES: [&str; 3] = ["ssm", "secrets", "s3"];
    let (name, value) = file.iter().find(|(name, _)| !TABLES.contains(&name.as_str()))?;
    if !value.is_table() {
        return Some(format!("has {name:?} outside of its tables: write the line under [ssm], [secrets] or [s3]"));
    }
    let near = match name.to_lowercase().as_str() {
        "parameter" | "parameters" => Some("ssm"),
        "secretsmanager" | "secrets_manager" | "secrets-manager" => Some("secrets"),
        name => TABLES.into_iter().find(|table| is_near(name, table)),
    };
    let advice = near.map_or_else(|| "write [ssm], [secrets] or [s3]".to_owned(), |near| format!("write [{near}]"));
    Some(format!("has a table [{name}], which is unknown: {advice}"))
}

/// Returns `true` if one letter more, one less or another one makes `name` of `wanted`.
fn is_near(name: &str, wanted: &str) -> bool {
    let before = name.bytes().zip(wanted.bytes()).take_while(|(one, other)| one == other).count();
    let (name, wanted) = (&name.as_bytes()[before..], &wanted.as_bytes()[before..]);
    let after = |rest: &[u8]| rest.get(1..).unwrap_or_default().to_vec();
    after(name) == after(wanted) || after(name) == wanted || name == after(wanted)
}

/// Writes to the standard error output, because logging may not be set up.
fn say(message: &str) {
    let _ = writeln!(std::io::stderr(), "lambda-cache: {message}");
}

impl ValueSource for LocalFile {
    #[cfg(feature = "ssm")]
    fn parameter(&self, name: &str) -> Result<Option<Value>, Error> {
        self.value(name, self.read()?.ssm.remove(name))
    }

    #[cfg(feature = "ssm")]
    fn parameter_names(&self) -> Result<Vec<String>, Error> {
        Ok(self.read()?.ssm.into_keys().collect())
    }

    #[cfg(feature = "secrets-manager")]
    fn secret(&self, name: &str) -> Result<Option<Value>, Error> {
        match self.value(name, self.read()?.secrets.remove(name))? {
            Some(Value::TextList(_)) => {
                Err(self.failure(&format!("has a list for the secret {name:?}: write a text or a table")))
            }
            value => Ok(value),
        }
    }

    #[cfg(feature = "s3")]
    fn object(&self, uri: &str) -> Result<Option<bytes::Bytes>, Error> {
        let Some(path) = self.read()?.s3.remove(uri) else { return Ok(None) };
        let path = self.path.parent().unwrap_or(&self.path).join(path);
        let content = fs::read(&path).map_err(|error| {
            let what = format!(
                "names {} for {uri}, which cannot be read: {error}; write the path of its content",
                path.display()
            );
            Error::new(ErrorKind::Storage, self.said(&what))
        })?;
        Ok(Some(content.into()))
    }

    fn owner(&self) -> String {
        format!("{} ({}) has", self.path.display(), settings::LOCAL)
    }

    fn advice(&self, source: &str, names: &[&str]) -> String {
        let table = if source == "secrets_manager" { "secrets" } else { source };
        let lines: Vec<_> = names.iter().map(|name| format!("{name:?} = \"...\"")).collect();
        format!("write {} under [{table}]", lines.join(" and "))
    }
}

#[cfg(all(test, feature = "ssm", feature = "secrets-manager", feature = "s3"))]
mod tests {
    use super::*;

    const TEXT: &str = r#"
[ssm]
"/app/var" = "x"
"/app/list" = ["a", "b"]

[secrets]
"/prod/db" = "pa55"

[s3]
"s3://bucket/object" = "files/object"
"s3://bucket/gone" = "files/gone"
"#;

    fn file(text: &str) -> (tempfile::TempDir, LocalFile) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("files")).unwrap();
        fs::write(folder.path().join("files/object"), "content").unwrap();
        let path = folder.path().join("values.toml");
        fs::write(&path, text).unwrap();
        (folder, LocalFile { path })
    }

    #[test]
    fn values_come_from_the_file() {
        let (_folder, file) = file(TEXT);
        assert_eq!(file.parameter("/app/var").unwrap(), Some(Value::from("x")));
        assert_eq!(file.parameter("/app/list").unwrap(), Some(Value::from(["a", "b"])));
        assert_eq!(file.parameter_names().unwrap(), ["/app/list", "/app/var"]);
        assert_eq!(file.secret("/prod/db").unwrap(), Some(Value::from("pa55")));
        assert_eq!(file.object("s3://bucket/object").unwrap().unwrap(), "content");
        assert_eq!(file.parameter("/prod/db").unwrap(), None);
        assert!(
            file.advice("secrets_manager", &["/prod/x"]).starts_with("write \"/prod/x\" = \"...\" under [secrets]")
        );
    }

    #[test]
    fn a_table_is_its_json_and_a_number_is_refused() {
        let (_folder, file) =
            file("[secrets.\"/prod/db\"]\nuser = \"shop\"\nport = 5432\n[ssm]\n\"/app/port\" = 8080\n\"/app/l\" = [1]");
        assert_eq!(file.secret("/prod/db").unwrap(), Some(Value::from(r#"{"port":5432,"user":"shop"}"#)));
        for (name, words) in [
            ("/app/port", "\"/app/port\" that is not a text but integer: write it in quotes"),
            ("/app/l", "write each in quotes"),
        ] {
            let message = file.parameter(name).unwrap_err().to_string();
            assert!(message.contains(words) && !message.contains("8080"), "{message}");
        }
    }

    #[test]
    fn the_file_is_read_at_each_fetch() {
        let (_folder, file) = file(TEXT);
        assert_eq!(file.secret("/prod/db").unwrap(), Some(Value::from("pa55")));
        fs::write(&file.path, "[secrets]\n\"/prod/db\" = \"new\"").unwrap();
        assert_eq!(file.secret("/prod/db").unwrap(), Some(Value::from("new")));
    }

    #[test]
    fn a_syntax_error_names_file_and_line_without_content() {
        for (text, words) in [
            ("[secrets]\n\"/prod/db\" = c4n4ry", "is wrong in line 2"),
            ("[secrets]\n\"/prod/db\" = \"c4n4ry", "is wrong in line 2"),
            ("[s3]\n\n\"c4n4ry\" = 3", "is wrong in line 3"),
        ] {
            let (_folder, file) = file(text);
            let error = file.secret("/prod/db").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            let message = error.to_string();
            assert!(message.contains(words) && message.contains("values.toml (LAMBDA_CACHE_LOCAL)"), "{message}");
            assert!(!message.contains("c4n4ry"), "{message}");
        }
    }

    #[test]
    fn an_unknown_table_is_named_with_the_near_one() {
        for (text, words) in [
            ("[ssm]\n[smm]\n\"/a\" = \"c4n4ry\"", "has a table [smm], which is unknown: write [ssm]"),
            ("[secret]\n\"/a\" = \"c4n4ry\"", "has a table [secret], which is unknown: write [secrets]"),
            ("[secrets_manager]\n\"/a\" = \"c4n4ry\"", "write [secrets]"),
            ("[S33]\n\"/a\" = \"c4n4ry\"", "has a table [S33], which is unknown: write [s3]"),
            ("[other.table]\n\"/a\" = \"c4n4ry\"", "has a table [other], which is unknown: write [ssm], [secrets] or"),
            ("\"/a\" = \"c4n4ry\"", "has \"/a\" outside of its tables: write the line under [ssm], [secrets] or [s3]"),
        ] {
            let (_folder, file) = file(text);
            let message = file.secret("/prod/db").unwrap_err().to_string();
            assert!(message.contains(words) && !message.contains("c4n4ry"), "{message}");
        }
    }

    #[test]
    fn a_missing_file_is_reported() {
        let (folder, file) = file(TEXT);
        assert_eq!(file.object("s3://bucket/gone").unwrap_err().kind(), ErrorKind::Storage);
        drop(folder);
        assert!(file.secret("/prod/db").unwrap_err().to_string().contains("cannot be read"));
    }
}
