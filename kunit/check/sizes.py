#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Check the length of files and functions, and how deep functions nest."""

import re
import statistics
import subprocess
import sys
from pathlib import Path

MAX_FILE = 600
MAX_FUNCTION = 80
MAX_NESTING = 3

TOP = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"\t+(?:\} )?(?:if|else|for|while|do|switch|\w*for_each\w*)\b")
NAME = re.compile(r"(\w+)\(")


def sources():
    """Every C file of ours, committed or not."""
    out = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others",
         "--exclude-standard", "--", "*.c", "*.h"],
        cwd=TOP, check=True, capture_output=True, text=True).stdout
    return sorted(TOP / name for name in set(out.split("\0")) - {""}
                  if (TOP / name).exists())


def functions(lines):
    """Yield name, line number and body of every function."""
    start = None
    for number, line in enumerate(lines):
        if line == "{":
            start = number
        elif line == "}" and start is not None:
            yield function_name(lines, start), start + 1, \
                lines[start + 1:number]
            start = None


def function_name(lines, brace):
    """The name before the argument list that ends above the brace."""
    head = brace - 1
    while head > 0 and lines[head][:1] in ("\t", " "):
        head -= 1
    match = NAME.search(lines[head])
    return match.group(1) if match else "?"


def nesting(body):
    """Blocks inside blocks, counted by the indentation of their heads."""
    depths = [len(line) - len(line.lstrip("\t"))
              for line in body if BLOCK.match(line)]
    return max(depths, default=0)


def main():
    """Print what is over a limit, then a summary; fail if anything is."""
    faults = []
    lengths = []
    files = sources()
    for path in files:
        lines = path.read_text(encoding="utf-8").splitlines()
        where = path.relative_to(TOP)
        if len(lines) > MAX_FILE:
            faults.append(f"{where}: {len(lines)} lines, more than {MAX_FILE}")
        for name, number, body in functions(lines):
            lengths.append(len(body))
            if len(body) > MAX_FUNCTION:
                faults.append(f"{where}:{number}: {name}: {len(body)} lines, "
                              f"more than {MAX_FUNCTION}")
            if nesting(body) > MAX_NESTING:
                faults.append(f"{where}:{number}: {name}: nests "
                              f"{nesting(body)} deep, more than {MAX_NESTING}")
    for fault in faults:
        print(fault)
    print(f"sizes: {len(files)} files, {len(lengths)} functions, median "
          f"{statistics.median(lengths):g} lines, longest {max(lengths)}: "
          f"{len(faults)} over a limit")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
