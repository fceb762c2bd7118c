# What the Terraform plan that came with the action would change.
package cavra.lib

import rego.v1

change_actions := ["create", "update", "delete", "replace", "forget", "forget_replace", "no_op", "unknown"]

# Changes of resources whose type matches one of `types`, a name or a glob, and whose
# action is one of `actions`. An action that doesn't exist is an error, plan or not.
# Each type is matched once: plans hold thousands of changes of a few types.
terraform_changes(types, actions) := {change |
	wanted_actions := {action |
		some action in change_actions
		cavra.one_of(change_actions, actions, action)
	}
	changes := input.facts.terraform_plan.changes
	planned_types := {change.type | some change in changes}
	wanted_types := {type |
		some type in planned_types
		cavra.name_matches(types, type)
	}
	some change in changes
	change.action in wanted_actions
	change.type in wanted_types
}
