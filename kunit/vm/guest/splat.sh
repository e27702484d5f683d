# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash
#
# What the kernel says when something is wrong with it, whatever else happened.

SPLAT='BUG:|WARNING:|Oops|general protection fault|Kernel panic|Call Trace:'
SPLAT="$SPLAT|possible circular locking|inconsistent lock state|soft lockup"
SPLAT="$SPLAT|blocked for more than|rcu: INFO|unregister_netdevice: waiting"
SPLAT="$SPLAT|refcount_t|UBSAN:|KASAN:|unreferenced object|NETDEV WATCHDOG"
SPLAT="$SPLAT|scheduling while atomic"
