# What could not be established. Nothing here is ever allowed.
# Every item is [subject, null]: an index into `facts.unknowns` or `facts.network`.
package cavra.base.unknowns

import rego.v1

findings contains ["commands.dynamic.require_approval", "require_approval", "medium", hit[0], null] if {
	some hit in input.dynamic
}

findings contains ["commands.unparsed.require_approval", "require_approval", "high", hit[0], null] if {
	some hit in input.unparsed
}

# The shell itself would open a connection (`/dev/tcp/…`).
findings contains ["commands.network.require_approval", "require_approval", "high", hit[0], null] if {
	some hit in input.network
}
