# Nobody reviews the eleventh deletion with the care of the first. A plan that
# removes this much is a decommissioning or a mistake; people run the first, and
# the second is stopped here.
package cavra.pack.cavra_terraform_prod

import rego.v1

# The most objects that one plan may delete or replace.
max_removed_objects := 10

# Objects, not addresses: one that a replacement left behind (`deposed`) stands beside
# the current one at the same address.
removed_objects contains [change.address, object.get(change, "deposed", "")] if {
	some change in changes
	change.action in {"delete", "replace"}
}

findings contains {
	"rule": "terraform.plan.mass_deletion",
	"decision": "block",
	"severity": "critical",
	"reason": sprintf("the plan deletes or replaces %d objects, more than %d", [count(removed_objects), max_removed_objects]),
	"matched_on": sprintf("%d objects", [count(removed_objects)]),
} if {
	count(removed_objects) > max_removed_objects
}
