# Trusting a server is not trusting each of its tools, and a tool's name proves nothing:
# `get_and_delete` begins like a read. What isn't pinned is taken for a change, so a new
# tool starts with approval. Calls on servers that aren't trusted are blocked by the base
# rules, whatever is found here.
package cavra.pack.cavra_mcp_enterprise

import rego.v1

import data.cavra.lib

max_shown_characters := 200

call := substring(sprintf("%s:%s", [input.facts.mcp.server, input.facts.mcp.tool]), 0, max_shown_characters)

# The pack pins tools that read, and a pin is the word of whoever reviewed the definition.
# A definition that changed, or didn't come along, is the base rules' concern.
findings contains {
	"rule": "mcp.tool.change.require_approval",
	"decision": "require_approval",
	"severity": "medium",
	"reason": sprintf("`%s` is not pinned, so nobody has said that it only reads", [call]),
	"matched_on": call,
	"approvers": ["Platform Security"],
} if {
	lib.mcp_pin == "unpinned"
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
