# What the pack's read patterns say of each path that would be read.
# Every hit is [subject, pattern]: indices into `facts.reads` and into the pack's `block_read`
# followed by its `require_approval_read`.
package cavra.base.filesystem_read

import rego.v1

block contains ["filesystem.read.block", "block", "high", hit[0], hit[1]] if {
	some hit in input.hits
}

# A glob or a recursive walk could meet the pattern.
possible contains ["filesystem.read.require_approval", "require_approval", "medium", hit[0], hit[1]] if {
	some hit in input.hits
}

require_approval contains ["filesystem.read.listed.require_approval", "require_approval", "medium", hit[0], hit[1]] if {
	some hit in input.hits
}

# The pack's `outside_reads`, where no exception names the file.
outside_approval contains ["filesystem.read.outside", "require_approval", "medium", hit[0], null] if {
	some hit in input.hits
}

outside_block contains ["filesystem.read.outside", "block", "high", hit[0], null] if {
	some hit in input.hits
}

# A device, or a part of the kernel or of another process: what is read is no file.
outside contains ["filesystem.read.require_approval", "require_approval", "medium", hit[0], null] if {
	some hit in input.hits
}

clear contains ["filesystem.read.allow", "allow", "low", hit[0], null] if {
	some hit in input.hits
}
