// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands that give the guest numbers of resources, and take them back; and
 * memory regions, of which no more is needed than who owns them: the addresses
 * of data segments are bus addresses, as of the one physical region that the
 * driver makes.
 */
#include <linux/if_vlan.h>

#include "cx3.h"

/* Input modifier: type in bits 7:0, port in bits 15:8, a hint in 31:30. */
#define CX3_TYPE(in_mod)	((in_mod) & 0xff)
#define CX3_PORT(in_mod)	(((in_mod) >> 8) & 0xff)

enum {
	CX3_TYPE_QP	= 0,
	CX3_TYPE_CQ	= 1,
	CX3_TYPE_MPT	= 4,
	CX3_TYPE_MTT	= 5,
	CX3_TYPE_MAC	= 6,
	CX3_TYPE_VLAN	= 7,
	CX3_TYPE_COUNTER = 9,
};

/* Operation modifier. */
enum {
	CX3_RESERVE		= 0,
	CX3_RESERVE_AND_MAP	= 1,
	CX3_MAP			= 2,
};

#define CX3_QP_COUNT		GENMASK(23, 0)
#define CX3_MAX_MTT_ORDER	16
#define CX3_MAC_BITS		GENMASK_ULL(47, 0)

static u8 cx3_give(struct cx3 *cx3, struct cx3_cmd *cmd,
		   enum cx3_res_kind kind, u32 count, u32 align)
{
	int first = cx3_res_alloc(cx3->res, kind, count, align);

	if (first < 0)
		return first == -EINVAL ? CX3_BAD_PARAM : CX3_EXCEED_LIM;
	cmd->out_param = first;

	return CX3_OK;
}

/* What hardware still has, or the guest never had, it cannot give back. */
static u8 cx3_take(struct cx3 *cx3, enum cx3_res_kind kind, u32 first,
		   u32 count)
{
	u32 i;

	if (!cx3_res_has(cx3->res, kind, first, count))
		return CX3_BAD_INDEX;
	for (i = first; i < first + count; i++) {
		if (cx3_data_busy(cx3, kind, i))
			return CX3_BAD_RES_STATE;
	}
	if (!cx3_res_free(cx3->res, kind, first, count))
		return CX3_BAD_RES_STATE;

	return CX3_OK;
}

static u8 cx3_map(struct cx3 *cx3, enum cx3_res_kind kind, u32 index)
{
	if (!cx3_res_has(cx3->res, kind, index, 1))
		return CX3_BAD_INDEX;

	return cx3_res_map(cx3->res, kind, index) ? CX3_OK : CX3_BAD_RES_STATE;
}

static u8 cx3_unmap(struct cx3 *cx3, enum cx3_res_kind kind, u32 index)
{
	if (!cx3_res_has(cx3->res, kind, index, 1))
		return CX3_BAD_INDEX;
	if (cx3_data_busy(cx3, kind, index) ||
	    (kind == CX3_RES_MPT && test_bit(index, cx3->mpt_hw)))
		return CX3_BAD_RES_STATE;

	return cx3_res_unmap(cx3->res, kind, index) ? CX3_OK :
						      CX3_BAD_RES_STATE;
}

/* Of a 64-bit parameter: low word count or first, high word what goes with it. */
static u8 cx3_alloc_qp(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	u32 low = lower_32_bits(cmd->in_param);

	if (cmd->opmod == CX3_RESERVE)
		return cx3_give(cx3, cmd, CX3_RES_QP, low & CX3_QP_COUNT,
				upper_32_bits(cmd->in_param));
	if (cmd->opmod == CX3_MAP)
		return cx3_map(cx3, CX3_RES_QP, low);

	return CX3_BAD_PARAM;
}

static u8 cx3_free_qp(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	u32 low = lower_32_bits(cmd->in_param);

	if (cmd->opmod == CX3_RESERVE)
		return cx3_take(cx3, CX3_RES_QP, low,
				upper_32_bits(cmd->in_param));
	if (cmd->opmod == CX3_MAP)
		return cx3_unmap(cx3, CX3_RES_QP, low);

	return CX3_BAD_PARAM;
}

static u8 cx3_alloc_cq(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	if (cmd->opmod != CX3_RESERVE_AND_MAP)
		return CX3_BAD_PARAM;

	return cx3_give(cx3, cmd, CX3_RES_CQ, 1, 1);
}

static u8 cx3_free_cq(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	if (cmd->opmod != CX3_RESERVE_AND_MAP)
		return CX3_BAD_PARAM;

	return cx3_take(cx3, CX3_RES_CQ, lower_32_bits(cmd->in_param), 1);
}

static u8 cx3_alloc_mpt(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	if (cmd->opmod == CX3_RESERVE)
		return cx3_give(cx3, cmd, CX3_RES_MPT, 1, 1);
	if (cmd->opmod == CX3_MAP)
		return cx3_map(cx3, CX3_RES_MPT, lower_32_bits(cmd->in_param));

	return CX3_BAD_PARAM;
}

static u8 cx3_free_mpt(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	u32 low = lower_32_bits(cmd->in_param);

	if (cmd->opmod == CX3_RESERVE)
		return cx3_take(cx3, CX3_RES_MPT, low, 1);
	if (cmd->opmod == CX3_MAP)
		return cx3_unmap(cx3, CX3_RES_MPT, low);

	return CX3_BAD_PARAM;
}

static u8 cx3_alloc_mtt(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	u32 order = lower_32_bits(cmd->in_param);

	if (cmd->opmod != CX3_RESERVE_AND_MAP)
		return CX3_BAD_PARAM;
	if (order > CX3_MAX_MTT_ORDER)
		return CX3_EXCEED_LIM;

	return cx3_give(cx3, cmd, CX3_RES_MTT, 1U << order, 1U << order);
}

static u8 cx3_free_mtt(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	u32 order = upper_32_bits(cmd->in_param);

	if (cmd->opmod != CX3_RESERVE_AND_MAP || order > CX3_MAX_MTT_ORDER)
		return CX3_BAD_PARAM;

	return cx3_take(cx3, CX3_RES_MTT, lower_32_bits(cmd->in_param),
			1U << order);
}

static u8 cx3_alloc_counter(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	if (cmd->opmod != CX3_RESERVE)
		return CX3_BAD_PARAM;

	return cx3_give(cx3, cmd, CX3_RES_COUNTER, 1, 1);
}

static u8 cx3_free_counter(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	if (cmd->opmod != CX3_RESERVE)
		return CX3_BAD_PARAM;

	return cx3_take(cx3, CX3_RES_COUNTER, lower_32_bits(cmd->in_param), 1);
}

/* Older drivers put the port into the output parameter; the newer do not. */
static bool cx3_table_port_ok(const struct cx3_cmd *cmd)
{
	return cmd->opmod == CX3_RESERVE_AND_MAP && CX3_PORT(cmd->in_mod) == 1;
}

static u8 cx3_alloc_entry(struct cx3 *cx3, struct cx3_cmd *cmd,
			  enum cx3_table_kind kind, u64 value)
{
	int index;

	if (!cx3_table_port_ok(cmd))
		return CX3_BAD_PARAM;
	index = cx3_table_add(cx3->res, kind, value);
	if (index < 0)
		return CX3_EXCEED_LIM;
	cmd->out_param = index;

	return CX3_OK;
}

static u8 cx3_free_entry(struct cx3 *cx3, struct cx3_cmd *cmd,
			 enum cx3_table_kind kind, u64 value)
{
	if (!cx3_table_port_ok(cmd))
		return CX3_BAD_PARAM;

	return cx3_table_del(cx3->res, kind, value) ? CX3_OK : CX3_BAD_INDEX;
}

/**
 * cx3_cmd_alloc_res() - ALLOC_RES (f00): numbers for the guest
 * @cx3: the function
 * @cmd: type in the input modifier; what it needs in the input parameter
 *
 * Return: the status; the (first) number is in the output parameter.
 */
u8 cx3_cmd_alloc_res(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	switch (CX3_TYPE(cmd->in_mod)) {
	case CX3_TYPE_QP:
		return cx3_alloc_qp(cx3, cmd);
	case CX3_TYPE_CQ:
		return cx3_alloc_cq(cx3, cmd);
	case CX3_TYPE_MPT:
		return cx3_alloc_mpt(cx3, cmd);
	case CX3_TYPE_MTT:
		return cx3_alloc_mtt(cx3, cmd);
	case CX3_TYPE_COUNTER:
		return cx3_alloc_counter(cx3, cmd);
	case CX3_TYPE_MAC:
		return cx3_alloc_entry(cx3, cmd, CX3_TABLE_MAC,
				       cmd->in_param & CX3_MAC_BITS);
	case CX3_TYPE_VLAN:
		return cx3_alloc_entry(cx3, cmd, CX3_TABLE_VLAN,
				       cmd->in_param & VLAN_VID_MASK);
	}

	return CX3_BAD_PARAM;
}

/**
 * cx3_cmd_free_res() - FREE_RES (f01): numbers back from the guest
 * @cx3: the function
 * @cmd: type in the input modifier, number in the input parameter
 *
 * Return: the status.
 */
u8 cx3_cmd_free_res(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	switch (CX3_TYPE(cmd->in_mod)) {
	case CX3_TYPE_QP:
		return cx3_free_qp(cx3, cmd);
	case CX3_TYPE_CQ:
		return cx3_free_cq(cx3, cmd);
	case CX3_TYPE_MPT:
		return cx3_free_mpt(cx3, cmd);
	case CX3_TYPE_MTT:
		return cx3_free_mtt(cx3, cmd);
	case CX3_TYPE_COUNTER:
		return cx3_free_counter(cx3, cmd);
	case CX3_TYPE_MAC:
		return cx3_free_entry(cx3, cmd, CX3_TABLE_MAC,
				      cmd->in_param & CX3_MAC_BITS);
	case CX3_TYPE_VLAN:
		return cx3_free_entry(cx3, cmd, CX3_TABLE_VLAN,
				      cmd->in_param & VLAN_VID_MASK);
	}

	return CX3_BAD_PARAM;
}

/**
 * cx3_cmd_sw2hw_mpt() - SW2HW_MPT (00d): a memory region is hardware's now
 * @cx3: the function
 * @cmd: index in the input modifier
 *
 * Return: the status.
 */
u8 cx3_cmd_sw2hw_mpt(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	if (!cx3_res_mapped(cx3->res, CX3_RES_MPT, cmd->in_mod))
		return CX3_BAD_INDEX;

	return __test_and_set_bit(cmd->in_mod, cx3->mpt_hw) ?
	       CX3_BAD_RES_STATE : CX3_OK;
}

/**
 * cx3_cmd_hw2sw_mpt() - HW2SW_MPT (00f): a memory region is the guest's again
 * @cx3: the function
 * @cmd: index in the input modifier
 *
 * Return: the status.
 */
u8 cx3_cmd_hw2sw_mpt(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	if (!cx3_res_mapped(cx3->res, CX3_RES_MPT, cmd->in_mod))
		return CX3_BAD_INDEX;

	return __test_and_clear_bit(cmd->in_mod, cx3->mpt_hw) ?
	       CX3_OK : CX3_BAD_RES_STATE;
}
