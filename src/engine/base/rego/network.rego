# What the pack's host lists say of each host that an action connects to.
# Every item is [subject, pattern]: indices into `facts.network` and into the pack's `block` and
# `require_approval`, in this order in one list.
package cavra.base.network

import rego.v1

findings contains ["network.block", "block", "high", hit[0], hit[1]] if {
	some hit in input.block
}

findings contains ["network.require_approval", "require_approval", "medium", hit[0], hit[1]] if {
	some hit in input.require_approval
}

# The host is known only at run time, and the pack has such a list.
findings contains ["network.require_approval", "require_approval", "medium", hit[0], null] if {
	some hit in input.dynamic
}
