// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes of configuration.  What the host need not hear of is done while the
 * traffic goes on; for the rest the device is exchanged for another one, which
 * is made as far as possible before the old one goes.
 */
#include "reconfig.h"

#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "device.h"
#include "netvsc.h"
#include "queues.h"
#include "vf_bond.h"

/* A host that has fewer than the user wants has no more to give. */
static u16 netvsc_reconfig_channels(const struct netvsc_device *nvdev,
				    const struct netvsc_config *config)
{
	return min(config->channels, nvdev->max_channels);
}

/* Whether @nvdev will do for a configuration without being exchanged. */
static bool netvsc_reconfig_fits(const struct netvsc_device *nvdev,
				 const struct netvsc_config *config, u32 mtu)
{
	const struct netvsc_config *now = &nvdev->nv->config;

	return config->recv_sections == now->recv_sections &&
	       config->recv_section_size == now->recv_section_size &&
	       config->send_sections == now->send_sections &&
	       config->send_section_size == now->send_section_size &&
	       config->rings_asked == now->rings_asked &&
	       netvsc_reconfig_channels(nvdev, config) <=
			nvdev->usable_channels &&
	       mtu <= nvdev->mtu;
}

/*
 * The host goes on to know the largest MTU that there was: it may send longer
 * frames than ours, as any neighbour on a wire may.
 */
static int netvsc_reconfig_in_place(struct netvsc_device *nvdev,
				    const struct netvsc_config *config, u32 mtu)
{
	u16 channels = netvsc_reconfig_channels(nvdev, config);
	struct netvsc *nv = nvdev->nv;
	int err = 0;

	if (channels != nvdev->num_channels)
		err = netvsc_queues_use(nvdev, channels);
	if (err)
		return err;

	nv->config = *config;
	WRITE_ONCE(nv->ndev->mtu, mtu);
	return 0;
}

/* Back to what worked before, with the buffers that it had. */
static int netvsc_reconfig_undo(struct netvsc_device *old)
{
	struct netvsc *nv = old->nv;
	struct netvsc_device *nvdev;
	int err;

	nvdev = netvsc_device_alloc(nv, &nv->config, nv->ndev->mtu, old);
	if (!nvdev)
		return -ENOMEM;
	netvsc_device_expect(nvdev, old);
	err = netvsc_device_resume(nvdev);
	if (err)
		netvsc_device_free(nvdev);
	return err;
}

/*
 * @old is the interface's device; @nvdev is to be.  What fails for want of
 * memory, or because the host does not take another buffer, has failed before.
 */
static int netvsc_reconfig_exchange(struct netvsc_device *old,
				    struct netvsc_device *nvdev)
{
	struct netvsc *nv = old->nv;
	u32 old_mtu = nv->ndev->mtu;
	int err, undo_err;

	/* the VF comes back when the host has told the new device of it */
	vf_bond_host_lost(nv->bond);
	/* in the first one, which is what the new device has first, too */
	netvsc_queues_gather_tx(nv, 1);
	netvsc_device_detach(nv);

	err = netvsc_device_resume(nvdev);
	if (!err) {
		nv->config = nvdev->config;
		netvsc_device_free(old);
		return 0;
	}

	netvsc_device_free(nvdev);
	WRITE_ONCE(nv->ndev->mtu, old_mtu);
	undo_err = netvsc_reconfig_undo(old);
	netvsc_device_free(old);
	if (!undo_err)
		return err;

	netif_carrier_off(nv->ndev);
	netdev_err(nv->ndev,
		   "device lost: change failed (%d), and so did going back (%d)\n",
		   err, undo_err);
	return err;
}

/**
 * netvsc_reconfig() - go over to another configuration
 * @nv: the interface, attached
 * @config: what to ask the host for from now on
 * @mtu: the MTU from now on
 *
 * If the host refuses, the old configuration is brought back; if that fails
 * too, the interface stays absent until it can be attached again.
 *
 * Context: RTNL, bounded sleep.
 * Return: 0, or an errno with configuration and MTU as they were; the
 * interface has no device any more if @nv->nvdev is NULL then.
 */
int netvsc_reconfig(struct netvsc *nv, const struct netvsc_config *config,
		    u32 mtu)
{
	struct netvsc_device *old = rtnl_dereference(nv->nvdev);
	struct netvsc_device *nvdev;

	ASSERT_RTNL();

	if (!old)
		return -ENODEV;
	if (netvsc_reconfig_fits(old, config, mtu))
		return netvsc_reconfig_in_place(old, config, mtu);

	nvdev = netvsc_device_alloc(nv, config, mtu, old);
	if (!nvdev)
		return -ENOMEM;
	netvsc_device_expect(nvdev, old);
	return netvsc_reconfig_exchange(old, nvdev);
}

/**
 * netvsc_reconfig_reset() - begin anew with the host, as configured
 * @nv: the interface, attached or not
 *
 * Context: RTNL, bounded sleep.
 * Return: 0, or an errno; the interface has no device any more if @nv->nvdev
 * is NULL then.
 */
int netvsc_reconfig_reset(struct netvsc *nv)
{
	struct netvsc_device *old = rtnl_dereference(nv->nvdev);
	struct netvsc_device *nvdev;
	int err;

	ASSERT_RTNL();

	nvdev = netvsc_device_alloc(nv, &nv->config, nv->ndev->mtu, old);
	if (!nvdev)
		return -ENOMEM;
	if (old) {
		vf_bond_host_lost(nv->bond);
		netvsc_device_detach(nv);
	}
	err = netvsc_device_resume(nvdev);
	if (err)
		netvsc_device_free(nvdev);
	if (old)
		netvsc_device_free(old);
	if (err)
		netif_carrier_off(nv->ndev);
	return err;
}
