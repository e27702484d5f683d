/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host side state of one synthetic NIC.
 *
 * Locks, outermost first:
 *	hvsim_nic.ctl		one debugfs command at a time on a NIC
 *	hvsim_nic.state		what NVSP and RNDIS negotiated.  Messages that
 *				change it are handled under it for writing, data
 *				under it for reading, so that no buffer goes
 *				away while a channel uses it
 *	hvsim_vswitch.lock	what a frame needs to find its way; BH
 *	hvsim_nic_chan.lock	what is queued toward the guest; BH
 *	hvsim_rxbuf.lock	free sections of the receive buffer; BH
 * No guest code runs under any but the first.
 */
#ifndef _HVSIM_NIC_H
#define _HVSIM_NIC_H

#include <linux/etherdevice.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <netvsc/ndis.h>
#include <netvsc/nvsp.h>
#include <netvsc/rndis.h>
#include "hvsim.h"
#include "faults.h"
#include "rss.h"
#include "rxbuf.h"
#include "stats.h"

#define HVSIM_MAX_NICS		64
#define HVSIM_MAX_CHANNELS	64
#define HVSIM_NAME_MAX		64

/* Ids of the host's own requests, far from those of receive sections. */
#define HVSIM_ID_ASSOCIATION	0x8000000000000000ull
#define HVSIM_ID_SWITCH		0x8000000000000001ull

/**
 * struct hvsim_nic_cfg - what "add" asked for
 * @id: N of nic<N>
 * @channels: most channels that the guest may have, the primary included
 * @version: newest NVSP version offered, NVSP_VERSION_*
 * @serial: default serial of the VF's slot
 * @max_mtu: largest MTU, without the Ethernet header
 * @speed: Mbit/s
 * @lso4: largest IPv4 frame to cut, bytes; 0 for no large send
 * @lso6: the same for IPv6
 * @recv_section: bytes of a receive sub-allocation
 * @send_section: bytes of a send section
 * @csum4: IPv4 TCP checksum is offered
 * @csum6: IPv6 TCP checksum is offered
 * @udp: UDP checksum is offered, for the families above
 * @rsc: receive coalescing is offered
 * @mac: permanent address
 * @name: friendly name
 */
struct hvsim_nic_cfg {
	u16 id;
	u16 channels;
	u32 version;
	u32 serial;
	u32 max_mtu;
	u32 speed;
	u32 lso4;
	u32 lso6;
	u32 recv_section;
	u32 send_section;
	bool csum4;
	bool csum6;
	bool udp;
	bool rsc;
	u8 mac[ETH_ALEN];
	char name[HVSIM_NAME_MAX];
};

/* One channel; @chan is good while @open. */
struct hvsim_nic_chan {
	struct hvsim_nic *nic;
	struct hvsim_chan *chan;
	u16 index;
	bool open;
	spinlock_t lock;		/* open, chan, the lists below */
	struct sk_buff_head rxq;	/* frames for the guest */
	struct list_head out;		/* messages for the guest, in order */
	struct list_head ctl;		/* RNDIS messages waiting for a section */
	struct list_head delayed;	/* answers that a fault holds back */
	u32 num_ctl;
};

/* What NVSP agreed on; under hvsim_nic.state, forgotten on close. */
struct hvsim_nvsp {
	u32 version;			/* 0: none yet */
	bool ndis_config;
	bool ndis_version;
	bool recv_buf;
	bool send_buf;
	bool revoked;			/* nothing is processed any more */
	bool subchannels;
	u16 recv_id;			/* of the receive buffer */
	u16 granted;			/* sub-channels */
	u16 opened;
	u32 frame_max;			/* MTU with the Ethernet header */
	u64 caps;			/* NVSP_CAP_* */
	u8 *send_base;
	u32 send_size;
};

/* Offloads that the guest may ask for in a packet now. */
struct hvsim_offloads {
	bool tcp4, tcp6, udp4, udp6;	/* transmit checksums */
	bool rx_tcp4, rx_tcp6, rx_udp4, rx_udp6;
	bool lso4, lso6;
	bool rsc4, rsc6;
};

/* What RNDIS agreed on; under hvsim_nic.state, forgotten on close. */
struct hvsim_rndis {
	bool initialized;
	struct hvsim_offloads offloads;
};

/**
 * struct hvsim_vswitch - what decides the way of a frame
 * @lock: all the rest
 * @mac: address the guest has now
 * @filter: RNDIS_PACKET_TYPE_* mask; 0: nothing to the synthetic path
 * @frame_max: longest frame the guest takes, Ethernet header included
 * @link: the physical link is up
 * @path: where unicast frames go
 * @vf_tx: frames from the VF are forwarded; stays on while the guest has not
 *	yet answered that the host moved the path away from the VF
 * @steer: percent of unicast frames that take the synthetic path all the same
 * @steer_acc: accumulates @steer, so that the share is exact
 * @rsc4: coalesced IPv4 frames are welcome
 * @rsc6: coalesced IPv6 frames are welcome
 * @rss: how frames are spread over channels
 */
struct hvsim_vswitch {
	spinlock_t lock;		/* all below */
	u8 mac[ETH_ALEN];
	u32 filter;
	u32 frame_max;
	bool link;
	enum hvsim_path path;
	bool vf_tx;
	u8 steer;
	u8 steer_acc;
	bool rsc4;
	bool rsc6;
	struct hvsim_rss rss;
};

/* The VF as the host's management sees it; under hvsim_nic.ctl or .state. */
struct hvsim_vf_state {
	bool plugged;
	bool foreign;			/* its PCI function is not ours */
	bool assoc;			/* to be advertised when possible */
	bool advertised;		/* the guest was told */
	u32 serial;
	const struct hvsim_vf_form *form; /* of the next one plugged */
	bool switch_pending;		/* guest owes an answer to our switch */
	wait_queue_head_t answered;
	struct delayed_work late_assoc;
};

struct hvsim_wire;
struct dentry;

struct hvsim_nic {
	struct hvsim_nic_cfg cfg;
	struct list_head list;
	struct mutex ctl;		/* one debugfs command at a time */
	struct rw_semaphore state;	/* nvsp, rndis, rxbuf, send buffer */
	struct hvsim_dev *dev;
	struct dentry *dir;
	struct hvsim_wire *wire;

	struct hvsim_nvsp nvsp;
	struct hvsim_rndis rndis;
	struct hvsim_rxbuf rxbuf;
	struct hvsim_vswitch sw;
	struct hvsim_vf_state vf;
	u32 speed;			/* Mbit/s */

	struct hvsim_stats stats;
	struct hvsim_faults faults;
	unsigned long flags;		/* HVSIM_NIC_* */
	struct delayed_work offer_work;	/* offers granted sub-channels */
	struct work_struct rescind_work; /* finishes a rescind by a fault */

	struct hvsim_nic_chan chans[];
};

#define HVSIM_NIC_OFFERED	0	/* bit: not yet rescinded */

struct hvsim_nic *hvsim_nic_create(const struct hvsim_nic_cfg *cfg);
void hvsim_nic_destroy(struct hvsim_nic *nic);
int hvsim_nic_crash(struct hvsim_nic *nic);
int hvsim_nic_boot(struct hvsim_nic *nic);

static inline struct hvsim_nic_chan *hvsim_nic_primary(struct hvsim_nic *nic)
{
	return &nic->chans[0];
}

static inline void hvsim_count(struct hvsim_nic *nic, enum hvsim_count what)
{
	atomic64_inc(&nic->stats.count[what]);
}

static inline void hvsim_count_add(struct hvsim_nic *nic,
				   enum hvsim_count what, u64 n)
{
	atomic64_add(n, &nic->stats.count[what]);
}

/* Take the device away from under the guest; any context. */
static inline void hvsim_nic_rescind(struct hvsim_nic *nic)
{
	hvsim_dev_mark_rescinded(nic->dev);
	schedule_work(&nic->rescind_work);
}

/* Bytes of an NVSP message, by the version agreed. */
static inline u32 hvsim_nvsp_msg_size(const struct hvsim_nic *nic)
{
	return nic->nvsp.version >= NVSP_VERSION_61 ? NVSP_MSG_SIZE_61 :
						      NVSP_MSG_SIZE;
}

#endif /* _HVSIM_NIC_H */
