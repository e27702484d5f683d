/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes older kernels look like the newest one.  The only file that may look
 * at LINUX_VERSION_CODE.
 */
#ifndef _NETVSC_COMPAT_H
#define _NETVSC_COMPAT_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "the oldest kernel supported is 6.1"
#endif

#endif /* _NETVSC_COMPAT_H */
