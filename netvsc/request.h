/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests to the host: typed, bounded in time, aborted by rescind. */
#ifndef _NETVSC_REQUEST_H
#define _NETVSC_REQUEST_H

#include <linux/bits.h>
#include <linux/completion.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/*
 * A transaction id says what it belongs to, so that a completion of the wrong
 * kind, or one that comes twice, finds nothing:
 *
 *	63      56 55            32 31             0
 *	+---------+----------------+---------------+
 *	|  kind   |   generation   |     slot      |
 *	+---------+----------------+---------------+
 *
 * Kinds start at 1: hosts do not complete id 0.
 */
enum netvsc_req_kind {
	NETVSC_REQ_NONE,
	NETVSC_REQ_TX,			/* data; slots belong to tx.c */
	NETVSC_REQ_INIT,
	NETVSC_REQ_RECV_BUF,
	NETVSC_REQ_SEND_BUF,
	NETVSC_REQ_SUBCHANNEL,
	NETVSC_REQ_SWITCH_PATH,
	NETVSC_REQ_RNDIS,		/* control message; slots in rndis.c */
	NETVSC_REQ_KINDS
};

#define NETVSC_REQ_KIND		GENMASK_ULL(63, 56)
#define NETVSC_REQ_GENERATION	GENMASK_ULL(55, 32)
#define NETVSC_REQ_SLOT		GENMASK_ULL(31, 0)

#endif /* _NETVSC_REQUEST_H */
