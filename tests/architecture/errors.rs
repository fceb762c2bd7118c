//! Messages of errors don't repeat their causes: `cavra::causes` adds the causes where they are
//! wanted, each once.

use std::fs;

use syn::visit::{self, Visit};
use syn::{Attribute, Field, Fields, ItemEnum, ItemMod, ItemStruct, LitStr};

use super::{root, sources};

/// What is found in one file.
#[derive(Default)]
struct Found {
    /// Names of variants and structs whose message holds the text of their cause.
    repeated: Vec<String>,
    /// How many have a cause.
    causes: usize,
}

impl Found {
    fn look(&mut self, name: &str, attributes: &[Attribute], fields: &Fields) {
        let Some(message) = attributes.iter().find_map(message) else {
            return;
        };
        for (at, field) in fields.iter().enumerate() {
            if !is_cause(field) {
                continue;
            }
            self.causes += 1;
            let field = field
                .ident
                .as_ref()
                .map_or(at.to_string(), ToString::to_string);
            if message.contains(&format!("{{{field}}}")) {
                self.repeated.push(name.to_owned());
            }
        }
    }
}

/// The text of `#[error("…")]`; none for other attributes, and for `#[error(transparent)]`.
fn message(attribute: &Attribute) -> Option<String> {
    let list = attribute.meta.require_list().ok()?;
    if !list.path.is_ident("error") {
        return None;
    }
    let first = list.tokens.clone().into_iter().next()?;
    let text: LitStr = syn::parse_str(&first.to_string()).ok()?;
    Some(text.value())
}

fn is_cause(field: &Field) -> bool {
    let attributes = field.attrs.iter();
    let mut paths = attributes.map(Attribute::path);
    paths.any(|path| path.is_ident("source") || path.is_ident("from"))
}

impl Visit<'_> for Found {
    fn visit_item_enum(&mut self, item: &ItemEnum) {
        for variant in &item.variants {
            let name = format!("{}::{}", item.ident, variant.ident);
            self.look(&name, &variant.attrs, &variant.fields);
        }
    }

    fn visit_item_struct(&mut self, item: &ItemStruct) {
        self.look(&item.ident.to_string(), &item.attrs, &item.fields);
    }

    fn visit_item_mod(&mut self, item: &ItemMod) {
        if item.ident != "tests" {
            visit::visit_item_mod(self, item);
        }
    }
}

fn look(text: &str) -> Found {
    let mut found = Found::default();
    found.visit_file(&syn::parse_file(text).unwrap());
    found
}

#[test]
fn messages_do_not_repeat_their_causes() {
    let (mut causes, mut repeated) = (0, Vec::new());
    for file in sources(&root().join("src")) {
        let found = look(&fs::read_to_string(&file).unwrap());
        causes += found.causes;
        let file = file.display();
        repeated.extend(found.repeated.iter().map(|name| format!("{file}: {name}")));
    }
    assert!(repeated.is_empty(), "{}", repeated.join("\n"));
    assert!(causes > 40, "only {causes} errors with a cause were found");
}

#[test]
fn a_repeated_cause_is_found() {
    let text = r#"
        enum Problem {
            #[error("{0}")]
            A(#[from] Cause),
            #[error("`{path}` failed: {cause}")]
            B { path: String, #[source] cause: Cause },
            #[error("it failed")]
            C(#[source] Cause),
            #[error(transparent)]
            D(#[from] Other),
            #[error("{0}")]
            E(String),
        }
    "#;
    let found = look(text);
    assert_eq!(found.repeated, ["Problem::A", "Problem::B"]);
    assert_eq!(found.causes, 3);
}
