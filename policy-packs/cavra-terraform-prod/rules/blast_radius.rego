# Nobody reviews the eleventh deletion with the care of the first. A plan that
# removes this much is a decommissioning or a mistake; people run the first, and
# the second is stopped here.
package cavra.pack.cavra_terraform_prod

import rego.v1

# The most resources that one plan may delete or replace.
max_removed_resources := 10

removed_resources contains change.address if {
	some change in changes
	change.action in {"delete", "replace"}
}

findings contains {
	"rule": "terraform.plan.mass_deletion",
	"decision": "block",
	"severity": "critical",
	"reason": sprintf("the plan deletes or replaces %d resources, more than %d", [count(removed_resources), max_removed_resources]),
	"matched_on": sprintf("%d resources", [count(removed_resources)]),
} if {
	count(removed_resources) > max_removed_resources
}
