# Separation of duties asks that the approver is not the one who asked. Without an
# `actor` that can't be checked, so there is nothing to approve.
package cavra.pack.cavra_agentic_delivery

import rego.v1

# Directories that say who may do what, and under which rules.
guarded_directories := {"iam", "security", "policies", "policy-packs"}

guarded(write) if {
	write.anchor == "workspace"
	lower(split(write.path, "/")[0]) in guarded_directories
}

# Each directory on the way may be the workspace's root.
guarded(write) if {
	write.anchor == "any_directory"
	some segment in split(lower(write.path), "/")
	segment in guarded_directories
}

guarded_paths contains write.path if {
	some write in input.facts.writes
	guarded(write)
}

# One finding speaks for all paths: their number must not decide whether it stands.
shown_path := substring(min(guarded_paths), 0, max_shown_characters)

findings contains {
	"rule": "delivery.write.block_unattributed",
	"decision": "block",
	"severity": "high",
	"reason": sprintf("a change to `%s` names no actor, so no approver can be told apart from who asked", [shown_path]),
	"matched_on": shown_path,
} if {
	count(guarded_paths) > 0
	not names_actor
}

names_actor if {
	is_string(input.action.actor)
	trim_space(input.action.actor) != ""
}
