# What holds for every operation on a git remote that moves no protected branch.
# Every item is [subject, null]: an index into `facts.pushes`.
package cavra.base.git

import rego.v1

# Fetches, and pushes that move no protected ref.
findings contains ["git.allow", "allow", "low", hit[0], null] if {
	some hit in input.clear
}

# It goes to a remote that is not in `git.allowed_remotes`.
findings contains ["git.remote.require_approval", "require_approval", "medium", hit[0], null] if {
	some hit in input.unlisted_remote
}

# It moves a ref that is neither a branch nor a tag: a server may give it any meaning.
findings contains ["git.ref.require_approval", "require_approval", "medium", hit[0], null] if {
	some hit in input.other_ref
}

findings contains ["git.unknown_target.require_approval", "require_approval", "medium", hit[0], null] if {
	some hit in input.unknown_target
}

findings contains ["git.unknown_operation.require_approval", "require_approval", "medium", hit[0], null] if {
	some hit in input.unknown_operation
}
