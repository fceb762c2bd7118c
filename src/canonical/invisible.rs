//! Characters that nobody sees.

/// Whether a text with the character reads otherwise than it is: zero-width characters and those that
/// change the direction (Unicode Technical Standard 55, "Unicode Source Code Handling"; Unicode
/// Technical Report 36, section 3.2). Control characters are not among them.
#[must_use]
pub fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
    )
}
