// SPDX-License-Identifier: GPL-2.0-only
/*
 * The path of a bond.
 *
 *	              ask                   answered
 *	SYNTHETIC ------------> TO_VF -----------------> VF
 *	 ^ ^ ^ |                  |                      | |
 *	 | | | |  refused, or the |                      | |
 *	 | | +-|---- host moved --+   the host moved     | |
 *	 | +---|-----------------------------------------+ |
 *	 |     | the host may be                           |
 *	 |     | on the VF                                 | ask
 *	 |     +-------------------> TO_SYNTHETIC <--------+
 *	 |   answered or not              |
 *	 +--------------------------------+
 *
 * Transmission through the VF is possible in VF only: vf_bond_path_enter()
 * changes the state and tx_vf together.  The states on the way exist while
 * somebody with RTNL waits for the host, so whoever takes RTNL finds SYNTHETIC
 * or VF.  The moves to SYNTHETIC that the host makes come from any context.
 */
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>

#include "bond.h"
#include "trace.h"

const bool vf_bond_path_legal[VF_BOND_PATHS][VF_BOND_PATHS] = {
	[VF_BOND_SYNTHETIC] = {
		[VF_BOND_TO_VF] = true,
		[VF_BOND_TO_SYNTHETIC] = true,
	},
	[VF_BOND_TO_VF] = {
		[VF_BOND_VF] = true,
		[VF_BOND_SYNTHETIC] = true,
	},
	[VF_BOND_VF] = {
		[VF_BOND_TO_SYNTHETIC] = true,
		[VF_BOND_SYNTHETIC] = true,
	},
	[VF_BOND_TO_SYNTHETIC] = {
		[VF_BOND_SYNTHETIC] = true,
	},
};

/**
 * vf_bond_path_enter() - change the path, if that is legal now
 * @bond: the bond
 * @to: new state
 * @cause: why
 *
 * The one place where the path changes.
 *
 * Context: @bond->lock held; to enter VF_BOND_VF, RTNL too.
 * Return: whether the path changed; if not, the host was faster
 */
bool vf_bond_path_enter(struct vf_bond_priv *bond, enum vf_bond_path to,
			enum vf_bond_cause cause)
{
	lockdep_assert_held(&bond->lock);

	if (!vf_bond_path_legal[bond->path][to])
		return false;

	trace_vf_bond_path(bond->master, bond->path, to, cause);
	WRITE_ONCE(bond->path, to);
	rcu_assign_pointer(bond->pub.tx_vf,
			   to == VF_BOND_VF ? bond->vf : NULL);
	return true;
}

/**
 * vf_bond_path_moved() - count a switch that has been made
 * @bond: the bond
 * @count: one of @bond->switches
 *
 * Context: @bond->lock held.
 */
void vf_bond_path_moved(struct vf_bond_priv *bond, u32 *count)
{
	lockdep_assert_held(&bond->lock);

	(*count)++;
	bond->switches.last_ms = ktime_to_ms(ktime_get_real());
}

/* What @err of a master's switch_path() says. */
static enum vf_bond_cause vf_bond_answer_cause(int err)
{
	switch (err) {
	case 0:
		return VF_BOND_BY_ANSWER;
	case -ETIMEDOUT:
		return VF_BOND_BY_SILENCE;
	case -ENODEV:
		return VF_BOND_BY_HOST_LOST;
	default:
		return VF_BOND_BY_REFUSAL;
	}
}

/* A flapping VF must not fill the log: once until a switch succeeds. */
static void vf_bond_switch_failed(struct vf_bond_priv *bond, const char *to,
				  int err)
{
	if (bond->fail_logged)
		return;
	bond->fail_logged = true;
	netdev_warn(bond->master, "data path not switched to %s: error %d\n",
		    to, err);
}

/* Stop transmission through the VF, if the host is to be asked to move. */
static bool vf_bond_begin_to_synthetic(struct vf_bond_priv *bond,
				       enum vf_bond_cause cause, bool *was_vf)
{
	unsigned long flags;
	bool begun;

	spin_lock_irqsave(&bond->lock, flags);
	*was_vf = bond->path == VF_BOND_VF;
	begun = (*was_vf || bond->host_on_vf) && !bond->host_gone &&
		vf_bond_path_enter(bond, VF_BOND_TO_SYNTHETIC, cause);
	spin_unlock_irqrestore(&bond->lock, flags);

	return begun;
}

static void vf_bond_end_to_synthetic(struct vf_bond_priv *bond, int err)
{
	unsigned long flags;

	spin_lock_irqsave(&bond->lock, flags);
	vf_bond_path_enter(bond, VF_BOND_SYNTHETIC, vf_bond_answer_cause(err));
	if (!err || err == -ENODEV)
		bond->host_on_vf = false;
	if (!err)
		vf_bond_path_moved(bond, &bond->switches.to_synthetic);
	else if (err != -ENODEV)
		bond->switches.failed++;
	spin_unlock_irqrestore(&bond->lock, flags);
}

static void vf_bond_switch_to_synthetic(struct vf_bond_priv *bond,
					enum vf_bond_cause cause)
{
	bool was_vf;
	int err;

	if (!vf_bond_begin_to_synthetic(bond, cause, &was_vf))
		return;

	if (was_vf) {
		/* no frame is on its way into the VF after this */
		synchronize_net();
		vf_bond_release_queues(bond, bond->vf);
		vf_bond_drain(bond->vf);
	}

	err = bond->ops->switch_path(bond->master, false);
	vf_bond_end_to_synthetic(bond, err);
	if (!err)
		bond->fail_logged = false;
	else if (err != -ENODEV)
		vf_bond_switch_failed(bond, "synthetic path", err);
}

/* What is left to do when the host has answered a request to use the VF. */
static bool vf_bond_asked_vf(struct vf_bond_priv *bond, int err)
{
	unsigned long flags;
	bool moved;

	spin_lock_irqsave(&bond->lock, flags);
	moved = !err && vf_bond_path_enter(bond, VF_BOND_VF,
					   VF_BOND_BY_ANSWER);
	/*
	 * When the host moved back while it was being asked, it is not known
	 * which of the two came last.  A request that it has not got changes
	 * nothing.
	 */
	if (!err || err == -ETIMEDOUT)
		bond->host_on_vf = true;
	if (moved)
		vf_bond_path_moved(bond, &bond->switches.to_vf);
	else
		vf_bond_path_enter(bond, VF_BOND_SYNTHETIC,
				   vf_bond_answer_cause(err));
	if (err && err != -ENODEV)
		bond->switches.failed++;
	spin_unlock_irqrestore(&bond->lock, flags);

	return moved;
}

static void vf_bond_switch_to_vf(struct vf_bond_priv *bond,
				 enum vf_bond_cause cause)
{
	unsigned long flags;
	bool begun;
	int err;

	spin_lock_irqsave(&bond->lock, flags);
	begun = vf_bond_path_enter(bond, VF_BOND_TO_VF, cause);
	spin_unlock_irqrestore(&bond->lock, flags);
	if (!begun)
		return;

	err = bond->ops->switch_path(bond->master, true);
	if (vf_bond_asked_vf(bond, err))
		bond->fail_logged = false;
	else if (err)
		vf_bond_switch_failed(bond, "VF", err);
	else
		vf_bond_switch_to_synthetic(bond, VF_BOND_BY_HOST);
}

static bool vf_bond_vf_can_carry(const struct vf_bond_priv *bond)
{
	const struct net_device *vf = bond->vf;

	return vf && bond->ready && !bond->vf_closing && vf_bond_vf_usable(vf);
}

/**
 * vf_bond_vf_fits() - whether the VF is set as the master's frames want it
 * @bond: the bond, with a VF
 *
 * Context: RTNL held.
 * Return: false if it would lose frames that the synthetic path carries
 */
bool vf_bond_vf_fits(const struct vf_bond_priv *bond)
{
	const struct net_device *vf = bond->vf;

	return vf->mtu >= bond->mtu &&
	       ether_addr_equal(vf->dev_addr, bond->addr);
}

/**
 * vf_bond_see_hold() - remember what the VF's link was when the host took over
 * @bond: the bond, with a VF
 *
 * Context: @bond->lock held, and RTNL or a path that is not synthetic.
 */
void vf_bond_see_hold(struct vf_bond_priv *bond)
{
	bond->hold_downs = atomic_read(&bond->vf->carrier_down_count);
	bond->hold_seen = true;
}

/* An event may be of a link that was down and is up again. */
static bool vf_bond_was_down(const struct vf_bond_priv *bond)
{
	return !bond->vf_was_up ||
	       (bond->hold_seen && bond->hold_downs !=
		atomic_read(&bond->vf->carrier_down_count));
}

/* @up: the VF can carry frames.  Its coming up ends the host's hold. */
static bool vf_bond_host_agrees(struct vf_bond_priv *bond, bool up)
{
	unsigned long flags;
	bool agrees;

	spin_lock_irqsave(&bond->lock, flags);
	if (up && vf_bond_was_down(bond))
		bond->hold = false;
	if (up && !bond->hold_seen)
		vf_bond_see_hold(bond);
	agrees = bond->allocated && !bond->hold && !bond->host_gone;
	spin_unlock_irqrestore(&bond->lock, flags);
	bond->vf_was_up = up;

	return agrees;
}

/**
 * vf_bond_path_report() - tell the master where the path is now
 * @bond: the bond
 *
 * Context: RTNL held.
 */
void vf_bond_path_report(struct vf_bond_priv *bond)
{
	enum vf_bond_path path = READ_ONCE(bond->path);

	if (path == bond->reported)
		return;
	bond->reported = path;
	if (path == VF_BOND_VF)
		vf_bond_raise_limits(bond);
	else
		vf_bond_lower_limits(bond);
	if (bond->ops->link_changed)
		bond->ops->link_changed(bond->master, path);
}

/**
 * vf_bond_path_update() - bring the path where it should be
 * @bond: the bond
 * @cause: why it may have to move
 *
 * Asks the host only when the path has to move, so events may come in bursts.
 *
 * Context: RTNL held; waits for the host as long as ops->switch_path() does.
 */
void vf_bond_path_update(struct vf_bond_priv *bond, enum vf_bond_cause cause)
{
	bool up, agrees;

	ASSERT_RTNL();

	up = vf_bond_vf_can_carry(bond);
	agrees = vf_bond_host_agrees(bond, up);
	if (up && agrees && bond->open && vf_bond_vf_fits(bond))
		vf_bond_switch_to_vf(bond, cause);
	else
		vf_bond_switch_to_synthetic(bond, cause);

	vf_bond_path_report(bond);
}

/**
 * vf_bond_path() - the state of a bond's path
 * @pub: the bond
 *
 * Context: any.
 * Return: the state, which may change at any time unless RTNL is held, and
 *	even then to VF_BOND_SYNTHETIC
 */
enum vf_bond_path vf_bond_path(const struct vf_bond *pub)
{
	return READ_ONCE(vf_bond_priv(pub)->path);
}
EXPORT_SYMBOL_GPL(vf_bond_path);

/* ---- events of the VF ---- */

/**
 * vf_bond_vf_up() - the VF has been opened
 * @bond: its bond
 *
 * Context: RTNL held.
 */
void vf_bond_vf_up(struct vf_bond_priv *bond)
{
	bond->vf_closing = false;
	if (!bond->opening)
		vf_bond_path_update(bond, VF_BOND_BY_VF_UP);
}

/**
 * vf_bond_vf_going_down() - the VF is about to be closed, and still works
 * @bond: its bond
 * @cause: why
 *
 * Context: RTNL held; waits for frames inside the VF for a bounded time, and for
 *	ops->host_switch_obeyed().
 */
void vf_bond_vf_going_down(struct vf_bond_priv *bond, enum vf_bond_cause cause)
{
	bond->vf_closing = true;
	/* if the host has left it, it is emptied while that is possible */
	flush_work(&bond->obey_work);
	vf_bond_path_update(bond, cause);
}

/**
 * vf_bond_vf_down() - the VF has been closed
 * @bond: its bond
 *
 * Context: RTNL held.
 */
void vf_bond_vf_down(struct vf_bond_priv *bond)
{
	bond->vf_closing = false;
	vf_bond_path_update(bond, VF_BOND_BY_VF_DOWN);
}
