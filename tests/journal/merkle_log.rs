use std::cell::Cell;
use std::collections::HashMap;
use std::convert::Infallible;
use std::ops::Range;

use cavra::canonical::Digest;
use cavra::journal::merkle_log::{
    LEVELS_A_BAND, MAX_LEAVES, NodeSource, Tree, TreeError, consistency_path, inclusion_path,
    leaf_hash, root_at,
};
use proptest::prelude::*;

use super::rfc6962::{self, Hash};

/// A log as a store keeps it: leaves, and the nodes that [`Tree::push`] reported.
#[derive(Default)]
pub(crate) struct Stored {
    tree: Tree,
    leaves: Vec<Digest>,
    nodes: HashMap<u8, Vec<Digest>>,
    read: Cell<usize>,
}

impl Stored {
    pub(crate) fn with(count: u64) -> Self {
        let mut stored = Self::default();
        (0..count).for_each(|number| stored.push(&number.to_le_bytes()));
        stored
    }

    pub(crate) fn push(&mut self, record: &[u8]) {
        let leaf = leaf_hash(record);
        assert_eq!(leaf.as_bytes(), &rfc6962::leaf(record));
        self.leaves.push(leaf);
        for node in self.tree.push(leaf) {
            let level = self.nodes.entry(node.level).or_default();
            assert_eq!(level.len() as u64, node.number, "nodes come in order");
            assert!(node.level > 0 && node.level.is_multiple_of(LEVELS_A_BAND));
            level.push(node.hash);
        }
    }

    fn hashes(&self, upto: usize) -> Vec<Hash> {
        let leaves = &self.leaves[..upto];
        leaves.iter().map(|leaf| *leaf.as_bytes()).collect()
    }

    fn slice(&self, hashes: &[Digest], range: Range<u64>) -> Vec<Digest> {
        assert!(range.end - range.start <= 128, "{range:?} is a large read");
        let (start, end) = (range.start as usize, range.end as usize);
        let found = hashes.get(start..end.min(hashes.len())).unwrap_or_default();
        self.read.set(self.read.get() + found.len());
        found.to_vec()
    }
}

impl NodeSource for Stored {
    type Error = Infallible;

    fn leaves(&self, positions: Range<u64>) -> Result<Vec<Digest>, Infallible> {
        Ok(self.slice(&self.leaves, positions))
    }

    fn nodes(&self, level: u8, numbers: Range<u64>) -> Result<Vec<Digest>, Infallible> {
        let nodes = self.nodes.get(&level).map(Vec::as_slice);
        Ok(self.slice(nodes.unwrap_or_default(), numbers))
    }
}

fn bytes(hashes: Vec<Digest>) -> Vec<Hash> {
    hashes.iter().map(|hash| *hash.as_bytes()).collect()
}

fn unhex(text: &str) -> Digest {
    format!("sha256:{text}").parse().unwrap()
}

/// The vectors of Certificate Transparency's own tests (`merkle_tree_test.cc`).
#[test]
fn the_roots_are_those_of_certificate_transparency() {
    let records: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut tree = Tree::new();
    assert_eq!(tree.root(), unhex(roots[0]));
    for (record, root) in records.iter().zip(&roots[1..]) {
        assert!(tree.push(leaf_hash(record)).is_empty());
        assert_eq!(tree.root(), unhex(root), "{} records", tree.size());
    }
}

#[test]
fn every_small_tree_and_proof_is_as_the_rfc_defines_it() {
    let stored = Stored::with(70);
    for size in 0..=70 {
        let leaves = stored.hashes(size);
        let all = size as u64;
        assert_eq!(
            root_at(&stored, all).unwrap().as_bytes(),
            &rfc6962::root(&leaves)
        );
        for start in 0..size {
            let found = inclusion_path(&stored, start as u64, all).unwrap();
            assert_eq!(bytes(found), rfc6962::path(start, &leaves), "{start}/{all}");
            let found = consistency_path(&stored, start as u64, all).unwrap();
            let wanted = match start {
                0 => Vec::new(),
                _ => rfc6962::proof(start, &leaves),
            };
            assert_eq!(bytes(found), wanted, "{start}..{all}");
        }
        assert!(consistency_path(&stored, all, all).unwrap().is_empty());
    }
}

/// Where the kept levels begin and end.
#[test]
fn proofs_hold_at_the_edges_of_bands() {
    let stored = Stored::with(65_537 + 300);
    let leaves = stored.hashes(stored.leaves.len());
    let edges = [
        1, 128, 255, 256, 257, 511, 512, 513, 65_280, 65_535, 65_536, 65_537, 65_837,
    ];
    for size in edges {
        let all = size as u64;
        let leaves = &leaves[..size];
        assert_eq!(
            root_at(&stored, all).unwrap().as_bytes(),
            &rfc6962::root(leaves)
        );
        // The definition hashes the whole log for each of its proofs.
        let cheap = |start: usize| size < 1_000 || [256, 511, 65_536, size].contains(&start);
        for start in edges.into_iter().filter(|it| *it <= size && cheap(*it)) {
            let found = consistency_path(&stored, start as u64, all).unwrap();
            assert_eq!(
                bytes(found),
                rfc6962::proof(start, leaves),
                "{start}..{all}"
            );
            let found = inclusion_path(&stored, start as u64 - 1, all).unwrap();
            assert_eq!(
                bytes(found),
                rfc6962::path(start - 1, leaves),
                "{start}/{all}"
            );
        }
    }
}

/// A log in which all records are alike, so that a node's hash depends on its level only.
struct Uniform {
    levels: Vec<Digest>,
    read: Cell<usize>,
    calls: Cell<usize>,
}

impl Uniform {
    fn new() -> Self {
        let mut levels = vec![leaf_hash(b"x")];
        while levels.len() < 53 {
            let below = levels.last().unwrap().as_bytes();
            levels.push(Digest::of(&[&[1], &below[..], &below[..]].concat()));
        }
        Self {
            levels,
            read: Cell::new(0),
            calls: Cell::new(0),
        }
    }

    fn take(&self, level: u8, range: Range<u64>) -> Vec<Digest> {
        let count = (range.end - range.start) as usize;
        self.read.set(self.read.get() + count);
        self.calls.set(self.calls.get() + 1);
        vec![self.levels[usize::from(level)]; count]
    }
}

impl NodeSource for Uniform {
    type Error = Infallible;

    fn leaves(&self, positions: Range<u64>) -> Result<Vec<Digest>, Infallible> {
        Ok(self.take(0, positions))
    }

    fn nodes(&self, level: u8, numbers: Range<u64>) -> Result<Vec<Digest>, Infallible> {
        Ok(self.take(level, numbers))
    }
}

#[test]
fn a_proof_over_ten_million_records_reads_little() {
    let size = 10_000_000;
    let mut most = (0, 0);
    for position in (0..size).step_by(9_973).chain([size - 1]) {
        let source = Uniform::new();
        inclusion_path(&source, position, size).unwrap();
        most = most.max((source.read.get(), source.calls.get()));
        let source = Uniform::new();
        consistency_path(&source, position, size).unwrap();
        most = most.max((source.read.get(), source.calls.get()));
    }
    assert!(most.0 <= 940 && most.1 <= 31, "{most:?}");
    let source = Uniform::new();
    let resumed = Tree::resume(&source, size).unwrap();
    assert!(source.read.get() <= 3 * 255, "{}", source.read.get());
    assert_eq!(resumed.size(), size);
}

#[test]
fn the_largest_log_can_be_proved_and_a_larger_one_is_refused() {
    let source = Uniform::new();
    for position in [0, MAX_LEAVES / 2, MAX_LEAVES - 1] {
        let path = inclusion_path(&source, position, MAX_LEAVES).unwrap();
        assert!((52..=53).contains(&path.len()), "{}", path.len());
        consistency_path(&source, position, MAX_LEAVES).unwrap();
    }
    for size in [MAX_LEAVES + 1, u64::MAX] {
        assert!(matches!(root_at(&source, size), Err(TreeError::TooLarge(it)) if it == size));
        let error = inclusion_path(&source, 0, size).unwrap_err();
        assert!(matches!(error, TreeError::TooLarge(_)), "{error}");
        let error = consistency_path(&source, 1, size).unwrap_err();
        assert!(matches!(error, TreeError::TooLarge(_)), "{error}");
    }
}

#[test]
fn what_is_not_there_is_an_error_and_not_a_guess() {
    let stored = Stored::with(300);
    for (position, size) in [(0, 0), (300, 300), (u64::MAX, 300)] {
        let error = inclusion_path(&stored, position, size).unwrap_err();
        assert!(matches!(error, TreeError::NoSuchRecord { .. }), "{error}");
    }
    let error = consistency_path(&stored, 301, 300).unwrap_err();
    assert!(matches!(error, TreeError::Shrunk { .. }), "{error}");
    let error = root_at(&stored, 301).unwrap_err();
    assert!(
        matches!(error, TreeError::Missing { level: 0, .. }),
        "{error}"
    );

    let mut stored = Stored::with(600);
    stored.nodes.get_mut(&8).unwrap().pop();
    let error = Tree::resume(&stored, 600).unwrap_err();
    assert!(
        matches!(error, TreeError::Missing { level: 8, .. }),
        "{error}"
    );
    assert!(root_at(&stored, 511).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Stopping and starting again changes nothing: neither the root nor the nodes to store.
    #[test]
    fn a_resumed_tree_goes_on_as_if_it_had_not_stopped(
        stop in 0_u64..1_500,
        added in 0_u64..600,
    ) {
        let mut whole = Stored::with(stop);
        let mut resumed = Tree::resume(&whole, stop).unwrap();
        prop_assert_eq!(&resumed, &whole.tree);
        for number in 0..added {
            let leaf = leaf_hash(&number.to_be_bytes());
            prop_assert_eq!(resumed.push(leaf), whole.tree.push(leaf));
            whole.leaves.push(leaf);
        }
        prop_assert_eq!(resumed.root(), whole.tree.root());
        let leaves = whole.hashes(whole.leaves.len());
        prop_assert_eq!(resumed.root(), Digest::from_bytes(rfc6962::root(&leaves)));
    }

    /// An earlier root can be had at any time, and is what it was.
    #[test]
    fn earlier_roots_stay(size in 0_u64..1_500, added in 0_u64..300) {
        let earlier = Stored::with(size).tree.root();
        prop_assert_eq!(root_at(&Stored::with(size + added), size).unwrap(), earlier);
    }

    /// As [`every_small_tree_and_proof_is_as_the_rfc_defines_it`], where nobody looked.
    #[test]
    fn proofs_are_as_the_rfc_defines_them(size in 71_usize..2_000, part in 0.0..1.0_f64) {
        let stored = Stored::with(size as u64);
        let leaves = stored.hashes(size);
        let start = (size as f64 * part) as usize;
        let found = inclusion_path(&stored, start as u64, size as u64).unwrap();
        prop_assert_eq!(bytes(found), rfc6962::path(start, &leaves));
        let found = consistency_path(&stored, start as u64 + 1, size as u64).unwrap();
        prop_assert_eq!(bytes(found), rfc6962::proof(start + 1, &leaves));
    }
}
