// SPDX-License-Identifier: GPL-2.0-only
/* What ethtool shows and sets. */
#include <linux/ethtool.h>
#include <linux/rtnetlink.h>

#include "netdev.h"
#include "netvsc.h"
#include "rss.h"
#include "vf_bond.h"
#include "xmit.h"

/* The send table; to be raised if regs get another content. */
#define NETVSC_REGS_VERSION	1

#define NETVSC_RXH_L3		(RXH_IP_SRC | RXH_IP_DST)
#define NETVSC_RXH_L4		(RXH_L4_B_0_1 | RXH_L4_B_2_3)

static struct netvsc_device *attached(struct net_device *ndev)
{
	struct netvsc *nv = netdev_priv(ndev);

	return rtnl_dereference(nv->nvdev);
}

/* The VF while it carries the data. */
static struct net_device *active_vf(const struct netvsc *nv)
{
	if (!nv->bond || vf_bond_path(nv->bond) != VF_BOND_VF)
		return NULL;

	return vf_bond_vf(nv->bond);
}

static void netvsc_get_drvinfo(struct net_device *ndev,
			       struct ethtool_drvinfo *info)
{
	strscpy(info->driver, "hv_netvsc", sizeof(info->driver));
	strscpy(info->fw_version, "N/A", sizeof(info->fw_version));
}

static int netvsc_get_regs_len(struct net_device *ndev)
{
	return sizeof_field(struct netvsc, send_table);
}

static void netvsc_get_regs(struct net_device *ndev, struct ethtool_regs *regs,
			    void *p)
{
	const struct netvsc *nv = netdev_priv(ndev);

	regs->version = NETVSC_REGS_VERSION;
	memcpy(p, nv->send_table, sizeof(nv->send_table));
}

/* Test suites look for these two symbols in the module: keep the names. */
static u32 netvsc_get_msglevel(struct net_device *ndev)
{
	const struct netvsc *nv = netdev_priv(ndev);

	return nv->msg_enable;
}

static void netvsc_set_msglevel(struct net_device *ndev, u32 level)
{
	struct netvsc *nv = netdev_priv(ndev);

	nv->msg_enable = level;
}

/* ---- statistics ---- */

static int netvsc_get_sset_count(struct net_device *ndev, int set)
{
	const struct netvsc_device *nvdev = attached(ndev);

	if (set != ETH_SS_STATS)
		return -EOPNOTSUPP;

	return nvdev ? netvsc_stats_count(nvdev) : -ENODEV;
}

static void netvsc_get_strings(struct net_device *ndev, u32 set, u8 *data)
{
	const struct netvsc_device *nvdev = attached(ndev);

	if (nvdev && set == ETH_SS_STATS)
		netvsc_stats_strings(nvdev, data);
}

static void netvsc_get_ethtool_stats(struct net_device *ndev,
				     struct ethtool_stats *stats, u64 *data)
{
	const struct netvsc_device *nvdev = attached(ndev);

	if (nvdev)
		netvsc_stats_values(nvdev, data, stats->n_stats);
}

/* ---- link ---- */

static int netvsc_get_link_ksettings(struct net_device *ndev,
				     struct ethtool_link_ksettings *cmd)
{
	const struct netvsc *nv = netdev_priv(ndev);
	struct net_device *vf = active_vf(nv);

	if (vf)
		return __ethtool_get_link_ksettings(vf, cmd);

	cmd->base.speed = READ_ONCE(nv->speed);
	cmd->base.duplex = DUPLEX_FULL;
	cmd->base.port = PORT_OTHER;

	return 0;
}

static int netvsc_set_link_ksettings(struct net_device *ndev,
				     const struct ethtool_link_ksettings *cmd)
{
	struct netvsc *nv = netdev_priv(ndev);
	struct net_device *vf = active_vf(nv);
	u8 duplex = DUPLEX_FULL;
	int ret;

	if (vf) {
		if (!vf->ethtool_ops->set_link_ksettings)
			return -EOPNOTSUPP;
		netdev_lock_ops(vf);
		ret = vf->ethtool_ops->set_link_ksettings(vf, cmd);
		netdev_unlock_ops(vf);
		return ret;
	}

	if (cmd->base.duplex == DUPLEX_HALF)
		return -EINVAL;

	return ethtool_virtdev_set_link_ksettings(ndev, cmd, &nv->speed,
						  &duplex);
}

/* ---- channels ---- */

static void netvsc_get_channels(struct net_device *ndev,
				struct ethtool_channels *channels)
{
	const struct netvsc_device *nvdev = attached(ndev);

	if (nvdev) {
		channels->max_combined = nvdev->max_channels;
		channels->combined_count = nvdev->num_channels;
	}
}

/* The core has checked the counts against the limits above. */
static int netvsc_set_channels(struct net_device *ndev,
			       struct ethtool_channels *channels)
{
	struct netvsc *nv = netdev_priv(ndev);
	struct netvsc_config config = nv->config;

	if (!attached(ndev))
		return -ENODEV;

	config.channels = channels->combined_count;

	return netvsc_netdev_reconfigure(nv, &config, ndev->mtu);
}

/* ---- rings: the sections of the buffers that the host shares ---- */

/*
 * The host makes sections as large as the MTU needs that it was told, which
 * may be a former one, larger than today's.  Other rings have it told anew.
 */
static u32 recv_section_size(const struct netvsc_device *nvdev)
{
	if (nvdev->nv->ndev->mtu < nvdev->mtu)
		return min_t(u32, NETVSC_RECV_SECTION,
			     nvdev->recv.section_size);

	return nvdev->recv.section_size;
}

static void read_ringparam(const struct netvsc_device *nvdev,
			   struct ethtool_ringparam *ring)
{
	u32 recv_max = nvdev->nvsp_version <= NVSP_VERSION_2 ?
		       NETVSC_BUF_MAX_LEGACY : NETVSC_RECV_BUF_MAX;

	ring->rx_pending = nvdev->recv.section_count;
	ring->rx_max_pending = recv_max / recv_section_size(nvdev);
	ring->tx_pending = nvdev->send.section_count;
	if (nvdev->send.section_size)
		ring->tx_max_pending =
			NETVSC_SEND_BUF_MAX / nvdev->send.section_size;
}

static void
netvsc_get_ringparam(struct net_device *ndev, struct ethtool_ringparam *ring,
		     struct kernel_ethtool_ringparam *kernel_ring,
		     struct netlink_ext_ack *extack)
{
	const struct netvsc_device *nvdev = attached(ndev);

	if (nvdev)
		read_ringparam(nvdev, ring);
}

/* The core has checked the upper limits. */
static int
netvsc_set_ringparam(struct net_device *ndev, struct ethtool_ringparam *ring,
		     struct kernel_ethtool_ringparam *kernel_ring,
		     struct netlink_ext_ack *extack)
{
	struct netvsc *nv = netdev_priv(ndev);
	const struct netvsc_device *nvdev = attached(ndev);
	struct netvsc_config config = nv->config;

	if (!nvdev)
		return -ENODEV;

	if (ring->rx_pending < NETVSC_MIN_SECTIONS ||
	    ring->tx_pending < NETVSC_MIN_SECTIONS) {
		NL_SET_ERR_MSG_MOD(extack, "fewer than 10 sections");
		return -EINVAL;
	}
	if (ring->rx_pending == nvdev->recv.section_count &&
	    ring->tx_pending == nvdev->send.section_count)
		return 0;

	config.rings_asked++;
	/* what stays keeps its buffer */
	if (ring->rx_pending != nvdev->recv.section_count) {
		config.recv_sections = ring->rx_pending;
		config.recv_section_size = recv_section_size(nvdev);
	}
	if (ring->tx_pending != nvdev->send.section_count) {
		config.send_sections = ring->tx_pending;
		config.send_section_size = nvdev->send.section_size;
	}

	return netvsc_netdev_reconfigure(nv, &config, ndev->mtu);
}

/* ---- receive side scaling ---- */

static u32 netvsc_get_rxfh_key_size(struct net_device *ndev)
{
	return NDIS_RSS_KEY_SIZE;
}

/* A host that knows but one queue has no table. */
static u32 netvsc_get_rxfh_indir_size(struct net_device *ndev)
{
	const struct netvsc_device *nvdev = attached(ndev);

	return nvdev ? nvdev->rss_entries : 0;
}

static int netvsc_get_rxfh(struct net_device *ndev,
			   struct ethtool_rxfh_param *rxfh)
{
	const struct netvsc *nv = netdev_priv(ndev);
	const struct netvsc_device *nvdev = attached(ndev);
	int i;

	if (!nvdev)
		return -ENODEV;

	rxfh->hfunc = ETH_RSS_HASH_TOP;
	if (rxfh->indir) {
		for (i = 0; i < nvdev->rss_entries; i++)
			rxfh->indir[i] = nv->rss.table[i];
	}
	if (rxfh->key)
		memcpy(rxfh->key, nv->rss.key, sizeof(nv->rss.key));

	return 0;
}

/*
 * The table is @nvdev->rss_entries long.  One that spreads evenly is not kept
 * as the user's: it shall follow the number of channels.
 */
static int set_table(struct netvsc_rss *rss, const struct netvsc_device *nvdev,
		     const u32 *indir)
{
	bool even = true;
	int i;

	for (i = 0; i < nvdev->rss_entries; i++) {
		if (indir[i] >= nvdev->num_channels)
			return -EINVAL;
		if (indir[i] != ethtool_rxfh_indir_default(i,
							   nvdev->num_channels))
			even = false;
		rss->table[i] = indir[i];
	}
	rss->table_entries = nvdev->rss_entries;
	rss->table_set = !even;

	return 0;
}

static int netvsc_set_rxfh(struct net_device *ndev,
			   struct ethtool_rxfh_param *rxfh,
			   struct netlink_ext_ack *extack)
{
	struct netvsc *nv = netdev_priv(ndev);
	struct netvsc_device *nvdev = attached(ndev);
	struct netvsc_rss rss = nv->rss;
	int ret;

	if (!nvdev)
		return -ENODEV;
	if (rxfh->hfunc != ETH_RSS_HASH_NO_CHANGE &&
	    rxfh->hfunc != ETH_RSS_HASH_TOP)
		return -EOPNOTSUPP;
	if (!nvdev->rss_entries)
		return -EOPNOTSUPP;
	if (!rxfh->indir && !rxfh->key)
		return 0;

	if (rxfh->indir) {
		ret = set_table(&rss, nvdev, rxfh->indir);
		if (ret)
			return ret;
	}
	if (rxfh->key)
		memcpy(rss.key, rxfh->key, sizeof(rss.key));

	return netvsc_rss_change(nvdev, &rss);
}

COMPAT_RXFH(netvsc_get_rxfh, netvsc_set_rxfh)

/* Which flows hash with their ports, when a transmit queue is chosen. */
static u32 l4_flag(u32 flow_type)
{
	switch (flow_type) {
	case TCP_V4_FLOW:
		return NETVSC_L4_TCP4;
	case TCP_V6_FLOW:
		return NETVSC_L4_TCP6;
	case UDP_V4_FLOW:
		return NETVSC_L4_UDP4;
	case UDP_V6_FLOW:
		return NETVSC_L4_UDP6;
	default:
		return 0;
	}
}

static int netvsc_get_rxfh_fields(struct net_device *ndev,
				  struct ethtool_rxfh_fields *fields)
{
	const struct netvsc *nv = netdev_priv(ndev);
	u32 flag = l4_flag(fields->flow_type);

	fields->data = 0;
	if (flag || fields->flow_type == IPV4_FLOW ||
	    fields->flow_type == IPV6_FLOW)
		fields->data = NETVSC_RXH_L3;
	if (flag & nv->l4_hash)
		fields->data |= NETVSC_RXH_L4;

	return 0;
}

static int netvsc_set_rxfh_fields(struct net_device *ndev,
				  const struct ethtool_rxfh_fields *fields,
				  struct netlink_ext_ack *extack)
{
	struct netvsc *nv = netdev_priv(ndev);
	u32 flag = l4_flag(fields->flow_type);

	if (!flag)
		return -EOPNOTSUPP;

	if (fields->data == (NETVSC_RXH_L3 | NETVSC_RXH_L4))
		WRITE_ONCE(nv->l4_hash, nv->l4_hash | flag);
	else if (fields->data == NETVSC_RXH_L3)
		WRITE_ONCE(nv->l4_hash, nv->l4_hash & ~flag);
	else
		return -EOPNOTSUPP;

	return 0;
}

static u32 netvsc_get_rx_ring_count(struct net_device *ndev)
{
	const struct netvsc_device *nvdev = attached(ndev);

	return nvdev ? nvdev->num_channels : 0;
}

COMPAT_RXNFC(netvsc_get_rxfh_fields, netvsc_set_rxfh_fields,
	     netvsc_get_rx_ring_count)

const struct ethtool_ops netvsc_ethtool_ops = {
	.get_drvinfo		= netvsc_get_drvinfo,
	.get_regs_len		= netvsc_get_regs_len,
	.get_regs		= netvsc_get_regs,
	.get_msglevel		= netvsc_get_msglevel,
	.set_msglevel		= netvsc_set_msglevel,
	.get_link		= ethtool_op_get_link,
	.get_sset_count		= netvsc_get_sset_count,
	.get_strings		= netvsc_get_strings,
	.get_ethtool_stats	= netvsc_get_ethtool_stats,
	.get_link_ksettings	= netvsc_get_link_ksettings,
	.set_link_ksettings	= netvsc_set_link_ksettings,
	.get_channels		= netvsc_get_channels,
	.set_channels		= netvsc_set_channels,
	.get_ringparam		= netvsc_get_ringparam,
	.set_ringparam		= netvsc_set_ringparam,
	.get_ts_info		= ethtool_op_get_ts_info,
	.get_rxfh_key_size	= netvsc_get_rxfh_key_size,
	.get_rxfh_indir_size	= netvsc_get_rxfh_indir_size,
	.get_rxfh		= compat_rxfh(netvsc_get_rxfh),
	.set_rxfh		= compat_rxfh(netvsc_set_rxfh),
	compat_rxnfc(netvsc_get_rxfh_fields, netvsc_set_rxfh_fields,
		     netvsc_get_rx_ring_count),
};
