// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which frames get in, and to which queue pair: the port's multicast and VLAN
 * filters, then flow steering rules, of which the first that matches decides.
 */
#include <linux/bitfield.h>
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include <net/ip.h>

#include "data.h"

/* QP_ATTACH: a group id with port and address, the older way. */
#define ATTACH_PORT	5
#define ATTACH_MAC	10
#define ATTACH_ID	BIT_ULL(63)	/* apart from those of rules */

/* ---- filters of the port ---- */

/**
 * cx3_cmd_set_vlan_fltr() - SET_VLAN_FLTR
 * @cx3: the function
 * @cmd: a bit for each id, the last word first
 *
 * Linux adds id 0 to every filter by itself.  As long as that is all, nobody
 * has asked for a VLAN on this function, and its port's owner decides: here it
 * lets all pass.
 *
 * Return: enum cx3_status.
 */
u8 cx3_cmd_set_vlan_fltr(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	struct cx3_filters *filters = &cx3->data->filters;
	const __be32 *in = cmd->in;
	u32 words[CX3_VLAN_WORDS];
	u32 i;

	for (i = 0; i < CX3_VLAN_WORDS; i++)
		words[i] = be32_to_cpu(in[CX3_VLAN_WORDS - 1 - i]);
	bitmap_from_arr32(filters->vlans, words, VLAN_N_VID);
	filters->vlan_on = find_next_bit(filters->vlans, VLAN_N_VID, 1) <
			   VLAN_N_VID;

	return CX3_OK;
}

static void steering_add_group(struct cx3_filters *filters, u64 mac)
{
	if (filters->num_groups == CX3_GROUPS)
		filters->mcast_all = true;
	else
		filters->groups[filters->num_groups++] = mac;
}

/**
 * cx3_cmd_set_mcast_fltr() - SET_MCAST_FLTR
 * @cx3: the function
 * @cmd: variant: add, disable, enable; input parameter: an address
 *
 * Return: enum cx3_status.
 */
u8 cx3_cmd_set_mcast_fltr(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	struct cx3_filters *filters = &cx3->data->filters;

	switch (cmd->opmod) {
	case CX3_MCAST_ADD:
		if (cmd->in_param & CX3_MCAST_CLEAR) {
			filters->num_groups = 0;
			filters->mcast_all = false;
		}
		steering_add_group(filters, cmd->in_param & CX3_MCAST_MAC);
		return CX3_OK;
	case CX3_MCAST_DISABLE:
	case CX3_MCAST_ENABLE:
		filters->mcast_on = cmd->opmod == CX3_MCAST_ENABLE;
		return CX3_OK;
	}
	return CX3_BAD_PARAM;
}

static bool steering_group_passes(const struct cx3_filters *filters,
				  const u8 *dest)
{
	u64 mac = ether_addr_to_u64(dest);
	u32 i;

	if (!filters->mcast_on || filters->mcast_all)
		return true;
	for (i = 0; i < filters->num_groups; i++)
		if (filters->groups[i] == mac)
			return true;
	return false;
}

/* A tag without an id is only a priority. */
static bool steering_vlan_passes(const struct cx3_filters *filters,
				 const struct sk_buff *skb)
{
	u16 id = skb_vlan_tag_present(skb) ? skb_vlan_tag_get_id(skb) : 0;

	return !id || !filters->vlan_on || test_bit(id, filters->vlans);
}

/* ---- rules ---- */

/* Priority first; of one priority, those for all come last. */
static void steering_insert(struct cx3_filters *filters,
			    struct cx3_rule *rule)
{
	struct list_head *before = &filters->rules;
	struct cx3_rule *other;

	list_for_each_entry(other, &filters->rules, list) {
		bool later = rule->type == CX3_RULE_REGULAR ?
			     other->type != CX3_RULE_REGULAR ||
			     other->prio > rule->prio :
			     other->type < rule->type &&
			     other->type != CX3_RULE_REGULAR;

		if (later) {
			before = &other->list;
			break;
		}
	}
	list_add_tail(&rule->list, before);
	filters->num_rules++;
}

static void steering_remove(struct cx3_filters *filters, struct cx3_rule *rule)
{
	list_del(&rule->list);
	filters->num_rules--;
	kfree(rule);
}

static struct cx3_rule *steering_find(struct cx3_filters *filters, u64 id)
{
	struct cx3_rule *rule;

	list_for_each_entry(rule, &filters->rules, list)
		if (rule->id == id)
			return rule;
	return NULL;
}

/* One specification; returns its length, 0 if it makes no sense. */
static u32 steering_read_spec(struct cx3_rule *rule, const void *in, u32 left)
{
	const struct cx3_spec *spec = in;
	void *to = NULL;
	u32 len = 0;

	if (left < sizeof(*spec))
		return 0;
	switch (be16_to_cpu(spec->id)) {
	case CX3_SPEC_ETH:
		to = &rule->eth;
		len = sizeof(rule->eth);
		break;
	case CX3_SPEC_IPV4:
		to = &rule->ipv4;
		len = sizeof(rule->ipv4);
		break;
	case CX3_SPEC_TCP:
	case CX3_SPEC_UDP:
		to = &rule->l4;
		len = sizeof(rule->l4);
		break;
	}
	if (!to || len > left || spec->size * sizeof(__be32) != len)
		return 0;
	memcpy(to, in, len);

	return len;
}

static u8 steering_read(struct cx3 *cx3, struct cx3_rule *rule,
			const struct cx3_cmd *cmd)
{
	const struct cx3_rule_ctrl *ctrl = cmd->in;
	u64 size = (u64)cmd->in_mod * sizeof(__be32);
	u32 pos, len;

	if (size < sizeof(*ctrl) || size > CX3_MAILBOX)
		return CX3_BAD_SIZE;
	rule->prio = be16_to_cpu(ctrl->prio);
	rule->type = ctrl->type;
	rule->qpn = be32_to_cpu(ctrl->qpn) & CX3_INDEX;
	if (rule->type != CX3_RULE_REGULAR && rule->type != CX3_RULE_ALL &&
	    rule->type != CX3_RULE_MULTICAST)
		return CX3_BAD_PARAM;
	if (rule->qpn >= CX3_QPS ||
	    !cx3_res_has(cx3->res, CX3_RES_QP, rule->qpn, 1))
		return CX3_BAD_RESOURCE;
	for (pos = sizeof(*ctrl); pos < size; pos += len) {
		len = steering_read_spec(rule, cmd->in + pos, size - pos);
		if (!len)
			return CX3_BAD_PARAM;
	}

	return CX3_OK;
}

/**
 * cx3_cmd_attach_rule() - QP_FLOW_STEERING_ATTACH
 * @cx3: the function
 * @cmd: input modifier: length of the rule in 4 bytes; output: its id
 *
 * Return: enum cx3_status.
 */
u8 cx3_cmd_attach_rule(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	struct cx3_filters *filters = &cx3->data->filters;
	struct cx3_rule *rule;
	u8 status;

	if (filters->num_rules == CX3_RULES)
		return CX3_EXCEED_LIM;
	rule = kzalloc(sizeof(*rule), GFP_KERNEL);
	if (!rule)
		return CX3_EXCEED_LIM;
	status = steering_read(cx3, rule, cmd);
	if (status != CX3_OK) {
		kfree(rule);
		return status;
	}
	rule->id = ++filters->next_id;
	steering_insert(filters, rule);
	cmd->out_param = rule->id;

	return CX3_OK;
}

/**
 * cx3_cmd_detach_rule() - QP_FLOW_STEERING_DETACH
 * @cx3: the function
 * @cmd: input parameter: id of the rule
 *
 * Return: enum cx3_status.
 */
u8 cx3_cmd_detach_rule(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	struct cx3_filters *filters = &cx3->data->filters;
	struct cx3_rule *rule = steering_find(filters, cmd->in_param);

	if (!rule)
		return CX3_BAD_INDEX;
	steering_remove(filters, rule);

	return CX3_OK;
}

/**
 * cx3_cmd_attach_qp() - QP_ATTACH: a rule for one address, the older way
 * @cx3: the function
 * @cmd: variant: 1 adds, 0 removes; input modifier: queue pair
 *
 * Return: enum cx3_status.
 */
u8 cx3_cmd_attach_qp(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	struct cx3_filters *filters = &cx3->data->filters;
	const u8 *mac = cmd->in + ATTACH_MAC;
	u64 id = ATTACH_ID | ether_addr_to_u64(mac);
	struct cx3_rule *rule = steering_find(filters, id);
	u32 qpn = cmd->in_mod & CX3_INDEX;

	if (!cmd->opmod) {
		if (!rule)
			return CX3_BAD_INDEX;
		steering_remove(filters, rule);
		return CX3_OK;
	}
	if (qpn >= CX3_QPS || !cx3_res_has(cx3->res, CX3_RES_QP, qpn, 1))
		return CX3_BAD_RESOURCE;
	if (rule || filters->num_rules == CX3_RULES)
		return CX3_EXCEED_LIM;
	rule = kzalloc(sizeof(*rule), GFP_KERNEL);
	if (!rule)
		return CX3_EXCEED_LIM;

	rule->id = id;
	rule->qpn = qpn;
	ether_addr_copy(rule->eth.dst, mac);
	eth_broadcast_addr(rule->eth.dst_mask);
	steering_insert(filters, rule);

	return CX3_OK;
}

/* ---- frames ---- */

static bool steering_mac_matches(const u8 *mac, const u8 *want, const u8 *mask)
{
	return !((ether_addr_to_u64(mac) ^ ether_addr_to_u64(want)) &
		 ether_addr_to_u64(mask));
}

static bool steering_eth_matches(const struct cx3_spec_eth *eth,
				 const struct sk_buff *skb)
{
	const struct ethhdr *hdr = eth_hdr(skb);
	__be16 vlan = htons(skb_vlan_tag_present(skb) ?
			    skb_vlan_tag_get(skb) : 0);

	return steering_mac_matches(hdr->h_dest, eth->dst, eth->dst_mask) &&
	       steering_mac_matches(hdr->h_source, eth->src, eth->src_mask) &&
	       (!eth->has_type || eth->type == hdr->h_proto) &&
	       !((vlan ^ eth->vlan) & eth->vlan_mask);
}

static bool steering_l4_matches(const struct cx3_spec_l4 *l4,
				const struct sk_buff *skb,
				const struct iphdr *ip)
{
	u8 proto = be16_to_cpu(l4->spec.id) == CX3_SPEC_TCP ? IPPROTO_TCP :
							      IPPROTO_UDP;
	__be16 ports[2];

	return ip->protocol == proto && !ip_is_fragment(ip) &&
	       !skb_copy_bits(skb, ETH_HLEN + ip->ihl * 4, ports,
			      sizeof(ports)) &&
	       !((ports[0] ^ l4->src) & l4->src_mask) &&
	       !((ports[1] ^ l4->dst) & l4->dst_mask);
}

static bool steering_ip_matches(const struct cx3_rule *rule,
				const struct sk_buff *skb)
{
	const struct cx3_spec_ipv4 *want = &rule->ipv4;
	struct iphdr ip;

	if (skb->protocol != htons(ETH_P_IP) ||
	    skb_copy_bits(skb, ETH_HLEN, &ip, sizeof(ip)))
		return false;
	if ((ip.daddr ^ want->dst) & want->dst_mask ||
	    (ip.saddr ^ want->src) & want->src_mask)
		return false;

	return !rule->l4.spec.id || steering_l4_matches(&rule->l4, skb, &ip);
}

static bool steering_matches(const struct cx3_rule *rule,
			     const struct sk_buff *skb)
{
	if (rule->type == CX3_RULE_ALL)
		return true;
	if (rule->type == CX3_RULE_MULTICAST)
		return is_multicast_ether_addr(eth_hdr(skb)->h_dest);
	if (!steering_eth_matches(&rule->eth, skb))
		return false;

	return !(rule->ipv4.spec.id || rule->l4.spec.id) ||
	       steering_ip_matches(rule, skb);
}

/**
 * cx3_steer() - find the queue pair for a frame
 * @cx3: the function
 * @skb: the frame, its MAC header set, its tag beside it
 *
 * A function that takes everything is not kept from tagged frames.
 *
 * Return: its number, or CX3_NO_QPN: nobody wants it.
 */
u32 cx3_steer(struct cx3 *cx3, const struct sk_buff *skb)
{
	const struct cx3_filters *filters = &cx3->data->filters;
	const u8 *dest = eth_hdr(skb)->h_dest;
	struct cx3_rule *rule;
	bool vlan;

	if (is_multicast_ether_addr(dest) &&
	    !steering_group_passes(filters, dest))
		return CX3_NO_QPN;
	vlan = steering_vlan_passes(filters, skb);
	list_for_each_entry(rule, &filters->rules, list)
		if ((vlan || rule->type == CX3_RULE_ALL) &&
		    steering_matches(rule, skb))
			return rule->qpn;

	return CX3_NO_QPN;
}

/* ---- life ---- */

/**
 * cx3_steering_init() - no filter, no rule
 * @cx3: the function
 */
void cx3_steering_init(struct cx3 *cx3)
{
	INIT_LIST_HEAD(&cx3->data->filters.rules);
}

/**
 * cx3_steering_reset() - forget all filters and rules
 * @cx3: the function
 */
void cx3_steering_reset(struct cx3 *cx3)
{
	struct cx3_filters *filters = &cx3->data->filters;
	struct cx3_rule *rule, *next;

	list_for_each_entry_safe(rule, next, &filters->rules, list)
		steering_remove(filters, rule);
	memset(filters, 0, sizeof(*filters));
	cx3_steering_init(cx3);
}
