/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hvsim: a simulated Hyper-V host, network part.
 *
 *	control   debugfs: add NICs, plug VFs, inject, break things
 *	nic       one synthetic NIC of the host: glues the rest together
 *	netvsp    NVSP, host side	rndis    RNDIS, host side
 *	vswitch   wire netdevs, path, filters, offloads carried out
 *	vf        VFs: PCI functions in domains of their own
 *	bus       guest half: stands in for hv_vmbus (bus, channels, rings)
 *
 * The guest half offers what hv_vmbus exports, under the same names and with
 * the same checksums, so that the distribution's own hv_netvsc loads on it.
 */
#ifndef _HVSIM_H
#define _HVSIM_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/types.h>

#include "chan.h"

/* ---- vswitch and VF ---- */

struct hvsim_nic;
struct hvsim_vf;

enum hvsim_path {
	HVSIM_PATH_SYNTHETIC,
	HVSIM_PATH_VF,
};

/**
 * struct hvsim_vf_ops - a form of VF: the stand-in, or a hardware model
 * @receive: take a frame from the wire; owns @skb; BH or process context
 * @set_link: the physical link went up or down
 * @idle: no frame waits in its queues, on the way to the wire (@tx) or to the
 *	guest; false when that cannot be said now; must not sleep; may be NULL
 */
struct hvsim_vf_ops {
	void (*receive)(struct hvsim_vf *vf, struct sk_buff *skb);
	void (*set_link)(struct hvsim_vf *vf, bool up);
	bool (*idle)(struct hvsim_vf *vf, bool tx);
};

/*
 * From a VF: a frame for the wire.  Dropped and counted unless the host has
 * the NIC's data path on the VF.  Owns @skb (an ordinary one: checksum or
 * segmentation that is still due is carried out here).
 */
void hvsim_nic_vf_transmit(struct hvsim_nic *nic, struct sk_buff *skb);

/*
 * A VF that is behind stops what is sent on the wire; and lets it go on.  What
 * stops it must see to it that it goes on, and does at the latest when it goes.
 */
void hvsim_nic_vf_hold(struct hvsim_nic *nic);
void hvsim_nic_vf_release(struct hvsim_nic *nic);
/* Many frames wait at the wire: a VF that can should hold back. */
bool hvsim_nic_vf_busy(const struct hvsim_nic *nic);

/* N of the NIC, 0 to 63; its VF is in PCI domain N + 1. */
unsigned int hvsim_nic_index(const struct hvsim_nic *nic);
/* From a VF: so many frames were lost in it; when it was torn out, or before. */
void hvsim_nic_vf_lost(struct hvsim_nic *nic, unsigned int frames, bool torn);

struct hvsim_vf_form;

/* The form of that name, or the default one for NULL; NULL: there is none. */
const struct hvsim_vf_form *hvsim_vf_form(const char *name);
/*
 * Plug and pull; process context, not from ->work.  One VF a NIC: -EBUSY,
 * -ENOENT.  A pull returns when the PCI device is gone; a surprise one stops
 * the VF's frames before the guest's PCI core hears of it.
 */
int hvsim_vf_plug(struct hvsim_nic *nic, const struct hvsim_vf_form *form,
		  u32 serial, const u8 *mac);
int hvsim_vf_pull(struct hvsim_nic *nic, bool surprise);
/* A frame for the VF; false: none there or no driver, @skb is still yours. */
bool hvsim_vf_receive(struct hvsim_nic *nic, struct sk_buff *skb);
/* No frame is inside the VF, one way; true when there is none. */
bool hvsim_vf_idle(struct hvsim_nic *nic, bool tx);
/* The physical link; up when a VF is plugged.  Process context. */
void hvsim_vf_set_link(struct hvsim_nic *nic, bool up);
/*
 * "none", or "plugged serial=S pci=0001:00:02.0 link=up|down form=F"; no
 * newline.
 */
int hvsim_vf_show(struct hvsim_nic *nic, char *buf, size_t size);
/* What the form has to tell, and what only it can do; -ENOENT: no VF. */
void hvsim_vf_show_model(struct hvsim_nic *nic, struct seq_file *m);
int hvsim_vf_command(struct hvsim_nic *nic, char *words);

/* ---- module ---- */

/* The host half's start and stop: debugfs; every NIC gone when exit returns. */
int hvsim_host_init(void);
void hvsim_host_exit(void);

#endif /* _HVSIM_H */
