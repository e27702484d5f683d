// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers of the resources that a guest may have: given, and taken back.  QPs
 * and MPTs are reserved in a first step and mapped in a second, as the driver
 * does it; what is mapped cannot be given back.
 */
#include <linux/bitmap.h>
#include <linux/slab.h>

#include "cx3.h"

#define CX3_COUNTERS		32
#define CX3_COUNTER_FIRST	1
#define CX3_MPT_FIRST		16
#define CX3_MTT_FIRST		16
#define CX3_TABLE_SIZE		128	/* log2 is in QUERY_PORT */
/* Indices 0 and 1 of the VLAN table mean "none" and "not in it". */
#define CX3_VLAN_FIRST		2

/* @given and @mapped: bits. */
struct cx3_pool {
	u32 first;
	u32 size;
	unsigned long *given;
	unsigned long *mapped;
};

struct cx3_entry {
	u64 value;
	u32 users;
};

struct cx3_res {
	struct cx3_pool pools[CX3_RES_KINDS];
	struct cx3_entry tables[CX3_TABLE_KINDS][CX3_TABLE_SIZE];
};

static const struct {
	u32 first;
	u32 size;
} cx3_pool_sizes[CX3_RES_KINDS] = {
	[CX3_RES_QP]		= { CX3_QP_FIRST, CX3_QPS },
	[CX3_RES_CQ]		= { CX3_CQ_FIRST, CX3_CQS },
	[CX3_RES_MPT]		= { CX3_MPT_FIRST, CX3_MPTS },
	[CX3_RES_MTT]		= { CX3_MTT_FIRST, CX3_MTTS },
	[CX3_RES_COUNTER]	= { CX3_COUNTER_FIRST, CX3_COUNTERS },
};

/**
 * cx3_res_create() - all the numbers of a function, none of them given
 *
 * Return: the resources, or NULL without memory.
 */
struct cx3_res *cx3_res_create(void)
{
	struct cx3_res *res;
	unsigned int i;

	res = kvzalloc(sizeof(*res), GFP_KERNEL);
	if (!res)
		return NULL;

	for (i = 0; i < CX3_RES_KINDS; i++) {
		struct cx3_pool *pool = &res->pools[i];

		pool->first = cx3_pool_sizes[i].first;
		pool->size = cx3_pool_sizes[i].size;
		pool->given = bitmap_zalloc(pool->size, GFP_KERNEL);
		pool->mapped = bitmap_zalloc(pool->size, GFP_KERNEL);
		if (!pool->given || !pool->mapped) {
			cx3_res_destroy(res);
			return NULL;
		}
	}

	return res;
}

/**
 * cx3_res_destroy() - free them
 * @res: from cx3_res_create(), or NULL
 */
void cx3_res_destroy(struct cx3_res *res)
{
	unsigned int i;

	if (!res)
		return;

	for (i = 0; i < CX3_RES_KINDS; i++) {
		bitmap_free(res->pools[i].given);
		bitmap_free(res->pools[i].mapped);
	}
	kvfree(res);
}

/**
 * cx3_res_reset() - take everything back
 * @res: the resources
 */
void cx3_res_reset(struct cx3_res *res)
{
	unsigned int i;

	for (i = 0; i < CX3_RES_KINDS; i++) {
		bitmap_zero(res->pools[i].given, res->pools[i].size);
		bitmap_zero(res->pools[i].mapped, res->pools[i].size);
	}
	memset(res->tables, 0, sizeof(res->tables));
}

/* All of the range is the pool's to give. */
static bool cx3_pool_holds(const struct cx3_pool *pool, u32 first, u32 count)
{
	return count && first >= pool->first && first < pool->size &&
	       count <= pool->size - first;
}

static bool cx3_pool_given(const struct cx3_pool *pool, u32 first, u32 count)
{
	return cx3_pool_holds(pool, first, count) &&
	       find_next_zero_bit(pool->given, first + count, first) ==
	       first + count;
}

/**
 * cx3_res_alloc() - give a range of numbers
 * @res: the resources
 * @kind: what of
 * @count: how many, one after the other
 * @align: the first is a multiple of the next power of two; 0 is 1
 *
 * Return: the first number; -EINVAL for none, -ENOSPC when there are not as
 * many left.
 */
int cx3_res_alloc(struct cx3_res *res, enum cx3_res_kind kind, u32 count,
		  u32 align)
{
	struct cx3_pool *pool = &res->pools[kind];
	unsigned long first;

	if (!count)
		return -EINVAL;
	if (count > pool->size || align > pool->size)
		return -ENOSPC;

	align = align ? roundup_pow_of_two(align) : 1;
	first = bitmap_find_next_zero_area(pool->given, pool->size, pool->first,
					   count, align - 1);
	if (first >= pool->size)
		return -ENOSPC;
	bitmap_set(pool->given, first, count);

	return first;
}

/**
 * cx3_res_free() - take a range of numbers back
 * @res: the resources
 * @kind: what of
 * @first: the first
 * @count: how many
 *
 * Return: false, and nothing happens, unless all of them were given, and none
 * is mapped.
 */
bool cx3_res_free(struct cx3_res *res, enum cx3_res_kind kind, u32 first,
		  u32 count)
{
	struct cx3_pool *pool = &res->pools[kind];

	if (!cx3_pool_given(pool, first, count) ||
	    find_next_bit(pool->mapped, first + count, first) < first + count)
		return false;
	bitmap_clear(pool->given, first, count);

	return true;
}

/**
 * cx3_res_has() - does the guest have these numbers?
 * @res: the resources
 * @kind: what of
 * @first: the first
 * @count: how many
 *
 * Return: it has all of them.
 */
bool cx3_res_has(const struct cx3_res *res, enum cx3_res_kind kind, u32 first,
		 u32 count)
{
	return cx3_pool_given(&res->pools[kind], first, count);
}

/**
 * cx3_res_map() - put memory of the host behind a number
 * @res: the resources
 * @kind: what of
 * @index: the number
 *
 * Return: false unless it was given, and is not mapped.
 */
bool cx3_res_map(struct cx3_res *res, enum cx3_res_kind kind, u32 index)
{
	struct cx3_pool *pool = &res->pools[kind];

	return cx3_pool_given(pool, index, 1) &&
	       !__test_and_set_bit(index, pool->mapped);
}

/**
 * cx3_res_unmap() - take the memory away again
 * @res: the resources
 * @kind: what of
 * @index: the number
 *
 * Return: false unless it is mapped.
 */
bool cx3_res_unmap(struct cx3_res *res, enum cx3_res_kind kind, u32 index)
{
	struct cx3_pool *pool = &res->pools[kind];

	return cx3_pool_given(pool, index, 1) &&
	       __test_and_clear_bit(index, pool->mapped);
}

/**
 * cx3_res_mapped() - is there memory behind a number?
 * @res: the resources
 * @kind: what of
 * @index: the number
 *
 * Return: there is.
 */
bool cx3_res_mapped(const struct cx3_res *res, enum cx3_res_kind kind,
		    u32 index)
{
	const struct cx3_pool *pool = &res->pools[kind];

	return cx3_pool_given(pool, index, 1) && test_bit(index, pool->mapped);
}

/**
 * cx3_res_used() - how many numbers does the guest have?
 * @res: the resources
 * @kind: what of
 *
 * Return: that many.
 */
unsigned int cx3_res_used(const struct cx3_res *res, enum cx3_res_kind kind)
{
	return bitmap_weight(res->pools[kind].given, res->pools[kind].size);
}

/* The entry of a value, or the first free one. */
static int cx3_table_find(const struct cx3_res *res, enum cx3_table_kind kind,
			  u64 value, bool used)
{
	const struct cx3_entry *table = res->tables[kind];
	int i = kind == CX3_TABLE_VLAN ? CX3_VLAN_FIRST : 0;

	for (; i < CX3_TABLE_SIZE; i++) {
		if (!!table[i].users == used &&
		    (!used || table[i].value == value))
			return i;
	}

	return -ENOSPC;
}

/**
 * cx3_table_add() - put a value into one of the port's tables
 * @res: the resources
 * @kind: the table
 * @value: a MAC address, or a VLAN id
 *
 * A value that is there already gets another user.
 *
 * Return: its index, or -ENOSPC.
 */
int cx3_table_add(struct cx3_res *res, enum cx3_table_kind kind, u64 value)
{
	int index = cx3_table_find(res, kind, value, true);

	if (index < 0)
		index = cx3_table_find(res, kind, value, false);
	if (index < 0)
		return index;

	res->tables[kind][index].value = value;
	res->tables[kind][index].users++;

	return index;
}

/**
 * cx3_table_del() - a user of a value gives it up
 * @res: the resources
 * @kind: the table
 * @value: a MAC address, or a VLAN id
 *
 * Return: false when it is not there.
 */
bool cx3_table_del(struct cx3_res *res, enum cx3_table_kind kind, u64 value)
{
	int index = cx3_table_find(res, kind, value, true);

	if (index < 0)
		return false;
	res->tables[kind][index].users--;

	return true;
}

/**
 * cx3_table_used() - how many values are in a table?
 * @res: the resources
 * @kind: the table
 *
 * Return: that many.
 */
unsigned int cx3_table_used(const struct cx3_res *res, enum cx3_table_kind kind)
{
	unsigned int i, used = 0;

	for (i = 0; i < CX3_TABLE_SIZE; i++)
		used += !!res->tables[kind][i].users;

	return used;
}
