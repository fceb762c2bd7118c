//! Which service is asked, and how long it may take.

use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;

use crate::grpc::client::Patience;

/// The least time-out. A connection on this machine takes about as long.
const MIN_TIMEOUT: Duration = Duration::from_millis(10);
/// The longest time-out.
const MAX_TIMEOUT: Duration = Duration::from_hours(1);

/// How long a service may leave a command waiting.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct TimeoutArgs {
    /// With --endpoint: how long the service may take to answer, such as `500ms` or `10s`; what
    /// it has to work for, such as a report, may take 60 s once it has answered that it is there
    #[arg(long, value_name = "TIME", default_value = "2s")]
    timeout: Timeout,
}

impl TimeoutArgs {
    pub(crate) fn patience(self) -> Patience {
        Patience::new(self.timeout.0)
    }
}

/// A time-out that a person writes as `2s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Timeout(Duration);

impl FromStr for Timeout {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no time-out: give `10ms` to `1h`, such as `2s`");
        let time: SignedDuration = text.parse().map_err(|_| wrong())?;
        let time = Duration::try_from(time).map_err(|_| wrong())?;
        if !(MIN_TIMEOUT..=MAX_TIMEOUT).contains(&time) {
            return Err(wrong());
        }
        Ok(Self(time))
    }
}
