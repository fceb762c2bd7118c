#!/usr/bin/env python3
"""Plan a policy pack, check a readiness packet, or both.

    python scripts/validate_policy_lifecycle.py --policy-pack ID --export-dir DIR
    python scripts/validate_policy_lifecycle.py --packet FILE --require-live

The arguments and the exit codes are those of `cavra policy lifecycle-validate`. The binary is
$CAVRA, else the one that cargo built last in this repository, else `cavra` in $PATH.
"""
import os
import pathlib
import sys

target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", pathlib.Path(__file__).parents[1] / "target"))
built = [path for path in (target / kind / "cavra" for kind in ("release", "debug")) if path.exists()]
newest = max(built, key=lambda path: path.stat().st_mtime, default="cavra")
binary = os.environ.get("CAVRA", str(newest))
try:
    os.execvp(binary, [binary, "policy", "lifecycle-validate", *sys.argv[1:]])
except OSError as error:
    sys.exit(f"`{binary}` can't be run: {error}; build it with `cargo build`, or set CAVRA")
