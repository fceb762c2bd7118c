"""Runs a command on a pseudo-terminal of its own, and types answers to what it prints.

Arguments: a JSON list of [what to wait for, what to type], then the command. Prints a JSON object:
`code`, the `output` of the terminal, the answers that were typed while the terminal echoed
(`echoed`), and whether it echoes after the command (`echo_after`).
"""

import json
import os
import pty
import select
import sys
import termios
import time

TIME_LIMIT_S = 120


def echoes(terminal):
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


def main():
    steps, command = json.loads(sys.argv[1]), sys.argv[2:]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    end = time.monotonic() + TIME_LIMIT_S
    output, looked_at, echoed = b"", 0, []
    while True:
        if steps and (at := output.find(steps[0][0].encode(), looked_at)) >= 0:
            expected, answer = steps.pop(0)
            looked_at = at + len(expected)
            if echoes(terminal):
                echoed.append(answer)
            os.write(terminal, answer.encode())
            continue
        ready, _, _ = select.select([terminal], [], [], max(0, end - time.monotonic()))
        if not ready:
            sys.exit(f"nothing more after {output!r}")
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            chunk = b""
        if not chunk:
            break
        output += chunk
    echo_after = echoes(terminal)
    _, status = os.waitpid(pid, 0)
    json.dump(
        {
            "code": os.waitstatus_to_exitcode(status),
            "output": output.decode(),
            "unanswered": steps,
            "echoed": echoed,
            "echo_after": echo_after,
        },
        sys.stdout,
    )


main()
