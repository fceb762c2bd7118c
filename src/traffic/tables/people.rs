//! Who is at work, and what they say.

use crate::traffic::random::Weighted;

/// A person, by the name of their home.
#[derive(Debug)]
pub(in crate::traffic) struct Person {
    pub(in crate::traffic) home: &'static str,
    pub(in crate::traffic) actor: &'static str,
}

const fn person(home: &'static str, actor: &'static str) -> Person {
    Person { home, actor }
}

/// For whom agents work.
pub(in crate::traffic) const PEOPLE: Weighted<Person> = Weighted::new(&[
    (10, person("/home/ana", "ana.silva@example.com")),
    (9, person("/home/jonas", "jonas.weber@example.com")),
    (8, person("/home/priya", "priya.nair@example.com")),
    (7, person("/Users/mei", "mei.tanaka@example.com")),
    (6, person("/home/tomas", "tomas.novak@example.com")),
    (5, person("/Users/grace", "grace.okafor@example.com")),
    (4, person("/home/luca", "luca.ferri@example.com")),
    (4, person("/home/sara", "sara.lind@example.com")),
    (3, person("/Users/omar", "omar.haddad@example.com")),
    (3, person("/home/chloe", "chloe.martin@example.com")),
    (2, person("/home/diego", "diego.ramos@example.com")),
    (2, person("/home/ines", "ines.vogel@example.com")),
]);

/// Where agents without a person at them run.
pub(in crate::traffic) const AUTOMATION: Person = person("/workspace", "svc-maintenance");

/// What people call their agents.
pub(in crate::traffic) const AGENT_NAMES: Weighted<&str> = Weighted::new(&[
    (40, "coder"),
    (20, "pair"),
    (15, "reviewer"),
    (10, "fixer"),
    (8, "tester"),
    (7, "writer"),
]);

/// What agents without a person at them are called.
pub(in crate::traffic) const AUTOMATION_NAMES: Weighted<&str> =
    Weighted::new(&[(50, "nightly"), (30, "upgrader"), (20, "triage")]);

/// Minutes by which people's clocks are ahead of UTC.
pub(in crate::traffic) const UTC_OFFSETS_MINUTES: Weighted<i64> = Weighted::new(&[
    (20, 0),
    (30, 60),
    (10, 120),
    (14, -300),
    (10, -480),
    (12, 330),
    (4, 540),
]);

/// Kinds of work, as branches name them.
pub(in crate::traffic) const BRANCH_KINDS: Weighted<&str> = Weighted::new(&[
    (40, "feat"),
    (34, "fix"),
    (12, "chore"),
    (8, "refactor"),
    (6, "docs"),
]);

/// What branches are about.
pub(in crate::traffic) const TOPICS: Weighted<&str> = Weighted::new(&[
    (9, "refund-rounding"),
    (9, "session-timeout"),
    (8, "retry-backoff"),
    (8, "pagination"),
    (7, "audit-log"),
    (7, "rate-limit"),
    (6, "invoice-export"),
    (6, "flaky-tests"),
    (5, "cache-keys"),
    (5, "dark-mode"),
    (5, "webhook-signature"),
    (4, "node-pool-size"),
    (4, "log-retention"),
    (4, "currency-codes"),
    (3, "search-index"),
    (3, "bump-dependencies"),
    (2, "delete-old-flags"),
]);

/// What people search for.
pub(in crate::traffic) const WORDS: Weighted<&str> = Weighted::new(&[
    (12, "TODO"),
    (10, "handle_request"),
    (9, "retry"),
    (9, "timeout"),
    (8, "create_invoice"),
    (7, "useSession"),
    (7, "parse_amount"),
    (6, "UserId"),
    (6, "def refund"),
    (5, "idempotency_key"),
    (5, "deprecated"),
    (4, "impl Display"),
    (4, "feature_flag"),
    (3, "page_size"),
    (3, "ErrNotFound"),
    (2, "unwrap()"),
]);

/// Commit messages.
pub(in crate::traffic) const MESSAGES: Weighted<&str> = Weighted::new(&[
    (10, "fix: round refunds half to even"),
    (9, "feat: page through audit entries"),
    (9, "test: cover the expired session"),
    (8, "refactor: name the retry limits"),
    (8, "fix: don't retry on client errors"),
    (7, "chore: bump dependencies"),
    (6, "docs: say how to run the service"),
    (6, "feat: export invoices as CSV"),
    (5, "fix(ui): keep the focus in the dialog"),
    (4, "perf: ask for prices once a page"),
    (3, "style: format"),
]);
