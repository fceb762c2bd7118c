# An agent's review is not the review that the branch rules ask for. These look at
# options wherever they stand in the command, which a pattern can't say without
# also matching a comment's text.
package cavra.pack.cavra_github_enterprise

import rego.v1

# The ways to read each command that does what it says: not a `--help`.
pull_request_commands contains {"form": form, "operation": form[2]} if {
	some command in input.facts.commands
	not command.inert
	some form in command.block_forms
	array.slice(form, 0, 2) == ["gh", "pr"]
	count(form) > 2
}

# `--approve`, also with a value, or its short form in a cluster of options that
# take no value.
approves(form) if {
	some word in form
	split(word, "=")[0] == "--approve"
}

approves(form) if {
	some word in form
	regex.match("^-[acr]*a", word)
}

findings contains {
	"rule": "github.review.block_agent_approval",
	"decision": "block",
	"severity": "high",
	"reason": "a pull request is approved by a person, not by an agent",
	"matched_on": "gh pr review --approve",
} if {
	some command in pull_request_commands
	command.operation == "review"
	approves(command.form)
}

# `--admin` merges past the checks and reviews that the branch asks for.
findings contains {
	"rule": "github.merge.block_admin_override",
	"decision": "block",
	"severity": "critical",
	"reason": "`--admin` merges past required reviews and checks",
	"matched_on": "gh pr merge --admin",
} if {
	some command in pull_request_commands
	command.operation == "merge"
	some word in command.form
	split(word, "=")[0] == "--admin"
}
