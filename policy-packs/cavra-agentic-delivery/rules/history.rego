# What others have fetched stays as it was. The parents guard protected branches;
# on the others an agent may add commits, and a person agrees to anything else.
package cavra.pack.cavra_agentic_delivery

import rego.v1

# Every ref that a push could move, under any reading of its target.
moved contains update if {
	some push in input.facts.pushes
	push.writes
	not push.dry_run
	some reading in push.readings
	some update in reading
}

findings contains {
	"rule": "delivery.push.history_rewrite",
	"decision": "require_approval",
	"severity": "high",
	"reason": sprintf("a forced push can drop commits from `%s` that others rely on", [update.name]),
	"matched_on": update.name,
	"approvers": ["Repository Owners"],
} if {
	some update in moved
	update.force
}

findings contains {
	"rule": "delivery.push.ref_deletion",
	"decision": "require_approval",
	"severity": "high",
	"reason": sprintf("the push deletes `%s` on the remote", [update.name]),
	"matched_on": update.name,
	"approvers": ["Repository Owners"],
} if {
	some update in moved
	update.delete
}

# Release pipelines start from tags.
findings contains {
	"rule": "delivery.push.tag",
	"decision": "require_approval",
	"severity": "high",
	"reason": sprintf("the push moves the tag `%s`, which can start a release", [update.name]),
	"matched_on": update.name,
	"approvers": ["Release Managers"],
} if {
	some update in moved
	startswith(lower(update.name), "refs/tags/")
}
