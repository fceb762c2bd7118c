"""Runs a command line if CAVRA lets it go ahead: how `guard.py` is used.

    python run_guarded.py unix:/run/cavra/agents.sock 'ls -la'

Exit codes: that of the command; 4 if it may not run; 1 if nobody decided.
"""

import os
import subprocess
import sys

import grpc

from guard import connect, guarded, wire


def main(target: str, line: str) -> int:
    def action(line):
        return wire.Action(
            execute_command=wire.ExecuteCommand(command_line=line),
            place=wire.Place(cwd=os.getcwd()),
            caller=wire.Caller(agent_id="run_guarded.py", session_id=os.environ.get("AGENT_SESSION")),
        )

    @guarded(connect(target), action)
    def run(line):
        return subprocess.run(["bash", "-c", line], check=False).returncode

    try:
        return run(line)
    except PermissionError as refusal:
        print(f"not run: {refusal}", file=sys.stderr)
        return 4
    except grpc.RpcError as error:
        print(f"not run, nobody decided: {error.code().name}: {error.details()}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
