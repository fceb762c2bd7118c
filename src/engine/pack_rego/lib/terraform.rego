# What the Terraform plan that came with the action would change.
package cavra.lib

import rego.v1

change_actions := ["create", "update", "delete", "replace", "forget", "unknown"]

# Changes of resources whose type matches one of `types`, a name or a glob, and whose
# action is one of `actions`. An action that doesn't exist is an error.
terraform_changes(types, actions) := {change |
	some change in input.facts.terraform_plan.changes
	cavra.one_of(change_actions, actions, change.action)
	cavra.name_matches(types, change.type)
}
