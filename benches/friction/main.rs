//! How often a person would be asked, and why: on traffic that is made after real sessions of
//! coding agents. Prints asks per 100 actions, the share of commands that go ahead, reasons and
//! needless asks. Fails if something dangerous is allowed.
//!
//! `cargo bench --bench friction -- --actions 20000 --seed 1 --all --asked FILE --pack DIR`

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "a benchmark"
)]

mod show;
mod tables;
mod tally;
mod traffic;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use cavra::engine::Policy;
use cavra::library::{Library, load_file};

use tables::Tables;
use tally::Tally;
use traffic::Traffic;

/// The packs that are always measured.
const PACKS: [&str; 2] = ["cavra-ai-agent-baseline", "cavra-coding-agent"];

struct Options {
    actions: usize,
    seed: u64,
    /// With the sessions of which only the commands are known.
    all: bool,
    /// Where the needless asks of the last pack are written.
    asked: Option<PathBuf>,
    /// Folders of further packs.
    packs: Vec<PathBuf>,
}

impl Options {
    fn read() -> Self {
        let mut options = Self {
            actions: 20_000,
            seed: 1,
            all: false,
            asked: None,
            packs: Vec::new(),
        };
        let mut args = std::env::args().skip(1);
        while let Some(arg) = args.next() {
            let mut value = || {
                args.next()
                    .unwrap_or_else(|| panic!("`{arg}` needs a value"))
            };
            match arg.as_str() {
                "--bench" => {}
                "--all" => options.all = true,
                "--actions" => options.actions = value().parse().expect("a number of actions"),
                "--seed" => options.seed = value().parse().expect("a seed"),
                "--asked" => options.asked = Some(value().into()),
                "--pack" => options.packs.push(value().into()),
                other => panic!("`{other}` is no option"),
            }
        }
        options
    }
}

fn main() -> ExitCode {
    let options = Options::read();
    let tables = Tables::read();
    let mut is_safe = true;
    let mut last = Tally::default();
    for policy in policies(&options) {
        let mut tally = Tally::default();
        let traffic = Traffic::new(&tables, options.seed, options.all);
        for event in traffic.take(options.actions) {
            tally.add(&policy, &event);
        }
        show::tally(&policy.identity().id, &tally);
        is_safe &= tally.false_allows.is_empty() && no_shape_is_unsafe(&tables, &policy);
        last = tally;
    }
    if let Some(path) = &options.asked {
        fs::write(path, show::asked(&last)).unwrap();
    }
    match is_safe {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn policies(options: &Options) -> Vec<Policy> {
    let shipped = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("policy-packs");
    let shipped = Library::open(&[shipped]).unwrap();
    let known = PACKS.iter().map(|id| shipped.effective(id).unwrap());
    let further = options.packs.iter().map(|folder| {
        let beside = shipped.beside(folder).unwrap();
        beside.effective_of(load_file(folder).unwrap()).unwrap()
    });
    let all = known.chain(further);
    all.map(|pack| Policy::compile(pack).unwrap()).collect()
}

/// Every dangerous shape, also those that chance leaves out.
fn no_shape_is_unsafe(tables: &Tables, policy: &Policy) -> bool {
    let mut traffic = Traffic::new(tables, 0, true);
    let mut tally = Tally::default();
    for source in &tables.sources {
        for shape in &source.shapes {
            tally.add(policy, &traffic.fill(source, shape));
        }
    }
    show::false_allows(&tally);
    tally.false_allows.is_empty()
}
