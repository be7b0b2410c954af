//! SSM Parameter Store: one parameter, or a list or a path of parameters as one group.

use std::slice;

use futures_util::future::join_all;
use lambda_cache_names::{NameError, parameter};

use super::{
    ArnScope, Operation, Permission,
    api::Api,
    list::{List, Names, name_in},
    policy,
};
use crate::{
    Error, ErrorKind, Value,
    engine::{Identity, Key},
    value::Item,
};

/// The maximum number of names in one `GetParameters`
/// (<https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html>).
const NAMES_PER_CALL: usize = 10;

/// The source names in keys: decrypted or encrypted, required or optional.
type Sources = [[&'static str; 2]; 2];
const ONE: Sources =
    [["ssm parameter", "optional ssm parameter"], ["encrypted ssm parameter", "optional encrypted ssm parameter"]];
const LIST: Sources =
    [["ssm parameters", "optional ssm parameters"], ["encrypted ssm parameters", "optional encrypted ssm parameters"]];
const PATH: Sources = [["ssm path", "optional ssm path"], ["encrypted ssm path", "optional encrypted ssm path"]];

/// A request to Parameter Store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameters {
    which: Which,
    is_optional: bool,
    is_encrypted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Which {
    One(String),
    /// Several parameters as one entry.
    List(List),
    /// All parameters below a path as one entry.
    Path(Path),
}

/// The parameters that a request reads.
pub(crate) enum Target<'a> {
    /// One parameter.
    One(&'a str),
    /// Several parameters.
    List(&'a List),
    /// All parameters below a path, in the whole tree or in its first level.
    Below(&'a str, bool),
}

/// A path of the hierarchy, and how deep it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Path {
    /// The identity of the entry: the path, and `recursive` or `one level`.
    parts: [String; 2],
    is_recursive: bool,
}

impl From<Which> for Parameters {
    fn from(which: Which) -> Self {
        Self { which, is_optional: false, is_encrypted: false }
    }
}

impl Parameters {
    /// Creates a request for one parameter, by name (optionally with a selector) or ARN, or for several as one entry.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for an empty name or list, or two names with one key.
    pub fn new(names: impl Into<Names>) -> Result<Self, Error> {
        Ok(match names.into() {
            Names::One(name) if name.is_empty() => return Err(Error::invalid_name(parameter::EMPTY)),
            Names::One(name) => Which::One(name),
            Names::Several(names) => Which::List(List::new(&names, parameter::keys, parameter::entry_name)?),
        }
        .into())
    }

    /// Creates a request for all parameters below a path as one entry: the whole tree, or its first level.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for a path that does not begin with `/`.
    pub fn path(path: &str, is_recursive: bool) -> Result<Self, Error> {
        let depth = if is_recursive { "recursive" } else { "one level" };
        let parts = [parameter::checked_path(path).map_err(Error::invalid_name)?.to_owned(), depth.to_owned()];
        Ok(Which::Path(Path { parts, is_recursive }).into())
    }

    /// Makes the parameters optional: a missing one is [`Value::Nothing`], alone or in a list, and an empty path is
    /// an empty group.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { is_optional: true, ..self }
    }

    /// Returns the values of `SecureString`s as they are stored, encrypted.
    #[must_use]
    pub fn encrypted(self) -> Self {
        Self { is_encrypted: true, ..self }
    }

    /// Returns the names or the path that the request reads.
    pub(crate) fn target(&self) -> Target<'_> {
        match &self.which {
            Which::One(name) => Target::One(name),
            Which::List(list) => Target::List(list),
            Which::Path(path) => Target::Below(path.path(), path.is_recursive),
        }
    }

    /// Returns `true` if a missing parameter is not an error.
    pub(crate) fn is_optional(&self) -> bool {
        self.is_optional
    }

    /// Returns `true` if `SecureString`s stay encrypted.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.is_encrypted
    }

    pub(super) fn is_group(&self) -> bool {
        !matches!(self.which, Which::One(_))
    }

    pub(super) fn entry_name(&self) -> Result<String, Error> {
        let entry_name = match &self.which {
            Which::One(name) => parameter::entry_name(name),
            Which::List(_) => Err(NameError::ListWithoutEntryName),
            Which::Path(path) => parameter::path_entry_name(path.path()),
        };
        entry_name.map(str::to_owned).map_err(Error::invalid_name)
    }

    pub(super) fn identity(&self) -> impl Identity {
        let (sources, parts) = match &self.which {
            Which::One(name) => (&ONE, slice::from_ref(name)),
            Which::List(list) => (&LIST, list.parts()),
            Which::Path(path) => (&PATH, path.parts.as_slice()),
        };
        (sources[usize::from(self.is_encrypted)][usize::from(self.is_optional)], parts)
    }

    /// Returns `true` if the key is an entry of these parameters, optional or not, encrypted or not.
    pub(super) fn has(&self, key: &Key) -> bool {
        [(false, false), (false, true), (true, false), (true, true)]
            .map(|(is_optional, is_encrypted)| Self { is_optional, is_encrypted, ..self.clone() })
            .iter()
            .any(|one| Key::of(&one.identity()) == *key)
    }

    pub(super) fn permissions(&self, scope: ArnScope<'_>) -> Vec<Permission> {
        let (operation, names) = match &self.which {
            Which::One(name) => (Operation::GetParameter, slice::from_ref(name)),
            Which::List(list) => (Operation::GetParameters, list.names()),
            Which::Path(path) => {
                return vec![Permission::new(Operation::GetParametersByPath, policy::ssm::path(path.path(), scope))];
            }
        };
        let of = |name: &String| {
            let secrets =
                policy::ssm::referenced_secret(name).map(|secret| policy::secrets_manager::secret(secret, scope));
            let secrets = secrets.into_iter().flatten();
            let secrets = secrets.map(|secret| Permission::new(Operation::GetSecretValue, secret));
            [Permission::new(operation, policy::ssm::parameter(name, scope))].into_iter().chain(secrets)
        };
        names.iter().flat_map(of).collect()
    }

    pub(super) async fn fetch(&self, api: &dyn Api) -> Result<Item, Error> {
        let decrypt = !self.is_encrypted;
        let (fetched, nothing) = match &self.which {
            Which::One(name) => (api.get_parameter(name, decrypt).await, Value::Nothing),
            Which::List(list) => return fetch_list(list, self.is_optional, decrypt, api).await,
            Which::Path(path) => (path.fetch(decrypt, api).await, Value::Group([].into())),
        };
        match fetched {
            Err(error) if self.is_optional && is_missing(&error) => Ok(nothing.into()),
            fetched => fetched,
        }
    }
}

impl Path {
    fn path(&self) -> &str {
        &self.parts[0]
    }

    /// Fetches the values, named by their names relative to the path.
    async fn fetch(&self, decrypt: bool, api: &dyn Api) -> Result<Item, Error> {
        let found = api.get_parameters_by_path(self.path(), self.is_recursive, decrypt).await?;
        let named = |(name, item): (String, Item)| Some((parameter::below(self.path(), &name)?.to_owned(), Some(item)));
        Ok(Item::group(found.into_iter().filter_map(named)))
    }
}

/// Returns `true` if the entry contains this parameter, given by its name or ARN: alone, in a list or below a path, in any
/// version.
pub(crate) fn contains(key: &Key, name: &str) -> bool {
    let bare = |name: &str| parameter::path(name).trim_start_matches('/').to_owned();
    let name = bare(name);
    match contents(key) {
        Contents::Given(parts) => parts.iter().any(|part| bare(name_in(part)) == name),
        Contents::Below(path) => parameter::below(path, &format!("/{name}")).is_some(),
        Contents::Others => false,
    }
}

/// Returns `true` if the entry contains a parameter that refers to a secret for which `is_meant` is true.
#[cfg(feature = "secrets-manager")]
pub(crate) fn refers_to(key: &Key, is_meant: impl Fn(&str) -> bool) -> bool {
    let Contents::Given(parts) = contents(key) else { return false };
    parts.iter().filter_map(|part| policy::ssm::referenced_secret(name_in(part))).any(is_meant)
}

/// The parameters of an entry.
enum Contents<'a> {
    /// The names in the parts of the key.
    Given(&'a [String]),
    /// All names below a path.
    Below(&'a str),
    /// The entry is one of another service.
    Others,
}

fn contents(key: &Key) -> Contents<'_> {
    let (source, parts) = (Identity::source(key), Identity::parts(key));
    let is_of = |sources: &Sources| sources.as_flattened().contains(&source);
    match parts.first() {
        Some(_) if is_of(&ONE) || is_of(&LIST) => Contents::Given(parts),
        Some(path) if is_of(&PATH) => Contents::Below(path),
        _ => Contents::Others,
    }
}

/// Returns `true` if the parameter does not exist. A test that has not set it counts as that.
fn is_missing(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotSupplied)
}

async fn fetch_list(list: &List, is_optional: bool, decrypt: bool, api: &dyn Api) -> Result<Item, Error> {
    let names = list.names();
    let answers = join_all(names.chunks(NAMES_PER_CALL).map(|chunk| api.get_parameters(chunk, decrypt))).await;
    let mut values = Vec::with_capacity(names.len());
    for answer in answers {
        values.extend(answer?);
    }
    let missing: Vec<&str> =
        names.iter().zip(&values).filter(|(_, value)| value.is_none()).map(|(name, _)| name.as_str()).collect();
    if !missing.is_empty() && !is_optional {
        return Err(api.no_such_parameters(&missing));
    }
    Ok(list.group(&values))
}

#[cfg(test)]
mod tests {
    use lambda_cache_names::Listed;

    use super::*;

    #[test]
    fn an_entry_contains_its_parameters_in_any_form() {
        let key = |parameters: Parameters| Key::of(&parameters.identity());
        let one = |name| key(Parameters::new(name).unwrap().optional());
        let list = key(Parameters::new(Names::Several(vec!["/b/x".into(), Listed::under("key", "/a/x:3")]))
            .unwrap()
            .encrypted());
        let below = |path| key(Parameters::path(path, false).unwrap());
        let arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/a/x";
        for name in ["/a/x", "/a/x:label", arn] {
            for key in [one("/a/x"), one("/a/x:2"), one(arn), list.clone(), below("/a"), below("/")] {
                assert!(contains(&key, name), "{name} in {key}");
            }
            for key in [one("/a/xy"), one("/x"), below("/a/x"), below("/b"), Key::new("secret", ["/a/x".to_owned()])] {
                assert!(!contains(&key, name), "{name} in {key}");
            }
        }
        assert!(contains(&one("plain"), "plain") && contains(&below("/"), "plain"));
    }
}
