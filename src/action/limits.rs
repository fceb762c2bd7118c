//! What bounds an action. Over a limit in *size* an action is refused with an
//! error that names the field; over a limit in *depth or count* of what a command
//! line could run, its facts say `unparsed`, and no allow follows.

/// Bytes of one path.
pub const MAX_PATH_BYTES: usize = 4096;
/// Segments of one path.
pub const MAX_PATH_SEGMENTS: usize = 256;
/// Workspace roots of one action beside the one that its relative paths start from.
pub const MAX_WORKSPACE_ROOTS: usize = 16;
/// Bytes of one command line.
pub const MAX_COMMAND_BYTES: usize = 64 * 1024;
/// Bytes of any other single field, such as an id or a branch.
pub const MAX_FIELD_BYTES: usize = 4096;
/// Bytes of one Terraform plan in JSON.
pub const MAX_PLAN_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of one MCP tool definition in JSON.
pub const MAX_TOOL_BYTES: usize = 256 * 1024;
/// Bytes of the arguments of one MCP call in JSON.
pub const MAX_ARGUMENTS_BYTES: usize = 256 * 1024;
/// How deep the arguments of an MCP call may nest.
pub const MAX_ARGUMENT_DEPTH: usize = 32;
/// Values among the arguments of an MCP call that facts hold. With more, a call whose arguments a
/// pack maps needs approval.
pub const MAX_ARGUMENT_VALUES: usize = 1024;
/// Bytes of the names by which such a value is reached. A value with longer names is left out.
pub const MAX_ARGUMENT_KEY_BYTES: usize = 256;
/// Bytes of a text among the arguments that facts hold whole, as long as a path may be. Of a longer
/// one they hold the digest.
pub const MAX_ARGUMENT_TEXT_BYTES: usize = MAX_PATH_BYTES;
/// Command lines among the arguments of one MCP call that are followed.
pub const MAX_ARGUMENT_COMMANDS: usize = 4;
/// Paths and URLs among the arguments of one MCP call that are judged.
pub const MAX_ARGUMENT_PATHS: usize = 256;
/// What a mapping could not establish of the arguments of one MCP call, as far as it is listed.
pub const MAX_ARGUMENT_PROBLEMS: usize = 16;
/// Bytes of one action document.
pub const MAX_DOCUMENT_BYTES: usize = 5 * 1024 * 1024;
/// Bytes of JSON of a text in an error, which can quote the document.
pub const MAX_ERROR_BYTES: usize = 1024;
/// How deep brackets, quotes and keywords may nest in one command line, before it is parsed.
pub const MAX_SHELL_NESTING: usize = 64;
/// How many wrappers, substitutions and inner shells one simple command may be reached through.
pub const MAX_WRAPPER_DEPTH: usize = 16;
/// Units of work (see [`super::budget`]) that following one command line may take: 900
/// short commands, or 1,000 paths.
pub const MAX_WORK: usize = 4_000_000;
/// Units of work below which facts are established where a call is, which takes some tens of
/// microseconds: ten times what most commands take.
pub const QUICK_WORK: usize = 100_000;
/// Units of work that skimming one command line may take beyond what its pieces take each.
pub const MAX_SKIM_WORK: usize = 3_000_000;
/// Directories on the stack of `pushd`: it is copied wherever the shell may branch.
pub const MAX_DIRECTORY_STACK: usize = 16;
/// Directories in which a shell may be beside the one that it went to, because a `cd` may have failed.
pub const MAX_DIRECTORIES_ELSEWHERE: usize = 3;
/// Commands of which a skim keeps more than the forms that are matched with patterns.
pub const MAX_SKIMMED_COMMANDS: usize = 256;
/// Bytes of a directory below which a skim resolves paths; a longer one counts as not known.
pub const MAX_SKIMMED_DIRECTORY_BYTES: usize = 64;
/// Unknown things of one action that are listed; a person reads no more.
pub const MAX_UNKNOWNS: usize = 256;
/// Hosts that one action connects to and that are listed; one more represents all others.
pub const MAX_HOSTS: usize = 256;
/// Words that the brace expansions of one word may make.
pub const MAX_EXPANDED_WORDS: usize = 4096;
/// How deep `case` may nest: the grammar reads a last clause without `;;` twice on each level.
pub const MAX_CASE_NESTING: usize = 4;
/// `&&`, `||` and (eightfold) `!` in one `[[ … ]]`: the grammar nests them.
pub const MAX_TEST_OPERATORS: usize = 256;
/// Bytes that the brace expansions of one word may make.
pub const MAX_EXPANDED_BYTES: usize = 1024 * 1024;
/// Readings in which one command is followed whose expansions have several (`${x:-y}`).
pub const MAX_READINGS: usize = 4;
/// Values of a `for` loop that are each followed; with more the variable is dynamic.
pub const MAX_LOOP_VALUES: usize = 8;
/// Rounds of a loop that are followed until no round changes what the commands of the next one mean.
pub const MAX_LOOP_ROUNDS: usize = 4;
/// Bytes of JSON of facts that an explanation shows whole. With two decisions, the rules' texts
/// and the action an explanation stays below 1 MiB.
pub const MAX_SHOWN_FACTS_BYTES: usize = 96 * 1024;
/// Bytes of JSON of each of the ten lists of larger facts.
pub const MAX_SHOWN_LIST_BYTES: usize = 9 * 1024;
/// Bytes of one fact in such a list, about.
pub const MAX_SHOWN_ITEM_BYTES: usize = 2 * 1024;
/// Bytes of JSON of a text in it.
pub const MAX_SHOWN_TEXT_BYTES: usize = 512;
