#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Check that the documentation has every counter of ethtool -S.

usage: counters.py TREE

Prints what is missing, and last how many counters there are.
"""

import re
import sys
from pathlib import Path

NAMES = re.compile(r'(?:GLOBAL|QUEUES)\((\w+)\),|VF\((\w+)\),|'
                   r'"((?:(?:[rt]x_queue_|cpu)%d|datapath)_\w+)"')


def counters(source):
    """The names, with N for a number."""
    for plain, of_vf, numbered in NAMES.findall(source):
        if of_vf:
            yield "vf_" + of_vf
        else:
            yield plain or numbered.replace("%d", "N")


def main():
    """Print and count."""
    tree = Path(sys.argv[1])
    source = (tree / "netvsc/stats.c").read_text(encoding="utf-8")
    text = (tree / "Documentation/statistics.rst").read_text(encoding="utf-8")
    names = list(counters(source))
    missing = [name for name in names if f"``{name}``" not in text]
    for name in missing:
        print(f"Documentation/statistics.rst: {name} is missing")
    print(f"counters: {len(names)}, {len(missing)} missing")
    return bool(missing) or not names


if __name__ == "__main__":
    sys.exit(main())
