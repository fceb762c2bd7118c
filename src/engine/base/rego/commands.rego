# What the pack's command lists say of each simple command.
# Every hit is [subject, pattern]: indices into `facts.commands` and into the pack's
# `block`, `require_approval` and `allow`, in this order in one list.
package cavra.base.commands

import rego.v1

# The facts say that something is applied, destroyed or deleted.
block_destructive contains ["commands.block", "block", "critical", hit[0], hit[1]] if {
	some hit in input.hits
}

block contains ["commands.block", "block", "high", hit[0], hit[1]] if {
	some hit in input.hits
}

require_approval contains ["commands.require_approval", "require_approval", "medium", hit[0], hit[1]] if {
	some hit in input.hits
}

allow contains ["commands.allow", "allow", "low", hit[0], hit[1]] if {
	some hit in input.hits
}

# On no list, or on the allow list and doing more than the list vouches for. The groups of this rule
# must approve only commands that no other asking rule matched (`src/engine/approval.rs`).
unlisted contains ["commands.default.require_approval", "require_approval", "medium", hit[0], null] if {
	some hit in input.hits
}
