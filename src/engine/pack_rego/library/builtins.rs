//! The builtins behind the library: the matchers of a pack's lists, on one fact.
//!
//! Each is a function of its arguments alone. A pattern that doesn't compile, or a name that
//! doesn't exist, is an error: the evaluation fails, and the action needs approval.

use std::sync::{Arc, LazyLock};

use globset::{Glob, GlobBuilder, GlobSet};
use quick_cache::sync::Cache;
use regorus::{Engine, Value};

use super::super::super::limits::PATTERN_MEMO_ENTRIES;
use crate::action::facts::{Anchor, Certainty, RefUpdate};
use crate::action::patterns::{MAX_MATCHING_STEPS, PathPatterns, RefPatterns, RootPatterns, Sight};

type Answer = Result<bool, String>;
type Builtin = fn(&[Value]) -> Answer;

const BUILTINS: [(&str, u8, Builtin); 7] = [
    ("cavra.path_matches", 3, path_matches),
    ("cavra.path_ends", 3, path_ends),
    ("cavra.ref_matches", 2, ref_matches),
    ("cavra.name_matches", 2, name_matches),
    ("cavra.folded_name_matches", 2, folded_name_matches),
    ("cavra.words_include", 2, words_include),
    ("cavra.one_of", 3, one_of),
];

/// What the library may call beside what every pack may.
pub(super) const NAMES: [&str; 7] = {
    let mut names = [""; 7];
    let mut index = 0;
    while index < names.len() {
        #[expect(clippy::indexing_slicing, reason = "checked when compiled")]
        {
            names[index] = BUILTINS[index].0;
        }
        index += 1;
    }
    names
};

pub(super) fn add_to(engine: &mut Engine) -> Result<(), String> {
    for (name, arity, builtin) in BUILTINS {
        let call = move |arguments: Vec<Value>| -> Result<Value, _> {
            match builtin(&arguments) {
                Ok(answer) => Ok(Value::from(answer)),
                Err(message) => Err(std::io::Error::other(format!("{name}: {message}")).into()),
            }
        };
        engine
            .add_extension(name.to_owned(), arity, Box::new(call))
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn path_matches(arguments: &[Value]) -> Answer {
    let [patterns, access, roots] = arguments else {
        return Err(ARITY.to_owned());
    };
    touches(texts(patterns)?, access, texts(roots)?)
}

fn path_ends(arguments: &[Value]) -> Answer {
    let [suffixes, access, roots] = arguments else {
        return Err(ARITY.to_owned());
    };
    let ends = |suffix: &String| {
        let deep = if suffix.contains('/') { "**/" } else { "" };
        format!("{deep}*{}", literally(suffix))
    };
    let patterns = texts(suffixes)?.iter().map(ends).collect();
    touches(patterns, access, texts(roots)?)
}

fn ref_matches(arguments: &[Value]) -> Answer {
    let [patterns, update] = arguments else {
        return Err(ARITY.to_owned());
    };
    let patterns = REFS.get(texts(patterns)?, |patterns| {
        RefPatterns::new(patterns).map_err(|error| error.to_string())
    })?;
    let update = RefUpdate {
        name: field(update, "name")?.to_owned(),
        excludes: excludes(update)?,
        glob: flag(update, "glob")?,
        delete: flag(update, "delete")?,
        force: flag(update, "force")?,
    };
    let mut hits = Vec::new();
    patterns.matches(&update, &mut hits);
    Ok(!hits.is_empty())
}

fn name_matches(arguments: &[Value]) -> Answer {
    let [patterns, name] = arguments else {
        return Err(ARITY.to_owned());
    };
    Ok(names(texts(patterns)?)?.is_match(text(name)?))
}

fn folded_name_matches(arguments: &[Value]) -> Answer {
    let [patterns, name] = arguments else {
        return Err(ARITY.to_owned());
    };
    let patterns = texts(patterns)?;
    let patterns = patterns.iter().map(|pattern| pattern.to_lowercase());
    Ok(names(patterns.collect())?.is_match(text(name)?.to_lowercase()))
}

/// Whether each of the wanted words is among those behind the program.
fn words_include(arguments: &[Value]) -> Answer {
    let [wanted, form] = arguments else {
        return Err(ARITY.to_owned());
    };
    let form = texts(form)?;
    for pattern in texts(wanted)? {
        let pattern = names(vec![pattern])?;
        if !form.iter().skip(1).any(|word| pattern.is_match(word)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether `name` is one of `wanted`, which must all be `known`.
fn one_of(arguments: &[Value]) -> Answer {
    let [known, wanted, name] = arguments else {
        return Err(ARITY.to_owned());
    };
    let (known, wanted) = (texts(known)?, texts(wanted)?);
    if let Some(stranger) = wanted.iter().find(|name| !known.contains(name)) {
        return Err(format!("`{stranger}` is none of {}", known.join(", ")));
    }
    Ok(wanted.iter().any(|wanted| text(name) == Ok(wanted)))
}

const ARITY: &str = "the wrong number of arguments";

/// Lists that were compiled before: a rule brings the same one with every action.
struct Lists<T>(Cache<Box<[String]>, Arc<T>>);

static PATHS: LazyLock<Lists<PathPatterns>> = LazyLock::new(Lists::new);
static ROOTS: LazyLock<Lists<RootPatterns>> = LazyLock::new(Lists::new);
static REFS: LazyLock<Lists<RefPatterns>> = LazyLock::new(Lists::new);
static GLOBS: LazyLock<Lists<GlobSet>> = LazyLock::new(Lists::new);

impl<T> Lists<T> {
    fn new() -> Self {
        Self(Cache::new(PATTERN_MEMO_ENTRIES))
    }

    fn get(
        &self,
        list: Vec<String>,
        compile: impl FnOnce(&[String]) -> Result<T, String>,
    ) -> Result<Arc<T>, String> {
        if let Some(compiled) = self.0.get(list.as_slice()) {
            return Ok(compiled);
        }
        let compiled = Arc::new(compile(&list)?);
        self.0.insert(list.into(), Arc::clone(&compiled));
        Ok(compiled)
    }
}

/// Matches a path as the pack's lists do: `roots` are those that the pack names.
fn touches(patterns: Vec<String>, access: &Value, roots: Vec<String>) -> Answer {
    let patterns = PATHS.get(patterns, |patterns| {
        PathPatterns::new(patterns).map_err(|error| error.to_string())
    })?;
    let roots = ROOTS.get(roots, |roots| {
        RootPatterns::new(roots).map_err(|error| error.to_string())
    })?;
    let root = match member(access, "root") {
        Some(root) if !matches!(root, Value::Null) => {
            Some((field(root, "path")?, flag(root, "anywhere")?))
        }
        _ => None,
    };
    let sight = Sight {
        path: field(access, "path")?,
        anchor: match field(access, "anchor")? {
            "workspace" => Anchor::Workspace,
            _ => Anchor::AnyDirectory,
        },
        certainty: match field(access, "certainty")? {
            "certain" => Certainty::Certain,
            _ => Certainty::Possible,
        },
        root,
        outside: flag(access, "outside_workspace")?,
    };
    let mut hits = Vec::new();
    let mut steps = MAX_MATCHING_STEPS;
    let sight = sight.below(|root| roots.name(root));
    patterns.look_at(&sight, &mut steps, &mut hits);
    Ok(!hits.is_empty())
}

fn names(patterns: Vec<String>) -> Result<Arc<GlobSet>, String> {
    GLOBS.get(patterns, |patterns| {
        let globs: Result<Vec<Glob>, globset::Error> = patterns
            .iter()
            .map(|pattern| GlobBuilder::new(pattern).backslash_escape(true).build())
            .collect();
        globs
            .and_then(|globs| GlobSet::new(&globs))
            .map_err(|error| error.to_string())
    })
}

/// The text as a glob that matches nothing else.
fn literally(text: &str) -> String {
    let mut glob = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '*' | '?' | '[' | ']' | '{' | '}' => glob.extend(['[', c, ']']),
            _ => glob.push(c),
        }
    }
    glob
}

/// One text, or a list or set of them.
fn texts(value: &Value) -> Result<Vec<String>, String> {
    let owned = |value| text(value).map(str::to_owned);
    if let Ok(items) = value.as_array() {
        return items.iter().map(owned).collect();
    }
    if let Ok(items) = value.as_set() {
        return items.iter().map(owned).collect();
    }
    owned(value).map(|text| vec![text])
}

fn text(value: &Value) -> Result<&str, String> {
    let text = value.as_string().map(AsRef::as_ref);
    text.map_err(|_| "takes strings, or lists or sets of them".to_owned())
}

fn member<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    object.as_object().ok()?.get(&Value::from(name))
}

fn field<'a>(object: &'a Value, name: &str) -> Result<&'a str, String> {
    text(member(object, name).ok_or_else(|| format!("the fact has no `{name}`"))?)
}

/// What negative refspecs take out; facts leave an empty list out.
fn excludes(update: &Value) -> Result<Vec<String>, String> {
    let fields = update.as_object();
    let value = fields
        .ok()
        .and_then(|fields| fields.get(&Value::from("excludes")));
    value.map_or_else(|| Ok(Vec::new()), texts)
}

fn flag(object: &Value, name: &str) -> Answer {
    match member(object, name).map(Value::as_bool) {
        Some(Ok(flag)) => Ok(*flag),
        _ => Err(format!("the fact has no `{name}`")),
    }
}
