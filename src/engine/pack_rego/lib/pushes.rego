# Refs on a remote, under every reading of what the push means. A dry run moves none.
package cavra.lib

import rego.v1

# Every ref that could move.
moved_refs contains update if {
	some push in input.facts.pushes
	push.writes
	not push.dry_run
	some reading in push.readings
	some update in reading
}

# Refs that could move and match one of `patterns`: branch names or globs over them as in
# `git.protected_branches`, or full names such as `refs/tags/*`.
pushes_to(patterns) := {update |
	some update in moved_refs
	cavra.ref_matches(patterns, update)
}

# The same, of those that would be deleted.
deletes_of(patterns) := {update |
	some update in pushes_to(patterns)
	update.delete
}

# The same, of those whose update need not be a fast-forward.
forced_pushes_to(patterns) := {update |
	some update in pushes_to(patterns)
	update.force
}
