# Fields that the pack wants on every action and this one lacks.
# Every hit is [0, pattern]: the pattern is an index into `evidence.required_fields`.
package cavra.base.evidence

import rego.v1

missing contains ["evidence.required_fields.require_approval", "require_approval", "medium", hit[0], hit[1]] if {
	some hit in input.hits
}
