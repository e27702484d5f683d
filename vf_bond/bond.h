/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vf_bond: structures shared by the files of the module.
 *
 * Layers, top to bottom; a file calls its own layer and those below it:
 *
 *	main
 *	events
 *	bond		list of bonds, pairing, what the host says
 *	join		make a device the lower device of a master, and undo it
 *	settings	MTU, addresses, filters and features of the VF
 *	xdp		the master's program on the VF
 *	host		what the host says and does by itself
 *	path		state machine of the data path
 *	limits		what the master takes over from its VF
 *	xmit		frames
 *	work		deferred work, references
 *	queue		the master's queues while the VF carries the data
 *	stats, match, trace
 */
#ifndef _VF_BOND_BOND_H
#define _VF_BOND_BOND_H

#include <linux/hrtimer.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "vf_bond.h"

#define VF_BOND_PATHS	(VF_BOND_TO_SYNTHETIC + 1)

/**
 * enum vf_bond_cause - why something happens to a bond; for those who trace
 * @VF_BOND_BY_ASSOCIATION: the host associated a VF, another, or none
 * @VF_BOND_BY_HOST: the host moved the path by itself
 * @VF_BOND_BY_HOST_LOST: the master detaches from its host
 * @VF_BOND_BY_ANSWER: the host answered
 * @VF_BOND_BY_REFUSAL: the host refused, or moved back while it was asked
 * @VF_BOND_BY_SILENCE: the host did not answer in time
 * @VF_BOND_BY_VF_JOINED: the VF has joined
 * @VF_BOND_BY_VF_UP: the VF has been opened
 * @VF_BOND_BY_VF_DOWN: the VF is being closed, or has been
 * @VF_BOND_BY_VF_CHANGE: the VF's carrier or its presence changed, perhaps
 * @VF_BOND_BY_VF_GONE: the VF unregisters, or goes to another namespace
 * @VF_BOND_BY_SETTINGS: MTU, address or flags of master or VF changed
 * @VF_BOND_BY_MASTER_OPEN: the master has been opened
 * @VF_BOND_BY_MASTER_CLOSE: the master is being closed
 * @VF_BOND_BY_MASTER_MOVED: the master changes its network namespace
 * @VF_BOND_BY_MASTER_GONE: the master's driver lets go of the bond
 */
enum vf_bond_cause {
	VF_BOND_BY_ASSOCIATION,
	VF_BOND_BY_HOST,
	VF_BOND_BY_HOST_LOST,
	VF_BOND_BY_ANSWER,
	VF_BOND_BY_REFUSAL,
	VF_BOND_BY_SILENCE,
	VF_BOND_BY_VF_JOINED,
	VF_BOND_BY_VF_UP,
	VF_BOND_BY_VF_DOWN,
	VF_BOND_BY_VF_CHANGE,
	VF_BOND_BY_VF_GONE,
	VF_BOND_BY_SETTINGS,
	VF_BOND_BY_MASTER_OPEN,
	VF_BOND_BY_MASTER_CLOSE,
	VF_BOND_BY_MASTER_MOVED,
	VF_BOND_BY_MASTER_GONE,
};

/* Written by the CPU it belongs to, with bottom halves off. */
struct vf_bond_pcpu {
	u64_stats_t rx_packets;
	u64_stats_t rx_bytes;
	u64_stats_t tx_packets;
	u64_stats_t tx_bytes;
	u64_stats_t tx_dropped;
	struct u64_stats_sync syncp;
};

/* What join and set-up changed on the VF, to be undone when it leaves. */
struct vf_bond_undo {
	bool opened;
	bool promisc;
	bool allmulti;
	unsigned int mtu;
	netdev_features_t wanted;
	u8 addr[ETH_ALEN];
};

/* One transmit queue of the master; guarded by its transmit lock. */
struct vf_bond_queue {
	struct sk_buff *held;		/* the end of a burst, up to now */
	unsigned long full_since;	/* jiffies; 0: there was room */
	u16 waits_for;			/* queue of the VF that was full */
} ____cacheline_aligned_in_smp;

/* The master's own, while those of the VF are in force. */
struct vf_bond_limits {
	unsigned short headroom;
	unsigned short tailroom;
	unsigned int tso_size;		/* 0: the VF's is not in force */
	unsigned int gso_size;		/* wanted by the user, with a VF */
	unsigned int gso_ipv4_size;
};

/**
 * struct vf_bond_priv - a bond, with what is private to vf_bond
 * @pub: what the master sees; its tx_vf is set if and only if @path is
 *	VF_BOND_VF, written with @lock held, read under RCU
 * @master: the master; constant
 * @ops: its operations; constant, not called any more once @dead
 * @stats: per-CPU counters
 * @queues: of the master, see &struct vf_bond_queue
 * @waiting: a bit for each of them that is stopped until the VF has room
 * @wait_timer: wakes them
 * @num_queues: how many there are; constant
 * @refs: the master's reference, and one while @work is queued
 * @work: pairing, set-up and switches that other contexts ask for; takes RTNL
 * @obey_work: ends a switch that the host made; never takes RTNL, so that it
 *	may be cancelled with RTNL held, and the host is not kept waiting by
 *	whoever holds it
 * @lock: guards the fields down to @draining; any context; innermost
 * @path: state of the data path; read without @lock for information
 * @dead: unregistered: nothing is queued any more
 * @allocated: last association of the host
 * @serial: serial number in it
 * @hold: the host took the path away; wait for the next association, for the
 *	VF to come up anew or for the host to give it back
 * @hold_seen: @hold_downs is of the hold in force
 * @hold_downs: how often the VF's link had gone down when the host took over
 * @host_gone: the host cannot be asked, until it associates
 * @host_on_vf: the host has the path on the VF, or may have: it was asked to
 *	and has not confirmed to be back
 * @answer_vf: the host is owed an answer for having moved to the VF
 * @switches: what became of the path
 * @work_cause: why @work was asked for last
 * @draining: VF that @obey_work waits for
 * @draining_tracker: reference to it
 * @list: in the list of bonds; RTNL, as are all fields below but the last
 * @vf: the VF, joined
 * @vf_tracker: reference to it
 * @marked: device that was marked while it registers; compared only
 * @vf_has_serial: the VF has a serial number
 * @vf_serial: that number
 * @ready: the VF is set up and may get the path
 * @vf_closing: the VF is about to go down
 * @opening: the VF is being opened on behalf of the master
 * @vf_was_up: the VF could carry frames when last looked at
 * @open: the master is open
 * @mtu: that the VF must carry
 * @addr: that the VF must have
 * @unfit_logged: it cannot, and that has been logged
 * @fail_logged: a failed switch has been logged, none has succeeded since
 * @reported: path that the master was told of
 * @undo: see &struct vf_bond_undo
 * @undo_of: the VF that @undo is of, though it may have left for another
 *	network namespace; compared only
 * @limits: see &struct vf_bond_limits
 * @xdp: the master's program; its reference
 * @addr_vf: the VF while it follows the master's address lists; guarded by
 *	the master's addr_list_lock
 *
 * Order of locks: RTNL, net_rwsem, the master's addr_list_lock, the VF's;
 * RTNL, @lock; the master's transmit lock, the VF's.
 */
struct vf_bond_priv {
	struct vf_bond pub;
	struct net_device *master;
	const struct vf_bond_ops *ops;
	struct vf_bond_pcpu __percpu *stats;
	struct vf_bond_queue *queues;
	unsigned long *waiting;
	struct hrtimer wait_timer;
	unsigned int num_queues;
	struct kref refs;
	struct work_struct work;
	struct work_struct obey_work;

	spinlock_t lock;	/* see above */
	enum vf_bond_path path;
	bool dead;
	bool allocated;
	u32 serial;
	bool hold;
	bool hold_seen;
	int hold_downs;
	bool host_gone;
	bool host_on_vf;
	bool answer_vf;
	struct vf_bond_switches switches;
	enum vf_bond_cause work_cause;
	struct net_device *draining;
	netdevice_tracker draining_tracker;

	struct list_head list;
	struct net_device *vf;
	netdevice_tracker vf_tracker;
	const struct net_device *marked;
	bool vf_has_serial;
	u32 vf_serial;
	bool ready;
	bool vf_closing;
	bool opening;
	bool vf_was_up;
	bool open;
	unsigned int mtu;
	u8 addr[ETH_ALEN];
	bool unfit_logged;
	bool fail_logged;
	enum vf_bond_path reported;
	struct vf_bond_undo undo;
	const struct net_device *undo_of;
	struct vf_bond_limits limits;
	struct bpf_prog *xdp;

	struct net_device *addr_vf;
};

static inline struct vf_bond_priv *vf_bond_priv(const struct vf_bond *pub)
{
	return container_of(pub, struct vf_bond_priv, pub);
}

/*
 * The path follows the VF's link only when the event has been worked through,
 * which may take long after the link has gone.
 */
static inline bool vf_bond_vf_usable(const struct net_device *vf)
{
	return netif_running(vf) && netif_carrier_ok(vf) &&
	       netif_device_present(vf);
}

/* Bottom halves off. */
static inline void vf_bond_count_rx(struct vf_bond_priv *bond,
				    unsigned int bytes)
{
	struct vf_bond_pcpu *pcpu = this_cpu_ptr(bond->stats);

	u64_stats_update_begin(&pcpu->syncp);
	u64_stats_inc(&pcpu->rx_packets);
	u64_stats_add(&pcpu->rx_bytes, bytes);
	u64_stats_update_end(&pcpu->syncp);
}

static inline void vf_bond_count_tx(struct vf_bond_priv *bond,
				    unsigned int packets, unsigned int bytes)
{
	struct vf_bond_pcpu *pcpu = this_cpu_ptr(bond->stats);

	u64_stats_update_begin(&pcpu->syncp);
	u64_stats_add(&pcpu->tx_packets, packets);
	u64_stats_add(&pcpu->tx_bytes, bytes);
	u64_stats_update_end(&pcpu->syncp);
}

static inline void vf_bond_count_tx_dropped(struct vf_bond_priv *bond)
{
	struct vf_bond_pcpu *pcpu = this_cpu_ptr(bond->stats);

	u64_stats_update_begin(&pcpu->syncp);
	u64_stats_inc(&pcpu->tx_dropped);
	u64_stats_update_end(&pcpu->syncp);
}

/* events.c */
int vf_bond_events_init(void);
void vf_bond_events_exit(void);

/* bond.c: RTNL */
struct vf_bond_priv *vf_bond_of_master(const struct net_device *dev);
void vf_bond_mark_candidate(struct net_device *dev);
void vf_bond_adopt_candidate(struct net_device *dev);

/* join.c: RTNL */
enum vf_bond_leave {
	VF_BOND_VF_STAYS,	/* the VF becomes an ordinary interface again */
	VF_BOND_VF_GOES,	/* it goes away, or comes back to be joined */
};

struct vf_bond_priv *vf_bond_of_vf(const struct net_device *dev);
void vf_bond_mark(struct net_device *dev);
void vf_bond_unmark(struct net_device *dev);
void vf_bond_tell_user_space(struct net_device *vf);
int vf_bond_join(struct vf_bond_priv *bond, struct net_device *vf);
void vf_bond_leave(struct vf_bond_priv *bond, enum vf_bond_leave how,
		   enum vf_bond_cause cause);

/* settings.c: RTNL */
void vf_bond_setup(struct vf_bond_priv *bond);
void vf_bond_follow(struct vf_bond_priv *bond);
void vf_bond_master_mtu_changed(struct vf_bond_priv *bond);
void vf_bond_vf_mtu_changed(struct vf_bond_priv *bond);
void vf_bond_master_addr_changed(struct vf_bond_priv *bond);
void vf_bond_undo_setup(struct vf_bond_priv *bond, enum vf_bond_leave how);
void vf_bond_restore(struct vf_bond_priv *bond, struct net_device *vf);

/* xdp.c: RTNL */
void vf_bond_xdp_join(struct vf_bond_priv *bond);
void vf_bond_xdp_leave(struct vf_bond_priv *bond);

/* host.c */
void vf_bond_obey(struct work_struct *work);
void vf_bond_cancel_obey(struct vf_bond_priv *bond);

/* path.c */
extern const bool vf_bond_path_legal[VF_BOND_PATHS][VF_BOND_PATHS];
bool vf_bond_path_enter(struct vf_bond_priv *bond, enum vf_bond_path to,
			enum vf_bond_cause cause);
void vf_bond_path_moved(struct vf_bond_priv *bond, u32 *count);
void vf_bond_path_update(struct vf_bond_priv *bond, enum vf_bond_cause cause);
void vf_bond_path_report(struct vf_bond_priv *bond);
bool vf_bond_vf_fits(const struct vf_bond_priv *bond);
void vf_bond_see_hold(struct vf_bond_priv *bond);
void vf_bond_vf_up(struct vf_bond_priv *bond);
void vf_bond_vf_going_down(struct vf_bond_priv *bond, enum vf_bond_cause cause);
void vf_bond_vf_down(struct vf_bond_priv *bond);

/* limits.c: RTNL */
void vf_bond_join_limits(struct vf_bond_priv *bond);
void vf_bond_leave_limits(struct vf_bond_priv *bond);
void vf_bond_raise_limits(struct vf_bond_priv *bond);
void vf_bond_lower_limits(struct vf_bond_priv *bond);

/* xmit.c */
rx_handler_result_t vf_bond_receive(struct sk_buff **pskb);
void vf_bond_drain(const struct net_device *vf);

/* queue.c */
int vf_bond_alloc_queues(struct vf_bond_priv *bond);
void vf_bond_free_queues(struct vf_bond_priv *bond);
bool vf_bond_wait_for_vf(struct vf_bond_priv *bond,
			 const struct net_device *vf, u16 queue, u16 vf_queue);
void vf_bond_found_room(struct vf_bond_priv *bond, u16 queue, u16 vf_queue);
struct sk_buff *vf_bond_send_list(struct vf_bond_priv *bond,
				  struct sk_buff *skb, bool more);
void vf_bond_release_queues(struct vf_bond_priv *bond,
			    const struct net_device *vf);
void vf_bond_stop_queues(struct vf_bond_priv *bond);

/* work.c */
int vf_bond_work_init(void);
void vf_bond_work_exit(void);
void vf_bond_kick(struct vf_bond_priv *bond, enum vf_bond_cause cause);
void vf_bond_kick_obey(struct vf_bond_priv *bond);
void vf_bond_put(struct vf_bond_priv *bond);

#endif /* _VF_BOND_BOND_H */
