# What the pack's command lists say of each simple command.
# Every item is [subject, pattern]: indices into `facts.commands` and into the pack's
# `block`, `require_approval` and `allow`, in this order in one list.
package cavra.base.commands

import rego.v1

# The facts say that something is applied, destroyed or deleted.
findings contains ["commands.block", "block", "critical", hit[0], hit[1]] if {
	some hit in input.block_destructive
}

findings contains ["commands.block", "block", "high", hit[0], hit[1]] if {
	some hit in input.block
}

findings contains ["commands.require_approval", "require_approval", "medium", hit[0], hit[1]] if {
	some hit in input.require_approval
}

findings contains ["commands.allow", "allow", "low", hit[0], hit[1]] if {
	some hit in input.allow
}

# On no list, or on the allow list and doing more than the list vouches for. The groups of this rule
# must approve only commands that no other asking rule matched (`src/engine/approval.rs`).
findings contains ["commands.default.require_approval", "require_approval", "medium", hit[0], null] if {
	some hit in input.unlisted
}
