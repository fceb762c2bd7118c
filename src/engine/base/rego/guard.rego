# What would change or stop CAVRA itself, whatever the pack says.
# Every hit is [subject, null]: an index into `facts.guard`.
package cavra.base.guard

import rego.v1

# A variable of its own is set or removed, or its service is stopped.
tamper contains ["guard.tamper.require_approval", "require_approval", "critical", hit[0], null] if {
	some hit in input.hits
}
