//! How much harm a command could do by its words, where tables of effects don't say it.

use super::Severity;
use crate::action::facts::Command;

/// Programs that start others with other privileges.
const PRIVILEGE: &[&str] = &["doas", "pkexec", "run0", "runuser", "su", "sudo"];

/// Commands that change the machine itself. A command of a table is the program, then its first
/// operands; a word that begins with `-` is an option that must be there, and `*` ends the
/// beginning of a word.
const SYSTEM: &[&str] = &[
    "chpasswd",
    "chroot",
    "csrutil",
    "diskutil",
    "docker run --privileged",
    "fdisk",
    "gh repo delete",
    "groupadd",
    "halt",
    "insmod",
    "iptables",
    "mkfs*",
    "modprobe",
    "mount",
    "nft",
    "nsenter",
    "parted",
    "passwd",
    "podman run --privileged",
    "poweroff",
    "reboot",
    "setcap",
    "shutdown",
    "swapoff",
    "sysctl -w",
    "umount",
    "useradd",
    "userdel",
    "usermod",
    "visudo",
    "wipefs",
];

/// Commands that install packages, or download code and run it.
const INSTALLS: &[&str] = &[
    "apk add",
    "apt install",
    "apt remove",
    "apt upgrade",
    "apt-get install",
    "apt-get remove",
    "apt-get upgrade",
    "brew install",
    "brew uninstall",
    "brew upgrade",
    "bun add",
    "bun install",
    "bun x",
    "bundle add",
    "bundle install",
    "bunx",
    "cargo install",
    "composer install",
    "composer require",
    "conda install",
    "dnf install",
    "gem install",
    "go get",
    "go install",
    "npm add",
    "npm ci",
    "npm create",
    "npm exec",
    "npm i",
    "npm init",
    "npm install",
    "npm uninstall",
    "npm update",
    "npx",
    "pacman -S*",
    "pip install",
    "pip uninstall",
    "pip3 install",
    "pip3 uninstall",
    "pipx",
    "pnpm add",
    "pnpm create",
    "pnpm dlx",
    "pnpm i",
    "pnpm install",
    "pnpm remove",
    "pnpm update",
    "poetry add",
    "poetry install",
    "snap install",
    "uv add",
    "uv pip install",
    "uv sync",
    "uv tool install",
    "uvx",
    "yarn add",
    "yarn dlx",
    "yarn install",
    "yarn up",
    "yum install",
];

/// Commands that publish, deploy or send, or change what others use.
const SENDS: &[&str] = &[
    "ansible-playbook",
    "aws s3 cp",
    "aws s3 mv",
    "aws s3 rm",
    "aws s3 sync",
    "bun publish",
    "cargo publish",
    "cargo yank",
    "cdk deploy",
    "cdk destroy",
    "curl --data*",
    "curl --form*",
    "curl --json*",
    "curl --request*",
    "curl --upload-file*",
    "curl -F*",
    "curl -T*",
    "curl -X*",
    "curl -d*",
    "docker compose push",
    "docker push",
    "firebase deploy",
    "fly deploy",
    "flyctl deploy",
    "ftp",
    "gem push",
    "gh api --field*",
    "gh api --input*",
    "gh api --method*",
    "gh api --raw-field*",
    "gh api -F*",
    "gh api -X*",
    "gh api -f*",
    "gh auth",
    "gh gist create",
    "gh issue close",
    "gh issue comment",
    "gh issue create",
    "gh issue delete",
    "gh issue edit",
    "gh pr close",
    "gh pr comment",
    "gh pr create",
    "gh pr edit",
    "gh pr merge",
    "gh pr ready",
    "gh pr reopen",
    "gh pr review",
    "gh release create",
    "gh release delete",
    "gh release edit",
    "gh release upload",
    "gh repo create",
    "gh repo edit",
    "gh run cancel",
    "gh run delete",
    "gh run rerun",
    "gh secret",
    "gh variable",
    "gh workflow disable",
    "gh workflow enable",
    "gh workflow run",
    "helm install",
    "helm rollback",
    "helm uninstall",
    "helm upgrade",
    "heroku",
    "kubectl annotate",
    "kubectl apply",
    "kubectl cordon",
    "kubectl create",
    "kubectl delete",
    "kubectl drain",
    "kubectl edit",
    "kubectl exec",
    "kubectl patch",
    "kubectl replace",
    "kubectl rollout",
    "kubectl scale",
    "kubectl set",
    "nc",
    "ncat",
    "netlify deploy",
    "npm deprecate",
    "npm dist-tag",
    "npm publish",
    "npm unpublish",
    "pnpm publish",
    "podman push",
    "poetry publish",
    "pulumi destroy",
    "pulumi up",
    "rsync",
    "scp",
    "serverless deploy",
    "serverless remove",
    "sftp",
    "socat",
    "ssh",
    "supabase db push",
    "supabase db reset",
    "telnet",
    "terraform apply",
    "terraform destroy",
    "terraform import",
    "terraform state mv",
    "terraform state push",
    "terraform state rm",
    "twine upload",
    "uv publish",
    "vercel",
    "wget --body-data*",
    "wget --body-file*",
    "wget --method*",
    "wget --post-data*",
    "wget --post-file*",
    "yarn npm publish",
    "yarn publish",
];

/// Commands that lose work, data or running processes.
const LOSES: &[&str] = &[
    "crontab",
    "dd",
    "docker compose down",
    "docker rm",
    "docker rmi",
    "docker system prune",
    "docker volume prune",
    "docker volume rm",
    "dropdb",
    "dropuser",
    "git branch --delete",
    "git branch -D*",
    "git branch -M*",
    "git branch -d*",
    "git checkout --",
    "git checkout -f",
    "git checkout .",
    "git clean",
    "git commit --amend",
    "git filter-branch",
    "git filter-repo",
    "git gc",
    "git rebase",
    "git reflog",
    "git reset",
    "git restore",
    "git stash clear",
    "git stash drop",
    "git tag --delete",
    "git tag -d*",
    "git update-ref",
    "git worktree remove",
    "kill",
    "killall",
    "launchctl",
    "pkill",
    "redis-cli flushall",
    "redis-cli flushdb",
    "rm",
    "rmdir",
    "service",
    "shred",
    "systemctl",
    "truncate",
    "unlink",
];

/// Clients of databases, of which a word is a statement.
const DATABASES: &[&str] = &[
    "clickhouse-client",
    "duckdb",
    "mariadb",
    "mongo",
    "mongosh",
    "mysql",
    "psql",
    "sqlcmd",
    "sqlite3",
];
/// Words of statements that change something.
const STATEMENTS: &[&str] = &[
    "alter",
    "delete",
    "deletemany",
    "deleteone",
    "drop",
    "dropdatabase",
    "grant",
    "insert",
    "replace",
    "revoke",
    "truncate",
    "update",
];
/// Parts of names of what runs for customers.
const PRODUCTION: &[&str] = &["prod", "production"];
/// Bytes of a word that are looked through.
const MAX_WORD_BYTES: usize = 4096;

/// How much harm a command could do by its words and by what starts it.
pub(super) fn of(command: &Command) -> Severity {
    let privileged = of_launchers(command);
    if privileged == Severity::Critical || matches(command, SYSTEM) {
        return Severity::Critical;
    }
    let changes = matches(command, SENDS) || matches(command, LOSES) || changes_data(command);
    match (changes, matches(command, INSTALLS)) {
        (true, _) if is_of_production(command) => Severity::Critical,
        (true, _) | (_, true) => Severity::High,
        (false, false) => Severity::Low,
    }
}

/// Critical if the command is started with other privileges.
pub(super) fn of_launchers(command: &Command) -> Severity {
    let launchers = command.via.iter().map(String::as_str);
    let mut names = launchers.chain([command.program.as_str()]);
    match names.any(|name| PRIVILEGE.contains(&name)) {
        true => Severity::Critical,
        false => Severity::Low,
    }
}

fn matches(command: &Command, table: &[&str]) -> bool {
    let forms = command.block_forms.iter();
    forms.into_iter().any(|form| {
        let Some((program, rest)) = form.split_first() else {
            return false;
        };
        // Most entries begin with another letter, and are stepped over at once.
        let first = program.as_bytes().first();
        let start = table.partition_point(|entry| entry.as_bytes().first() < first);
        let entries = table.iter().skip(start);
        let mut entries = entries.take_while(|entry| entry.as_bytes().first() == first);
        entries.any(|entry| is_entry(program, rest, entry))
    })
}

/// Whether a form is one of the entry's.
fn is_entry(program: &str, rest: &[String], entry: &str) -> bool {
    let mut words = entry.split(' ');
    if !words.next().is_some_and(|word| is_word(word, program)) {
        return false;
    }
    let mut operands = rest.iter().filter(|word| !word.starts_with('-'));
    words.all(|word| match word.starts_with('-') {
        true => rest.iter().any(|given| is_word(word, given)),
        false => operands.next().is_some_and(|given| is_word(word, given)),
    })
}

fn is_word(entry: &str, given: &str) -> bool {
    match entry.strip_suffix('*') {
        Some(beginning) => given.starts_with(beginning),
        None => given == entry,
    }
}

fn changes_data(command: &Command) -> bool {
    DATABASES.contains(&command.program.as_str()) && has_part(command, STATEMENTS)
}

fn is_of_production(command: &Command) -> bool {
    has_part(command, PRODUCTION)
}

/// Whether a word has one of these parts, in whatever letters.
fn has_part(command: &Command, parts: &[&str]) -> bool {
    command.words.iter().any(|word| {
        let text = word.text.get(..MAX_WORD_BYTES).unwrap_or(&word.text);
        let mut found = text.split(|it: char| !it.is_ascii_alphanumeric());
        found.any(|part| parts.iter().any(|known| part.eq_ignore_ascii_case(known)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_that_are_searched_are_sorted() {
        for table in [SYSTEM, INSTALLS, SENDS, LOSES] {
            assert!(table.is_sorted());
        }
    }
}
