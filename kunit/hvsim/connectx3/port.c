// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands about the port.
 */
#include <linux/if_vlan.h>

#include "cx3.h"

#define CX3_PORT_NUMBER		1

/* Fields of QUERY_PORT; two readers of the driver agree on these. */
#define CX3_PORT_LINK		0x00	/* bit 7; types below */
#define CX3_PORT_LINK_UP	0x80
#define CX3_PORT_ETHERNET	0x02
#define CX3_PORT_IB_MTU		0x01
#define CX3_PORT_MTU		0x02
#define CX3_PORT_SPEED		0x05
#define CX3_PORT_SPEED_40G	0x40
#define CX3_PORT_WIDTH		0x06
#define CX3_PORT_TABLES		0x0a	/* log2 of MACs, of VLANs */
#define CX3_PORT_LANES		0x0b
#define CX3_PORT_MAC		0x12

static bool cx3_port_ok(const struct cx3_cmd *cmd)
{
	return (cmd->in_mod & 0xff) == CX3_PORT_NUMBER;
}

/**
 * cx3_cmd_query_port() - QUERY_PORT (043): the port and its link
 * @cx3: the function
 * @cmd: port in the input modifier
 *
 * Return: the status.
 */
u8 cx3_cmd_query_port(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	u8 *out = cmd->out;

	if (!cx3_port_ok(cmd))
		return CX3_BAD_PARAM;

	out[CX3_PORT_LINK] = CX3_PORT_ETHERNET |
			     (cx3->port.link ? CX3_PORT_LINK_UP : 0);
	out[CX3_PORT_IB_MTU] = 5;
	*(__be16 *)(out + CX3_PORT_MTU) = cpu_to_be16(CX3_MAX_MTU);
	out[CX3_PORT_SPEED] = CX3_PORT_SPEED_40G;
	out[CX3_PORT_WIDTH] = 2;
	out[CX3_PORT_TABLES] = 0x77;
	out[CX3_PORT_LANES] = 8;
	ether_addr_copy(out + CX3_PORT_MAC, cx3->port.mac);

	return CX3_OK;
}

/* Of SET_PORT's "general" mailbox. */
#define CX3_SET_GENERAL		0	/* bits 15:8 of the input modifier */
#define CX3_SET_RQP_CALC	1	/* default QPs: not with flow steering */
#define CX3_GENERAL_FLAGS	0x03
#define CX3_GENERAL_MTU_VALID	BIT(0)
#define CX3_GENERAL_MTU		0x06	/* of a whole frame */
#define CX3_MAX_FRAME		(CX3_MAX_MTU + ETH_HLEN + 2 * VLAN_HLEN + \
				 ETH_FCS_LEN)

static u8 cx3_set_port_general(struct cx3 *cx3, const struct cx3_cmd *cmd)
{
	const u8 *in = cmd->in;
	u16 mtu = be16_to_cpup(cmd->in + CX3_GENERAL_MTU);

	if (!(in[CX3_GENERAL_FLAGS] & CX3_GENERAL_MTU_VALID))
		return CX3_OK;
	if (mtu < ETH_ZLEN || mtu > CX3_MAX_FRAME)
		return CX3_BAD_PARAM;
	cx3->port.mtu = mtu;

	return CX3_OK;
}

/**
 * cx3_cmd_set_port() - SET_PORT (00c): settings of the port
 * @cx3: the function
 * @cmd: opmod 1 is Ethernet; port, and which settings, in the input modifier
 *
 * Pause frames, which are the physical port's, have no effect.
 *
 * Return: the status.
 */
u8 cx3_cmd_set_port(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	if (!cx3_port_ok(cmd) || cmd->opmod != 1)
		return CX3_BAD_PARAM;

	switch ((cmd->in_mod >> 8) & 0xff) {
	case CX3_SET_GENERAL:
		return cx3_set_port_general(cx3, cmd);
	case CX3_SET_RQP_CALC:
		return CX3_OK;
	}

	return CX3_BAD_PARAM;
}

/**
 * cx3_port_poll() - tell the guest of a link that changed
 * @cx3: the function
 *
 * A queue without room hears of it later.  Who has none asks for the link when
 * he wants to know.
 *
 * Context: process; cx3.lock held.
 * Return: true if it was told now.
 */
bool cx3_port_poll(struct cx3 *cx3)
{
	struct cx3_port *port = &cx3->port;
	struct cx3_eqe eqe = {
		.type = CX3_EVENT_PORT_CHANGE,
		.subtype = port->link ? CX3_PORT_UP : CX3_PORT_DOWN,
		.event.port_change.port = cpu_to_be32(CX3_PORT_NUMBER << 28),
	};
	bool sent;

	if (port->told == port->link)
		return false;
	sent = cx3_eq_event(cx3, &eqe);
	if (sent || !cx3_eq_hears(cx3, CX3_EVENT_PORT_CHANGE))
		port->told = port->link;

	return sent;
}

/**
 * cx3_cmd_init_port() - INIT_PORT (009): frames pass from now on
 * @cx3: the function
 * @cmd: port in the input modifier
 *
 * Return: the status.
 */
u8 cx3_cmd_init_port(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	if (!cx3_port_ok(cmd))
		return CX3_BAD_PARAM;
	WRITE_ONCE(cx3->port.up, true);

	return CX3_OK;
}

/**
 * cx3_cmd_close_port() - CLOSE_PORT (00a): no frame passes any more
 * @cx3: the function
 * @cmd: port in the input modifier
 *
 * Return: the status.
 */
u8 cx3_cmd_close_port(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	if (!cx3_port_ok(cmd))
		return CX3_BAD_PARAM;
	WRITE_ONCE(cx3->port.up, false);

	return CX3_OK;
}
