# What could not be established. Nothing here is ever allowed.
# Every hit is [subject, null]: an index into `facts.unknowns` or `facts.network`.
package cavra.base.unknowns

import rego.v1

dynamic contains ["commands.dynamic.require_approval", "require_approval", "medium", hit[0], null] if {
	some hit in input.hits
}

unparsed contains ["commands.unparsed.require_approval", "require_approval", "high", hit[0], null] if {
	some hit in input.hits
}

# The shell itself would open a connection (`/dev/tcp/…`).
network contains ["commands.network.require_approval", "require_approval", "high", hit[0], null] if {
	some hit in input.hits
}
