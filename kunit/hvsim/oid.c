// SPDX-License-Identifier: GPL-2.0-only
/*
 * The OIDs that the host answers.
 */
#include "oid.h"

#include <linux/kernel.h>

#include "compat.h"
#include "vswitch.h"

/* vmswitch's: fewer segments than this are not a large send. */
#define LSO_MIN_SEGMENTS	2

/* Address strings of RNDIS config parameters. */
#define MAC_PARAM_NAME		"NetworkAddress"
#define MAC_PARAM_DIGITS	(2 * ETH_ALEN)

static u32 query_u32(void *out, u32 *out_len, u32 value)
{
	__le32 wire = cpu_to_le32(value);

	memcpy(out, &wire, sizeof(wire));
	*out_len = sizeof(wire);
	return RNDIS_STATUS_SUCCESS;
}

static u32 query_frame_size(struct hvsim_nic *nic, const void *in, u32 in_len,
			    void *out, u32 *out_len)
{
	return query_u32(out, out_len, nic->nvsp.frame_max - ETH_HLEN);
}

static u32 query_link_speed(struct hvsim_nic *nic, const void *in, u32 in_len,
			    void *out, u32 *out_len)
{
	u64 speed = (u64)nic->speed * 10000;	/* in units of 100 bit/s */

	return query_u32(out, out_len, min_t(u64, speed, U32_MAX));
}

static u32 query_filter(struct hvsim_nic *nic, const void *in, u32 in_len,
			void *out, u32 *out_len)
{
	return query_u32(out, out_len, nic->sw.filter);
}

static u32 query_media(struct hvsim_nic *nic, const void *in, u32 in_len,
		       void *out, u32 *out_len)
{
	return query_u32(out, out_len, !READ_ONCE(nic->sw.link));
}

static u32 query_permanent_mac(struct hvsim_nic *nic, const void *in,
			       u32 in_len, void *out, u32 *out_len)
{
	memcpy(out, nic->cfg.mac, ETH_ALEN);
	*out_len = ETH_ALEN;
	return RNDIS_STATUS_SUCCESS;
}

static u32 query_current_mac(struct hvsim_nic *nic, const void *in, u32 in_len,
			     void *out, u32 *out_len)
{
	memcpy(out, nic->sw.mac, ETH_ALEN);
	*out_len = ETH_ALEN;
	return RNDIS_STATUS_SUCCESS;
}

/* UTF-16, with its NUL: guests look for it. */
static u32 query_name(struct hvsim_nic *nic, const void *in, u32 in_len,
		      void *out, u32 *out_len)
{
	__le16 *wide = out;
	u32 i;

	for (i = 0; nic->cfg.name[i]; i++)
		wide[i] = cpu_to_le16(nic->cfg.name[i]);
	wide[i++] = 0;
	*out_len = i * sizeof(*wide);
	return RNDIS_STATUS_SUCCESS;
}

static u32 query_rss_caps(struct hvsim_nic *nic, const void *in, u32 in_len,
			  void *out, u32 *out_len)
{
	struct ndis_rss_caps caps = {
		.hdr.type = NDIS_OBJECT_RSS_CAPS,
		.hdr.revision = NDIS_RSS_CAPS_REVISION,
		.hdr.size = cpu_to_le16(sizeof(caps)),
		.num_int_msg = cpu_to_le32(nic->cfg.channels),
		.num_recv_queues = cpu_to_le32(nic->cfg.channels),
		.num_indirect_entries = cpu_to_le16(NDIS_RSS_TABLE_DEFAULT),
	};

	memcpy(out, &caps, sizeof(caps));
	*out_len = sizeof(caps);
	return RNDIS_STATUS_SUCCESS;
}

/* Revision and size by what the guest asks for; its header tells. */
static u32 offload_size(const struct hvsim_nic *nic, const void *in, u32 in_len,
			u8 *revision)
{
	const struct ndis_object_hdr *hdr = in;

	*revision = NDIS_OFFLOAD_REVISION_3;
	if (in_len >= sizeof(*hdr) && hdr->revision)
		*revision = min_t(u8, hdr->revision, NDIS_OFFLOAD_REVISION_3);
	if (*revision == NDIS_OFFLOAD_REVISION_1)
		return NDIS_OFFLOAD_SIZE_1;
	if (*revision == NDIS_OFFLOAD_REVISION_2)
		return NDIS_OFFLOAD_SIZE_2;
	return NDIS_OFFLOAD_SIZE_3;
}

static void offload_fill(struct ndis_offload *caps,
			 const struct hvsim_nic_cfg *cfg,
			 const struct hvsim_offloads *tx,
			 const struct hvsim_offloads *rx)
{
	__le32 encap = cpu_to_le32(NDIS_ENCAP_8023);
	u32 ip4 = NDIS_CSUM4_IP | NDIS_CSUM4_IP_OPT;

	caps->csum.ip4_tx_encap = encap;
	caps->csum.ip4_tx = cpu_to_le32(ip4 |
		(tx->tcp4 ? NDIS_CSUM4_TCP | NDIS_CSUM4_TCP_OPT : 0) |
		(tx->udp4 ? NDIS_CSUM4_UDP : 0));
	caps->csum.ip4_rx_encap = encap;
	caps->csum.ip4_rx = cpu_to_le32(ip4 |
		(rx->rx_tcp4 ? NDIS_CSUM4_TCP | NDIS_CSUM4_TCP_OPT : 0) |
		(rx->rx_udp4 ? NDIS_CSUM4_UDP : 0));
	caps->csum.ip6_tx_encap = encap;
	caps->csum.ip6_tx = cpu_to_le32(NDIS_CSUM6_IP_EXT |
		(tx->tcp6 ? NDIS_CSUM6_TCP | NDIS_CSUM6_TCP_OPT : 0) |
		(tx->udp6 ? NDIS_CSUM6_UDP : 0));
	caps->csum.ip6_rx_encap = encap;
	caps->csum.ip6_rx = cpu_to_le32(NDIS_CSUM6_IP_EXT |
		(rx->rx_tcp6 ? NDIS_CSUM6_TCP | NDIS_CSUM6_TCP_OPT : 0) |
		(rx->rx_udp6 ? NDIS_CSUM6_UDP : 0));
	if (tx->lso4) {
		caps->lso.ip4_encap = encap;
		caps->lso.ip4_max_size = cpu_to_le32(cfg->lso4);
		caps->lso.ip4_min_segs = cpu_to_le32(LSO_MIN_SEGMENTS);
	}
	if (tx->lso6) {
		caps->lso.ip6_encap = encap;
		caps->lso.ip6_max_size = cpu_to_le32(cfg->lso6);
		caps->lso.ip6_min_segs = cpu_to_le32(LSO_MIN_SEGMENTS);
		caps->lso.ip6_options = cpu_to_le32(NDIS_LSO6_EXT |
						    NDIS_LSO6_TCP_OPT);
	}
	caps->rsc_ip4 = rx->rsc4;
	caps->rsc_ip6 = rx->rsc6;
}

/* Everything that this NIC has, by its configuration and the version. */
static struct hvsim_offloads offloads_supported(const struct hvsim_nic *nic)
{
	const struct hvsim_nic_cfg *cfg = &nic->cfg;
	bool udp = cfg->udp && nic->nvsp.version >= NVSP_VERSION_5;
	bool rsc = cfg->rsc && nic->nvsp.caps & NVSP_CAP_RSC;

	return (struct hvsim_offloads) {
		.tcp4 = cfg->csum4,
		.tcp6 = cfg->csum6,
		.udp4 = cfg->csum4 && udp,
		.udp6 = cfg->csum6 && udp,
		.rx_tcp4 = cfg->csum4,
		.rx_tcp6 = cfg->csum6,
		.rx_udp4 = cfg->csum4 && udp,
		.rx_udp6 = cfg->csum6 && udp,
		.lso4 = cfg->lso4,
		.lso6 = cfg->lso6,
		.rsc4 = rsc,
		.rsc6 = rsc,
	};
}

static u32 query_offload_caps(struct hvsim_nic *nic, const void *in, u32 in_len,
			      void *out, u32 *out_len)
{
	struct hvsim_offloads on = offloads_supported(nic);
	struct ndis_offload caps = { };

	*out_len = offload_size(nic, in, in_len, &caps.hdr.revision);
	caps.hdr.type = NDIS_OBJECT_OFFLOAD;
	caps.hdr.size = cpu_to_le16(*out_len);
	offload_fill(&caps, &nic->cfg, &on, &on);
	memcpy(out, &caps, *out_len);
	return RNDIS_STATUS_SUCCESS;
}

/**
 * hvsim_oid_offload_config - the offloads that are on now
 * @nic: the NIC; its state is held
 * @config: filled in
 */
void hvsim_oid_offload_config(const struct hvsim_nic *nic,
			      struct ndis_offload *config)
{
	memset(config, 0, sizeof(*config));
	config->hdr.type = NDIS_OBJECT_OFFLOAD;
	config->hdr.revision = NDIS_OFFLOAD_REVISION_3;
	config->hdr.size = cpu_to_le16(NDIS_OFFLOAD_SIZE_3);
	offload_fill(config, &nic->cfg, &nic->rndis.offloads,
		     &nic->rndis.offloads);
}

static u32 query_offload_config(struct hvsim_nic *nic, const void *in,
				u32 in_len, void *out, u32 *out_len)
{
	struct ndis_offload config;

	hvsim_oid_offload_config(nic, &config);
	*out_len = offload_size(nic, in, in_len, &config.hdr.revision);
	config.hdr.size = cpu_to_le16(*out_len);
	memcpy(out, &config, *out_len);
	return RNDIS_STATUS_SUCCESS;
}

static u32 set_bad(struct hvsim_nic *nic, const char *rule)
{
	hvsim_violation(nic->dev, "%s", rule);
	return RNDIS_STATUS_INVALID_DATA;
}

/* Filter 0 really stops reception: what waits is dropped as well. */
static u32 set_filter(struct hvsim_nic *nic, const void *in, u32 in_len)
{
	u32 known = RNDIS_PACKET_TYPE_DIRECTED | RNDIS_PACKET_TYPE_MULTICAST |
		    RNDIS_PACKET_TYPE_ALL_MULTICAST |
		    RNDIS_PACKET_TYPE_BROADCAST | RNDIS_PACKET_TYPE_PROMISCUOUS;
	u32 filter;
	int i;

	if (in_len != sizeof(__le32))
		return set_bad(nic, "filter: not 4 bytes");
	filter = le32_to_cpup(in);
	if (filter & ~known)
		return set_bad(nic, "filter: unknown bits");
	spin_lock_bh(&nic->sw.lock);
	nic->sw.filter = filter;
	spin_unlock_bh(&nic->sw.lock);
	for (i = 0; !filter && i < nic->cfg.channels; i++)
		hvsim_vswitch_purge(&nic->chans[i]);
	return RNDIS_STATUS_SUCCESS;
}

/* 0: no change; otherwise which directions are on. */
static bool csum_param(u8 value, bool *tx, bool *rx, bool tx_ok, bool rx_ok)
{
	if (value > NDIS_OFFLOAD_CSUM_BOTH)
		return false;
	if (value == NDIS_OFFLOAD_NO_CHANGE)
		return true;
	*tx = tx_ok && (value == NDIS_OFFLOAD_CSUM_TX ||
			value == NDIS_OFFLOAD_CSUM_BOTH);
	*rx = rx_ok && (value == NDIS_OFFLOAD_CSUM_RX ||
			value == NDIS_OFFLOAD_CSUM_BOTH);
	return true;
}

static bool switch_param(u8 value, bool *on, bool ok)
{
	if (value > NDIS_OFFLOAD_ON)
		return false;
	if (value != NDIS_OFFLOAD_NO_CHANGE)
		*on = ok && value == NDIS_OFFLOAD_ON;
	return true;
}

/* Masked to what is supported; false: a value that means nothing. */
static bool offload_apply(struct hvsim_offloads *on,
			  const struct hvsim_offloads *can,
			  const struct ndis_offload_params *p)
{
	return csum_param(p->tcp4_csum, &on->tcp4, &on->rx_tcp4, can->tcp4,
			  can->rx_tcp4) &&
	       csum_param(p->udp4_csum, &on->udp4, &on->rx_udp4, can->udp4,
			  can->rx_udp4) &&
	       csum_param(p->tcp6_csum, &on->tcp6, &on->rx_tcp6, can->tcp6,
			  can->rx_tcp6) &&
	       csum_param(p->udp6_csum, &on->udp6, &on->rx_udp6, can->udp6,
			  can->rx_udp6) &&
	       switch_param(p->lso_v2_ip4, &on->lso4, can->lso4) &&
	       switch_param(p->lso_v2_ip6, &on->lso6, can->lso6) &&
	       switch_param(p->rsc_ip4, &on->rsc4, can->rsc4) &&
	       switch_param(p->rsc_ip6, &on->rsc6, can->rsc6);
}

static u32 set_offload_params(struct hvsim_nic *nic, const void *in, u32 in_len)
{
	struct hvsim_offloads can = offloads_supported(nic);
	struct hvsim_offloads on = nic->rndis.offloads;
	struct ndis_offload_params p = { };
	u32 min_len = nic->nvsp.version >= NVSP_VERSION_5 ?
		      sizeof(p) : NDIS_OFFLOAD_PARAMS_SIZE_4;

	if (in_len < min_len)
		return set_bad(nic, "offload parameters: too short");
	memcpy(&p, in, min_t(u32, in_len, sizeof(p)));
	if (p.hdr.type != NDIS_OBJECT_DEFAULT ||
	    le16_to_cpu(p.hdr.size) > in_len)
		return set_bad(nic, "offload parameters: bad object header");
	if (p.lso_v1 == NDIS_OFFLOAD_ON)
		return RNDIS_STATUS_NOT_SUPPORTED;
	if (!offload_apply(&on, &can, &p))
		return set_bad(nic, "offload parameters: value out of range");

	nic->rndis.offloads = on;
	spin_lock_bh(&nic->sw.lock);
	nic->sw.rsc4 = on.rsc4;
	nic->sw.rsc6 = on.rsc6;
	spin_unlock_bh(&nic->sw.lock);
	return RNDIS_STATUS_SUCCESS;
}

static const char *rss_take_table(struct hvsim_rss *rss,
				  const struct hvsim_nic *nic,
				  const struct ndis_rss_params *p, u32 in_len)
{
	u32 offset = le32_to_cpu(p->table_offset);
	u32 size = le16_to_cpu(p->table_size);
	__le32 entry;
	u32 i;

	if (!size || size % sizeof(entry))
		return "RSS: bad table size";
	if (size / sizeof(entry) > NDIS_RSS_TABLE_MAX)
		return "RSS: table is too long";
	if (offset < sizeof(*p) || offset > in_len || size > in_len - offset)
		return "RSS: table beyond the message";
	rss->table_size = size / sizeof(entry);
	for (i = 0; i < rss->table_size; i++) {
		memcpy(&entry, (u8 *)p + offset + i * sizeof(entry),
		       sizeof(entry));
		if (le32_to_cpu(entry) > nic->nvsp.granted)
			return "RSS: table names a channel that is not there";
		rss->table[i] = le32_to_cpu(entry);
	}
	return NULL;
}

static const char *rss_take_key(struct hvsim_rss *rss,
				const struct ndis_rss_params *p, u32 in_len)
{
	u32 offset = le32_to_cpu(p->key_offset);

	if (le16_to_cpu(p->key_size) != NDIS_RSS_KEY_SIZE)
		return "RSS: key is not 40 bytes";
	if (offset < sizeof(*p) || offset > in_len ||
	    in_len - offset < NDIS_RSS_KEY_SIZE)
		return "RSS: key beyond the message";
	memcpy(rss->key, (u8 *)p + offset, NDIS_RSS_KEY_SIZE);
	return NULL;
}

static const char *rss_parse(struct hvsim_rss *rss,
			     const struct hvsim_nic *nic, const void *in,
			     u32 in_len)
{
	const struct ndis_rss_params *p = in;
	const char *rule = NULL;
	u16 flags;

	if (in_len < sizeof(*p))
		return "RSS: too short";
	if (p->hdr.type != NDIS_OBJECT_RSS_PARAMS)
		return "RSS: bad object header";
	flags = le16_to_cpu(p->flags);
	if (!(flags & NDIS_RSS_PARAM_HASH_INFO_UNCHANGED))
		rss->hash_info = le32_to_cpu(p->hash_info);
	rss->enabled = !(flags & NDIS_RSS_PARAM_DISABLE) &&
		       rss->hash_info & NDIS_HASH_FUNC_TOEPLITZ;
	if (!rss->enabled)
		return NULL;
	if (!(flags & NDIS_RSS_PARAM_TABLE_UNCHANGED))
		rule = rss_take_table(rss, nic, p, in_len);
	if (!rule && !(flags & NDIS_RSS_PARAM_KEY_UNCHANGED))
		rule = rss_take_key(rss, p, in_len);
	if (!rule && !rss->table_size)
		rule = "RSS: enabled without a table";
	return rule;
}

static u32 set_rss_params(struct hvsim_nic *nic, const void *in, u32 in_len)
{
	struct hvsim_rss rss = nic->sw.rss;
	const char *rule;

	rule = rss_parse(&rss, nic, in, in_len);
	if (rule)
		return set_bad(nic, rule);
	spin_lock_bh(&nic->sw.lock);
	nic->sw.rss = rss;
	spin_unlock_bh(&nic->sw.lock);
	return RNDIS_STATUS_SUCCESS;
}

/* A UTF-16 string inside @in as bytes; false when it is not where it says. */
static bool param_string(const void *in, u32 in_len, u32 offset, u32 len,
			 char *to, u32 chars)
{
	__le16 wide;
	u32 i;

	if (len != chars * sizeof(wide) || offset > in_len ||
	    len > in_len - offset)
		return false;
	for (i = 0; i < chars; i++) {
		memcpy(&wide, in + offset + i * sizeof(wide), sizeof(wide));
		to[i] = le16_to_cpu(wide) < 0x80 ? le16_to_cpu(wide) : '?';
	}
	to[chars] = '\0';
	return true;
}

/* The one parameter that guests set: the MAC address. */
static u32 set_config_param(struct hvsim_nic *nic, const void *in, u32 in_len)
{
	const struct ndis_config_param *p = in;
	char name[sizeof(MAC_PARAM_NAME)];
	char digits[MAC_PARAM_DIGITS + 1];
	u8 mac[ETH_ALEN];

	if (in_len < sizeof(*p))
		return set_bad(nic, "config parameter: too short");
	if (!param_string(in, in_len, le32_to_cpu(p->name_offset),
			  le32_to_cpu(p->name_len), name,
			  strlen(MAC_PARAM_NAME)) ||
	    strcmp(name, MAC_PARAM_NAME))
		return RNDIS_STATUS_NOT_SUPPORTED;
	if (le32_to_cpu(p->type) != NDIS_CONFIG_PARAM_STRING ||
	    !param_string(in, in_len, le32_to_cpu(p->value_offset),
			  le32_to_cpu(p->value_len), digits,
			  MAC_PARAM_DIGITS) ||
	    hex2bin(mac, digits, ETH_ALEN) || !is_valid_ether_addr(mac))
		return set_bad(nic, "config parameter: not a MAC address");
	spin_lock_bh(&nic->sw.lock);
	ether_addr_copy(nic->sw.mac, mac);
	spin_unlock_bh(&nic->sw.lock);
	return RNDIS_STATUS_SUCCESS;
}

struct oid_entry {
	u32 oid;
	u32 (*query)(struct hvsim_nic *nic, const void *in, u32 in_len,
		     void *out, u32 *out_len);
	u32 (*set)(struct hvsim_nic *nic, const void *in, u32 in_len);
};

static const struct oid_entry oids[] = {
	{ RNDIS_OID_GEN_MAXIMUM_FRAME_SIZE,	query_frame_size },
	{ RNDIS_OID_GEN_LINK_SPEED,		query_link_speed },
	{ RNDIS_OID_GEN_CURRENT_PACKET_FILTER,	query_filter, set_filter },
	{ RNDIS_OID_GEN_MEDIA_CONNECT_STATUS,	query_media },
	{ RNDIS_OID_GEN_FRIENDLY_NAME,		query_name },
	{ RNDIS_OID_GEN_RNDIS_CONFIG_PARAMETER,	NULL, set_config_param },
	{ RNDIS_OID_802_3_PERMANENT_ADDRESS,	query_permanent_mac },
	{ RNDIS_OID_802_3_CURRENT_ADDRESS,	query_current_mac },
	{ NDIS_OID_RSS_CAPS,			query_rss_caps },
	{ NDIS_OID_RSS_PARAMS,			NULL, set_rss_params },
	{ NDIS_OID_OFFLOAD_HW_CAPS,		query_offload_caps },
	{ NDIS_OID_OFFLOAD_CONFIG,		query_offload_config },
	{ NDIS_OID_OFFLOAD_PARAMS,		NULL, set_offload_params },
};

static const struct oid_entry *oid_find(u32 oid)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(oids); i++)
		if (oids[i].oid == oid)
			return &oids[i];
	return NULL;
}

/**
 * hvsim_oid_query - answer a query
 * @nic: the NIC; its state is held for writing
 * @oid: what is asked for
 * @in: information that came with the query
 * @in_len: bytes of it
 * @out: HVSIM_OID_MAX_INFO bytes for the answer
 * @out_len: bytes of the answer
 *
 * Return: RNDIS_STATUS_*.
 */
u32 hvsim_oid_query(struct hvsim_nic *nic, u32 oid, const void *in, u32 in_len,
		    void *out, u32 *out_len)
{
	const struct oid_entry *entry = oid_find(oid);

	*out_len = 0;
	if (!entry || !entry->query)
		return RNDIS_STATUS_NOT_SUPPORTED;
	return entry->query(nic, in, in_len, out, out_len);
}

/**
 * hvsim_oid_set - carry out a set
 * @nic: the NIC; its state is held for writing
 * @oid: what is set
 * @in: the information
 * @in_len: bytes of it
 *
 * Return: RNDIS_STATUS_*.
 */
u32 hvsim_oid_set(struct hvsim_nic *nic, u32 oid, const void *in, u32 in_len)
{
	const struct oid_entry *entry = oid_find(oid);

	if (!entry || !entry->set)
		return RNDIS_STATUS_NOT_SUPPORTED;
	return entry->set(nic, in, in_len);
}
