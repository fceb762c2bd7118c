# What the pack's host lists say of each host that an action connects to.
# Every hit is [subject, pattern]: indices into `facts.network` and into the pack's `block` and
# `require_approval`, in this order in one list.
package cavra.base.network

import rego.v1

block contains ["network.block", "block", "high", hit[0], hit[1]] if {
	some hit in input.hits
}

require_approval contains ["network.require_approval", "require_approval", "medium", hit[0], hit[1]] if {
	some hit in input.hits
}

# The host is known only at run time, and the pack has such a list.
dynamic contains ["network.require_approval", "require_approval", "medium", hit[0], null] if {
	some hit in input.hits
}
