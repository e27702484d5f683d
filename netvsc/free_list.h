/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers of things that are free to use.  One context takes them, another
 * one gives them back; neither needs a lock.
 */
#ifndef _NETVSC_FREE_LIST_H
#define _NETVSC_FREE_LIST_H

#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <asm/barrier.h>

/**
 * struct netvsc_free_list - numbers of things that are free to use
 * @entries: ring of the numbers
 * @mask: entries of the ring, a power of two, less 1
 * @count: things there are, free or not
 * @taken: how many were ever taken; written by the only taker
 * @returned: how many were ever free; written by the only giver
 */
struct netvsc_free_list {
	u32 *entries;
	u32 mask;
	u32 count;
	u32 taken ____cacheline_aligned_in_smp;
	u32 returned ____cacheline_aligned_in_smp;
};

static inline int netvsc_free_list_init(struct netvsc_free_list *list,
					u32 first, u32 count)
{
	u32 size = roundup_pow_of_two(max(count, 1u));
	u32 i;

	list->entries = kvcalloc(size, sizeof(*list->entries), GFP_KERNEL);
	if (!list->entries)
		return -ENOMEM;

	for (i = 0; i < count; i++)
		list->entries[i] = first + i;
	list->mask = size - 1;
	list->count = count;
	list->taken = 0;
	list->returned = count;

	return 0;
}

static inline void netvsc_free_list_free(struct netvsc_free_list *list)
{
	kvfree(list->entries);
	list->entries = NULL;
	list->count = 0;
}

/* How many can be taken; the other context may change it meanwhile. */
static inline u32
netvsc_free_list_avail(const struct netvsc_free_list *list)
{
	/* what was given is there to be taken: pairs with give's release */
	return smp_load_acquire(&list->returned) - READ_ONCE(list->taken);
}

static inline bool netvsc_free_list_take(struct netvsc_free_list *list,
					 u32 *entry)
{
	if (!netvsc_free_list_avail(list))
		return false;

	*entry = list->entries[list->taken & list->mask];
	WRITE_ONCE(list->taken, list->taken + 1);

	return true;
}

/*
 * The last one taken was not used.  Its place in the ring still holds it: the
 * giver gets there only after all the others are back.
 */
static inline void netvsc_free_list_untake(struct netvsc_free_list *list)
{
	WRITE_ONCE(list->taken, list->taken - 1);
}

static inline void netvsc_free_list_give(struct netvsc_free_list *list,
					 u32 entry)
{
	list->entries[list->returned & list->mask] = entry;
	/* the entry before the count: pairs with avail's acquire */
	smp_store_release(&list->returned, list->returned + 1);
}

#endif /* _NETVSC_FREE_LIST_H */
