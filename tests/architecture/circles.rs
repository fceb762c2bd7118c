//! Circles of files.
//!
//! How they are counted: there is an arrow from a file to the file that *defines* a name which it
//! uses, in a `use` or in any other path, by way of every `pub use`. A circle is a strongly
//! connected component of these arrows. Three things are no arrow: a `pub use`, which hands a
//! name on; a call of a method, since a syntax tree doesn't say whose it is; and what a folder's
//! own module (`mod.rs`) takes from the files below it, since it is made of them. What those
//! files take from their folder's module is one.

use std::collections::BTreeMap;

use petgraph::algo::tarjan_scc;
use petgraph::graph::DiGraph;

use crate::names::{Full, definer, named};
use crate::source::{Modules, Segments, module_of};

/// The circles of more than one file, the longest first.
pub(crate) fn circles(modules: &Modules) -> Vec<Vec<String>> {
    let mut graph = DiGraph::<&str, ()>::new();
    let mut nodes = BTreeMap::new();
    for module in modules.values() {
        let file = module.file.as_str();
        nodes.entry(file).or_insert_with(|| graph.add_node(file));
    }
    for (at, module) in modules {
        let from = nodes[module.file.as_str()];
        for to in taken_from(modules, at) {
            graph.update_edge(from, nodes[modules[&to].file.as_str()], ());
        }
    }
    let components = tarjan_scc(&graph).into_iter();
    let mut circles: Vec<Vec<String>> = components
        .filter(|circle| circle.len() > 1)
        .map(|circle| circle.into_iter().map(|node| graph[node].to_owned()))
        .map(Iterator::collect)
        .collect();
    circles.iter_mut().for_each(|circle| circle.sort());
    circles.sort_by_key(|circle| std::cmp::Reverse(circle.len()));
    circles
}

/// The modules of which a module takes what they define.
fn taken_from(modules: &Modules, at: &[String]) -> Vec<Segments> {
    let names = named(modules, at, &modules[at]);
    let inside = names.filter_map(|(path, handed_on)| match path {
        Full::Inside(path) if !handed_on => Some(path),
        _ => None,
    });
    let definers = inside.filter_map(|path| definer(modules, &path));
    let folder = module_of(&modules[at].file);
    definers.filter(|to| !to.starts_with(&folder)).collect()
}
