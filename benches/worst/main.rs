//! A guided search for the worst action: what takes the most CPU time, and what the most memory,
//! on its whole way from document to answer and record. Prints what it found.
//!
//! The CPU time contains the cost of counting the allocator's bytes, about a fifth.
//!
//! `cargo bench --bench worst -- --seconds 1200 --seed 1 --save DIR`

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a benchmark"
)]

mod grammar;
mod kind;
mod way;

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use grammar::{Dice, Genes};
use kind::Kind;
use mimalloc::MiMalloc;
use peakmem_alloc::{PeakMemAlloc, PeakMemAllocTrait as _};
use way::{Budget, Cost, Memory, Way, cpu_time};

/// The service's own allocator, counted.
#[global_allocator]
static ALLOCATOR: PeakMemAlloc<MiMalloc> = PeakMemAlloc::new(MiMalloc);

const MEMORY: Memory = Memory {
    reset: || ALLOCATOR.reset_peak_memory(),
    peak: || ALLOCATOR.get_peak_memory(),
};

/// Actions that are kept of each kind, by CPU time and by memory each.
const KEPT: usize = 16;
/// One of this many new actions is random; the others are changes of kept ones.
const ANEW_OF: usize = 5;

#[derive(Parser)]
struct Args {
    /// How much CPU time to search
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Where the random numbers begin
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Search among these only: `command`, `read`, `search`, `write`, `git`,
    /// `definition`, `arguments`, `plan`
    #[arg(long, value_delimiter = ',')]
    kinds: Vec<String>,
    /// The policy pack that judges. One with effects judges more than the baseline
    #[arg(long, default_value = "cavra-ai-agent-baseline")]
    policy_pack: String,
    /// Write the documents of the worst actions to this folder
    #[arg(long)]
    save: Option<PathBuf>,
    /// Measure these documents only
    files: Vec<PathBuf>,
    /// What cargo passes
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let args = Args::parse();
    let way = Way::new(&args.policy_pack, MEMORY);
    if !args.files.is_empty() {
        for file in &args.files {
            let document = std::fs::read(file).unwrap();
            print(
                &file.display().to_string(),
                &document,
                &measure(&way, &document),
            );
        }
        return;
    }
    let is_wanted = |kind: &Kind| args.kinds.is_empty() || args.kinds.contains(&kind.name());
    let kinds = Kind::ALL.into_iter().filter(is_wanted);
    let mut found: Vec<Found> = kinds.map(Found::new).collect();
    let mut dice = Dice::new(args.seed);
    let end = cpu_time() + Duration::from_secs(args.seconds);
    let mut tried = 0_usize;
    while cpu_time() < end {
        // Command lines are where most can be done.
        let kind = match dice.below(2) {
            0 => 0,
            _ => dice.below(found.len()),
        };
        found[kind].step(&way, &mut dice);
        tried += 1;
    }
    println!("{tried} actions tried from seed {}", args.seed);
    for found in &found {
        for (measure, list) in [("cpu", &found.by_cpu), ("memory", &found.by_memory)] {
            for (rank, worst) in list.iter().take(3).enumerate() {
                let name = format!("{}-{measure}-{rank}", found.kind.name());
                let document = worst.genes.document();
                print(&name, &document, &worst.cost);
                println!("    {:?}", worst.genes);
                if let Some(folder) = &args.save {
                    std::fs::create_dir_all(folder).unwrap();
                    std::fs::write(folder.join(format!("{name}.json")), document).unwrap();
                }
            }
        }
    }
}

/// The lesser CPU time of two goes, and the memory of the second.
fn measure(way: &Way, document: &[u8]) -> Cost {
    let (first, mut second) = (way.go(document), way.go(document));
    second.cpu = second.cpu.min(first.cpu);
    second
}

fn print(name: &str, document: &[u8], cost: &Cost) {
    let budget = Budget::of(document);
    let share = |value: f64, of: f64| 100.0 * value / of;
    println!(
        "{name}: {:.1} ms ({:.0} %; judging {:.1}, recording {:.1}), {:.1} MiB ({:.0} %), answer {} B, record {} B, document {} B: {}",
        cost.cpu.as_secs_f64() * 1e3,
        share(cost.cpu.as_secs_f64(), budget.cpu.as_secs_f64()),
        cost.facts_cpu.as_secs_f64() * 1e3,
        cost.record_cpu.as_secs_f64() * 1e3,
        cost.peak_bytes as f64 / f64::from(1 << 20),
        share(cost.peak_bytes as f64, budget.peak_bytes as f64),
        cost.answer_bytes,
        cost.record_bytes,
        document.len(),
        cost.outcome,
    );
}

struct Worst {
    genes: Genes,
    cost: Cost,
}

/// The worst of one kind so far.
struct Found {
    kind: Kind,
    by_cpu: Vec<Worst>,
    by_memory: Vec<Worst>,
}

impl Found {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            by_cpu: Vec::new(),
            by_memory: Vec::new(),
        }
    }

    /// Tries one more, and keeps it if it is worse than one that is kept.
    fn step(&mut self, way: &Way, dice: &mut Dice) {
        let list = match dice.below(2) {
            0 => &self.by_cpu,
            _ => &self.by_memory,
        };
        let genes = match list.get(dice.below(KEPT)) {
            Some(parent) if dice.below(ANEW_OF) > 0 => parent.genes.changed(dice),
            _ => Genes::random(self.kind, dice),
        };
        let document = genes.document();
        let cost = measure(way, &document);
        keep(&mut self.by_cpu, &genes, &cost, |cost| cost.cpu.as_nanos());
        keep(&mut self.by_memory, &genes, &cost, |cost| {
            cost.peak_bytes as u128
        });
    }
}

fn keep(list: &mut Vec<Worst>, genes: &Genes, cost: &Cost, by: impl Fn(&Cost) -> u128) {
    if list.iter().any(|worst| worst.genes == *genes) {
        return;
    }
    let at = list.partition_point(|worst| by(&worst.cost) >= by(cost));
    if at < KEPT {
        let (genes, cost) = (genes.clone(), cost.clone());
        list.insert(at, Worst { genes, cost });
        list.truncate(KEPT);
    }
}
