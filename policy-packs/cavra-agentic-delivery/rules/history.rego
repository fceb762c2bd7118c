# What others have fetched stays as it was. The parents guard protected branches;
# on the others an agent may add commits, and a person agrees to anything else.
package cavra.pack.cavra_agentic_delivery

import rego.v1

import data.cavra.lib

forced contains update.name if {
	some update in lib.moved_refs
	update.force
}

deleted contains update.name if {
	some update in lib.moved_refs
	update.delete
}

tags contains update.name if {
	some update in lib.moved_refs
	startswith(lower(update.name), "refs/tags/")
}

# One finding speaks for all refs of its kind, by the first of them.
max_shown_characters := 200

shown(names) := substring(min(names), 0, max_shown_characters)

findings contains {
	"rule": "delivery.push.history_rewrite",
	"decision": "require_approval",
	"severity": "high",
	"reason": sprintf("a forced push can drop commits from `%s` that others rely on", [shown(forced)]),
	"matched_on": shown(forced),
	"approvers": ["Repository Owners"],
} if {
	count(forced) > 0
}

findings contains {
	"rule": "delivery.push.ref_deletion",
	"decision": "require_approval",
	"severity": "high",
	"reason": sprintf("the push deletes `%s` on the remote", [shown(deleted)]),
	"matched_on": shown(deleted),
	"approvers": ["Repository Owners"],
} if {
	count(deleted) > 0
}

# Release pipelines start from tags.
findings contains {
	"rule": "delivery.push.tag",
	"decision": "require_approval",
	"severity": "high",
	"reason": sprintf("the push moves the tag `%s`, which can start a release", [shown(tags)]),
	"matched_on": shown(tags),
	"approvers": ["Release Managers"],
} if {
	count(tags) > 0
}
