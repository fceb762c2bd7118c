//! Counts the patterns to which the braces of one expand, without making them.

/// The number of patterns to which `pattern` expands: each pair of braces multiplies it by its
/// choices, one within another too.
#[must_use]
pub fn count_alternatives(pattern: &str) -> usize {
    let mut count: usize = 1;
    // Of each open brace: its choices so far.
    let mut open: Vec<usize> = Vec::new();
    for byte in pattern.bytes() {
        match byte {
            b'{' => open.push(1),
            b',' => {
                if let Some(choices) = open.last_mut() {
                    *choices = choices.saturating_add(1);
                }
            }
            b'}' => count = count.saturating_mul(open.pop().unwrap_or(1)),
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::count_alternatives;
    use crate::action::patterns::glob::expand_braces;

    #[test]
    fn choices_multiply_and_no_number_is_too_large() {
        assert_eq!(count_alternatives("a"), 1);
        assert_eq!(count_alternatives("{a,b}/{c,d,e}"), 6);
        assert_eq!(count_alternatives(&"{a,b}".repeat(500)), usize::MAX);
    }

    proptest! {
        #[test]
        fn it_counts_what_expanding_makes(pattern in "[ab,{}]{0,24}") {
            let mut made = Vec::new();
            if expand_braces(&pattern, &mut made).is_ok() {
                prop_assert_eq!(count_alternatives(&pattern), made.len());
            }
        }
    }
}
