//! The deadline that a caller sets (gRPC over HTTP/2, `Timeout`).

use std::time::Duration;

use tonic::codegen::http::HeaderMap;

/// The name of the header.
const TIMEOUT: &str = "grpc-timeout";
/// The greatest number of digits in its value.
const MAX_DIGITS: usize = 8;

/// How long the caller waits for an answer; none if it doesn't say, or not readably.
pub(super) fn of(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(TIMEOUT)?.to_str().ok()?;
    let (digits, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
    if digits.len() > MAX_DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(count.checked_mul(3600)?)),
        "M" => Some(Duration::from_secs(count.checked_mul(60)?)),
        "S" => Some(Duration::from_secs(count)),
        "m" => Some(Duration::from_millis(count)),
        "u" => Some(Duration::from_micros(count)),
        "n" => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(TIMEOUT, value.parse().unwrap());
        of(&headers)
    }

    #[test]
    fn a_timeout_is_digits_and_a_unit() {
        assert_eq!(read("2S"), Some(Duration::from_secs(2)));
        assert_eq!(read("1500m"), Some(Duration::from_millis(1500)));
        assert_eq!(
            read("99999999H"),
            Some(Duration::from_secs(359_999_996_400))
        );
        for unreadable in ["", "S", "5", "5s", "+5S", "123456789S", "5 S", "5é"] {
            assert_eq!(read(unreadable), None, "{unreadable}");
        }
        assert_eq!(of(&HeaderMap::new()), None);
    }
}
