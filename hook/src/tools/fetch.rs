//! Fetches, as the command lines that do the same.

use crate::call::BadCall;
use crate::wire::action::Request;

const SCHEMES: [&str; 2] = ["http://", "https://"];
/// What ends a URL in a text, beside white space.
const AROUND: &[char] = &[
    '"', '\'', '`', '<', '>', '(', ')', '[', ']', '{', '}', ',', ';',
];

/// The fetch of one URL.
///
/// # Errors
/// If the URL is not one that a plain `GET` fetches.
pub(super) fn one(url: &str) -> Result<Request, BadCall> {
    let malformed = || BadCall::Url {
        url: url.to_owned(),
    };
    let is_http = SCHEMES.iter().any(|scheme| has_prefix(url, scheme));
    let quoted = shlex::try_quote(url).map_err(|_| malformed())?;
    let is_parted = url.contains(|c: char| c.is_whitespace() || c.is_control());
    match is_http && !is_parted {
        true => Ok(super::runs(&format!("curl {quoted}"))),
        false => Err(malformed()),
    }
}

/// The fetch of each URL in a text, wherever it begins in a word.
///
/// # Errors
/// If there is none: what would be fetched is not known then. If a control character is in one: hosts part
/// words at other characters than this does.
pub(super) fn each(text: &str) -> Result<Vec<Request>, BadCall> {
    let words = text.split(|c: char| c.is_whitespace() || AROUND.contains(&c));
    let urls = words.flat_map(|word| {
        let begins = word.char_indices().map(|(at, _)| at);
        let rests = begins.filter_map(|at| word.get(at..));
        rests.filter(|rest| SCHEMES.iter().any(|scheme| has_prefix(rest, scheme)))
    });
    let fetches = urls.map(one).collect::<Result<Vec<_>, _>>()?;
    match fetches.is_empty() {
        true => Err(BadCall::Url {
            url: text.chars().take(80).collect(),
        }),
        false => Ok(fetches),
    }
}

fn has_prefix(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}
