# Whether an MCP server, and the tool's definition, are the ones that the pack trusts.
# Every item is [0, pattern]: there is one call; the pattern is an index into the
# pack's `allowed_servers` followed by its `blocked_servers`.
# `input.settings` holds the pack's switches that are on.
package cavra.base.mcp

import rego.v1

findings contains ["mcp.server.trust.block_unknown", "block", "high", hit[0], null] if {
	some hit in input.unknown
	"block_unknown_servers" in input.settings
}

findings contains ["mcp.server.trust.require_approval", "require_approval", "high", hit[0], null] if {
	some hit in input.unknown
	not "block_unknown_servers" in input.settings
}

findings contains ["mcp.server.trust.block_listed", "block", "high", hit[0], hit[1]] if {
	some hit in input.blocked
}

# `server`, `tool` and `target` don't name the same call.
findings contains ["mcp.server.trust.block_inconsistent", "block", "high", hit[0], null] if {
	some hit in input.inconsistent
}

findings contains ["mcp.server.trust.allow", "allow", "low", hit[0], hit[1]] if {
	some hit in input.allowed
}

# The definition is not the one that was approved.
findings contains ["mcp.tool.pin.block_changed", "block", "critical", hit[0], null] if {
	some hit in input.pin_changed
}

# The tool is pinned, and the caller didn't send its definition.
findings contains ["mcp.tool.pin.require_approval_unseen", "require_approval", "medium", hit[0], null] if {
	some hit in input.pin_unseen
}
