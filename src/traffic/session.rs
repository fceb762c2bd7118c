//! One session: one task in one repository, and the actions that it takes.

use crate::action::{Action, Caller, McpToolCall, Place, Request};

use super::random::{PerMillion, Random};
use super::repository::{File, Repositories, Repository};
use super::tables::commands::{self, DELIVERY, Delivery, LOOK};
use super::tables::people::{BRANCH_KINDS, MESSAGES, Person, TOPICS, WORDS};
use super::tables::unusual::PACKAGES;
use super::tables::{mcp, repositories::Stack};
use super::template::{Placeholder, Template, Tool, expand};
use super::turn::Step;

/// Files that a session works on at one time.
const WORKING_SET_FILES: usize = 10;
/// How often an edit is of the file that was read last.
const EDIT_LAST_READ: PerMillion = PerMillion::percent(70);
/// How often a file of the working set makes way for another.
const MOVE_ON: PerMillion = PerMillion::percent(12);
/// How many sessions name files by their whole path.
const ABSOLUTE: PerMillion = PerMillion::percent(40);
/// How often a step of handing in is left out.
const LEFT_OUT: PerMillion = PerMillion::percent(25);
/// How many pushes are commands; the others come from a git tool.
const PUSH_BY_COMMAND: PerMillion = PerMillion::percent(60);
/// How many commands run below the root of the repository.
const BELOW_ROOT: PerMillion = PerMillion::percent(5);
/// How many calls carry the tool's definition, where it is known.
const WITH_DEFINITION: PerMillion = PerMillion::percent(80);
/// Bytes that most targets fit into.
const TARGET_BYTES: usize = 64;

/// A session at work.
#[derive(Debug)]
pub(super) struct Session {
    id: String,
    key: u64,
    /// The place of the repository in [`Repositories`].
    repository: usize,
    root: String,
    home: &'static str,
    actor: &'static str,
    branch: String,
    absolute: bool,
    /// Places of files.
    working_set: [usize; WORKING_SET_FILES],
    last_read: usize,
    /// The next step of handing in.
    delivered: usize,
}

impl Session {
    pub(super) fn new(person: &Person, repositories: &Repositories, random: &mut Random) -> Self {
        let repository = repositories.pick(random);
        let place = repositories.get(repository);
        let key = random.bits();
        let mut id = String::from("session-");
        push_hex(&mut id, key);
        let (kind, topic) = (BRANCH_KINDS.pick(random), TOPICS.pick(random));
        let working_set = std::array::from_fn(|_| place.files.pick(random));
        Self {
            id,
            key,
            repository,
            root: format!("{}/src/{}", person.home, place.name),
            home: person.home,
            actor: person.actor,
            branch: format!("{kind}/{topic}-{}", random.below(900) + 100),
            absolute: random.chance(ABSOLUTE),
            last_read: place.files.pick(random),
            working_set,
            delivered: 0,
        }
    }

    /// What the repository is written in.
    pub(super) fn stack(&self, repositories: &Repositories) -> Stack {
        repositories.get(self.repository).stack
    }

    /// The agent's next routine action.
    pub(super) fn step(
        &mut self,
        step: Step,
        agent_id: &str,
        repositories: &Repositories,
        random: &mut Random,
    ) -> Action {
        let repository = repositories.get(self.repository);
        let request = match step {
            Step::Read => self.read(repository, random),
            Step::Browse => {
                self.last_read = repository.files.pick(random);
                Request::ReadFile {
                    path: self.path(&repository.files.get(self.last_read).path),
                }
            }
            Step::Edit => self.edit(repository, random),
            Step::Look => self.run(LOOK.pick(random), repository, random),
            Step::Check => {
                let checks = commands::checks(repository.stack);
                self.run(checks.pick(random), repository, random)
            }
            Step::Call => call(mcp::KNOWN.pick(random), random),
            Step::Deliver => self.deliver(repository, random),
        };
        self.action(request, None, agent_id, repository, random)
    }

    /// An action out of the ordinary.
    pub(super) fn unusual(
        &mut self,
        template: &Template,
        agent_id: &str,
        repositories: &Repositories,
        random: &mut Random,
    ) -> Action {
        let repository = repositories.get(self.repository);
        let mut plan = None;
        let request = match template {
            Template::Read(path) => Request::ReadFile {
                path: self.filled(path, repository, random),
            },
            Template::Write(path) => Request::WriteFile {
                path: self.filled(path, repository, random),
            },
            Template::Run(line) => self.run(line, repository, random),
            Template::RunPlanned(line, text) => {
                plan = Some(Box::from(*text));
                self.run(line, repository, random)
            }
            Template::Git(operation, target) => self.git(operation, target, repository, random),
            Template::Call(tool) => call(tool, random),
        };
        self.action(request, plan, agent_id, repository, random)
    }

    fn read(&mut self, repository: &Repository, random: &mut Random) -> Request {
        let slot = below(random, WORKING_SET_FILES);
        if let Some(place) = self.working_set.get_mut(slot) {
            if random.chance(MOVE_ON) {
                *place = repository.files.pick(random);
            }
            self.last_read = *place;
        }
        Request::ReadFile {
            path: self.path(&repository.files.get(self.last_read).path),
        }
    }

    fn edit(&self, repository: &Repository, random: &mut Random) -> Request {
        let mut file = self.last_read_if_edited(repository, random);
        for place in self
            .working_set
            .iter()
            .cycle()
            .skip(below(random, WORKING_SET_FILES))
            .take(WORKING_SET_FILES)
        {
            if file.is_some() {
                break;
            }
            file = Some(repository.files.get(*place)).filter(|file| file.edited);
        }
        // A working set of files that nobody edits is read instead.
        match file {
            Some(file) => Request::WriteFile {
                path: self.path(&file.path),
            },
            None => Request::ReadFile {
                path: self.path(&repository.files.get(self.last_read).path),
            },
        }
    }

    fn last_read_if_edited<'a>(
        &self,
        repository: &'a Repository,
        random: &mut Random,
    ) -> Option<&'a File> {
        let file = repository.files.get(self.last_read);
        (file.edited && random.chance(EDIT_LAST_READ)).then_some(file)
    }

    fn deliver(&mut self, repository: &Repository, random: &mut Random) -> Request {
        while random.chance(LEFT_OUT) {
            self.delivered += 1;
        }
        let step = DELIVERY.get(self.delivered % DELIVERY.len());
        self.delivered += 1;
        match step {
            Some(Delivery::Run(line)) => self.run(line, repository, random),
            Some(Delivery::Push) | None if random.chance(PUSH_BY_COMMAND) => {
                self.run(commands::PUSHES.pick(random), repository, random)
            }
            Some(Delivery::Push) | None => {
                let (operation, target) = commands::PUSH_TARGETS.pick(random);
                self.git(operation, target, repository, random)
            }
        }
    }

    fn run(&self, line: &str, repository: &Repository, random: &mut Random) -> Request {
        Request::ExecuteCommand {
            command_line: self.filled(line, repository, random),
        }
    }

    fn git(
        &self,
        operation: &str,
        target: &str,
        repository: &Repository,
        random: &mut Random,
    ) -> Request {
        Request::GitOperation {
            operation: operation.to_owned(),
            target: self.filled(target, repository, random),
        }
    }

    /// A file's path as this session names files.
    fn path(&self, relative: &str) -> String {
        if !self.absolute {
            return relative.to_owned();
        }
        let mut path = String::with_capacity(self.root.len() + 1 + relative.len());
        path.push_str(&self.root);
        path.push('/');
        path.push_str(relative);
        path
    }

    fn filled(&self, text: &str, repository: &Repository, random: &mut Random) -> String {
        let mut out = String::with_capacity(TARGET_BYTES);
        expand(text, &mut out, |place, out| match place {
            Placeholder::File => out.push_str(self.working_file(repository, random)),
            Placeholder::Test => {
                out.push_str(repository.tests.get(repository.tests.pick(random)));
            }
            Placeholder::Directory => {
                out.push_str(directory(self.working_file(repository, random)));
            }
            Placeholder::Word => out.push_str(WORDS.pick(random)),
            Placeholder::Message => out.push_str(MESSAGES.pick(random)),
            Placeholder::Package => out.push_str(PACKAGES.pick(random)),
            Placeholder::Branch => out.push_str(&self.branch),
            Placeholder::Root => out.push_str(&self.root),
            Placeholder::Home => out.push_str(self.home),
            Placeholder::Repository => out.push_str(repository.name),
            Placeholder::Number => out.extend(char::from_digit(random.below(9) + 1, 10)),
        });
        out
    }

    fn working_file<'a>(&self, repository: &'a Repository, random: &mut Random) -> &'a str {
        let slot = below(random, WORKING_SET_FILES);
        let place = self.working_set.get(slot).unwrap_or(&self.last_read);
        &repository.files.get(*place).path
    }

    fn action(
        &self,
        request: Request,
        terraform_plan: Option<Box<str>>,
        agent_id: &str,
        repository: &Repository,
        random: &mut Random,
    ) -> Action {
        let mut correlation_id = String::with_capacity(32);
        push_hex(&mut correlation_id, self.key);
        push_hex(&mut correlation_id, random.bits());
        let mut cwd = self.root.clone();
        let runs = matches!(request, Request::ExecuteCommand { .. });
        if runs && random.chance(BELOW_ROOT) {
            cwd.push('/');
            cwd.push_str(directory(self.working_file(repository, random)));
        }
        Action {
            request,
            caller: Caller {
                session_id: Some(self.id.clone()),
                agent_id: Some(agent_id.to_owned()),
                actor: Some(self.actor.to_owned()),
                correlation_id: Some(correlation_id),
            },
            place: Place {
                cwd: Some(cwd),
                workspace_root: Some(self.root.clone()),
                root_named: false,
                workspace_roots: Vec::new(),
                current_branch: Some(self.branch.clone()),
            },
            terraform_plan,
        }
    }
}

fn call(tool: &Tool, random: &mut Random) -> Request {
    let definition = tool.definition.filter(|_| random.chance(WITH_DEFINITION));
    let mut target = String::with_capacity(TARGET_BYTES);
    target.push_str(tool.server);
    target.push(':');
    target.push_str(tool.name);
    Request::McpToolCall(McpToolCall {
        target,
        server: Some(tool.server.to_owned()),
        tool: Some(tool.name.to_owned()),
        capability: Some(tool.capability.to_owned()),
        operation: Some(tool.capability.to_owned()),
        definition: definition.map(Box::from),
        arguments: None,
    })
}

fn directory(path: &str) -> &str {
    path.rsplit_once('/')
        .map_or(".", |(directory, _)| directory)
}

fn below(random: &mut Random, bound: usize) -> usize {
    let bound = u32::try_from(bound).unwrap_or(u32::MAX);
    usize::try_from(random.below(bound)).unwrap_or(0)
}

fn push_hex(out: &mut String, bits: u64) {
    for shift in (0..16).rev() {
        let digit = u32::try_from(bits >> (4 * shift) & 0xf).unwrap_or(0);
        out.extend(char::from_digit(digit, 16));
    }
}
