//! Programs that `removed` blocks start: their provisioners run when the resource is destroyed
//! (Terraform, "Remove a resource from state"), and `terraform show -json` prints no such block. So
//! they are looked for in the files of the configuration.

use crate::canonical::{Item, Tape};

const BLOCK: &str = "removed";
const PROVISIONER: &str = "provisioner";
/// How the names of files in JSON syntax end; all others are in HCL's own.
const JSON: &[u8] = b".json";

/// Whether a file of a configuration may have a `removed` block with a provisioner. A file that can't
/// be read may, and so may one of HCL's own syntax in which `provisioner` is anywhere behind the
/// beginning of a `removed` block.
#[must_use]
pub fn may_start_on_removal(name: &[u8], text: &[u8]) -> bool {
    match name.ends_with(JSON) {
        true => in_json(text),
        false => in_hcl(text),
    }
}

/// In HCL's own syntax a block begins with its type, which can't be written in another way, and a `{`.
/// Before it may be white space and comments (HCL Native Syntax Specification, "Blocks").
fn in_hcl(text: &[u8]) -> bool {
    let (mut rest, mut begun) = (text, false);
    while let Some((_, behind)) = cut(rest, BLOCK) {
        begun = matches!(behind.trim_ascii_start(), [b'{' | b'/', ..]);
        rest = behind;
        if begun {
            break;
        }
    }
    begun && cut(rest, PROVISIONER).is_some()
}

/// In JSON the names are keys, which may hold escapes (HCL JSON Syntax Specification).
fn in_json(text: &[u8]) -> bool {
    let holds = |word| cut(text, word).is_some();
    let may_name = holds("\\u") || holds(BLOCK) && holds(PROVISIONER);
    if !may_name {
        return false;
    }
    let tape = str::from_utf8(text).ok().map(Tape::parse);
    match tape {
        Some(Ok(tape)) => has_key(tape.root(), BLOCK, &|block| {
            has_key(block, PROVISIONER, &|_| true)
        }),
        _ => true,
    }
}

/// Whether a key of this name is anywhere in the value, with something that `is_meant`.
fn has_key(item: Item<'_, '_>, name: &str, is_meant: &dyn Fn(Item<'_, '_>) -> bool) -> bool {
    let in_member = |key: &str| {
        let member = item.get(key);
        member.is_some_and(|it| key == name && is_meant(it) || has_key(it, name, is_meant))
    };
    let mut items = item.items().into_iter().flatten();
    item.names().any(in_member) || items.any(|it| has_key(it, name, is_meant))
}

/// The text before and behind the first such word.
fn cut<'t>(text: &'t [u8], word: &str) -> Option<(&'t [u8], &'t [u8])> {
    let mut windows = text.windows(word.len());
    let at = windows.position(|window| window == word.as_bytes())?;
    let (before, rest) = text.split_at_checked(at)?;
    Some((before, rest.get(word.len()..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removed_block_with_a_provisioner_is_found() {
        let cases: &[(&str, &str, bool)] = &[
            (
                "a.tf",
                "removed {\n provisioner \"local-exec\" {\n }\n}",
                true,
            ),
            ("a.tf", "removed{\n provisioner \"x\" {\n }\n}", true),
            (
                "a.tf",
                "removed \t/* a */ {\n provisioner \"x\" {\n }\n}",
                true,
            ),
            (
                "a.tf",
                "# removed\nremoved {\n provisioner \"x\" {\n }\n}",
                true,
            ),
            (
                "a.tofu",
                "removed {\n}\nremoved {\n provisioner \"x\" {\n }\n}",
                true,
            ),
            ("a.tf", "removed {\n from = a.b\n}", false),
            (
                "a.tf",
                "# the removed one\nresource \"a\" \"b\" {\n provisioner \"x\" {\n }\n}",
                false,
            ),
            (
                "a.tf",
                "resource \"a\" \"b\" {\n provisioner \"x\" {\n }\n}\nremoved {\n}",
                false,
            ),
            (
                "a.tf.json",
                r#"{"removed":{"provisioner":{"local-exec":{}}}}"#,
                true,
            ),
            (
                "a.tf.json",
                r#"[{"//":1},{"removed":[{"provisioner":[]}]}]"#,
                true,
            ),
            (
                "a.tf.json",
                r#"{"rem\u006fved":[{"provision\u0065r":[]}]}"#,
                true,
            ),
            (
                "a.tf.json",
                r#"{"removed":{},"resource":{"a":{"b":{"provisioner":{}}}}}"#,
                false,
            ),
            ("a.tf.json", r#"{"locals":{"a":"\u003cb\u003e"}}"#, false),
            (
                "a.tf.json",
                r#"{"a":1,"a":{"rem\u006fved":{"provisioner":1}}}"#,
                true,
            ),
            ("a.tf.json", "rubbish", false),
            ("a.tf.json", r#"{"removed provisioner"#, true),
        ];
        for (name, text, want) in cases {
            let found = may_start_on_removal(name.as_bytes(), text.as_bytes());
            assert_eq!(found, *want, "{name}: {text}");
        }
    }
}
