// SPDX-License-Identifier: GPL-2.0-only
/* What is asked of the host while a device is attached. */
#include "query.h"

#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>
#include <linux/ucs2_string.h>

#include "netvsc.h"
#include "offload.h"
#include "rndis.h"

/* The name that hosts give when nobody has chosen one. */
#define NETVSC_DULL_NAME	"Network Adapter"
#define NETVSC_NAME_CHARS	256

/* An interface that is registered has settings of its own. */
static bool netvsc_query_first(const struct netvsc_device *nvdev)
{
	return nvdev->nv->ndev->reg_state == NETREG_UNINITIALIZED;
}

/* A question that a host may leave unanswered, as long as it is there. */
static int netvsc_query_optional(int err)
{
	return err == -ENODEV || err == -ETIMEDOUT ? err : 0;
}

static int netvsc_query_mtu(struct netvsc_device *nvdev)
{
	u32 size;
	int err;

	err = netvsc_rndis_query_u32(nvdev, RNDIS_OID_GEN_MAXIMUM_FRAME_SIZE,
				     &size);
	if (err)
		return err;
	if (size < ETH_MIN_MTU) {
		atomic_long_inc(&nvdev->nv->stats.host_bad_message);
		return -EPROTO;
	}
	if (size >= nvdev->mtu)
		return 0;
	if (!netvsc_query_first(nvdev))
		return -EMSGSIZE;
	nvdev->mtu = size;
	return 0;
}

static int netvsc_query_mac(struct netvsc_device *nvdev)
{
	struct net_device *ndev = nvdev->nv->ndev;
	u32 len = ETH_ALEN;
	u8 addr[ETH_ALEN];
	int err;

	err = netvsc_rndis_query(nvdev, RNDIS_OID_802_3_PERMANENT_ADDRESS,
				 NULL, 0, addr, &len);
	if (err)
		return err;
	if (len != ETH_ALEN || !is_valid_ether_addr(addr)) {
		atomic_long_inc(&nvdev->nv->stats.host_bad_message);
		return -EPROTO;
	}

	if (netvsc_query_first(nvdev))
		eth_hw_addr_set(ndev, addr);
	else if (!ether_addr_equal(addr, ndev->dev_addr))
		err = netvsc_rndis_set_mac(nvdev, ndev->dev_addr);
	return err;
}

static void netvsc_query_take_name(struct net_device *ndev,
				   const __le16 *wire, u32 chars)
{
	u16 name[NETVSC_NAME_CHARS + 1] = {};
	u8 alias[IFALIASZ] = {};
	u32 i;

	for (i = 0; i < chars; i++)
		name[i] = le16_to_cpu(wire[i]);
	ucs2_as_utf8(alias, name, sizeof(alias) - 1);
	if (alias[0] && strcmp(alias, NETVSC_DULL_NAME))
		dev_set_alias(ndev, alias, strlen(alias));
}

/* The name that the host's administrator sees, until somebody changes it. */
static int netvsc_query_name(struct netvsc_device *nvdev)
{
	struct net_device *ndev = nvdev->nv->ndev;
	__le16 wire[NETVSC_NAME_CHARS];
	u32 len = sizeof(wire);
	int err;

	if (!netvsc_query_first(nvdev))
		return 0;
	err = netvsc_rndis_query(nvdev, RNDIS_OID_GEN_FRIENDLY_NAME, NULL, 0,
				 wire, &len);
	if (!err && !(len % sizeof(*wire)))
		netvsc_query_take_name(ndev, wire, len / sizeof(*wire));
	return netvsc_query_optional(err);
}

static u16 netvsc_query_offload_size(const struct netvsc_device *nvdev,
				     u8 *revision)
{
	if (nvdev->nvsp_version >= NVSP_VERSION_5) {
		*revision = NDIS_OFFLOAD_REVISION_3;
		return NDIS_OFFLOAD_SIZE_3;
	}
	if (nvdev->nvsp_version >= NVSP_VERSION_4) {
		*revision = NDIS_OFFLOAD_REVISION_2;
		return NDIS_OFFLOAD_SIZE_2;
	}
	*revision = NDIS_OFFLOAD_REVISION_1;
	return NDIS_OFFLOAD_SIZE_1;
}

/* Interfaces begin with it; later it is the user's wish. */
static bool netvsc_query_wants_rsc(const struct netvsc_device *nvdev)
{
	return netvsc_query_first(nvdev) ||
	       nvdev->nv->ndev->features & NETIF_F_LRO;
}

/* Frames may be on their way: whoever sends them has the lock of a queue. */
static void netvsc_query_take_caps(struct netvsc_device *nvdev,
				   const struct netvsc_caps *caps)
{
	if (netvsc_query_first(nvdev)) {
		nvdev->caps = *caps;
		return;
	}
	netif_tx_lock_bh(nvdev->nv->ndev);
	nvdev->caps = *caps;
	netif_tx_unlock_bh(nvdev->nv->ndev);
}

static int netvsc_query_offloads(struct netvsc_device *nvdev)
{
	struct ndis_offload offload = {};
	u32 len = sizeof(offload);
	struct netvsc_caps caps;
	u16 size;
	int err;

	size = netvsc_query_offload_size(nvdev, &offload.hdr.revision);
	offload.hdr.type = NDIS_OBJECT_OFFLOAD;
	offload.hdr.size = cpu_to_le16(size);

	memset(&caps, 0, sizeof(caps));
	err = netvsc_rndis_query(nvdev, NDIS_OID_OFFLOAD_HW_CAPS, &offload,
				 size, &offload, &len);
	if (!err)
		err = netvsc_offload_parse(&offload, len, nvdev->nvsp_version,
					   &caps);
	if (err)
		memset(&caps, 0, sizeof(caps));
	/* as expected, and set already */
	if (!err && nvdev->proven_mtu &&
	    !memcmp(&caps, &nvdev->caps, sizeof(caps)))
		return 0;

	netvsc_query_take_caps(nvdev, &caps);
	if (err)
		return netvsc_query_optional(err);
	return netvsc_rndis_set_offloads(nvdev, netvsc_query_wants_rsc(nvdev));
}

/*
 * An indication may come between the answer and its being acted upon, and is
 * the newer of the two; then ask again.  A host that does this for ever has
 * its last indication overruled, which harms itself.
 */
#define NETVSC_LINK_QUERIES	3

static int netvsc_query_media(struct netvsc_device *nvdev)
{
	unsigned long *flags = &nvdev->nv->link.flags;
	int tries = NETVSC_LINK_QUERIES;
	u32 disconnected;
	int err;

	do {
		clear_bit(NETVSC_LINK_NEWS, flags);
		err = netvsc_rndis_query_u32(nvdev,
					     RNDIS_OID_GEN_MEDIA_CONNECT_STATUS,
					     &disconnected);
		if (err)
			return netvsc_query_optional(err);
		assign_bit(NETVSC_LINK_UP, flags, !disconnected);
	} while (test_bit(NETVSC_LINK_NEWS, flags) && --tries);
	return 0;
}

static int netvsc_query_speed(struct netvsc_device *nvdev)
{
	u32 speed;
	int err;

	if (nvdev->nvsp_version < NVSP_VERSION_5)
		return 0;
	err = netvsc_rndis_query_u32(nvdev, RNDIS_OID_GEN_LINK_SPEED, &speed);
	if (!err && speed)
		WRITE_ONCE(nvdev->nv->speed, speed / NETVSC_SPEED_UNITS);
	return netvsc_query_optional(err);
}

static int netvsc_query_rss(struct netvsc_device *nvdev)
{
	struct ndis_rss_caps caps = {
		.hdr.type = NDIS_OBJECT_RSS_CAPS,
		.hdr.revision = NDIS_RSS_CAPS_REVISION,
		.hdr.size = cpu_to_le16(sizeof(caps)),
	};
	u32 len = sizeof(caps);
	u16 entries;
	int err;

	nvdev->max_channels = 1;
	nvdev->rss_entries = 0;
	if (nvdev->nvsp_version < NVSP_VERSION_5)
		return 0;

	err = netvsc_rndis_query(nvdev, NDIS_OID_RSS_CAPS, &caps, sizeof(caps),
				 &caps, &len);
	if (err || len < offsetofend(struct ndis_rss_caps, num_recv_queues))
		return netvsc_query_optional(err);

	nvdev->max_channels = clamp_t(u32, le32_to_cpu(caps.num_recv_queues),
				      1, NETVSC_MAX_CHANNELS);
	nvdev->rss_entries = NDIS_RSS_TABLE_DEFAULT;
	entries = le16_to_cpu(caps.num_indirect_entries);
	if (len == sizeof(caps) && entries && entries <= NDIS_RSS_TABLE_MAX)
		nvdev->rss_entries = entries;
	return 0;
}

/**
 * netvsc_query_device() - learn what the device is and can do
 * @nvdev: the device, RNDIS initialised
 *
 * Context: RTNL, bounded sleep.
 * Return: 0 or an errno; -EMSGSIZE if the host does not take the MTU of an
 * interface that is in use.
 */
int netvsc_query_device(struct netvsc_device *nvdev)
{
	static int (*const queries[])(struct netvsc_device *nvdev) = {
		netvsc_query_mtu,
		netvsc_query_mac,
		netvsc_query_name,
		netvsc_query_offloads,
		netvsc_query_media,
		netvsc_query_speed,
		netvsc_query_rss,
	};
	int err = 0;
	int i;

	ASSERT_RTNL();

	for (i = 0; i < ARRAY_SIZE(queries) && !err; i++)
		err = queries[i](nvdev);
	return err;
}

/* Offloads have to be set before a frame is sent that wants them. */
static int netvsc_query_expected_offloads(struct netvsc_device *nvdev)
{
	int err;

	err = netvsc_rndis_set_offloads(nvdev, netvsc_query_wants_rsc(nvdev));
	if (!err || err == -ENODEV || err == -ETIMEDOUT)
		return err;

	/* another host after all */
	memset(&nvdev->caps, 0, sizeof(nvdev->caps));
	return netvsc_query_offloads(nvdev);
}

/**
 * netvsc_query_same_host() - what has to be settled before frames pass
 * @nvdev: the device, RNDIS initialised; netvsc_device_expect() was called
 *
 * netvsc_query_device() has to follow.
 *
 * Context: RTNL, bounded sleep.
 * Return: 0 or an errno, as netvsc_query_device().
 */
int netvsc_query_same_host(struct netvsc_device *nvdev)
{
	const struct net_device *ndev = nvdev->nv->ndev;
	int err = 0;

	ASSERT_RTNL();

	if (nvdev->mtu > nvdev->proven_mtu)
		err = netvsc_query_mtu(nvdev);
	if (!err && !ether_addr_equal(ndev->dev_addr, ndev->perm_addr))
		err = netvsc_rndis_set_mac(nvdev, ndev->dev_addr);
	return err ?: netvsc_query_expected_offloads(nvdev);
}
