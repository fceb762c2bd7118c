# The MCP call, its pin and its risk in the pack.
package cavra.lib

import rego.v1

# The call, if its server and its tool each match a name or a glob; letter case is ignored.
mcp_calls(servers, tools) := {call |
	call := input.facts.mcp
	is_object(call)
	cavra.folded_name_matches(servers, call.server)
	cavra.folded_name_matches(tools, call.tool)
}

mcp_name := sprintf("%s:%s", [input.facts.mcp.server, input.facts.mcp.tool])

# How the tool stands to `mcp.tool_pins`: `matching`, `changed`, `unproven` (pinned, but the
# call doesn't bring the definition) or `unpinned`. Undefined where there is no call.
mcp_pin := "unpinned" if {
	is_object(input.facts.mcp)
	not data.policy.mcp.tool_pins[mcp_name]
}

mcp_pin := "unproven" if {
	data.policy.mcp.tool_pins[mcp_name]
	is_null(input.facts.mcp.fingerprint)
}

mcp_pin := "matching" if data.policy.mcp.tool_pins[mcp_name] == input.facts.mcp.fingerprint

mcp_pin := "changed" if {
	is_string(input.facts.mcp.fingerprint)
	data.policy.mcp.tool_pins[mcp_name] != input.facts.mcp.fingerprint
}

risk_levels := ["low", "medium", "high", "critical"]

# The greatest risk that `mcp.risk_scoring` gives the capability, the server or
# `server:tool`; `low` where it gives none. Undefined where there is no call.
mcp_risk := risk_levels[max(scores | {0})] if {
	is_object(input.facts.mcp)
	scores := {level |
		some name in [input.facts.mcp.capability, input.facts.mcp.server, mcp_name]
		some level, risk in risk_levels
		data.policy.mcp.risk_scoring[name] == risk
	}
}

# Whether the call's risk is `risk` or greater. A risk that doesn't exist is an error.
mcp_risk_at_least(risk) if {
	some least, wanted in risk_levels
	cavra.one_of(risk_levels, risk, wanted)
	some level, found in risk_levels
	found == mcp_risk
	level >= least
}
