// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bytes that an NVSP message 107 of the guest names.
 */
#include "msg.h"

static const char *msg_open_section(struct hvsim_msg *msg,
				    const struct hvsim_nic *nic,
				    u32 index, u32 size)
{
	u32 section = nic->cfg.send_section;

	if (index == NVSP_NO_SEND_SECTION)
		return size ? "107: size without a send section" : NULL;
	if (!nic->nvsp.send_base)
		return "107: send section without a send buffer";
	if (index >= nic->nvsp.send_size / section)
		return "107: send section beyond the send buffer";
	if (!size || size > section)
		return "107: size does not fit a send section";
	msg->section = nic->nvsp.send_base + (size_t)index * section;
	msg->section_len = size;
	return NULL;
}

static const char *msg_open_ranges(struct hvsim_msg *msg,
				   const struct hvsim_nic *nic,
				   const struct hvsim_pkt *pkt)
{
	const struct gpa_range *first = pkt->ranges;
	u32 len;

	if (pkt->type != VM_PKT_DATA_USING_GPA_DIRECT)
		return NULL;
	if (hvsim_ranges_len(pkt, &len))
		return "107: bad page ranges";
	if (!hvsim_ranges_visible(nic->dev, pkt))
		return "107: pages that a confidential guest does not share";
	if (pkt->num_ranges)
		msg->first_range = first->byte_count;
	msg->len += len;
	return NULL;
}

/**
 * hvsim_msg_open - find the bytes of a message 107
 * @msg: filled in
 * @nic: the NIC; its state is held
 * @pkt: the packet, at least struct nvsp_rndis_pkt long
 *
 * Return: NULL, or the rule that the guest broke.
 */
const char *hvsim_msg_open(struct hvsim_msg *msg, const struct hvsim_nic *nic,
			   const struct hvsim_pkt *pkt)
{
	const struct nvsp_rndis_pkt *nvsp = pkt->data;
	const char *rule;

	memset(msg, 0, sizeof(*msg));
	msg->pkt = pkt;
	rule = msg_open_section(msg, nic, le32_to_cpu(nvsp->send_section_index),
				le32_to_cpu(nvsp->send_section_size));
	if (rule)
		return rule;
	rule = msg_open_ranges(msg, nic, pkt);
	if (rule)
		return rule;
	msg->len += msg->section_len;
	return msg->len ? NULL : "107: no bytes";
}

/**
 * hvsim_msg_copy - copy a part of a message
 * @msg: the message
 * @offset: first byte
 * @to: where to
 * @len: bytes
 *
 * Return: 0, or -EFAULT when that is not all in the message.
 */
int hvsim_msg_copy(const struct hvsim_msg *msg, u32 offset, void *to, u32 len)
{
	u32 part = 0;

	if (offset > msg->len || len > msg->len - offset)
		return -EFAULT;
	if (offset < msg->section_len) {
		part = min(len, msg->section_len - offset);
		memcpy(to, msg->section + offset, part);
	}
	if (part == len)
		return 0;
	return hvsim_ranges_copy(msg->pkt, offset + part - msg->section_len,
				 to + part, len - part);
}
