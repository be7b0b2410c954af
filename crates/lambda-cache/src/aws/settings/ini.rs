//! The syntax of the profile files, as parsed by Python's `configparser` and botocore's `configloader`.

use std::collections::HashMap;

/// A value and its first line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) text: Text,
    pub(super) line: usize,
}

/// A key's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// One line, or several lines joined by line ends.
    Plain(String),
    /// An indented block of settings, each with its line.
    Block(HashMap<String, (String, usize)>),
}

/// A section: the name in its brackets, and its settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) name: String,
    pub(super) values: HashMap<String, Value>,
}

/// An error that makes a file unreadable.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    pub(super) line: usize,
    pub(super) reason: String,
}

/// The section from which all others inherit.
const DEFAULTS: &str = "DEFAULT";

/// A key with its lines: the first after the delimiter, then those that are indented more.
struct Raw {
    key: String,
    line: usize,
    lines: Vec<(String, usize)>,
}

struct RawSection {
    name: String,
    entries: Vec<Raw>,
}

/// Parses the text of a file.
pub(super) fn parse(text: &str) -> Result<Vec<Section>, Malformed> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut sections = raw(text)?;
    let inherited = sections
        .iter()
        .position(|section| section.name == DEFAULTS)
        .map(|position| sections.remove(position).values())
        .transpose()?
        .unwrap_or_default();
    sections
        .into_iter()
        .map(|section| {
            let name = section.name.clone();
            let mut values = inherited.clone();
            values.extend(section.values()?);
            Ok(Section { name, values })
        })
        .collect()
}

fn raw(text: &str) -> Result<Vec<RawSection>, Malformed> {
    let mut sections: Vec<RawSection> = Vec::new();
    // Whether the last key may continue in a line that is indented by more than this.
    let (mut is_open, mut indent) = (false, 0);
    let mut first_bad: Option<Malformed> = None;
    for (number, line) in lines(text) {
        let value = line.trim();
        if value.starts_with(['#', ';']) {
            continue;
        }
        let open = sections.last_mut().and_then(|section| section.entries.last_mut()).filter(|_| is_open);
        if value.is_empty() {
            if let Some(entry) = open {
                entry.lines.push((String::new(), number));
            }
            continue;
        }
        let here = line.chars().take_while(|char| char.is_whitespace()).count();
        if let Some(entry) = open.filter(|_| here > indent) {
            entry.lines.push((value.to_owned(), number));
            continue;
        }
        indent = here;
        if let Some(name) = header(value) {
            if name != DEFAULTS && sections.iter().any(|section| section.name == name) {
                return Err(Malformed {
                    line: number,
                    reason: format!("the section [{name}] is a second one of this name: make one of the two"),
                });
            }
            // A second [DEFAULT] continues the first.
            if let Some(position) = sections.iter().position(|section| section.name == name) {
                let section = sections.remove(position);
                sections.push(section);
            } else {
                sections.push(RawSection { name: name.to_owned(), entries: Vec::new() });
            }
            is_open = false;
            continue;
        }
        let Some(section) = sections.last_mut() else {
            return Err(Malformed {
                line: number,
                reason: "a setting is above the first section: write [default] or [profile NAME] above it".to_owned(),
            });
        };
        let Some((key, first)) = value.split_once(['=', ':']).filter(|(key, _)| !key.trim().is_empty()) else {
            // configparser continues and then rejects the file. A worse error below has priority.
            first_bad.get_or_insert_with(|| Malformed {
                line: number,
                reason: "it is neither a [section] nor key = value: correct or remove it".to_owned(),
            });
            continue;
        };
        let key = key.trim().to_lowercase();
        if section.entries.iter().any(|entry| entry.key == key) {
            let reason = format!("{key} is there twice in the section [{}]: remove one", section.name);
            return Err(Malformed { line: number, reason });
        }
        section.entries.push(Raw { key, line: number, lines: vec![(first.trim().to_owned(), number)] });
        is_open = true;
    }
    first_bad.map_or(Ok(sections), Err)
}

/// Returns the lines of a text, numbered from 1, with any of the three line ends.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = Some(text);
    let all = std::iter::from_fn(move || {
        let text = rest.take()?;
        let Some(end) = text.find(['\r', '\n']) else { return Some(text) };
        let after = &text[end..];
        rest = Some(after.strip_prefix("\r\n").unwrap_or(&after[1..]));
        Some(&text[..end])
    });
    all.enumerate().map(|(index, line)| (index + 1, line))
}

/// Returns the name of a section, up to the last bracket. Text after it is ignored.
fn header(value: &str) -> Option<&str> {
    let name = &value.strip_prefix('[')?;
    let name = &name[..name.rfind(']')?];
    (!name.is_empty()).then_some(name)
}

impl RawSection {
    fn values(self) -> Result<HashMap<String, Value>, Malformed> {
        self.entries.into_iter().map(Raw::value).collect()
    }
}

impl Raw {
    fn value(mut self) -> Result<(String, Value), Malformed> {
        while self.lines.len() > 1 && self.lines.last().is_some_and(|(line, _)| line.is_empty()) {
            self.lines.pop();
        }
        let is_block = self.lines.len() > 1 && self.lines[0].0.is_empty();
        let text = if is_block {
            let lines = self.lines.into_iter().filter(|(line, _)| !line.is_empty());
            Text::Block(lines.map(nested).collect::<Result<_, _>>()?)
        } else {
            let lines: Vec<_> = self.lines.into_iter().map(|(line, _)| line).collect();
            Text::Plain(lines.join("\n"))
        };
        Ok((self.key, Value { text, line: self.line }))
    }
}

fn nested((line, number): (String, usize)) -> Result<(String, (String, usize)), Malformed> {
    let Some((key, value)) = line.split_once('=') else {
        return Err(Malformed {
            line: number,
            reason: "it belongs to an indented block and is not key = value: correct or remove it".to_owned(),
        });
    };
    Ok((key.trim().to_owned(), (value.trim().to_owned(), number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str, section: &str, key: &str) -> Option<String> {
        let sections = parse(text).unwrap();
        let section = sections.into_iter().find(|found| found.name == section)?;
        match section.values.get(key)?.text.clone() {
            Text::Plain(text) => Some(text),
            Text::Block(_) => panic!("a block"),
        }
    }

    #[test]
    fn values_are_those_of_configparser() {
        for (text, value) in [
            ("[a]\nregion = x", "x"),
            ("[a]\nregion: x", "x"),
            ("[a]\nREGION=x # not a comment", "x # not a comment"),
            ("[a]\n  region = x\n  output = y\n", "x"),
            ("\u{feff}[a]\r\nregion = x\r\n", "x"),
            ("[a]\rregion = x\r", "x"),
            ("[a] ; behind\n; a comment\n\n  # another\nregion = a=b", "a=b"),
            ("[a]\nregion = x\n\n  more\n\n\n", "x\n\nmore"),
            ("[a]\nregion =\noutput = y", ""),
            ("[DEFAULT]\nregion = x\n[a]\noutput = y", "x"),
            ("[DEFAULT]\nregion = y\n[a]\nregion = x", "x"),
        ] {
            assert_eq!(plain(text, "a", "region").as_deref(), Some(value), "{text}");
        }
        assert_eq!(plain("[a]x]\nk = v", "a]x", "k").as_deref(), Some("v"));
    }

    #[test]
    fn an_indented_block_contains_separate_settings() {
        let text = "[a]\ns3 =\n  addressing_style = path\n  # left out\n\n  max_queue_size=3\nregion = x\n";
        let sections = parse(text).unwrap();
        let Text::Block(block) = &sections[0].values["s3"].text else { panic!("{sections:?}") };
        assert_eq!(block["addressing_style"], ("path".to_owned(), 3));
        assert_eq!(block["max_queue_size"], ("3".to_owned(), 6));
        assert_eq!(sections[0].values["region"].line, 7);
    }

    #[test]
    fn a_malformed_file_is_rejected_with_its_line() {
        for (text, line) in [
            ("region = x\n", 1),
            ("[a]\nregion\n", 2),
            ("[a]\n= x\n", 2),
            ("[a]\nregion = x\nregion = y\n", 3),
            ("[a]\n[b]\n[a]\n", 3),
            ("[a]\ns3 =\n  path\n", 3),
            ("[a\nregion = x\n", 1),
        ] {
            assert_eq!(parse(text).unwrap_err().line, line, "{text}");
        }
    }
}
