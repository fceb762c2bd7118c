//! What a path means: which module of the crate defines it, or which crate it is from.

use crate::source::{Module, Modules, Segments};

/// How many `pub use` a name may be handed on by.
const MAX_HANDED_ON: usize = 8;

/// A path from the crate's root, if it leads into the crate; else the path outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Full {
    Inside(Segments),
    Outside(Segments),
}

/// The whole path that `path` means in the module at `at`.
pub(crate) fn full(modules: &Modules, at: &[String], path: &[String]) -> Full {
    let first = path.first().unwrap().as_str();
    let rest = path.get(1..).unwrap();
    match first {
        "crate" => return Full::Inside(rest.to_vec()),
        "self" | "super" => {
            let ups = path.iter().filter(|segment| *segment == "super").count();
            let rest = path.iter().filter(|s| *s != "super" && *s != "self");
            let base = at.len().saturating_sub(ups);
            let base = at.get(..base).unwrap().iter();
            return Full::Inside(base.chain(rest).cloned().collect());
        }
        _ => {}
    }
    let child = [at, path].concat();
    if modules.contains_key(child.get(..=at.len()).unwrap()) {
        return Full::Inside(child);
    }
    let module = modules.get(at).unwrap();
    let imported = module.imports.iter().find(|import| {
        import.name == first && import.path.first().map(String::as_str) != Some(first)
    });
    match imported {
        Some(import) => match full(modules, at, &import.path) {
            Full::Inside(base) => Full::Inside([&base, rest].concat()),
            Full::Outside(base) => Full::Outside([&base, rest].concat()),
        },
        None if module.items.contains(first) => Full::Inside(child),
        None => Full::Outside(path.to_vec()),
    }
}

/// The module that defines what a path from the root names, by way of every `pub use`. `None` if
/// the path is the module itself, or ends outside.
pub(crate) fn definer(modules: &Modules, path: &[String]) -> Option<Segments> {
    handed_on(modules, path, MAX_HANDED_ON)
}

fn handed_on(modules: &Modules, path: &[String], left: usize) -> Option<Segments> {
    let left = left.checked_sub(1)?;
    let depth = (0..=path.len()).rev();
    let (at, module) = depth
        .map(|length| path.get(..length).unwrap())
        .find_map(|at| Some((at, modules.get(at)?)))?;
    let name = path.get(at.len())?;
    if module.items.contains(name) {
        return Some(at.to_vec());
    }
    let rest = path.get(at.len() + 1..)?;
    let named = module.imports.iter().filter(|import| &import.name == name);
    let named = named.map(|import| [&import.path, rest].concat());
    let globs = module.imports.iter().filter(|import| import.name == "*");
    let globs = globs.map(|import| [&import.path, path.get(at.len()..).unwrap()].concat());
    named
        .chain(globs)
        .find_map(|onward| match full(modules, at, &onward) {
            Full::Inside(onward) => handed_on(modules, &onward, left),
            Full::Outside(_) => None,
        })
}

/// Every whole path that a module names, with whether it is only handed on.
pub(crate) fn named<'m>(
    modules: &'m Modules,
    at: &'m [String],
    module: &'m Module,
) -> impl Iterator<Item = (Full, bool)> + 'm {
    let imports = module.imports.iter();
    let imports = imports.map(|import| (&import.path, import.public));
    let paths = module.paths.iter().map(|path| (path, false));
    imports
        .chain(paths)
        .map(|(path, handed_on)| (full(modules, at, path), handed_on))
}
