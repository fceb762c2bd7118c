# The rule of cavra-terraform-prod about stateful types, for the stand-in.
package cavra.pack.example_terraform

import rego.v1

removed contains change.address if {
	some change in input.facts.terraform_plan.changes
	change.type == "terraform_data"
	change.action in {"delete", "replace"}
}

findings contains {
	"rule": "example.plan.stateful_change",
	"decision": "require_approval",
	"severity": "critical",
	"reason": sprintf("the plan takes away %d that hold data, first `%s`", [count(removed), substring(min(removed), 0, 200)]),
	"matched_on": substring(min(removed), 0, 200),
	"approvers": ["Data Owners"],
} if {
	count(removed) > 0
}
