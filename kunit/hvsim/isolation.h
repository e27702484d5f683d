/* SPDX-License-Identifier: GPL-2.0-only */
/* Confidential guests. */
#ifndef _HVSIM_ISOLATION_H
#define _HVSIM_ISOLATION_H

#include <linux/types.h>

enum hvsim_isolation {
	HVSIM_ISOLATION_OFF,
	HVSIM_ISOLATION_ON,
	HVSIM_ISOLATION_KEEPS,	/* what was shared once, stays so */
};

void hvsim_isolation_set(enum hvsim_isolation mode);
bool hvsim_isolation_on(void);
int hvsim_isolation_unshare(void);

/* By its name in the kernels that have it. */
bool hv_is_isolation_supported(void);

#endif /* _HVSIM_ISOLATION_H */
