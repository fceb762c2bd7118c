# What holds for every Terraform plan.
# Every hit is [subject, pattern]: an index into the plan's changes, and one into the
# pack's `commands.block` followed by its `commands.require_approval`.
package cavra.base.terraform

import rego.v1

# Errored, incomplete, or of a shape that is not known.
unusable contains ["terraform.plan.require_approval_unusable", "require_approval", "high", hit[0], null] if {
	some hit in input.hits
}

# What the plan imports would be blocked, or asked for, as `terraform import`.
import_blocked contains ["terraform.plan.block_import", "block", "high", hit[0], hit[1]] if {
	some hit in input.hits
}

import_unlisted contains ["terraform.plan.require_approval_import", "require_approval", "medium", hit[0], hit[1]] if {
	some hit in input.hits
}

# What leaves the state and stays in the world: likewise as `terraform state rm`.
removal_blocked contains ["terraform.plan.block_removal", "block", "high", hit[0], hit[1]] if {
	some hit in input.hits
}

removal_unlisted contains ["terraform.plan.require_approval_removal", "require_approval", "medium", hit[0], hit[1]] if {
	some hit in input.hits
}

# An object gets another address in the state.
moved contains ["terraform.plan.require_approval_moved", "require_approval", "medium", hit[0], null] if {
	some hit in input.hits
}
