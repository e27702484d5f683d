// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that the bus allocates for drivers, shared from the beginning where
 * the guest is a confidential one.  compat.h makes these functions of others
 * where the kernel lacks them.
 */
#include <linux/export.h>
#include <linux/hyperv.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "bus.h"
#include "compat.h"
#include "isolation.h"

#ifndef vmbus_alloc_buffer

/* A shared buffer has a list of chunks; nobody but this file looks into it. */
void *vmbus_alloc_buffer(struct vmbus_channel *channel, u32 size,
			 struct page ***chunks_out, u32 *chunk_cnt_out)
{
	*chunks_out = NULL;
	*chunk_cnt_out = 0;
	if (hvsim_isolation_on()) {
		*chunks_out = kzalloc(sizeof(**chunks_out), GFP_KERNEL);
		if (!*chunks_out)
			return NULL;
		*chunk_cnt_out = 1;
	}

	return vzalloc(PAGE_ALIGN(size));
}
EXPORT_SYMBOL_GPL(vmbus_alloc_buffer);

/* Memory that stays shared is leaked. */
void vmbus_free_buffer(void *addr, struct page **chunks, u32 chunk_cnt)
{
	if (!chunks || !hvsim_isolation_unshare())
		vfree(addr);
	kfree(chunks);
}
EXPORT_SYMBOL_GPL(vmbus_free_buffer);

int vmbus_establish_gpadl_caller_decrypted(struct vmbus_channel *channel,
					   void *kbuffer, u32 size,
					   struct vmbus_gpadl *gpadl)
{
	int err = vmbus_establish_gpadl(channel, kbuffer, size, gpadl);

	/* to be undone with the buffer, not with the GPADL */
	gpadl->decrypted = false;
	return err;
}
EXPORT_SYMBOL_GPL(vmbus_establish_gpadl_caller_decrypted);

#endif
