/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hyper-V does not run user-mode Linux, so the headers that tell of Hyper-V
 * lack a type there that each architecture defines and that they use
 * themselves.  Included before any other header, where it is missing.
 */
#ifndef _HVSIM_UML_H
#define _HVSIM_UML_H

#include <linux/types.h>

union hv_msi_entry {
	u64 as_uint64[2];
};

#endif /* _HVSIM_UML_H */
