# Whether the pack trusts the server of an MCP call.
# Every hit is [0, pattern]: there is one call; the pattern is an index into the
# pack's `allowed_servers` followed by its `blocked_servers` and its `approval_servers`.
# `input.settings` holds the pack's switches that are on.
package cavra.base.mcp

import rego.v1

unknown contains ["mcp.server.trust.block_unknown", "block", "high", hit[0], null] if {
	some hit in input.hits
	"block_unknown_servers" in input.settings
}

unknown contains ["mcp.server.trust.require_approval", "require_approval", "high", hit[0], null] if {
	some hit in input.hits
	not "block_unknown_servers" in input.settings
}

blocked contains ["mcp.server.trust.block_listed", "block", "high", hit[0], hit[1]] if {
	some hit in input.hits
}

asked contains ["mcp.server.trust.require_approval_listed", "require_approval", "medium", hit[0], hit[1]] if {
	some hit in input.hits
}

allowed contains ["mcp.server.trust.allow", "allow", "low", hit[0], hit[1]] if {
	some hit in input.hits
}
