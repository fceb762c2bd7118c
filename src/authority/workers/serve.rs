//! The worker's side: limits itself, loads a bundle and answers for each input.

use std::borrow::Cow;
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;

use rlimit::Resource;
use serde::{Deserialize, Serialize};

use super::frame;
use super::limits::{
    MAX_ANSWER_BYTES, MAX_EVALUATION_CPU, MAX_LOAD_CPU, MAX_PROBLEMS, MAX_QUESTION_BYTES,
    MAX_WORKER_BYTES,
};
use super::watch::Watch;
use crate::engine::error::{CompileProblem, EvaluationError};
use crate::engine::{Evaluator as _, Found, PatternLists, RegoBundle, RegoPack, Rules};

/// What a worker has to compile.
#[derive(Serialize, Deserialize)]
pub(super) struct Load<'a> {
    /// Of a pack that nobody has tried out yet, if it has many: compiled, and dropped.
    pub(super) patterns: Option<PatternLists<'a>>,
    pub(super) rego: Cow<'a, RegoBundle>,
}

/// What a worker answers to that.
pub(super) type Loaded = Result<Vec<RegoPack>, Vec<CompileProblem>>;
/// What a worker answers to an input.
pub(super) type Evaluated = Result<Found, EvaluationError>;

/// Serves as a worker on the socket that standard input is, until the other side closes it.
///
/// # Errors
/// If the limits can't be set, or the socket fails.
pub fn serve() -> io::Result<()> {
    rlimit::setrlimit(Resource::AS, MAX_WORKER_BYTES, MAX_WORKER_BYTES)?;
    rlimit::setrlimit(Resource::CORE, 0, 0)?;
    let mut socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let watch = Watch::start()?;
    let mut buffer = Vec::new();
    let Some(rules) = load(&mut socket, &watch, &mut buffer)? else {
        return Ok(());
    };
    while let Some(question) = frame::read(&mut socket, MAX_QUESTION_BYTES)? {
        let evaluated = watch.within(MAX_EVALUATION_CPU, || evaluate(&rules, &question));
        answer(&mut socket, &evaluated, &mut buffer)?;
    }
    Ok(())
}

/// Compiles what the service sends and says which packs have Rego, or what is wrong with it.
fn load(socket: &mut UnixStream, watch: &Watch, buffer: &mut Vec<u8>) -> io::Result<Option<Rules>> {
    let Some(load) = frame::read(socket, MAX_QUESTION_BYTES)? else {
        return Ok(None);
    };
    let load: Load<'_> = serde_json::from_slice(&load)?;
    let loaded = watch.within(MAX_LOAD_CPU, || {
        load.patterns.as_ref().map_or(Ok(()), PatternLists::check)?;
        load.rego.load()
    });
    let problems = |problems: &Vec<CompileProblem>| {
        let listed = problems.iter().take(MAX_PROBLEMS);
        listed.cloned().collect()
    };
    let packs: Loaded = loaded.as_ref().map(Rules::packs).map_err(problems);
    answer(socket, &packs, buffer)?;
    Ok(loaded.ok())
}

fn evaluate(rules: &Rules, question: &[u8]) -> Evaluated {
    let malformed = || EvaluationError::Failed("was asked in no known form".to_owned());
    let (pack, input) = question.split_first_chunk().ok_or_else(malformed)?;
    let pack = usize::try_from(u32::from_le_bytes(*pack)).map_err(|_| malformed())?;
    let input = std::str::from_utf8(input).map_err(|_| malformed())?;
    rules.evaluate(pack, input)
}

fn answer(
    socket: &mut UnixStream,
    answer: &impl Serialize,
    buffer: &mut Vec<u8>,
) -> io::Result<()> {
    let text = serde_json::to_vec(answer)?;
    frame::write(socket, &[&text], MAX_ANSWER_BYTES, buffer)
}
