use std::fs;

use super::door::Problem;

/// The variables with the token, of which the first counts, as in the agent.
const VARIABLES: [&str; 3] = ["AWS_TOKEN", "AWS_SESSION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN"];
const FILE: &str = "file://";

/// Returns the token: the first variable that is set, which may name a file.
pub(super) fn of(variable: impl Fn(&str) -> Option<String>) -> Result<String, Problem> {
    let Some((name, given)) = VARIABLES.into_iter().find_map(|name| Some((name, variable(name)?))) else {
        return Err(Problem::NoToken(format!("none of {} is set", VARIABLES.join(", "))));
    };
    let token = match given.strip_prefix(FILE) {
        None => given,
        Some(path) => fs::read_to_string(path)
            .map_err(|error| Problem::NoToken(format!("the file of {name} cannot be read: {error}")))?
            .trim()
            .to_owned(),
    };
    let is_valid = !token.is_empty() && token.chars().all(|char| char.is_ascii_graphic());
    is_valid.then_some(token).ok_or_else(|| Problem::NoToken(format!("{name} is not a token that a header can have")))
}
