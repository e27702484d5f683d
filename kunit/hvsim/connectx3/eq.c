// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event queues.  Their number is the guest's choice; the register with their
 * consumer index is in the page that the number names.
 */
#include <linux/log2.h>
#include <linux/slab.h>

#include "data.h"

#define EQ_UNMAP		BIT(31)	/* of MAP_EQ's input modifier */
#define EQ_NUMBER		GENMASK(9, 0)
#define EQ_DOORBELLS		4	/* in a page */
#define EQ_DOORBELL		0x800
#define EQ_DOORBELL_SIZE	8

static u32 eq_doorbell(const struct cx3_eq *eq)
{
	return eq->eqn / EQ_DOORBELLS * CX3_UAR_SIZE + EQ_DOORBELL +
	       eq->eqn % EQ_DOORBELLS * EQ_DOORBELL_SIZE;
}

static struct cx3_eq *eq_find(struct cx3 *cx3, u32 eqn)
{
	return eqn < CX3_EQS ? cx3->data->eqs[eqn] : NULL;
}

static u8 eq_fill(struct cx3 *cx3, struct cx3_eq *eq,
		  const struct cx3_eq_context *context)
{
	if (!context->log_size || context->log_size > CX3_LOG_EQES)
		return CX3_BAD_SIZE;
	if (context->vector >= cx3->msix.vectors)
		return CX3_BAD_PARAM;

	eq->size = 1 << context->log_size;
	eq->vector = context->vector;
	if (!cx3_buf_init(cx3, &eq->buf, context->log_page_size,
			  context->mtt_high, context->mtt_low,
			  (u64)eq->size * sizeof(struct cx3_eqe)))
		return CX3_BAD_PARAM;
	if (cx3_buf_set_owner(cx3, &eq->buf, eq->size))
		return CX3_BAD_PARAM;

	return CX3_OK;
}

/**
 * cx3_cmd_sw2hw_eq() - SW2HW_EQ
 * @cx3: the function
 * @cmd: input modifier: the number
 *
 * Return: enum cx3_status.
 */
u8 cx3_cmd_sw2hw_eq(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	u32 eqn = cmd->in_mod & EQ_NUMBER;
	struct cx3_eq *eq;
	u8 status;

	if (eqn < CX3_EQ_FIRST || eqn >= CX3_EQS)
		return CX3_BAD_INDEX;
	if (eq_find(cx3, eqn))
		return CX3_BAD_RES_STATE;
	eq = kzalloc(sizeof(*eq), GFP_KERNEL);
	if (!eq)
		return CX3_EXCEED_LIM;

	eq->eqn = eqn;
	status = eq_fill(cx3, eq, cmd->in);
	if (status != CX3_OK) {
		kfree(eq);
		return status;
	}
	/* What a queue of the same number left there. */
	cx3_bar_write(cx3, eq_doorbell(eq), 0);
	cx3->data->eqs[eqn] = eq;
	list_add_tail(&eq->list, &cx3->data->eq_list);

	return CX3_OK;
}

/**
 * cx3_eq_destroy() - take a queue out of hardware's hands
 * @cx3: the function
 * @eq: the queue; freed
 */
void cx3_eq_destroy(struct cx3 *cx3, struct cx3_eq *eq)
{
	u32 type;

	for (type = 0; type < CX3_EVENTS; type++)
		if (cx3->data->event_eqn[type] == eq->eqn)
			cx3->data->event_eqn[type] = 0;
	cx3->data->eqs[eq->eqn] = NULL;
	list_del(&eq->list);
	kfree(eq);
}

/**
 * cx3_cmd_hw2sw_eq() - HW2SW_EQ
 * @cx3: the function
 * @cmd: input modifier: the number
 *
 * Completion queues that send their events there become silent.
 *
 * Return: enum cx3_status.
 */
u8 cx3_cmd_hw2sw_eq(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	struct cx3_eq *eq = eq_find(cx3, cmd->in_mod & EQ_NUMBER);

	if (!eq)
		return CX3_BAD_INDEX;
	cx3_eq_destroy(cx3, eq);

	return CX3_OK;
}

/**
 * cx3_cmd_map_eq() - MAP_EQ: which queue hears of which events
 * @cx3: the function
 * @cmd: input parameter: a bit for each type; modifier: the queue, or none
 *
 * Return: enum cx3_status.
 */
u8 cx3_cmd_map_eq(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	bool unmap = cmd->in_mod & EQ_UNMAP;
	u32 eqn = cmd->in_mod & EQ_NUMBER;
	u32 type;

	if (!eq_find(cx3, eqn))
		return CX3_BAD_INDEX;
	for (type = 0; type < CX3_EVENTS; type++)
		if (cmd->in_param & BIT_ULL(type))
			cx3->data->event_eqn[type] = unmap ? 0 : eqn;

	return CX3_OK;
}

/* The guest's index is what it last wrote to the register. */
static bool eq_has_room(struct cx3 *cx3, const struct cx3_eq *eq)
{
	u32 consumer = cx3_bar_read(cx3, eq_doorbell(eq));

	return ((eq->producer - consumer) & CX3_INDEX) < eq->size;
}

/**
 * cx3_eq_post() - write an event and interrupt the guest
 * @cx3: the function
 * @eq: the queue
 * @eqe: the event; its owner is set here
 *
 * Return: false when there is no room.
 */
bool cx3_eq_post(struct cx3 *cx3, struct cx3_eq *eq, const struct cx3_eqe *eqe)
{
	u32 offset = (eq->producer & (eq->size - 1)) * sizeof(*eqe);
	struct cx3_eqe *to;

	if (!eq_has_room(cx3, eq)) {
		eq->full++;
		return false;
	}
	to = cx3_buf_at(cx3, &eq->buf, offset, sizeof(*to));
	if (!to)
		return false;

	memcpy(to, eqe, offsetof(struct cx3_eqe, owner));
	/* The guest looks at the owner first; on another CPU. */
	smp_store_release(&to->owner,
			  eq->producer & eq->size ? CX3_OWNER : 0);
	eq->producer++;
	cx3_msix_fire(cx3, eq->vector);

	return true;
}

static struct cx3_eq *eq_of_type(struct cx3 *cx3, u8 type)
{
	return type < CX3_EVENTS ?
	       eq_find(cx3, cx3->data->event_eqn[type]) : NULL;
}

/**
 * cx3_eq_hears() - does the guest want events of a type?
 * @cx3: the function
 * @type: of an event
 *
 * Return: true if there is a queue for them, with room or without.
 */
bool cx3_eq_hears(struct cx3 *cx3, u8 type)
{
	return eq_of_type(cx3, type);
}

/**
 * cx3_eq_event() - send an event to the queue that hears of its type
 * @cx3: the function
 * @eqe: the event
 *
 * Return: false when there is none, or it has no room.
 */
bool cx3_eq_event(struct cx3 *cx3, const struct cx3_eqe *eqe)
{
	struct cx3_eq *eq = eq_of_type(cx3, eqe->type);

	return eq && cx3_eq_post(cx3, eq, eqe);
}
