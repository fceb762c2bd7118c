# Whether an MCP call is what it says, and its tool what was approved.
# Every hit is [0, null]: there is one call.
package cavra.base.mcp_identity

import rego.v1

# `server`, `tool` and `target` don't name the same call.
inconsistent contains ["mcp.server.trust.block_inconsistent", "block", "high", hit[0], null] if {
	some hit in input.hits
}

# The definition is not the one that was approved.
pin_changed contains ["mcp.tool.pin.block_changed", "block", "critical", hit[0], null] if {
	some hit in input.hits
}

# The tool is pinned, and the caller didn't send its definition.
pin_unseen contains ["mcp.tool.pin.require_approval_unseen", "require_approval", "medium", hit[0], null] if {
	some hit in input.hits
}

# Tools of the server are pinned, and this one isn't: nobody has reviewed it.
pin_absent contains ["mcp.tool.pin.require_approval_unpinned", "require_approval", "medium", hit[0], null] if {
	some hit in input.hits
}

# The name holds what a person can't see, or takes for something else.
unusual_name contains ["mcp.tool.name.require_approval_unusual", "require_approval", "high", hit[0], null] if {
	some hit in input.hits
}
