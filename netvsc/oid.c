// SPDX-License-Identifier: GPL-2.0-only
/* RNDIS objects that are set or asked for in more than one place. */
#include <linux/if_ether.h>
#include <linux/kernel.h>
#include <linux/rtnetlink.h>

#include "netvsc.h"
#include "offload.h"
#include "rndis.h"

/**
 * netvsc_rndis_query_u32() - ask the host for a number
 * @nvdev: the device
 * @oid: the number's OID
 * @value: receives it
 *
 * Context: process, bounded sleep.
 * Return: 0 or an errno.
 */
int netvsc_rndis_query_u32(struct netvsc_device *nvdev, u32 oid, u32 *value)
{
	__le32 wire = 0;
	u32 len = sizeof(wire);
	int err;

	err = netvsc_rndis_query(nvdev, oid, NULL, 0, &wire, &len);
	if (err)
		return err;
	if (len != sizeof(wire)) {
		atomic_long_inc(&nvdev->nv->stats.host_bad_message);
		return -EPROTO;
	}
	*value = le32_to_cpu(wire);
	return 0;
}

/**
 * netvsc_rndis_set_filter() - choose the frames that the host delivers
 * @nvdev: the device
 * @filter: RNDIS_PACKET_TYPE_*; 0 for none
 *
 * What a host that did not answer has made of it is not known.
 *
 * Context: RTNL, bounded sleep.
 * Return: 0 or an errno.
 */
int netvsc_rndis_set_filter(struct netvsc_device *nvdev, u32 filter)
{
	__le32 wire = cpu_to_le32(filter);
	int err;

	ASSERT_RTNL();

	if (nvdev->filter == filter)
		return 0;
	err = netvsc_rndis_set(nvdev, RNDIS_OID_GEN_CURRENT_PACKET_FILTER,
			       &wire, sizeof(wire));
	nvdev->filter = err ? NETVSC_FILTER_UNKNOWN : filter;
	return err;
}

/* What a change of the address looks like. */
struct netvsc_rndis_mac {
	struct ndis_config_param param;
	__le16 name[14];
	__le16 value[2 * ETH_ALEN];
} __packed;
static_assert(sizeof(struct netvsc_rndis_mac) == 72);

/**
 * netvsc_rndis_set_mac() - tell the host another address of the interface
 * @nvdev: the device
 * @addr: the address
 *
 * Context: process, bounded sleep.
 * Return: 0 or an errno.
 */
int netvsc_rndis_set_mac(struct netvsc_device *nvdev, const u8 *addr)
{
	static const char name[] = "NetworkAddress";
	struct netvsc_rndis_mac mac = {
		.param = {
			.name_offset =
				cpu_to_le32(offsetof(typeof(mac), name)),
			.name_len = cpu_to_le32(sizeof(mac.name)),
			.type = cpu_to_le32(NDIS_CONFIG_PARAM_STRING),
			.value_offset =
				cpu_to_le32(offsetof(typeof(mac), value)),
			.value_len = cpu_to_le32(sizeof(mac.value)),
		},
	};
	char hex[2 * ETH_ALEN];
	int i;

	static_assert(ARRAY_SIZE(mac.name) == sizeof(name) - 1);

	bin2hex(hex, addr, ETH_ALEN);
	for (i = 0; i < ARRAY_SIZE(mac.name); i++)
		mac.name[i] = cpu_to_le16(name[i]);
	for (i = 0; i < ARRAY_SIZE(mac.value); i++)
		mac.value[i] = cpu_to_le16(hex[i]);

	return netvsc_rndis_set(nvdev, RNDIS_OID_GEN_RNDIS_CONFIG_PARAMETER,
				&mac, sizeof(mac));
}

/**
 * netvsc_rndis_set_offloads() - turn on what the host can do, and is wanted
 * @nvdev: the device, its caps known
 * @rsc: have the host coalesce TCP segments, if it can
 *
 * Context: process, bounded sleep.
 * Return: 0 or an errno.
 */
int netvsc_rndis_set_offloads(struct netvsc_device *nvdev, bool rsc)
{
	struct ndis_offload_params params = {};
	u32 len = sizeof(params);
	int err;

	rsc = rsc && nvdev->caps.rsc;
	netvsc_offload_params(&nvdev->caps, nvdev->nvsp_version, rsc, &params);
	if (nvdev->nvsp_version < NVSP_VERSION_5)
		len = NDIS_OFFLOAD_PARAMS_SIZE_4;

	err = netvsc_rndis_set(nvdev, NDIS_OID_OFFLOAD_PARAMS, &params, len);
	if (!err)
		nvdev->rsc = rsc;
	return err;
}
