//! `data.cavra.lib`: ready rules on facts for packs to import, shipped with the binary.
//!
//! They are compiled together with a pack's modules, and only where one of those reaches
//! them. The matching behind them is done in Rust, by builtins that no pack may call itself.

mod builtins;

use regorus::Engine;

use crate::policy::source::SourceFile;

/// The package of the library. A pack's module can't be in it.
pub(super) const PACKAGE: &str = "cavra.lib";

macro_rules! modules {
    ($($name:literal),* $(,)?) => {
        [$((concat!("cavra.lib/", $name, ".rego"), include_str!(concat!("../lib/", $name, ".rego")))),*]
    };
}

const MODULES: [(&str, &str); 5] = modules!["commands", "mcp", "paths", "pushes", "terraform"];

/// The library's texts: part of every effective digest.
pub(in crate::engine) fn sources() -> impl Iterator<Item = SourceFile> {
    MODULES.into_iter().map(|(path, text)| SourceFile {
        path: path.to_owned(),
        text: text.to_owned(),
    })
}

/// Whether a module is one of the library's, to the letter.
pub(super) fn holds(path: &str, text: &str) -> bool {
    MODULES.contains(&(path, text))
}

/// Adds the library and its builtins.
pub(super) fn add_to(engine: &mut Engine) -> Result<(), String> {
    builtins::add_to(engine)?;
    for (path, text) in MODULES {
        engine
            .add_policy(path.to_owned(), text.to_owned())
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Whether the library, and only it, may call the builtin `name`.
pub(super) fn may_call(name: &str) -> bool {
    builtins::NAMES.contains(&name)
}
