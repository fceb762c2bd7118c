#!/usr/bin/env python3
"""How long `cavra-hook` takes, as a whole process, above `/bin/true` that is started in the same way.

    scripts/hook_time.py [FOLDER [RUNS]]

FOLDER holds the programs `cavra` and `cavra-hook`, and is `target/release` by default. A service with the baseline
and a durable journal is started on a Unix socket. The two programs are started by turns, so that both meet the
same load. It prints medians and the difference of the two, in milliseconds.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

WARM_UP = 20
EVENT = {
    "session_id": "s1",
    "cwd": "/w",
    "hook_event_name": "PreToolUse",
    "tool_name": "Bash",
    "tool_use_id": "toolu_1",
    "tool_input": {"command": "terraform plan"},
}


def timed(arguments, event):
    """Milliseconds from the start of a process to its end."""
    with open(event, "rb") as standard_input, open(os.devnull, "wb") as nowhere:
        files = [
            (os.POSIX_SPAWN_DUP2, standard_input.fileno(), 0),
            (os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1),
        ]
        begin = time.perf_counter_ns()
        process = os.posix_spawn(arguments[0], arguments, os.environ, file_actions=files)
        _, status = os.waitpid(process, 0)
        took = time.perf_counter_ns() - begin
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{arguments[0]} failed")
    return took / 1e6


def main():
    programs = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "target/release").resolve()
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        socket = folder / "agents.sock"
        (folder / "hook.json").write_text(json.dumps({"endpoint": f"unix:{socket}"}))
        event = folder / "event.json"
        event.write_text(json.dumps(EVENT))
        serve = [programs / "cavra", "serve", "--listen", f"unix:{socket}", "--data-dir", folder / "data"]
        with subprocess.Popen(serve, stdout=subprocess.PIPE) as service:
            try:
                service.stdout.readline()
                hook = [str(programs / "cavra-hook"), "claude-code", "--config", str(folder / "hook.json")]
                nothing = ["/bin/true"]
                for _ in range(WARM_UP):
                    timed(hook, event)
                times = [(timed(nothing, event), timed(hook, event)) for _ in range(runs)]
            finally:
                service.terminate()
    least, whole = (statistics.median(column) for column in zip(*times))
    print(f"/bin/true   {least:6.2f} ms")
    print(f"cavra-hook  {whole:6.2f} ms")
    print(f"above it    {whole - least:6.2f} ms (medians of {runs} runs)")


main()
