# What holds for every Terraform plan.
# Every item is [subject, pattern]: an index into the plan's changes, and one into the
# pack's `commands.block` followed by its `commands.require_approval`.
package cavra.base.terraform

import rego.v1

# Errored, incomplete, or of a shape that is not known.
findings contains ["terraform.plan.require_approval_unusable", "require_approval", "high", hit[0], null] if {
	some hit in input.unusable
}

# What the plan imports would be blocked, or asked for, as `terraform import`.
findings contains ["terraform.plan.block_import", "block", "high", hit[0], hit[1]] if {
	some hit in input.import_blocked
}

findings contains ["terraform.plan.require_approval_import", "require_approval", "medium", hit[0], hit[1]] if {
	some hit in input.import_unlisted
}

# What leaves the state and stays in the world: likewise as `terraform state rm`.
findings contains ["terraform.plan.block_removal", "block", "high", hit[0], hit[1]] if {
	some hit in input.removal_blocked
}

findings contains ["terraform.plan.require_approval_removal", "require_approval", "medium", hit[0], hit[1]] if {
	some hit in input.removal_unlisted
}

# An object gets another address in the state.
findings contains ["terraform.plan.require_approval_moved", "require_approval", "medium", hit[0], null] if {
	some hit in input.moved
}
