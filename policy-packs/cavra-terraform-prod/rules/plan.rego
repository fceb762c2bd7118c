# What the other files share. One finding speaks for all resources that it is about,
# cut to a length: a plan that is large enough can't push a finding over a limit.
package cavra.pack.cavra_terraform_prod

import rego.v1

changes := input.facts.terraform_plan.changes

max_shown_characters := 200

shown(address) := substring(address, 0, max_shown_characters)

# Resources in words: the first by name, and how many more.
named(addresses) := sprintf("`%s`", [shown(min(addresses))]) if count(addresses) == 1

named(addresses) := sprintf("`%s` and %d more", [shown(min(addresses)), count(addresses) - 1]) if count(addresses) > 1
