//! Whole numbers as people give them.

use std::fmt::Display;
use std::ops::RangeInclusive;

use crate::cli::output::printable;

/// Reads a whole number of `range`.
pub(crate) fn whole<T>(
    range: RangeInclusive<T>,
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static
where
    T: Copy + Display + PartialOrd + TryFrom<i128> + Send + Sync + 'static,
{
    move |text| {
        let number: i128 = text
            .parse()
            .map_err(|_| format!("`{}` is not a whole number", printable(text)))?;
        let number = T::try_from(number).ok();
        number.filter(|it| range.contains(it)).ok_or_else(|| {
            let (least, most) = (range.start(), range.end());
            format!("give {least} to {most}")
        })
    }
}
