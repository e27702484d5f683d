#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Check who calls whom, by the symbols of the objects of a build.

usage: deps.py BUILD

BUILD is a tree of ours after a build.  The layers of a folder are read from
the comment of its main header, top to bottom.
"""

import re
import subprocess
import sys
from pathlib import Path

# Folder, and the header whose comment names its layers.
FOLDERS = {
    "netvsc": "netvsc.h",
    "vf_bond": "bond.h",
    "kunit/hvsim": None,
    "kunit/hvsim/connectx3": "cx3.h",
}
# The files that may call VMBus; another may only register the driver.
BUS_FILES = {"bus", "channel"}
BUS_SYMBOL = re.compile(r"(__)?(vmbus_|hv_pkt_|hv_ringbuffer_)")
BUS_CALL = re.compile(r"\b(vmbus_\w+|__vmbus_\w+|hv_pkt_\w+|hv_ringbuffer_\w+|"
                      r"hv_begin_read|hv_end_read|hv_get_\w*|"
                      r"foreach_vmbus_pkt|set_channel_read_mode)\(")
REGISTER = {"vmbus_driver_register", "__vmbus_driver_register",
            "vmbus_driver_unregister"}
LAYER = re.compile(r" \*\t([a-z_]+(?:, [a-z_]+)*)(?:\t|  |$)")


def layers(header):
    """The number of each file's layer, 0 on top."""
    found = {}
    inside = False
    for line in header.read_text(encoding="utf-8").splitlines():
        if "Layers, top to bottom" in line:
            inside = True
        elif line == " */":
            break
        match = LAYER.match(line) if inside else None
        if match:
            depth = len(set(found.values()))
            found.update((name, depth) for name in match.group(1).split(", "))
    return found


def symbols(obj):
    """The names that an object defines, and those it needs."""
    out = subprocess.run(["nm", "-g", obj], check=True, capture_output=True,
                         text=True).stdout
    defined, needed = set(), set()
    for line in out.splitlines():
        kind, name = line.split()[-2:]
        (needed if kind == "U" else defined).add(name)
    return defined, needed


def linked(folder):
    """The objects of a folder that a source there was compiled to."""
    return {obj.stem: symbols(obj) for obj in sorted(folder.glob("*.o"))
            if obj.with_suffix(".c").exists() and
            not obj.name.endswith(".mod.o")}


def calls(objects):
    """For each file, the files that it needs, with one of the symbols."""
    edges = {}
    for user, (_, needed) in objects.items():
        edges[user] = {}
        for owner, (defined, _) in objects.items():
            common = needed & defined
            if owner != user and common:
                edges[user][owner] = min(common)
    return edges


def find_ring(edges):
    """Some ring of files that call each other, or nothing."""
    done = set()

    def visit(name, path):
        if name in path:
            return path[path.index(name):] + [name]
        if name in done:
            return None
        for callee in edges[name]:
            ring = visit(callee, path + [name])
            if ring:
                return ring
        done.add(name)
        return None

    for name in edges:
        ring = visit(name, [])
        if ring:
            return ring
    return None


def check_folder(top, name, header):
    """Yield what is wrong with the calls inside a folder."""
    objects = linked(top / name)
    if not objects:
        yield f"{name}: no objects: nothing was built there"
        return
    edges = calls(objects)
    ring = find_ring(edges)
    if ring:
        yield f"{name}: ring: {' -> '.join(ring)}"
    layer = layers(top / name / header) if header else {}
    for user, callees in edges.items():
        if header and user not in layer:
            yield f"{name}/{user}.c: in no layer of {name}/{header}"
            continue
        for callee, symbol in callees.items() if layer else ():
            if callee in layer and layer[callee] < layer[user]:
                yield f"{name}/{user}.c: calls up to {callee}.c: {symbol}"
    print(f"deps: {name}: {len(objects)} files, "
          f"{sum(map(len, edges.values()))} dependencies, "
          f"{len(set(layer.values())) or 'no'} layers named")


def check_bus(top):
    """Yield calls of VMBus from files that may not."""
    for file, (_, needed) in linked(top / "netvsc").items():
        for symbol in sorted(needed - REGISTER):
            if BUS_SYMBOL.match(symbol) and file not in BUS_FILES:
                yield f"netvsc/{file}.c: calls {symbol}"
    for path in sorted((top / "netvsc").glob("*.[ch]")):
        if path.stem in BUS_FILES:
            continue
        for call in BUS_CALL.findall(path.read_text(encoding="utf-8")):
            if call not in REGISTER:
                yield f"netvsc/{path.name}: calls {call}()"
    for file, (_, needed) in linked(top / "vf_bond").items():
        for symbol in sorted(needed):
            if BUS_SYMBOL.match(symbol) or symbol.startswith("netvsc_"):
                yield f"vf_bond/{file}.c: needs {symbol}"


def check_text(top):
    """Yield includes and version checks where they must not be."""
    for path in sorted(top.rglob("*.[ch]")):
        where = path.relative_to(top)
        text = path.read_text(encoding="utf-8")
        if where != Path("include/compat.h") and not path.name.endswith(".mod.c") \
                and re.search(r"\b(LINUX_VERSION_CODE|KERNEL_VERSION)\b", text):
            yield f"{where}: looks at the kernel's version"
        if where.parts[0] == "vf_bond" or where == Path("include/vf_bond.h"):
            for name in re.findall(r"#include [<\"](.*)[>\"]", text):
                if "hyperv" in name or "netvsc" in name:
                    yield f"{where}: includes {name}"


def main():
    """Print what is wrong; fail if anything is."""
    top = Path(sys.argv[1])
    faults = []
    for name, header in FOLDERS.items():
        faults += check_folder(top, name, header)
    faults += check_bus(top)
    faults += check_text(top)
    for fault in faults:
        print(fault)
    print(f"deps: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
