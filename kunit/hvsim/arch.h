/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the in-tree bus includes of <asm/>, where the architecture has it; only
 * the checksums of exported symbols need it.
 */
#ifndef _HVSIM_ARCH_H
#define _HVSIM_ARCH_H

#ifndef CONFIG_UML
#ifndef _HV_HVGDK_MINI_H	/* which took its place in <linux/hyperv.h> */
#include <asm/hyperv-tlfs.h>
#endif
#include <asm/mshyperv.h>
#include <asm/sync_bitops.h>
#endif

#endif /* _HVSIM_ARCH_H */
