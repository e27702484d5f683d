// SPDX-License-Identifier: GPL-2.0-only
#include "offload.h"

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/netdevice.h>
#include <linux/string.h>

#include "netvsc.h"

#define TCP4	(NDIS_CSUM4_TCP | NDIS_CSUM4_TCP_OPT)
#define TCP6	(NDIS_CSUM6_TCP | NDIS_CSUM6_TCP_OPT | NDIS_CSUM6_IP_EXT)
#define LSO6	(NDIS_LSO6_EXT | NDIS_LSO6_TCP_OPT)

/*
 * Sends below this are cut as well by the kernel, and TCP computes with the
 * limit less its largest header: a tiny one from the host is not passed on.
 */
#define LSO_MIN		8192u

static u32 lso_max(__le32 encap, __le32 max)
{
	u32 size = min_t(u32, le32_to_cpu(max), GSO_LEGACY_MAX_SIZE);

	if (!(le32_to_cpu(encap) & NDIS_ENCAP_8023) || size < LSO_MIN)
		return 0;

	return size;
}

static void parse_csum(const struct ndis_csum_offload *csum, bool udp,
		       struct netvsc_caps *caps)
{
	u32 ip4 = le32_to_cpu(csum->ip4_tx);
	u32 ip6 = le32_to_cpu(csum->ip6_tx);

	caps->tx_csum_tcp4 = (ip4 & TCP4) == TCP4;
	caps->tx_csum_tcp6 = (ip6 & TCP6) == TCP6;
	/* Linux has one feature flag a family, so UDP is no use without TCP. */
	caps->tx_csum_udp4 = udp && caps->tx_csum_tcp4 &&
			     ip4 & NDIS_CSUM4_UDP;
	caps->tx_csum_udp6 = udp && caps->tx_csum_tcp6 &&
			     ip6 & NDIS_CSUM6_UDP;
}

/**
 * netvsc_offload_parse() - check and decode what the host can do
 * @buf: answer to a query of NDIS_OID_OFFLOAD_HW_CAPS; a copy
 * @len: bytes of the answer
 * @nvsp_version: agreed with the host
 * @caps: what the driver makes use of; all off on error
 *
 * Fields beyond the size that the host's revision has read as 0.
 *
 * Return: 0, or -EBADMSG if it is no such answer.
 */
int netvsc_offload_parse(const void *buf, u32 len, u32 nvsp_version,
			 struct netvsc_caps *caps)
{
	struct ndis_offload offload = {};
	u32 size;

	memset(caps, 0, sizeof(*caps));
	if (len < sizeof(offload.hdr))
		return -EBADMSG;

	memcpy(&offload.hdr, buf, sizeof(offload.hdr));
	size = le16_to_cpu(offload.hdr.size);
	if (offload.hdr.type != NDIS_OBJECT_OFFLOAD ||
	    offload.hdr.revision < NDIS_OFFLOAD_REVISION_1 ||
	    size < NDIS_OFFLOAD_SIZE_1 || size > len)
		return -EBADMSG;

	memcpy(&offload, buf, min_t(u32, size, sizeof(offload)));
	parse_csum(&offload.csum, nvsp_version >= NVSP_VERSION_5, caps);

	/* A large send has its checksums filled in as well. */
	if (caps->tx_csum_tcp4)
		caps->lso4_max = lso_max(offload.lso.ip4_encap,
					 offload.lso.ip4_max_size);
	if (caps->tx_csum_tcp6 &&
	    (le32_to_cpu(offload.lso.ip6_options) & LSO6) == LSO6)
		caps->lso6_max = lso_max(offload.lso.ip6_encap,
					 offload.lso.ip6_max_size);

	caps->rsc = nvsp_version >= NVSP_VERSION_61 && offload.rsc_ip4 &&
		    offload.rsc_ip6;

	return 0;
}

/**
 * netvsc_offload_params() - say what the host is asked to do
 * @caps: what it can do
 * @nvsp_version: agreed with it
 * @rsc: have frames of a flow coalesced, if the host can
 * @params: content for a set of NDIS_OID_OFFLOAD_PARAMS
 *
 * The size in @params->hdr is that to be sent: hosts up to NVSP 4 know only
 * the first NDIS_OFFLOAD_PARAMS_SIZE_4 bytes.
 */
void netvsc_offload_params(const struct netvsc_caps *caps, u32 nvsp_version,
			   bool rsc, struct ndis_offload_params *params)
{
	bool old = nvsp_version <= NVSP_VERSION_4;
	u16 size = old ? NDIS_OFFLOAD_PARAMS_SIZE_4 : sizeof(*params);

	memset(params, 0, sizeof(*params));
	params->hdr.type = NDIS_OBJECT_DEFAULT;
	params->hdr.revision = NDIS_OFFLOAD_PARAMS_REVISION;
	params->hdr.size = cpu_to_le16(size);

	/* Linux fills in and checks the IP header's sum by itself. */
	params->ip4_csum = NDIS_OFFLOAD_CSUM_OFF;
	if (caps->tx_csum_tcp4)
		params->tcp4_csum = NDIS_OFFLOAD_CSUM_BOTH;
	if (caps->tx_csum_tcp6)
		params->tcp6_csum = NDIS_OFFLOAD_CSUM_BOTH;
	if (caps->lso4_max)
		params->lso_v2_ip4 = NDIS_OFFLOAD_ON;
	if (caps->lso6_max)
		params->lso_v2_ip6 = NDIS_OFFLOAD_ON;
	if (old)
		return;

	if (caps->tx_csum_udp4)
		params->udp4_csum = NDIS_OFFLOAD_CSUM_BOTH;
	if (caps->tx_csum_udp6)
		params->udp6_csum = NDIS_OFFLOAD_CSUM_BOTH;
	if (caps->rsc) {
		params->rsc_ip4 = rsc ? NDIS_OFFLOAD_ON : NDIS_OFFLOAD_OFF;
		params->rsc_ip6 = params->rsc_ip4;
	}
}

/**
 * netvsc_offload_features() - feature flags that a user may switch
 * @caps: what the host can do
 *
 * Return: for net_device.hw_features.
 */
netdev_features_t netvsc_offload_features(const struct netvsc_caps *caps)
{
	netdev_features_t features;

	features = NETIF_F_SG | NETIF_F_RXCSUM | NETIF_F_RXHASH;
	if (caps->tx_csum_tcp4)
		features |= NETIF_F_IP_CSUM;
	if (caps->tx_csum_tcp6)
		features |= NETIF_F_IPV6_CSUM;
	if (caps->lso4_max)
		features |= NETIF_F_TSO;
	if (caps->lso6_max)
		features |= NETIF_F_TSO6;
	if (caps->rsc)
		features |= NETIF_F_LRO;

	return features;
}

/**
 * netvsc_offload_tso_max() - largest send that the host cuts by itself
 * @caps: what the host can do
 *
 * Return: bytes, the less of IPv4's and IPv6's; Linux has one limit for both.
 */
u32 netvsc_offload_tso_max(const struct netvsc_caps *caps)
{
	u32 max = GSO_LEGACY_MAX_SIZE;

	if (caps->lso4_max)
		max = min(max, caps->lso4_max);
	if (caps->lso6_max)
		max = min(max, caps->lso6_max);

	return max;
}

/**
 * netvsc_offload_take_caps() - offer users what the host can do now
 * @ndev: the interface
 * @caps: what the host can do
 *
 * Context: RTNL, or before registration; no VF's limits are in force.
 * Return: true if it is not the same as before: netdev_update_features() is
 * called for then, if the interface is registered.
 */
bool netvsc_offload_take_caps(struct net_device *ndev,
			      const struct netvsc_caps *caps)
{
	netdev_features_t hw = netvsc_offload_features(caps);
	netdev_features_t old = ndev->hw_features & NETVSC_HW_FEATURES;

	ndev->hw_features = (ndev->hw_features & ~NETVSC_HW_FEATURES) | hw;
	/* what the host cannot do any more; the rest is as the user wants it */
	ndev->features &= ~NETVSC_HW_FEATURES | hw;
	ndev->vlan_features = hw | NETIF_F_HIGHDMA;
	netif_set_tso_max_size(ndev, netvsc_offload_tso_max(caps));

	return hw != old;
}
