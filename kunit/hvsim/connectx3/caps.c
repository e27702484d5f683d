// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands that tell the guest what it has.  Offsets and meanings are those
 * that the mlx4 driver reads (fw.c); what is not listed is zero, and means
 * that the function has not got it.
 */
#include "cx3.h"
#include "regs.h"

/* A field of an output mailbox, big-endian, aligned; width in bytes. */
struct cx3_field {
	u16 offset;
	u8 width;
	u32 value;
};

static void cx3_put(void *out, u16 offset, u8 width, u32 value)
{
	void *at = out + offset;

	if (width == 1)
		*(u8 *)at = value;
	else if (width == 2)
		*(__be16 *)at = cpu_to_be16(value);
	else
		*(__be32 *)at = cpu_to_be32(value);
}

static void cx3_put_fields(void *out, const struct cx3_field *fields,
			   unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		cx3_put(out, fields[i].offset, fields[i].width,
			fields[i].value);
}

static const struct cx3_field cx3_hca_fields[] = {
	{ 0x14, 4, BIT(6) },	/* device-managed flow steering */
	{ 0x37, 1, 17 },	/* log2 of QPs */
	{ 0x4f, 1, 16 },	/* SRQs */
	{ 0x57, 1, 16 },	/* CQs */
	{ 0xfb, 1, 17 },	/* MPTs */
	{ 0x12b, 1, 0 },	/* UAR pages of 4 KB */
	{ 0x1e3, 1, 10 },	/* log2 of a steering entry's bytes */
	{ 0x1eb, 1, 16 },	/* of their number */
};

/**
 * cx3_cmd_query_hca() - QUERY_HCA (00b): how the device was set up
 * @cx3: the function
 * @cmd: no input
 *
 * Return: the status.
 */
u8 cx3_cmd_query_hca(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	cx3_put_fields(cmd->out, cx3_hca_fields, ARRAY_SIZE(cx3_hca_fields));

	return CX3_OK;
}

static const struct cx3_field cx3_dev_fields[] = {
	{ 0x10, 1, 14 },	/* log2 of work requests of an SRQ */
	{ 0x11, 1, 14 },	/* of a QP */
	{ 0x12, 1, 6 },		/* reserved QPs */
	{ 0x13, 1, 17 },	/* QPs */
	{ 0x15, 1, 16 },	/* SRQs */
	{ 0x19, 1, 16 },	/* entries of a CQ */
	{ 0x1a, 1, 5 },		/* reserved CQs */
	{ 0x1b, 1, 16 },	/* CQs */
	{ 0x1d, 1, 17 },	/* MPTs */
	{ 0x1e, 1, 4 },		/* reserved EQs */
	{ 0x1f, 1, 7 },		/* EQs */
	{ 0x2d, 1, 17 },	/* bytes of a large send */
	{ 0x2e, 1, 0x17 },	/* RSS: Toeplitz, 2^7 entries */
	{ 0x37, 1, 0x11 },	/* one virtual lane, one port */
	{ 0x38, 1, 30 },	/* bytes of a message */
	{ 0x44, 4, BIT(15) },	/* flags: IP checksum and large send */
	{ 0x49, 1, 0 },		/* UARs: 1 MB */
	{ 0x4b, 1, 12 },	/* bytes of a page */
	{ 0x4c, 1, 0 },		/* no BlueFlame */
	{ 0x51, 1, 62 },	/* segments of a send */
	{ 0x52, 2, 1008 },	/* bytes of its descriptor */
	{ 0x55, 1, 32 },	/* segments of a receive buffer */
	{ 0x56, 2, 512 },	/* bytes of its descriptor */
	{ 0x61, 1, 8 },		/* QPs of a multicast group */
	{ 0x63, 1, 13 },	/* multicast groups */
	{ 0x65, 1, 15 },	/* protection domains */
	{ 0x76, 1, 0x80 },	/* flow steering */
	{ 0x77, 1, 64 },	/* QPs of one of its entries */
	{ 0x90, 2, 8 },		/* bytes of an MTT entry */
};

/**
 * cx3_cmd_query_dev_cap() - QUERY_DEV_CAP (003): limits of the device
 * @cx3: the function
 * @cmd: no input
 *
 * Return: the status.
 */
u8 cx3_cmd_query_dev_cap(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	cx3_put_fields(cmd->out, cx3_dev_fields, ARRAY_SIZE(cx3_dev_fields));

	return CX3_OK;
}

/* The last firmware of the line, 2.42.5000; the function has no privileges. */
static const struct cx3_field cx3_fw_fields[] = {
	{ 0x00, 2, 2 },
	{ 0x02, 2, 5000 },
	{ 0x04, 2, 42 },
	{ 0x09, 1, 0xff },
};

/**
 * cx3_cmd_query_fw() - QUERY_FW (004): version of the firmware
 * @cx3: the function
 * @cmd: no input
 *
 * Return: the status.
 */
u8 cx3_cmd_query_fw(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	cx3_put_fields(cmd->out, cx3_fw_fields, ARRAY_SIZE(cx3_fw_fields));

	return CX3_OK;
}

/**
 * cx3_cmd_query_adapter() - QUERY_ADAPTER (006): the board; nothing to tell
 * @cx3: the function
 * @cmd: no input
 *
 * Return: the status.
 */
u8 cx3_cmd_query_adapter(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	return CX3_OK;
}

/* Few CQs: the driver makes its completion EQs as long as the quota and more. */
static const struct cx3_field cx3_func_fields[] = {
	{ 0x00, 1, 0x90 },	/* Ethernet; the quotas below are valid */
	{ 0x01, 1, 1 },		/* ports */
	{ 0x30, 4, CX3_EQ_FIRST },	/* reserved EQs */
	{ 0x50, 4, 256 },	/* QPs */
	{ 0x54, 4, 100 },	/* CQs */
	{ 0x58, 4, 16 },	/* SRQs */
	{ 0x60, 4, CX3_MPTS },
	{ 0x64, 4, CX3_MTTS },
};

static u8 cx3_query_func_port(struct cx3_cmd *cmd)
{
	u8 port = cmd->in_mod & 0xff;

	if (port != 1)
		return CX3_BAD_PARAM;
	/* The physical port behind it; nothing is forced on the guest. */
	cx3_put(cmd->out, 0x03, 1, port);

	return CX3_OK;
}

/**
 * cx3_cmd_query_func_cap() - QUERY_FUNC_CAP (f0a): what the function may have
 * @cx3: the function
 * @cmd: opmod 0: in general; 1: on the port in the input modifier
 *
 * Return: the status.
 */
u8 cx3_cmd_query_func_cap(struct cx3 *cx3, struct cx3_cmd *cmd)
{
	if (cmd->opmod == 1)
		return cx3_query_func_port(cmd);
	if (cmd->opmod)
		return CX3_BAD_PARAM;

	cx3_put_fields(cmd->out, cx3_func_fields, ARRAY_SIZE(cx3_func_fields));
	/* One past the last EQ that has an interrupt vector of its own. */
	cx3_put(cmd->out, 0x2c, 4, CX3_EQ_FIRST + cx3->msix.vectors);

	return CX3_OK;
}
