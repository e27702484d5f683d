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

/* Kernels that cannot run on Hyper-V (user-mode Linux) have no such header. */
#if IS_ENABLED(CONFIG_HYPERV)
#include <asm/mshyperv.h>
#else
static inline bool hv_is_isolation_supported(void)
{
	return false;
}
#endif

/* struct hv_driver's remove returned an int. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define COMPAT_HV_REMOVE(fn)					\
static int fn##_compat(struct hv_device *hdev)			\
{								\
	fn(hdev);						\
	return 0;						\
}
#define compat_hv_remove(fn)	fn##_compat
#else
#define COMPAT_HV_REMOVE(fn)
#define compat_hv_remove(fn)	fn
#endif

/* struct bus_type's callbacks took what they must not change. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define compat_uevent_const
#else
#define compat_uevent_const	const
#endif
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
#define compat_match_const
#else
#define compat_match_const	const
#endif

/*
 * Until 6.2 IPv6 leaves a device with IFF_SLAVE alone, without another flag,
 * and a running device can be renamed only if it has a flag for that.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define IFF_NO_ADDRCONF		0
#else
#define IFF_LIVE_RENAME_OK	0
#endif

#endif /* _NETVSC_COMPAT_H */
