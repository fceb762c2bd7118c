# Trusting a server is not trusting each of its tools. What a tool's name doesn't
# declare to be a read is taken for a change, so a new tool starts with approval. Calls
# on servers that aren't trusted are blocked by the base rules, whatever is found here.
package cavra.pack.cavra_mcp_enterprise

import rego.v1

max_shown_characters := 200

call := substring(sprintf("%s:%s", [input.facts.mcp.server, input.facts.mcp.tool]), 0, max_shown_characters)

# The first word of a tool's name, as the catalogue's servers name their tools.
reading_verbs := {"describe", "fetch", "find", "get", "list", "lookup", "query", "read", "search"}

# `get_file`, `get-file` and `getFile` start with the same verb.
verb := lower(regex.find_n("^[A-Za-z][a-z]*", input.facts.mcp.tool, 1)[0])

reads if verb in reading_verbs

findings contains {
	"rule": "mcp.tool.change.require_approval",
	"decision": "require_approval",
	"severity": "medium",
	"reason": sprintf("the tool of `%s` is not known to only read", [call]),
	"matched_on": call,
	"approvers": ["Platform Security"],
} if {
	is_object(input.facts.mcp)
	not reads
}

# `risk_scoring` goes by capability: a call that names none would go unscored.
findings contains {
	"rule": "mcp.capability.require_approval_unstated",
	"decision": "require_approval",
	"severity": "medium",
	"reason": "the call names no capability, so its risk can't be told",
	"matched_on": call,
	"approvers": ["Platform Security"],
} if {
	is_object(input.facts.mcp)
	not states_capability
}

states_capability if {
	is_string(input.facts.mcp.capability)
	input.facts.mcp.capability != ""
}
