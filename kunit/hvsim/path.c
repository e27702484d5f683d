// SPDX-License-Identifier: GPL-2.0-only
/*
 * The data path of a NIC and its VF, host side.
 *
 * Association: the host remembers that a VF belongs to the NIC and tells the
 * guest of each open channel once RNDIS is up.  Path: the guest asks, or the
 * host moves it back to the synthetic side by itself.  When the host does,
 * frames for the guest change over at once; those from the VF are taken until
 * the guest has answered, so that an orderly guest loses nothing.  What is in
 * the VF's queues by then is let out first: hardware would have been faster.
 */
#define pr_fmt(fmt) "hvsim: " fmt

#include <linux/delay.h>

#include "path.h"

#include "outq.h"

/*
 * How long an orderly pull waits for the guest to answer the switch.  Short:
 * Linux up to at least 6.12 never answers, and the VF still works meanwhile.
 */
#define ANSWER_TIMEOUT_MS	500

/*
 * How long frames may take to leave the queues of a VF; longer than a guest
 * may be without a CPU when its machine is busy.
 */
#define SETTLE_MS		1000

static void path_settle(struct hvsim_nic *nic, bool tx)
{
	unsigned long end = jiffies + msecs_to_jiffies(SETTLE_MS);

	while (!hvsim_vf_idle(nic, tx) && time_before(jiffies, end))
		usleep_range(50, 100);
}

static void path_send(struct hvsim_nic *nic, u64 id,
		      const union nvsp_message *msg)
{
	hvsim_out_inband(hvsim_nic_primary(nic), true, id, msg,
			 hvsim_nvsp_msg_size(nic));
}

static void path_send_association(struct hvsim_nic *nic, bool on)
{
	union nvsp_message msg = {
		.vf_association = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SEND_VF_ASSOCIATION),
			.allocated = cpu_to_le32(on),
			.serial = cpu_to_le32(nic->vf.serial),
		},
	};

	nic->vf.advertised = on;
	path_send(nic, HVSIM_ID_ASSOCIATION, &msg);
}

static void path_send_switch(struct hvsim_nic *nic)
{
	union nvsp_message msg = {
		.switch_data_path = {
			.hdr.type = cpu_to_le32(NVSP_MSG_SWITCH_DATA_PATH),
			.active = cpu_to_le32(NVSP_DATAPATH_SYNTHETIC),
		},
	};

	nic->vf.switch_pending = true;
	hvsim_count(nic, HVSIM_SWITCH_HOST);
	path_send(nic, HVSIM_ID_SWITCH, &msg);
}

/* The guest can be told of VFs now. */
static bool path_operational(const struct hvsim_nic *nic)
{
	return nic->rndis.initialized && !nic->nvsp.revoked &&
	       nic->nvsp.version >= NVSP_VERSION_4;
}

/* A host offers the VF's device only to a guest that said it can have one. */
static bool path_unwanted(const struct hvsim_nic *nic)
{
	return nic->rndis.initialized &&
	       (nic->nvsp.version < NVSP_VERSION_4 ||
		!(nic->nvsp.caps & NVSP_CAP_SRIOV));
}

static void path_late_assoc(struct work_struct *work)
{
	struct hvsim_nic *nic = container_of(to_delayed_work(work),
					     struct hvsim_nic, vf.late_assoc);

	down_write(&nic->state);
	nic->vf.assoc = true;
	hvsim_path_advertise(nic);
	up_write(&nic->state);
}

/**
 * hvsim_path_init - a new NIC without a VF
 * @nic: the NIC
 */
void hvsim_path_init(struct hvsim_nic *nic)
{
	nic->vf.serial = nic->cfg.serial;
	nic->vf.form = hvsim_vf_form(NULL) ?: hvsim_vf_form("standin");
	init_waitqueue_head(&nic->vf.answered);
	INIT_DELAYED_WORK(&nic->vf.late_assoc, path_late_assoc);
}

/* Both directions; returns whether unicast to the guest changed over. */
static bool path_move(struct hvsim_nic *nic, enum hvsim_path path, bool vf_tx)
{
	bool moved;

	spin_lock_bh(&nic->sw.lock);
	moved = nic->sw.path != path;
	nic->sw.path = path;
	nic->sw.vf_tx = vf_tx;
	spin_unlock_bh(&nic->sw.lock);
	if (moved)
		pr_info("nic%u: path %s\n", nic->cfg.id,
			path == HVSIM_PATH_VF ? "vf" : "synthetic");
	return moved;
}

/**
 * hvsim_path_advertise - tell the guest of the VF, if there is one to tell of
 * @nic: the NIC
 *
 * A guest that did not offer SR-IOV, or speaks too old a version, never hears.
 */
void hvsim_path_advertise(struct hvsim_nic *nic)
{
	if (nic->vf.assoc && !nic->vf.advertised && path_operational(nic) &&
	    nic->nvsp.caps & NVSP_CAP_SRIOV)
		path_send_association(nic, true);
}

/**
 * hvsim_path_requested - the guest wants its data path on a side
 * @nic: the NIC
 * @active: NVSP_DATAPATH_*
 *
 * Without an association the request is completed all the same, and has no
 * effect: the guest cannot tell.
 *
 * Return: false when it fails; hvsim_path_refused() goes after the completion.
 */
bool hvsim_path_requested(struct hvsim_nic *nic, u32 active)
{
	if (active == NVSP_DATAPATH_SYNTHETIC) {
		if (READ_ONCE(nic->sw.vf_tx))
			path_settle(nic, true);
		if (path_move(nic, HVSIM_PATH_SYNTHETIC, false)) {
			hvsim_count(nic, HVSIM_SWITCHES_TO_SYNTHETIC);
			/* The guest may close the VF when it has the answer. */
			path_settle(nic, false);
		}
		if (nic->vf.switch_pending)
			wake_up_all(&nic->vf.answered);
		return true;
	}
	if (!nic->vf.advertised)
		return true;
	if (!nic->vf.plugged)
		return false;
	if (path_move(nic, HVSIM_PATH_VF, true))
		hvsim_count(nic, HVSIM_SWITCHES_TO_VF);
	return true;
}

/**
 * hvsim_path_refused - send the guest back to the synthetic side
 * @nic: the NIC
 */
void hvsim_path_refused(struct hvsim_nic *nic)
{
	path_send_switch(nic);
}

/**
 * hvsim_path_answered - the guest completed the host's own switch
 * @nic: the NIC
 *
 * Return: false when there was none.
 */
bool hvsim_path_answered(struct hvsim_nic *nic)
{
	if (!nic->vf.switch_pending)
		return false;
	nic->vf.switch_pending = false;
	hvsim_count(nic, HVSIM_SWITCH_HOST_ANSWERED);
	if (nic->sw.path == HVSIM_PATH_SYNTHETIC)
		path_move(nic, HVSIM_PATH_SYNTHETIC, false);
	wake_up_all(&nic->vf.answered);
	return true;
}

/**
 * hvsim_path_closed - the guest closed its channel
 * @nic: the NIC
 *
 * Frames for the guest go to the synthetic side, where nobody listens now.
 * Frames from a VF that the guest had switched to are taken on: that is not
 * the channel's business, and the in-tree driver relies on it when it opens
 * its channel again for another MTU.  It ends as ever: the guest asks for the
 * synthetic side, the host moves the path, the VF goes.
 */
void hvsim_path_closed(struct hvsim_nic *nic)
{
	nic->vf.advertised = false;
	nic->vf.switch_pending = false;
	wake_up_all(&nic->vf.answered);
}

static bool path_guest_done(struct hvsim_nic *nic)
{
	return !READ_ONCE(nic->vf.switch_pending) ||
	       !READ_ONCE(nic->sw.vf_tx);
}

/* Move the path away from the VF; true when the guest owes an answer. */
static bool path_host_switch(struct hvsim_nic *nic)
{
	bool moved;

	down_write(&nic->state);
	moved = path_move(nic, HVSIM_PATH_SYNTHETIC, nic->sw.vf_tx);
	if (moved && path_operational(nic))
		path_send_switch(nic);
	moved = moved && nic->vf.switch_pending;
	up_write(&nic->state);
	return moved;
}

/* A guest that has nothing to answer may not go on until it does. */
static void path_end_vf_tx(struct hvsim_nic *nic)
{
	down_write(&nic->state);
	if (!nic->vf.switch_pending)
		path_move(nic, HVSIM_PATH_SYNTHETIC, false);
	up_write(&nic->state);
}

static void path_forget_vf(struct hvsim_nic *nic)
{
	down_write(&nic->state);
	nic->vf.plugged = false;
	nic->vf.foreign = false;
	path_move(nic, HVSIM_PATH_SYNTHETIC, false);
	up_write(&nic->state);
}

/* A foreign function is taken away by whoever brought it. */
static int path_pull_vf(struct hvsim_nic *nic, bool surprise)
{
	return nic->vf.foreign ? 0 : hvsim_vf_pull(nic, surprise);
}

static int path_pull_orderly(struct hvsim_nic *nic)
{
	int err;

	if (path_host_switch(nic))
		wait_event_timeout(nic->vf.answered, path_guest_done(nic),
				   msecs_to_jiffies(ANSWER_TIMEOUT_MS));
	hvsim_path_associate(nic, false, nic->vf.serial);
	path_settle(nic, false);
	err = path_pull_vf(nic, false);
	path_forget_vf(nic);
	return err;
}

static int path_pull_surprise(struct hvsim_nic *nic)
{
	int err = path_pull_vf(nic, true);

	path_host_switch(nic);
	path_forget_vf(nic);
	hvsim_path_associate(nic, false, nic->vf.serial);
	return err;
}

/**
 * hvsim_path_plug - give the NIC a VF
 * @nic: the NIC
 * @serial: of its PCI slot
 * @assoc: when the guest is told of the association
 * @late_ms: how late, for HVSIM_ASSOC_LATE
 *
 * Context: process; hvsim_nic.ctl held.
 * Return: 0, -EBUSY when there is a VF, -EOPNOTSUPP when the guest is up and
 * cannot be told of one but should, or what the VF's code says.
 */
int hvsim_path_plug(struct hvsim_nic *nic, u32 serial, enum hvsim_assoc assoc,
		    u32 late_ms)
{
	int err;

	if (nic->vf.plugged)
		return -EBUSY;
	down_write(&nic->state);
	if (assoc != HVSIM_ASSOC_NO && path_unwanted(nic)) {
		up_write(&nic->state);
		return -EOPNOTSUPP;
	}
	nic->vf.plugged = true;	/* the guest may switch before plug returns */
	nic->vf.serial = serial;
	/* HVSIM_ASSOC_NO: as the host has said, or will say, by itself */
	if (assoc == HVSIM_ASSOC_FIRST)
		nic->vf.assoc = true;
	hvsim_path_advertise(nic);
	up_write(&nic->state);

	err = hvsim_vf_plug(nic, nic->vf.form, serial, nic->cfg.mac);
	if (err) {
		hvsim_path_associate(nic, false, serial);
		path_forget_vf(nic);
		return err;
	}
	if (!READ_ONCE(nic->sw.link))
		hvsim_vf_set_link(nic, false);
	if (assoc == HVSIM_ASSOC_LATE)
		schedule_delayed_work(&nic->vf.late_assoc,
				      msecs_to_jiffies(late_ms));
	pr_info("nic%u: vf plugged, serial %u\n", nic->cfg.id, serial);
	return 0;
}

/**
 * hvsim_path_plug_foreign - give the NIC a VF that somebody else provides
 * @nic: the NIC
 * @serial: of its PCI slot
 *
 * The guest is told, and may switch to it.  Frames come and go by a way of
 * their own; those from the wire take the synthetic path whatever is active.
 *
 * Context: process; hvsim_nic.ctl held.
 * Return: 0, -EBUSY when there is a VF, -EOPNOTSUPP when the guest is up and
 * cannot be told of one.
 */
int hvsim_path_plug_foreign(struct hvsim_nic *nic, u32 serial)
{
	int err = 0;

	if (nic->vf.plugged)
		return -EBUSY;
	down_write(&nic->state);
	if (path_unwanted(nic)) {
		err = -EOPNOTSUPP;
		goto out;
	}
	nic->vf.plugged = true;
	nic->vf.foreign = true;
	nic->vf.serial = serial;
	nic->vf.assoc = true;
	hvsim_path_advertise(nic);
	pr_info("nic%u: foreign vf, serial %u\n", nic->cfg.id, serial);
out:
	up_write(&nic->state);
	return err;
}

/**
 * hvsim_path_pull - take the VF away
 * @nic: the NIC
 * @surprise: without telling the guest first
 *
 * Context: process; hvsim_nic.ctl held.  Orderly, the guest has half a second
 * to answer, and a second to take the frames that the VF has for it.
 * Return: 0, -ENOENT when there is no VF, or what the VF's code says.
 */
int hvsim_path_pull(struct hvsim_nic *nic, bool surprise)
{
	int err;

	if (!nic->vf.plugged)
		return -ENOENT;
	cancel_delayed_work_sync(&nic->vf.late_assoc);
	err = surprise ? path_pull_surprise(nic) : path_pull_orderly(nic);
	pr_info("nic%u: vf pulled%s\n", nic->cfg.id,
		surprise ? " by surprise" : "");
	return err;
}

/**
 * hvsim_path_associate - send VF_ASSOCIATION as is, and remember it
 * @nic: the NIC
 * @on: allocated
 * @serial: of the VF
 *
 * Return: 0, or -ENOTCONN when no guest can hear it now; it is remembered.
 */
int hvsim_path_associate(struct hvsim_nic *nic, bool on, u32 serial)
{
	int err = 0;

	down_write(&nic->state);
	nic->vf.assoc = on;
	nic->vf.serial = serial;
	if (path_operational(nic))
		path_send_association(nic, on);
	else
		err = -ENOTCONN;
	up_write(&nic->state);
	return err;
}

/**
 * hvsim_path_set - move the data path by the host's own will
 * @nic: the NIC
 * @path: where to
 *
 * Return: 0, or -ENOENT for a path to a VF that is not there.
 */
int hvsim_path_set(struct hvsim_nic *nic, enum hvsim_path path)
{
	int err = 0;

	if (path == HVSIM_PATH_SYNTHETIC) {
		path_host_switch(nic);
		path_end_vf_tx(nic);
		return 0;
	}
	down_write(&nic->state);
	if (nic->vf.plugged)
		path_move(nic, HVSIM_PATH_VF, true);
	else
		err = -ENOENT;
	up_write(&nic->state);
	return err;
}
