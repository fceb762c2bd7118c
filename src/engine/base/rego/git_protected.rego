# What the pack says of operations that move, or could move, a branch that it protects.
# Every hit is [subject, pattern]: indices into `facts.pushes` and `git.protected_branches`.
# `input.settings` holds the pack's switches that are on.
package cavra.base.git_protected

import rego.v1

direct_push_is_blocked if "block_direct_push" in input.settings

# Every reading of the target moves a protected ref.
protected contains ["git.protected_branch.block_direct_push", "block", "high", hit[0], hit[1]] if {
	some hit in input.hits
	direct_push_is_blocked
}

# The pack lets protected branches be pushed to, but wants people in it.
protected contains ["git.protected_branch.require_approval", "require_approval", "high", hit[0], hit[1]] if {
	some hit in input.hits
	not direct_push_is_blocked
	some setting in ["require_pull_request", "require_human_reviewer"]
	setting in input.settings
}

protected contains ["git.protected_branch.allow_with_attestation", "allow_with_attestation", "medium", hit[0], hit[1]] if {
	some hit in input.hits
	not direct_push_is_blocked
	"require_ai_attestation" in input.settings
}

protected contains ["git.allow", "allow", "low", hit[0], hit[1]] if {
	some hit in input.hits
	not direct_push_is_blocked
}

# One of several readings of the target moves a protected ref.
possible contains ["git.protected_branch.require_approval", "require_approval", "high", hit[0], hit[1]] if {
	some hit in input.hits
}
