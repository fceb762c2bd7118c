# Paths, whatever touches them: a tool, a program, a redirection.
package cavra.lib

import rego.v1

# Reads that match one of `patterns`: path patterns as in `filesystem.block_read`.
# A read that is only possible counts where what it may find could match.
reads(patterns) := {access |
	some access in input.facts.reads
	cavra.path_matches(patterns, access, data.policy.filesystem.roots)
}

# Writes that match one of `patterns`.
writes(patterns) := {access |
	some access in input.facts.writes
	cavra.path_matches(patterns, access, data.policy.filesystem.roots)
}

# Reads of paths that end in one of `suffixes`.
reads_ending(suffixes) := {access |
	some access in input.facts.reads
	cavra.path_ends(suffixes, access, data.policy.filesystem.roots)
}

# Writes of paths that end in one of `suffixes`.
writes_ending(suffixes) := {access |
	some access in input.facts.writes
	cavra.path_ends(suffixes, access, data.policy.filesystem.roots)
}
