// SPDX-License-Identifier: GPL-2.0-only
/* Receive side scaling: key and table, kept here and told to the host. */
#include "rss.h"

#include <linux/ethtool.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "netvsc.h"
#include "rndis.h"

/* The sample key of the RSS specification, with which flows can be checked. */
static const u8 netvsc_rss_default_key[NDIS_RSS_KEY_SIZE] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2,
	0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0,
	0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4,
	0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30, 0xf2, 0x0c,
	0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

/**
 * netvsc_rss_init() - key and table that no user has set
 * @nv: the interface
 */
void netvsc_rss_init(struct netvsc *nv)
{
	memcpy(nv->rss.key, netvsc_rss_default_key, sizeof(nv->rss.key));
	nv->rss.table_entries = NDIS_RSS_TABLE_DEFAULT;
}

static bool netvsc_rss_table_fits(const struct netvsc_rss *rss, u16 channels)
{
	int i;

	for (i = 0; i < rss->table_entries; i++)
		if (rss->table[i] >= channels)
			return false;
	return true;
}

/**
 * netvsc_rss_spread() - make the table fit the device
 * @nv: the interface
 * @channels: channels there are
 * @entries: entries of the host's table
 *
 * A table that the user has set stays as long as its channels exist, and while
 * a host has none.
 *
 * Context: RTNL.
 */
void netvsc_rss_spread(struct netvsc *nv, u16 channels, u16 entries)
{
	struct netvsc_rss *rss = &nv->rss;
	bool keep;
	int i;

	if (!entries)
		return;
	keep = rss->table_set && netvsc_rss_table_fits(rss, channels);
	for (i = keep ? rss->table_entries : 0; i < entries; i++)
		rss->table[i] = keep ? rss->table[i % rss->table_entries] :
				ethtool_rxfh_indir_default(i, channels);
	rss->table_entries = entries;
	rss->table_set = keep;
}

struct netvsc_rss_msg {
	struct ndis_rss_params params;
	__le32 table[NDIS_RSS_TABLE_MAX];
	u8 key[NDIS_RSS_KEY_SIZE];
} __packed;

static u32 netvsc_rss_fill(const struct netvsc_rss *rss,
			   struct netvsc_rss_msg *msg)
{
	u16 table_size = rss->table_entries * sizeof(__le32);
	u16 key_offset = sizeof(msg->params) + table_size;
	int i;

	msg->params = (struct ndis_rss_params) {
		.hdr.type = NDIS_OBJECT_RSS_PARAMS,
		.hdr.revision = NDIS_RSS_PARAMS_REVISION,
		.hdr.size = cpu_to_le16(sizeof(msg->params)),
		.hash_info = cpu_to_le32(NDIS_HASH_FUNC_TOEPLITZ |
					 NDIS_HASH_IPV4 | NDIS_HASH_TCP_IPV4 |
					 NDIS_HASH_IPV6 | NDIS_HASH_TCP_IPV6),
		.table_size = cpu_to_le16(table_size),
		.table_offset = cpu_to_le32(sizeof(msg->params)),
		.key_size = cpu_to_le16(NDIS_RSS_KEY_SIZE),
		.key_offset = cpu_to_le32(key_offset),
	};
	for (i = 0; i < rss->table_entries; i++)
		msg->table[i] = cpu_to_le32(rss->table[i]);
	memcpy((u8 *)msg + key_offset, rss->key, NDIS_RSS_KEY_SIZE);
	return key_offset + NDIS_RSS_KEY_SIZE;
}

/**
 * netvsc_rss_apply() - tell the host key and table
 * @nvdev: the device; uses the interface's key and table
 *
 * Hosts take a new key or table only while scaling is off, so it is turned
 * off first.
 *
 * Context: RTNL, bounded sleep.
 * Return: 0 or an errno; the host then spreads as before, or not at all.
 */
int netvsc_rss_apply(struct netvsc_device *nvdev)
{
	struct netvsc_rss_msg *msg;
	u32 len;
	int err;

	ASSERT_RTNL();

	msg = kzalloc(sizeof(*msg), GFP_KERNEL);
	if (!msg)
		return -ENOMEM;

	len = netvsc_rss_fill(&nvdev->nv->rss, msg);
	msg->params.flags = cpu_to_le16(NDIS_RSS_PARAM_DISABLE);
	err = netvsc_rndis_set(nvdev, NDIS_OID_RSS_PARAMS, msg, len);
	if (!err) {
		msg->params.flags = 0;
		err = netvsc_rndis_set(nvdev, NDIS_OID_RSS_PARAMS, msg, len);
	}
	kfree(msg);
	return err;
}

/**
 * netvsc_rss_change() - go over to another key or table
 * @nvdev: the device
 * @rss: key and table that the user wants
 *
 * Context: RTNL, bounded sleep.
 * Return: 0, or an errno with key and table as they were.
 */
int netvsc_rss_change(struct netvsc_device *nvdev, const struct netvsc_rss *rss)
{
	struct netvsc *nv = nvdev->nv;
	struct netvsc_rss old = nv->rss;
	int err;

	nv->rss = *rss;
	err = netvsc_rss_apply(nvdev);
	if (!err)
		return 0;

	/* it was turned off, and may still be */
	nv->rss = old;
	netvsc_rss_apply(nvdev);
	return err;
}
