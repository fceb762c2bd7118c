//! Functions that start commands and open files, by language.
//!
//! Sources: Python's `os`, `subprocess`, `shutil`, `pathlib`; Node's `child_process` and `fs`, Deno, Bun; perlfunc(1);
//! Ruby's `Kernel`, `File`, `FileUtils`, `Open3`; the PHP manual; Lua's `os` and `io`; R's `base`; Elisp's manual.

use super::Language;
use super::lex::Syntax;

/// What a function does with its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Does {
    /// As [`Self::Argv`] behind a mode (`spawnlp(MODE, FILE, ARG0, …)`).
    ModeArgv,
    /// Runs its texts: one as a shell's, several or a list as words.
    Run,
    /// Runs its texts, of which the first only names the file (`execlp(FILE, ARG0, …)`).
    Argv,
    Read,
    Write,
    /// Writes its second argument.
    WriteSecond,
    Copies,
    Move,
    /// By its mode.
    Open,
    /// By the method that follows.
    Path,
    /// Its text is code of the same language.
    Code,
}

use Does::{Argv, Code, Copies, ModeArgv, Move, Open, Path, Read, Run, Write, WriteSecond};

/// One language's functions.
pub(super) struct Table {
    pub(super) syntax: Syntax,
    /// Calls may be without brackets.
    pub(super) bare: bool,
    /// Last names of functions, space-separated, and what each does.
    pub(super) calls: &'static [(&'static str, Does)],
}

const C_LIKE: Syntax = Syntax {
    comment: "//",
    opens: "${",
    single: true,
    backtick_runs: false,
    quote_words: false,
    names: "$",
};
const HASH: Syntax = Syntax {
    comment: "#",
    opens: "",
    single: true,
    backtick_runs: false,
    quote_words: false,
    names: "",
};

static PYTHON: Table = Table {
    syntax: HASH,
    bare: false,
    calls: &[
        (
            "system popen popen2 popen3 getoutput getstatusoutput run call check_call check_output Popen \
             create_subprocess_shell create_subprocess_exec spawn sh local sudo startfile posix_spawn_shell",
            Run,
        ),
        (
            "execl execle execlp execlpe execv execve execvp execvpe posix_spawn posix_spawnp",
            Argv,
        ),
        (
            "spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe",
            ModeArgv,
        ),
        ("open fdopen FileIO", Open),
        ("Path PurePath", Path),
        (
            "fromfile loadtxt genfromtxt read_csv read_json read_table getline getlines input FileInput load_dotenv dotenv_values",
            Read,
        ),
        (
            "remove unlink rmtree rmdir truncate mkfifo mknod chmod chown utime makedirs",
            Write,
        ),
        ("copy copyfile copy2 copytree link symlink", Copies),
        ("rename renames replace move", Move),
        ("exec eval compile", Code),
    ],
};
static JAVASCRIPT: Table = Table {
    syntax: C_LIKE,
    bare: false,
    calls: &[
        (
            "exec execSync execFile execFileSync spawn spawnSync fork execa execaSync execaCommand execaCommandSync \
             shellSync Command $ sh",
            Run,
        ),
        (
            "readFile readFileSync createReadStream readTextFile readTextFileSync openAsBlob",
            Read,
        ),
        ("file", Path),
        (
            "writeFile writeFileSync appendFile appendFileSync createWriteStream unlink unlinkSync rm rmSync rmdir \
             rmdirSync truncate truncateSync writeTextFile writeTextFileSync outputFile outputFileSync chmod chmodSync \
             remove removeSync",
            Write,
        ),
        ("write", Write),
        ("open openSync", Open),
        (
            "copyFile copyFileSync cp cpSync symlink symlinkSync link linkSync",
            Copies,
        ),
        ("rename renameSync move moveSync", Move),
        ("eval runInThisContext runInNewContext Function", Code),
    ],
};
static PERL: Table = Table {
    syntax: Syntax {
        opens: "$",
        backtick_runs: true,
        quote_words: true,
        names: "$@",
        ..HASH
    },
    bare: true,
    calls: &[
        ("system exec capture capturex run", Run),
        ("open sysopen", Open),
        ("do require slurp read_file read_text path_slurp", Read),
        (
            "unlink truncate rmdir mkdir write_file rmtree remove_tree",
            Write,
        ),
        ("copy cp link symlink", Copies),
        ("rename move mv", Move),
        ("eval", Code),
    ],
};
static RUBY: Table = Table {
    syntax: Syntax {
        opens: "#{",
        backtick_runs: true,
        quote_words: true,
        names: "",
        ..HASH
    },
    bare: true,
    calls: &[
        (
            "system exec spawn popen popen2 popen2e popen3 capture2 capture2e capture3 pipeline sh ruby pty_spawn",
            Run,
        ),
        ("open new", Open),
        (
            "read readlines foreach binread load_file load require_relative",
            Read,
        ),
        (
            "write binwrite delete unlink rm rm_f rm_rf rm_r touch truncate mkdir mkdir_p chmod remove",
            Write,
        ),
        (
            "cp copy cp_r copy_file ln ln_s ln_sf symlink link install",
            Copies,
        ),
        ("rename mv move", Move),
        ("eval instance_eval class_eval", Code),
    ],
};
static PHP: Table = Table {
    syntax: Syntax {
        comment: "//",
        opens: "$",
        backtick_runs: true,
        names: "$",
        ..HASH
    },
    bare: false,
    calls: &[
        (
            "system exec shell_exec passthru popen proc_open pcntl_exec",
            Run,
        ),
        (
            "file_get_contents readfile file show_source highlight_file parse_ini_file include include_once require require_once php_strip_whitespace fpassthru",
            Read,
        ),
        (
            "file_put_contents unlink touch rmdir mkdir chmod move_uploaded_file",
            Write,
        ),
        ("fopen SplFileObject", Open),
        ("copy symlink link", Copies),
        ("rename", Move),
        ("eval assert create_function", Code),
    ],
};
static LUA: Table = Table {
    syntax: Syntax {
        comment: "--",
        ..HASH
    },
    bare: false,
    calls: &[
        ("execute popen system jobstart termopen", Run),
        ("open", Open),
        ("lines dofile loadfile require readfile input", Read),
        ("remove output writefile", Write),
        ("rename", Move),
        ("load loadstring", Code),
    ],
};
static R: Table = Table {
    syntax: Syntax {
        opens: "$(",
        backtick_runs: true,
        ..HASH
    },
    bare: false,
    calls: &[
        ("system system2 shell shell.exec run pipe", Run),
        (
            "readLines readRDS scan source load fread readChar readBin read_file read_lines readline readlines read parse",
            Read,
        ),
        (
            "unlink remove write_file write_lines saveRDS sink rm touch",
            Write,
        ),
        ("writeLines write save", WriteSecond),
        ("cp copy", Copies),
        ("mv rename", Move),
        ("file open", Open),
        ("eval", Code),
    ],
};
static LISP: Table = Table {
    syntax: Syntax {
        comment: ";",
        opens: "",
        single: false,
        backtick_runs: false,
        quote_words: false,
        names: "-*+/!?<>=",
    },
    bare: true,
    calls: &[
        (
            "shell-command shell-command-to-string async-shell-command system system* process* call-process-shell-command \
             process-lines compile term ansi-term eshell-command process-file-shell-command",
            Run,
        ),
        ("call-process process-file", Run),
        (
            "start-process start-file-process start-process-shell-command make-process",
            Argv,
        ),
        (
            "insert-file-contents insert-file find-file find-file-noselect view-file load load-file \
             insert-file-contents-literally call-with-input-file open-input-file file->string with-input-from-file",
            Read,
        ),
        (
            "write-file write-region delete-file append-to-file open-output-file call-with-output-file with-output-to-file",
            Write,
        ),
        ("copy-file", Copies),
        ("rename-file", Move),
    ],
};
static SCALA: Table = Table {
    syntax: C_LIKE,
    bare: false,
    calls: &[
        ("exec Process ProcessBuilder execute command", Run),
        (
            "fromFile readString readAllLines readAllBytes lines newBufferedReader readText readLines",
            Read,
        ),
        (
            "FileWriter PrintWriter FileOutputStream writeString newBufferedWriter",
            Write,
        ),
        ("File of get", Path),
    ],
};
static APPLESCRIPT: Table = Table {
    syntax: Syntax {
        comment: "--",
        ..HASH
    },
    bare: false,
    calls: &[
        ("script", Run),
        ("doShellScript system", Run),
        ("file", Read),
    ],
};

/// The table of a language whose calls have names.
pub(super) fn of(language: Language) -> Option<&'static Table> {
    Some(match language {
        Language::Python => &PYTHON,
        Language::JavaScript => &JAVASCRIPT,
        Language::Perl => &PERL,
        Language::Ruby => &RUBY,
        Language::Php => &PHP,
        Language::Lua => &LUA,
        Language::R => &R,
        Language::Lisp => &LISP,
        Language::Scala => &SCALA,
        Language::AppleScript => &APPLESCRIPT,
        _ => return None,
    })
}

/// awk(1) has texts in double quotes only.
pub(super) const AWK: Syntax = Syntax {
    comment: "#",
    opens: "",
    single: false,
    backtick_runs: false,
    quote_words: false,
    names: "",
};
