//! Messages of errors don't repeat their causes: `cavra::causes` adds the causes where they are
//! wanted, each once. Errors of public functions have types.

use std::fs;

use syn::visit::{self, Visit};
use syn::{
    Attribute, Field, Fields, GenericArgument, ImplItemFn, ItemEnum, ItemFn, ItemMod, ItemStruct,
    LitStr, PathArguments, ReturnType, Signature, Type, Visibility,
};

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

/// The public functions of a file whose error is a text.
#[derive(Default)]
struct Untyped(Vec<String>);

impl Untyped {
    fn look(&mut self, visibility: &Visibility, signature: &Signature) {
        if matches!(visibility, Visibility::Public(_)) && fails_with_text(&signature.output) {
            self.0.push(signature.ident.to_string());
        }
    }
}

/// Whether it is a `Result<_, String>`.
fn fails_with_text(output: &ReturnType) -> bool {
    let ReturnType::Type(_, output) = output else {
        return false;
    };
    let Type::Path(output) = &**output else {
        return false;
    };
    let Some(last) = output.path.segments.last() else {
        return false;
    };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return false;
    };
    let error = arguments.args.iter().nth(1);
    last.ident == "Result"
        && matches!(error, Some(GenericArgument::Type(Type::Path(it))) if it.path.is_ident("String"))
}

impl Visit<'_> for Untyped {
    fn visit_item_fn(&mut self, item: &ItemFn) {
        self.look(&item.vis, &item.sig);
    }

    fn visit_impl_item_fn(&mut self, item: &ImplItemFn) {
        self.look(&item.vis, &item.sig);
    }
}

fn untyped(text: &str) -> Vec<String> {
    let mut found = Untyped::default();
    found.visit_file(&syn::parse_file(text).unwrap());
    found.0
}

/// Only what a caller shows and never looks at may be a text, and nobody knows what callers of a
/// public function do.
#[test]
fn public_functions_have_typed_errors() {
    let mut found = Vec::new();
    for file in sources(&root().join("src")) {
        let names = untyped(&fs::read_to_string(&file).unwrap());
        let file = file.display();
        found.extend(names.iter().map(|name| format!("{file}: {name}")));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_public_function_that_fails_with_a_text_is_found() {
    let text = "
        pub fn a() -> Result<u8, String> { Ok(1) }
        fn b() -> Result<u8, String> { Ok(1) }
        pub fn c() -> Result<String, Error> { Ok(1) }
        impl X { pub fn d(&self) -> Result<(), String> { Ok(()) } }
    ";
    assert_eq!(untyped(text), ["a", "d"]);
}
