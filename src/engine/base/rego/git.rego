# What holds for every operation on a git remote that moves no protected branch.
# Every item is [subject, null]: an index into `facts.pushes`.
package cavra.base.git

import rego.v1

# Fetches, and pushes that move no protected ref.
findings contains ["git.allow", "allow", "low", hit[0], null] if {
	some hit in input.clear
}

findings contains ["git.unknown_target.require_approval", "require_approval", "medium", hit[0], null] if {
	some hit in input.unknown_target
}

findings contains ["git.unknown_operation.require_approval", "require_approval", "medium", hit[0], null] if {
	some hit in input.unknown_operation
}
