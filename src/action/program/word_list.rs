//! Lists of words in one text, separated by spaces: how the tables write names.
//!
//! Every command is looked up in many tables, and most lists are short: bytes are compared, and nothing
//! is decoded or searched.

/// Each word of a list. Where two spaces follow each other, one word is empty.
pub(super) fn each(list: &str) -> impl Iterator<Item = &[u8]> {
    list.as_bytes().split(u8::is_ascii_whitespace)
}

/// Whether a list holds the word.
pub(super) fn lists(list: &str, word: &str) -> bool {
    !word.is_empty() && each(list).any(|listed| listed == word.as_bytes())
}

/// Whether the words of a list are these, in this order.
pub(super) fn spells(list: &[u8], words: &[&str]) -> bool {
    if words.is_empty() || list.is_empty() {
        return words.is_empty() && list.is_empty();
    }
    let mut listed = list.split(u8::is_ascii_whitespace);
    let begins = words
        .iter()
        .all(|word| listed.next() == Some(word.as_bytes()));
    begins && listed.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_holds_whole_words() {
        for (list, word, want) in [
            ("npm pnpm yarn", "npm", true),
            ("npm pnpm yarn", "yarn", true),
            ("npm pnpm yarn", "pn", false),
            ("npm pnpm yarn", "npm pnpm", false),
            ("npm", "npm", true),
            ("a  b", "", false),
            ("a  b", "b", true),
            ("", "", false),
        ] {
            assert_eq!(lists(list, word), want, "{list:?} {word:?}");
        }
    }

    #[test]
    fn a_list_is_spelled_by_all_its_words() {
        let rows: [(&str, &[&str], bool); 6] = [
            ("pr list", &["pr", "list"], true),
            ("pr list", &["pr"], false),
            ("pr", &["pr", "list"], false),
            ("pr list", &["pr list"], false),
            ("", &[], true),
            ("pr", &[], false),
        ];
        for (list, words, want) in rows {
            assert_eq!(spells(list.as_bytes(), words), want, "{list:?} {words:?}");
        }
    }
}
