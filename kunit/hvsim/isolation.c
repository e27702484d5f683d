// SPDX-License-Identifier: GPL-2.0-only
/*
 * A confidential guest: the host can read what the guest shares, and nothing
 * else.  Kernels that can run on Hyper-V find out by themselves whether they
 * are one, so this is for those that cannot: user-mode Linux.
 */
#include "isolation.h"

#include <linux/export.h>

#include "bus.h"

static enum hvsim_isolation isolation;

/**
 * hvsim_isolation_set() - make the guest a confidential one, or not
 * @mode: how the host is to behave
 *
 * Context: any; no driver is bound to a NIC.
 */
void hvsim_isolation_set(enum hvsim_isolation mode)
{
	WRITE_ONCE(isolation, mode);
}

/**
 * hvsim_isolation_on() - whether the guest is a confidential one
 *
 * Return: true if so.
 */
bool hvsim_isolation_on(void)
{
	return READ_ONCE(isolation) != HVSIM_ISOLATION_OFF;
}

/**
 * hvsim_isolation_unshare() - make memory the guest's own again
 *
 * Return: 0, or -EIO if the host shall not let it go.
 */
int hvsim_isolation_unshare(void)
{
	return READ_ONCE(isolation) == HVSIM_ISOLATION_KEEPS ? -EIO : 0;
}

#if !IS_ENABLED(CONFIG_HYPERV)
bool hv_is_isolation_supported(void)
{
	return hvsim_isolation_on();
}
EXPORT_SYMBOL_GPL(hv_is_isolation_supported);
#endif
