# Commands as they run, whatever they were reached through: `sudo`, `bash -c`, `$(…)`.
package cavra.lib

import rego.v1

# Commands whose program matches one of `programs` and whose other words include each of
# `words`, in any order; all are words or globs. The program's letter case is ignored, and
# `tofu` is `terraform`. A command that only asks for help or a dry run doesn't count.
commands(programs, words) := {command |
	some command in input.facts.commands
	not command.inert
	some form in command.block_forms
	cavra.folded_name_matches(programs, form[0])
	cavra.words_include(words, form)
}
