# Commands that the pack allows by what they do (`commands.allow_effects`).
# Every hit is [subject, null]: an index into `facts.commands`.
package cavra.base.effects

import rego.v1

# Every word of the command is known, and so is each path that it touches.
allow contains ["commands.effects.allow", "allow", "low", hit[0], null] if {
	some hit in input.hits
}
