# What the pack's write patterns say of each path that would be created, changed or deleted.
# Every hit is [subject, pattern]: indices into `facts.writes` and into the pack's
# `block_write` followed by its `require_approval_write`.
package cavra.base.filesystem_write

import rego.v1

block contains ["filesystem.write.block", "block", "high", hit[0], hit[1]] if {
	some hit in input.hits
}

require_approval contains ["filesystem.write.require_approval", "require_approval", "medium", hit[0], hit[1]] if {
	some hit in input.hits
}

# A glob or a recursive walk could meet a pattern that blocks.
possible contains ["filesystem.write.require_approval", "require_approval", "medium", hit[0], hit[1]] if {
	some hit in input.hits
}

# Outside the workspace nothing vouches for what the path is.
outside contains ["filesystem.write.require_approval", "require_approval", "medium", hit[0], null] if {
	some hit in input.hits
}

clear contains ["filesystem.write.allow", "allow", "low", hit[0], null] if {
	some hit in input.hits
}
