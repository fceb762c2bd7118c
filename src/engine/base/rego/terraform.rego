# What holds for every Terraform plan, whatever the pack says.
# Every item is [0, null]: there is one plan.
package cavra.base.terraform

import rego.v1

# Errored, incomplete, or of a shape that is not known.
findings contains ["terraform.plan.require_approval_unusable", "require_approval", "high", hit[0], null] if {
	some hit in input.unusable
}
