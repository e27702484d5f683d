/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers of the function, offsets in BAR 2.  Pages 0 to 7 are UARs that no
 * guest may use for doorbells of its own.
 */
#ifndef _HVSIM_CX3_REGS_H
#define _HVSIM_CX3_REGS_H

/* Communication channel. */
#define CX3_REG_COMM_WRITE	0x0000	/* by the guest */
#define CX3_REG_COMM_READ	0x0004	/* by the guest; our answer */
#define CX3_REG_COMM_CAPS	0x0008
#define CX3_REG_COMM_FLAGS	0x000c

#define CX3_COMM_TOGGLE		BIT(31)
#define CX3_COMM_ERROR		BIT(17)	/* in the answer: internal error */
#define CX3_COMM_VERSION	0x0101	/* in the answer to a reset */
#define CX3_CAPS_RESET		BIT(30)	/* the handshake below works */
#define CX3_FLAGS_RESET		BIT(16)	/* asked for by the guest */

#define CX3_REG_MSIX_TABLE	0x2000
#define CX3_REG_MSIX_PBA	0x3000

#endif /* _HVSIM_CX3_REGS_H */
