# 4. Candidate error: the number of replicas is not always a number.
package cavra.pack.planted_candidate

import rego.v1

findings contains {
	"rule": "planted.helm.too_many_replicas",
	"decision": "require_approval",
	"severity": "high",
	"reason": "more replicas than the cluster holds",
} if {
	some command in input.facts.commands
	command.program == "helm"
	some word in command.words
	startswith(word.text, "--replicas=")
	to_number(trim_prefix(word.text, "--replicas=")) > 100
}
