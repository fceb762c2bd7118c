use saphyr_parser::Marker;

use super::{Kind, YamlError, refuse};

/// The largest integer magnitude that canonical JSON can tell from its neighbours (RFC 7493, 2.2).
const MAX_SAFE_INTEGER: i64 = (1 << 53) - 1;

/// What a plain scalar is, by the core schema (YAML 1.2.2, section 10.3.2).
pub(super) fn core_schema(at: Marker, text: &str) -> Result<Kind, YamlError> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Kind::Null),
        "true" | "True" | "TRUE" => return Ok(Kind::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Kind::Bool(false)),
        _ => {}
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err(refuse(
            at,
            "yaml-number",
            format!("`{text}` is not a finite number"),
        ));
    }
    if let Some(digits) = text
        .strip_prefix("0o")
        .filter(|digits| all(digits, |c| c.is_digit(8)))
    {
        return integer(at, text, i64::from_str_radix(digits, 8));
    }
    if let Some(digits) = text
        .strip_prefix("0x")
        .filter(|digits| all(digits, |c| c.is_ascii_hexdigit()))
    {
        return integer(at, text, i64::from_str_radix(digits, 16));
    }
    if all(unsigned, |c| c.is_ascii_digit()) {
        return integer(at, text, text.parse());
    }
    if is_float(unsigned) {
        return float(at, text);
    }
    Ok(Kind::Str(text.to_owned()))
}

fn all(text: &str, is: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(is)
}

fn integer(
    at: Marker,
    text: &str,
    value: Result<i64, std::num::ParseIntError>,
) -> Result<Kind, YamlError> {
    // The only way left for digits not to parse is to be too many.
    match value {
        Ok(value) if value.abs() <= MAX_SAFE_INTEGER => Ok(Kind::Int(value)),
        _ => Err(beyond(at, text)),
    }
}

fn beyond(at: Marker, text: &str) -> YamlError {
    refuse(
        at,
        "yaml-number",
        format!("integer `{text}` is beyond ±(2^53−1)"),
    )
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_float(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| {
            let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !exponent.is_empty() && digits(exponent)
        })
}

fn float(at: Marker, text: &str) -> Result<Kind, YamlError> {
    #[expect(clippy::cast_precision_loss, reason = "2^53−1 is exact in a double")]
    let limit = MAX_SAFE_INTEGER as f64;
    match text.parse::<f64>() {
        Ok(value) if !value.is_finite() => Err(refuse(
            at,
            "yaml-number",
            format!("`{text}` is not a finite number"),
        )),
        Ok(value) if value.fract() == 0.0 && value.abs() > limit => Err(beyond(at, text)),
        Ok(value) => Ok(Kind::Float(value)),
        Err(_) => Err(refuse(
            at,
            "yaml-number",
            format!("`{text}` is not a number"),
        )),
    }
}
