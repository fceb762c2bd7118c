use tracing_subscriber::filter::LevelFilter;

use super::args::GlobalArgs;

/// Logs go to standard error, so that they never mix with answers.
pub(crate) fn start(args: &GlobalArgs) {
    let level = match (args.quiet, args.verbose) {
        (true, _) => LevelFilter::ERROR,
        (false, 0) => LevelFilter::INFO,
        (false, 1) => LevelFilter::DEBUG,
        (false, _) => LevelFilter::TRACE,
    };
    let color = anstream::AutoStream::choice(&std::io::stderr());
    // Fails only if a logger is already there, which then stays.
    let _ = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_target(args.verbose > 0)
        .with_ansi(color != anstream::ColorChoice::Never)
        .with_writer(std::io::stderr)
        .try_init();
}
