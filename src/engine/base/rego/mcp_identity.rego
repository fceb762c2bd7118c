# Whether an MCP call is what it says, and its tool what was approved.
# Every item is [0, null]: there is one call.
package cavra.base.mcp_identity

import rego.v1

# `server`, `tool` and `target` don't name the same call.
findings contains ["mcp.server.trust.block_inconsistent", "block", "high", hit[0], null] if {
	some hit in input.inconsistent
}

# The definition is not the one that was approved.
findings contains ["mcp.tool.pin.block_changed", "block", "critical", hit[0], null] if {
	some hit in input.pin_changed
}

# The tool is pinned, and the caller didn't send its definition.
findings contains ["mcp.tool.pin.require_approval_unseen", "require_approval", "medium", hit[0], null] if {
	some hit in input.pin_unseen
}

# Tools of the server are pinned, and this one isn't: nobody has reviewed it.
findings contains ["mcp.tool.pin.require_approval_unpinned", "require_approval", "medium", hit[0], null] if {
	some hit in input.pin_absent
}

# The name holds what a person can't see, or takes for something else.
findings contains ["mcp.tool.name.require_approval_unusual", "require_approval", "high", hit[0], null] if {
	some hit in input.unusual_name
}
