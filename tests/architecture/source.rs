//! The modules of a crate, as `syn` reads them: what each defines, imports and names.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, Macro, UseTree, Visibility};

/// The segments of a path.
pub(crate) type Segments = Vec<String>;

/// One name that a `use` brings into a module.
#[derive(Debug)]
pub(crate) struct Import {
    /// As written: it may begin with `crate`, `self` or `super`.
    pub(crate) path: Segments,
    /// The name that it gets; `*` for all names of a module.
    pub(crate) name: String,
    /// It is handed on (`pub use`).
    pub(crate) public: bool,
}

/// A module: a file, or a block of one.
#[derive(Debug, Default)]
pub(crate) struct Module {
    /// Relative to `src/`.
    pub(crate) file: String,
    pub(crate) items: BTreeSet<String>,
    pub(crate) imports: Vec<Import>,
    /// Every other path in it, as written: in types, expressions, patterns, attributes and the
    /// arguments of macros.
    pub(crate) paths: Vec<Segments>,
}

/// All modules, by their path from the crate's root.
pub(crate) type Modules = BTreeMap<Segments, Module>;

/// Reads source files. `files` are pairs of a path relative to `src/` and the text.
pub(crate) fn modules<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Modules {
    let mut modules = Modules::new();
    for (file, text) in files {
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let mut reader = Reader {
            modules: &mut modules,
            file,
            at: module_of(file),
        };
        reader.module().file = file.to_owned();
        reader.visit_file(&parsed);
    }
    modules
}

/// `a/b.rs` and `a/b/mod.rs` are the module `a::b`.
pub(crate) fn module_of(file: &str) -> Segments {
    let stem = file.strip_suffix(".rs").unwrap();
    let mut path: Segments = stem.split('/').map(str::to_owned).collect();
    if matches!(path.last().unwrap().as_str(), "mod" | "lib") {
        path.pop();
    }
    path
}

struct Reader<'a> {
    modules: &'a mut Modules,
    file: &'a str,
    at: Segments,
}

impl Reader<'_> {
    fn module(&mut self) -> &mut Module {
        self.modules.entry(self.at.clone()).or_default()
    }

    fn import(&mut self, tree: &UseTree, prefix: &[String], public: bool) {
        let joined = |name: String| [prefix, &[name]].concat();
        let (path, name) = match tree {
            UseTree::Path(path) => {
                return self.import(&path.tree, &joined(path.ident.to_string()), public);
            }
            UseTree::Group(group) => {
                let items = group.items.iter();
                return items.for_each(|item| self.import(item, prefix, public));
            }
            UseTree::Name(name) if name.ident == "self" => {
                (prefix.to_vec(), prefix.last().unwrap().clone())
            }
            UseTree::Name(name) => (joined(name.ident.to_string()), name.ident.to_string()),
            UseTree::Rename(rename) if rename.ident == "self" => {
                (prefix.to_vec(), rename.rename.to_string())
            }
            UseTree::Rename(rename) => {
                (joined(rename.ident.to_string()), rename.rename.to_string())
            }
            UseTree::Glob(_) => (prefix.to_vec(), "*".to_owned()),
        };
        let import = Import { path, name, public };
        self.module().imports.push(import);
    }

    /// Paths in tokens that `syn` leaves as they are: `a::b(crate::c::D)`.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path = Segments::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons < 2 {
                        self.keep(std::mem::take(&mut path));
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                other => {
                    self.keep(std::mem::take(&mut path));
                    colons = 0;
                    match other {
                        TokenTree::Group(group) => self.tokens(group.stream()),
                        TokenTree::Literal(text) => self.literal(&text.to_string()),
                        _ => {}
                    }
                }
            }
        }
        self.keep(path);
    }

    /// A path in a text, such as serde's `with = "crate::a::b"`.
    fn literal(&mut self, text: &str) {
        if let Ok(path) = syn::parse_str::<syn::Path>(text.trim_matches('"')) {
            self.visit_path(&path);
        }
    }

    fn keep(&mut self, path: Segments) {
        if !path.is_empty() {
            self.module().paths.push(path);
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let name = match item {
            Item::Const(item) => Some(&item.ident),
            Item::Enum(item) => Some(&item.ident),
            Item::Fn(item) => Some(&item.sig.ident),
            Item::Static(item) => Some(&item.ident),
            Item::Struct(item) => Some(&item.ident),
            Item::Trait(item) => Some(&item.ident),
            Item::Type(item) => Some(&item.ident),
            Item::Union(item) => Some(&item.ident),
            Item::Macro(item) => item.ident.as_ref(),
            _ => None,
        };
        if let Some(name) = name {
            self.module().items.insert(name.to_string());
        }
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let Some((_, items)) = &item.content else {
            return;
        };
        self.at.push(item.ident.to_string());
        self.module().file = self.file.to_owned();
        items.iter().for_each(|item| self.visit_item(item));
        self.at.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let public = !matches!(item.vis, Visibility::Inherited);
        self.import(&item.tree, &[], public);
    }

    /// `pub(in crate::a)` names what may see an item, and imports nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        self.visit_path(&called.path);
        self.tokens(called.tokens.clone());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments = path.segments.iter();
        self.keep(segments.map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }
}
