# What holds for every operation on a git remote that moves no protected branch.
# Every hit is [subject, null]: an index into `facts.pushes`.
package cavra.base.git

import rego.v1

# Fetches, and pushes that move no protected ref.
clear contains ["git.allow", "allow", "low", hit[0], null] if {
	some hit in input.hits
}

# It goes to a remote that is not in `git.allowed_remotes`.
unlisted_remote contains ["git.remote.require_approval", "require_approval", "medium", hit[0], null] if {
	some hit in input.hits
}

# It moves a ref that is neither a branch nor a tag: a server may give it any meaning.
other_ref contains ["git.ref.require_approval", "require_approval", "medium", hit[0], null] if {
	some hit in input.hits
}

unknown_target contains ["git.unknown_target.require_approval", "require_approval", "medium", hit[0], null] if {
	some hit in input.hits
}

unknown_operation contains ["git.unknown_operation.require_approval", "require_approval", "medium", hit[0], null] if {
	some hit in input.hits
}
