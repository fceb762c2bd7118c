# What the arguments of an MCP call do, where the pack maps them and it can't be established.
# Every hit is [n, null]: n is an index into what is unclear.
package cavra.base.mcp_arguments

import rego.v1

unclear contains ["mcp.arguments.require_approval", "require_approval", "medium", hit[0], null] if {
	some hit in input.hits
}
