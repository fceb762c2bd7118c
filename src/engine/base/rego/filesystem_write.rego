# What the pack's write patterns say of each path that would be created, changed or deleted.
# Every item is [subject, pattern]: indices into `facts.writes` and into the pack's
# `block_write` followed by its `require_approval_write`.
package cavra.base.filesystem_write

import rego.v1

findings contains ["filesystem.write.block", "block", "high", hit[0], hit[1]] if {
	some hit in input.block
}

findings contains ["filesystem.write.require_approval", "require_approval", "medium", hit[0], hit[1]] if {
	some hit in input.require_approval
}

# A glob or a recursive walk could meet a pattern that blocks.
findings contains ["filesystem.write.require_approval", "require_approval", "medium", hit[0], hit[1]] if {
	some hit in input.possible
}

# Outside the workspace nothing vouches for what the path is.
findings contains ["filesystem.write.require_approval", "require_approval", "medium", hit[0], null] if {
	some hit in input.outside
}

findings contains ["filesystem.write.allow", "allow", "low", hit[0], null] if {
	some hit in input.clear
}
