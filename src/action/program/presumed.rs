//! Programs that no table knows in full: each word that may be a file counts as read, the
//! values of output options as written.
//!
//! Such a program can't be allowed by what is known of it. So the presumption never makes
//! anything laxer: it tells a question (`frobnicate x`) from a block (`frobnicate .env`).

use super::super::shell::ShellWord;
use super::call::{Call, is_stream};
use super::habits::{self, Habits, Words};
use super::options::Value;
use super::presumed_options::{Kind, is_certificate, is_dry_run, is_in_place, kind};
use super::subcommands::has_subcommands;
use super::word_list::lists;
use super::{Access, Leaf, Operand};

/// Parts of one word that are looked at one by one, of `a=1,b=2` and of `a@b`; then the last.
const MAX_PARTS: usize = 16;

/// A program without a table.
pub(super) fn unknown(call: &Call<'_>) -> Box<Leaf> {
    let mut leaf = call.leaf_of_any();
    if let Some(habits) = habits::of(call) {
        words(&mut leaf, call.args(), habits);
    }
    let has_names_of_secrets = || lists(CLUSTERS, &call.name) || has_subcommands(&call.name);
    if !leaf.bare.is_empty() && has_names_of_secrets() {
        leaf.bare.clear();
    }
    leaf
}

/// Programs that have subcommands with the names of secrets: `kind get kubeconfig`, `fly secrets list`.
const CLUSTERS: &str = "k3d kind minikube vcluster k0s k0sctl k3s k3sup rke rke2 rancher microk8s kubeadm kops eksctl \
    clusterctl talosctl talhelper omnictl doctl civo scw exo hcloud linode-cli vultr-cli ibmcloud oci ovhcloud yc \
    gardenctl kubectx kubie switcher pks tkg tanzu kubespray crc rosa ocm kubelogin tsh argocd flux cdk kamal fly flyctl \
    wrangler supabase railway heroku doppler infisical sops pass op bw";

/// Files that a launcher itself reads and writes by options that are known of it: what it
/// starts is judged apart, and its options are not the launcher's.
pub(super) fn of_launcher(call: &Call<'_>) -> Vec<Operand> {
    let own = call.args().iter().take_while(|word| word.text != "--");
    let own: Vec<ShellWord> = own.cloned().collect();
    let mut leaf = Leaf::default();
    let habits = match habits::specific(call) {
        Some(habits) => habits,
        None => &habits::LAUNCHER,
    };
    words(&mut leaf, &own, habits);
    leaf.presumed
}

/// What a program's words read and write, as far as its habits and the words themselves say.
pub(super) fn words(leaf: &mut Leaf, args: &[ShellWord], habits: &Habits) {
    let mut seen = Seen {
        habits,
        operands: Vec::new(),
        presumed: Vec::new(),
        bare: Vec::new(),
        in_place: false,
        dry_run: false,
        help: false,
    };
    seen.walk(args);
    if !seen.help {
        seen.finish(leaf);
    }
}

/// A word without a dash.
#[derive(Clone, Copy)]
struct Word<'a> {
    value: Value<'a>,
    /// It is no option's value.
    certain: bool,
}

struct Seen<'a> {
    habits: &'a Habits,
    operands: Vec<Word<'a>>,
    presumed: Vec<Operand>,
    bare: Vec<ShellWord>,
    in_place: bool,
    dry_run: bool,
    help: bool,
}

impl<'a> Seen<'a> {
    fn walk(&mut self, args: &'a [ShellWord]) {
        let mut pending = None;
        let mut ended = false;
        for word in args {
            let text = word.text.as_str();
            if ended || !text.starts_with('-') || text == "-" {
                self.operand(word, pending.take());
                continue;
            }
            pending = None;
            if text == "--" {
                ended = true;
                continue;
            }
            self.help |= matches!(text, "--help" | "--version");
            let in_place = self.habits.is_in_place(text).unwrap_or(is_in_place(text));
            self.in_place |= in_place;
            let dry_run = self.habits.is_dry(text) || is_dry_run(text);
            self.dry_run |= dry_run;
            if !in_place && !dry_run && !self.habits.is_flag(text) {
                pending = self.option(word);
            }
        }
    }

    /// A word without a dash: an operand, the value of the option in front of it, or, where
    /// that option is not known, either.
    fn operand(&mut self, word: &'a ShellWord, pending: Option<Kind>) {
        let value = Value::of(word);
        let certain = match pending {
            None | Some(Kind::Operand) => true,
            Some(Kind::Read) => false,
            Some(kind) => return self.value(value, kind, 0),
        };
        if word.text != "-" && !word.text.is_empty() {
            self.operands.push(Word { value, certain });
        }
    }

    /// What the next word is, if this option takes it.
    fn option(&mut self, word: &'a ShellWord) -> Option<Kind> {
        let text = word.text.as_str();
        if let Some((name, value)) = text.split_once('=') {
            self.value(Value::part(word, value), self.kind(name), 0);
            return None;
        }
        // `-fFILE`: the letter may be an option with a value.
        let letter = text.char_indices().nth(2).map(|(at, _)| at);
        if let Some(at) = letter
            && !text.starts_with("--")
            && self.habits.kind(text).is_none()
            && let (Some(name), Some(value)) = (text.get(..at), text.get(at..))
            && !is_plain(value)
        {
            self.value(Value::part(word, value), self.kind(name), 0);
            return None;
        }
        Some(self.kind(text))
    }

    fn kind(&self, name: &str) -> Kind {
        self.habits.kind(name).unwrap_or_else(|| kind(name))
    }

    fn value(&mut self, value: Value<'a>, kind: Kind, depth: usize) {
        match kind {
            Kind::Text => {}
            Kind::Write => {
                // `type=local,dest=DIR`
                match value.text.rsplit_once('=') {
                    Some((_, path)) => self.path(path, value, Access::Write),
                    None => self.path(value.text, value, Access::Write),
                }
            }
            Kind::Certificate if is_certificate(value.text) => {}
            Kind::Mount => match value.text.split_once(':') {
                Some((outer, _)) if outer.len() > 1 => {
                    self.path(outer, value, Access::Read);
                }
                _ => self.mentions(value, depth),
            },
            Kind::Operand => self.operands.push(Word {
                value,
                certain: true,
            }),
            Kind::Read | Kind::Input | Kind::Certificate => self.mentions(value, depth),
        }
    }

    /// Each way in which a word can name a file.
    fn mentions(&mut self, value: Value<'a>, depth: usize) {
        let text = value.text;
        if text.is_empty() || text.contains(char::is_whitespace) {
            return;
        }
        if depth > MAX_PARTS {
            let last = text.rsplit(['=', ',', '@']).next().unwrap_or(text);
            self.path(last, value, Access::Read);
            return;
        }
        if let Some(path) = after_scheme(text) {
            self.path(path, value, Access::Read);
            return;
        }
        let part = |text| Value { text, ..value };
        if let Some((key, rest)) = text.split_once('=').filter(|(key, _)| !key.contains("://")) {
            if let Some((first, others)) = rest.split_once(',').filter(|(_, o)| o.contains('=')) {
                self.value(part(first), self.named(key), depth + 1);
                self.mentions(part(others), depth + 1);
            } else {
                self.value(part(rest), self.named(key), depth + 1);
            }
            return;
        }
        if text.contains("://") {
            return;
        }
        if let Some((first, others)) = text.split_once(',') {
            self.mentions(part(first), depth + 1);
            self.mentions(part(others), depth + 1);
            return;
        }
        match text.split_once('@') {
            Some(("", path)) => self.path(path, value, Access::Read),
            Some((_, path)) if !path.is_empty() && !is_plain(path) => {
                self.path(path, value, Access::Read);
                self.path(text, value, Access::Read);
            }
            _ if is_plain(text) => {
                if !value.dynamic {
                    self.bare.push(ShellWord::constant(text));
                }
            }
            _ => self.path(text, value, Access::Read),
        }
    }

    /// `key=V` as a word of its own. Where the key says that `V` is written, it is.
    fn named(&self, key: &str) -> Kind {
        let key = key.rsplit(',').next().unwrap_or(key).trim_end_matches(':');
        match self.kind(key) {
            Kind::Mount => Kind::Read,
            kind => kind,
        }
    }

    fn path(&mut self, path: &str, of: Value<'_>, access: Access) {
        if !path.is_empty() && !of.dynamic && !is_stream(path) {
            self.presumed.push(Operand {
                word: ShellWord {
                    text: path.to_owned(),
                    dynamic: false,
                    glob: of.glob,
                    shown: false,
                },
                access,
                recursive: false,
            });
        }
    }

    fn finish(mut self, leaf: &mut Leaf) {
        let mut names = self.habits.names();
        let mut files = Vec::with_capacity(self.operands.len());
        for word in std::mem::take(&mut self.operands) {
            if word.certain && names > 0 {
                names -= 1;
                // The text in front may still say more than a name: `@F`, `key=F`.
                if word.value.text.contains(['@', '=', ':']) && !self.habits.is_silent() {
                    self.mentions(word.value, 0);
                }
            } else {
                files.push(word);
            }
        }
        match self.habits.operands {
            Words::Text => {}
            Words::Written | Words::Removed if !self.dry_run => self.written(leaf, &files),
            Words::Last if !self.dry_run => self.last(leaf, &files),
            Words::Copied if !self.dry_run => copied(leaf, &files, self.habits.aliases),
            _ => self.presumed(&files),
        }
        leaf.presumed.append(&mut self.presumed);
        leaf.bare.append(&mut self.bare);
    }

    fn presumed(&mut self, files: &[Word<'a>]) {
        for Word { value, .. } in files {
            self.mentions(*value, 0);
            if self.in_place && !self.dry_run {
                self.path(value.text, *value, Access::Write);
            }
        }
    }

    fn written(&mut self, leaf: &mut Leaf, files: &[Word<'a>]) {
        let removed = self.habits.operands == Words::Removed;
        let access = if removed {
            Access::Remove
        } else {
            Access::Write
        };
        for Word { value, certain } in files.iter().filter(|word| !is_stream(word.value.text)) {
            if *certain {
                leaf.operands.push(Operand {
                    word: value.word(),
                    access,
                    recursive: removed,
                });
            } else {
                self.mentions(*value, 0);
                self.path(value.text, *value, access);
            }
        }
    }

    fn last(&mut self, leaf: &mut Leaf, files: &[Word<'a>]) {
        match files.split_last() {
            Some((last, others)) if !others.is_empty() || self.habits.alone => {
                self.written(leaf, std::slice::from_ref(last));
                self.presumed(others);
            }
            _ => self.presumed(files),
        }
    }
}

/// The last is written, as a file or a directory, and the others are read; what lies on
/// another machine (`gs://…`, `remote:path`) is neither.
fn copied(leaf: &mut Leaf, files: &[Word<'_>], aliases: bool) {
    let files: Vec<Value<'_>> = files.iter().map(|word| word.value).collect();
    let Some((target, sources)) = files.split_last() else {
        return;
    };
    for source in sources.iter().filter(|source| !is_remote(source.text)) {
        leaf.operands.push(Operand {
            word: source.word(),
            access: Access::Read,
            recursive: true,
        });
    }
    if sources.is_empty() {
        leaf.reads(target.word());
    } else if aliases && target.text.contains('/') && !target.text.starts_with(['.', '/', '~']) {
        leaf.writes(target.word());
    } else if !is_remote(target.text) {
        let words: Vec<ShellWord> = sources.iter().map(|source| source.word()).collect();
        let words: Vec<&ShellWord> = words.iter().collect();
        super::files::copies(leaf, target.word(), &words);
    }
}

/// `gs://…`, `remote:path`; not `C:\\…`.
fn is_remote(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or(path);
    first.split_once(':').is_some_and(|(host, rest)| {
        let drive = host.len() == 1 && (rest.is_empty() || rest.starts_with('\\'));
        !host.is_empty() && !drive
    })
}

/// The path behind `file://` or the AWS CLI's `fileb://`, which may be relative there.
pub(super) fn after_scheme(text: &str) -> Option<&str> {
    let scheme = ["file://", "fileb://"].into_iter().find(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    })?;
    text.get(scheme.len()..)
}

/// A word of letters, digits and dashes: a subcommand or a name, not evidently a path.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
