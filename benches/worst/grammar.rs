//! Actions made of fragments, and small changes of them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::Rng as _;
use serde_json::json;

/// Parts of texts, most of them only useful beside others. In JSON, `#` is a number of its own for
/// each value.
static FRAGMENTS: LazyLock<BTreeMap<String, Vec<String>>> =
    LazyLock::new(|| serde_json::from_str(include_str!("fragments.json")).unwrap());

/// What an action is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Command,
    Read,
    Write,
    Git,
    Definition,
    Plan,
}

impl Kind {
    pub(crate) const ALL: [Self; 6] = [
        Self::Command,
        Self::Read,
        Self::Write,
        Self::Git,
        Self::Definition,
        Self::Plan,
    ];

    pub(crate) fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    fn fragments(self) -> &'static [String] {
        let name = match self {
            Self::Command => "shell",
            Self::Read | Self::Write => "paths",
            Self::Git => "refs",
            Self::Definition | Self::Plan => "values",
        };
        &FRAGMENTS[name]
    }

    /// Bytes of the text that the fragments make.
    fn limit(self) -> usize {
        match self {
            Self::Command => 64 * 1024,
            Self::Read | Self::Write | Self::Git => 4096,
            Self::Definition => 255 * 1024,
            Self::Plan => (1 << 20) - 1024,
        }
    }
}

/// An action: fragments, each so often, in front of a block that is repeated, and behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Genes {
    pub(crate) kind: Kind,
    head: Vec<(usize, usize)>,
    block: Vec<(usize, usize)>,
    /// How often; it ends where the limit does.
    repeat: usize,
    tail: Vec<(usize, usize)>,
}

/// Random numbers from a seed.
pub(crate) struct Dice(Pcg64Mcg);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Pcg64Mcg::new(u128::from(seed) | 1))
    }

    /// Below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.0.next_u64() % count.max(1) as u64).unwrap_or_default()
    }

    fn often(&mut self) -> usize {
        [1, 1, 1, 1, 2, 3, 8, 64, 1000, 20_000][self.below(10)]
    }
}

impl Genes {
    pub(crate) fn random(kind: Kind, dice: &mut Dice) -> Self {
        let mut part = |most: usize| -> Vec<(usize, usize)> {
            let count = dice.below(most + 1);
            (0..count)
                .map(|_| (dice.below(kind.fragments().len()), dice.often()))
                .collect()
        };
        let (head, mut block, tail) = (part(3), part(6), part(3));
        block.push((dice.below(kind.fragments().len()), 1));
        Self {
            kind,
            head,
            block,
            repeat: dice.often(),
            tail,
        }
    }

    /// A few changes.
    pub(crate) fn changed(&self, dice: &mut Dice) -> Self {
        let mut genes = self.clone();
        for _ in 0..=dice.below(3) {
            genes.change(dice);
        }
        genes
    }

    fn change(&mut self, dice: &mut Dice) {
        let fragment = (dice.below(self.kind.fragments().len()), dice.often());
        if dice.below(6) == 0 {
            self.repeat = dice.often();
            return;
        }
        let part = match dice.below(4) {
            0 => &mut self.head,
            1 => &mut self.tail,
            _ => &mut self.block,
        };
        let at = dice.below(part.len() + 1);
        match dice.below(5) {
            0 if at < part.len() => drop(part.remove(at)),
            1 if at < part.len() => part[at] = fragment,
            2 if at < part.len() => part[at].1 = fragment.1,
            3 if at < part.len() => part.insert(at, part[at]),
            _ => part.insert(at, fragment),
        }
        part.truncate(24);
    }

    /// The document of the action.
    pub(crate) fn document(&self) -> Vec<u8> {
        let text = match self.kind {
            Kind::Definition | Kind::Plan => self.values(),
            _ => self.text(),
        };
        let of_text = |action: &str, operation: &str| {
            json!({"action_type": action, "target": text, "requested_operation": operation})
                .to_string()
        };
        match self.kind {
            Kind::Command => of_text("execute_command", &text),
            Kind::Read => of_text("read_file", "read"),
            Kind::Write => of_text("write_file", "write"),
            Kind::Git => of_text("git_operation", "push"),
            Kind::Definition => format!(
                r#"{{"action_type":"mcp_tool_call","target":"s:t","mcp_tool":{{"name":"t","x":[{text}]}}}}"#
            ),
            Kind::Plan => format!(
                r#"{{"action_type":"execute_command","target":"terraform apply p","terraform_plan":{{"format_version":"1.2","planned_values":{{}},"resource_changes":[{text}]}}}}"#
            ),
        }
        .into_bytes()
    }

    fn each(&self) -> impl Iterator<Item = &'static str> {
        let fragments = self.kind.fragments();
        let part = |part: &[(usize, usize)]| -> Vec<&'static str> {
            part.iter()
                .flat_map(|(index, count)| std::iter::repeat_n(fragments[*index].as_str(), *count))
                .collect()
        };
        let block = part(&self.block);
        let blocks = std::iter::repeat_n(block, self.repeat).flatten();
        part(&self.head)
            .into_iter()
            .chain(blocks)
            .chain(part(&self.tail))
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for fragment in self.each() {
            if text.len() + fragment.len() > self.kind.limit() {
                break;
            }
            text.push_str(fragment);
        }
        text
    }

    fn values(&self) -> String {
        let mut text = String::new();
        for (number, fragment) in self.each().enumerate() {
            let value = fragment.replace('#', &number.to_string());
            if text.len() + value.len() + 1 > self.kind.limit() {
                break;
            }
            if number > 0 {
                text.push(',');
            }
            text.push_str(&value);
        }
        text
    }
}
