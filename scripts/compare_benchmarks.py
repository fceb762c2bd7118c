#!/usr/bin/env python3
"""Compares the figures of two builds of one benchmark, run in turn on the same machine.

    cargo bench --no-run                    # prints where each benchmark's program is
    scripts/compare_benchmarks.py OLD NEW --rounds 10 -- --bench --sample-size 10

Each round runs OLD, NEW, and OLD again. A figure's ratio is the speed of NEW over that of OLD, pair
by pair: above 1 is faster. OLD against itself shows what the machine's noise makes of the same
program. A figure is slower when the median of its ratios is below the limit (0.97) and below every
ratio of OLD against OLD, too. Exits with 1 if one is.

It reads what the benchmarks print: criterion's `time: [low middle high]` below a name, and rates
such as `unary, 64 in flight, memo on  12345/s`.
"""

import argparse
import re
import statistics
import subprocess
import sys

NANOSECONDS = {"ps": 1e-3, "ns": 1.0, "µs": 1e3, "us": 1e3, "ms": 1e6, "s": 1e9}
NAMED_TIME = re.compile(r"^(?P<name>\S.*?)?\s+time:\s+\[\S+ \S+ (?P<value>[\d.]+) (?P<unit>\S+) ")
RATE = re.compile(r"^\s*(?P<name>.*?\S)\s+(?P<value>\d+)/s\b")


def figures(text):
    """The speed of each figure by its name: runs a second, or what is proportional to them."""
    speeds, last_line = {}, ""
    for line in text.splitlines():
        if time := NAMED_TIME.match(line):
            name = time["name"] or last_line.strip()
            speeds[name] = 1e9 / (float(time["value"]) * NANOSECONDS[time["unit"]])
        elif rate := RATE.match(line):
            speeds[" ".join(rate["name"].split())] = float(rate["value"])
        last_line = line
    return speeds


def run(program, arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=True)
    found = figures(done.stdout)
    if not found:
        sys.exit(f"{program} printed no figure; its arguments were {arguments}")
    return found


def ratios(of, to):
    """By name, the ratios of each round's pair."""
    names = [name for name in of[0] if all(name in speeds for speeds in of + to)]
    return {name: [b[name] / a[name] for a, b in zip(of, to)] for name in names}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("old", help="the benchmark's program of the older build")
    parser.add_argument("new", help="that of the newer one")
    parser.add_argument("--rounds", type=int, default=10, help="runs of each (10)")
    parser.add_argument("--limit", type=float, default=0.97, help="the least median ratio (0.97)")
    parser.usage = "%(prog)s [-h] [--rounds N] [--limit L] OLD NEW -- ARGUMENTS OF EACH RUN"
    # Releases of argparse differ in what they do with a `--` behind options.
    split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    asked = parser.parse_args(sys.argv[1:split])
    arguments = sys.argv[split + 1 :]
    if asked.rounds < 1:
        parser.error("--rounds must be at least 1")

    old, new, again = [], [], []
    for number in range(asked.rounds):
        for program, runs in ((asked.old, old), (asked.new, new), (asked.old, again)):
            runs.append(run(program, arguments))
        print(f"round {number + 1} of {asked.rounds}", file=sys.stderr)

    noise = ratios(old, again)
    slower = []
    print(f"{'figure':<58} {'new/old':>8} {'least':>7} {'most':>7}   old/old, least to most")
    for name, pairs in ratios(old, new).items():
        median, spread = statistics.median(pairs), noise[name]
        is_slower = median < asked.limit and median < min(spread)
        slower += [name] * is_slower
        print(
            f"{name:<58} {median:>8.3f} {min(pairs):>7.3f} {max(pairs):>7.3f}"
            f"   {min(spread):.3f} to {max(spread):.3f}{'   SLOWER' * is_slower}"
        )
    print(f"{len(slower)} slower than {asked.limit} and than the noise")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
