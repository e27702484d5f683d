// SPDX-License-Identifier: GPL-2.0-only
/*
 * GPADLs: buffers that the guest shares with the host.  The host sees them
 * through page references and a mapping of its own, as it would through the
 * page numbers of the real message, so a guest that frees too early is found
 * out rather than followed.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "bus.h"
#include "chan.h"

/* The real message has 16 bits for the bytes of its range: 8 + 8 per page. */
#define HVSIM_GPADL_MAX_PAGES	8190

/* What a real host forgets costs none of the guest's time: not at once, then. */
#define HVSIM_GPADL_BURY_DELAY	(HZ / 10)

/**
 * struct hvsim_gpadl - a buffer that the guest shares
 * @node: in &struct hvsim_dev.gpadls
 * @handle: what the guest calls it; 0: torn down, mapped for the host's sake
 * @npages: pages
 * @addr: the host's mapping
 * @pages: each with a reference of ours
 */
struct hvsim_gpadl {
	struct list_head node;
	u32 handle;
	unsigned int npages;
	void *addr;
	struct page *pages[];
};

static atomic_t hvsim_gpadl_handles = ATOMIC_INIT(0xe1e10);

/**
 * hvsim_gpadl_new_handle() - a handle that nobody has
 *
 * Return: the handle, not 0.
 */
u32 hvsim_gpadl_new_handle(void)
{
	return atomic_inc_return(&hvsim_gpadl_handles);
}

static void hvsim_gpadl_free(struct hvsim_gpadl *gpadl)
{
	unsigned int i;

	list_del(&gpadl->node);
	vunmap(gpadl->addr);
	for (i = 0; i < gpadl->npages; i++)
		put_page(gpadl->pages[i]);
	kvfree(gpadl);
}

static struct hvsim_gpadl *hvsim_gpadl_find(struct hvsim_dev *dev, u32 handle)
{
	struct hvsim_gpadl *gpadl;

	lockdep_assert_held(&dev->gpadl_lock);

	list_for_each_entry(gpadl, &dev->gpadls, node)
		if (handle && gpadl->handle == handle)
			return gpadl;

	return NULL;
}

static struct hvsim_gpadl *hvsim_gpadl_alloc(void *buf, unsigned int npages)
{
	struct hvsim_gpadl *gpadl;
	unsigned int i;

	gpadl = kvzalloc(struct_size(gpadl, pages, npages), GFP_KERNEL);
	if (!gpadl)
		return NULL;

	for (i = 0; i < npages; i++) {
		void *at = buf + (size_t)i * PAGE_SIZE;

		gpadl->pages[i] = is_vmalloc_addr(at) ? vmalloc_to_page(at) :
							virt_to_page(at);
		get_page(gpadl->pages[i]);
	}
	gpadl->npages = npages;
	INIT_LIST_HEAD(&gpadl->node);

	gpadl->addr = vmap(gpadl->pages, npages, VM_MAP, PAGE_KERNEL);
	if (!gpadl->addr) {
		hvsim_gpadl_free(gpadl);
		return NULL;
	}

	return gpadl;
}

/**
 * hvsim_gpadl_add() - share a buffer with the host
 * @dev: device
 * @buf: from kmalloc or vmalloc, page aligned
 * @size: bytes, whole pages
 * @handle: what the buffer is called from now on
 *
 * Context: process.
 * Return: 0, -EDQUOT for a buffer that the host refuses, -ENOMEM.
 */
int hvsim_gpadl_add(struct hvsim_dev *dev, void *buf, u32 size, u32 *handle)
{
	unsigned int npages = size >> PAGE_SHIFT;
	struct hvsim_gpadl *gpadl;

	if (!npages || npages > HVSIM_GPADL_MAX_PAGES ||
	    !PAGE_ALIGNED(size) || !PAGE_ALIGNED(buf)) {
		hvsim_violation(dev, "GPADL: %u bytes at %p are not 1 to %u pages",
				size, buf, HVSIM_GPADL_MAX_PAGES);
		return -EDQUOT;
	}

	gpadl = hvsim_gpadl_alloc(buf, npages);
	if (!gpadl)
		return -ENOMEM;

	*handle = hvsim_gpadl_new_handle();
	gpadl->handle = *handle;
	mutex_lock(&dev->gpadl_lock);
	list_add_tail(&gpadl->node, &dev->gpadls);
	mutex_unlock(&dev->gpadl_lock);

	return 0;
}

/**
 * hvsim_gpadl_remove() - take a shared buffer back
 * @dev: device
 * @handle: the buffer's
 *
 * Context: process.
 * Return: false if there is no such buffer.
 */
bool hvsim_gpadl_remove(struct hvsim_dev *dev, u32 handle)
{
	struct hvsim_gpadl *gpadl;

	mutex_lock(&dev->gpadl_lock);
	gpadl = hvsim_gpadl_find(dev, handle);
	if (gpadl) {
		if (page_count(gpadl->pages[0]) < 2)
			hvsim_violation(dev, "GPADL: memory freed before teardown");
		gpadl->handle = 0;
		if (!dev->gpadl_pinned)
			hvsim_gpadl_free(gpadl);
	}
	mutex_unlock(&dev->gpadl_lock);

	return gpadl;
}

/**
 * hvsim_gpadl_pin() - the host may hold addresses of buffers from now on
 * @dev: device whose primary channel opens
 *
 * Context: process.
 */
void hvsim_gpadl_pin(struct hvsim_dev *dev)
{
	mutex_lock(&dev->gpadl_lock);
	dev->gpadl_pinned = true;
	mutex_unlock(&dev->gpadl_lock);
}

/**
 * hvsim_gpadl_unpin() - the host holds no addresses of buffers any more
 * @dev: device whose primary channel is closed on the host side
 *
 * Context: process.
 */
void hvsim_gpadl_unpin(struct hvsim_dev *dev)
{
	struct hvsim_gpadl *gpadl, *next;

	mutex_lock(&dev->gpadl_lock);
	dev->gpadl_pinned = false;
	list_for_each_entry_safe(gpadl, next, &dev->gpadls, node)
		if (!gpadl->handle)
			list_move(&gpadl->node, &dev->gpadls_dead);
	mutex_unlock(&dev->gpadl_lock);
	schedule_delayed_work(&dev->gpadl_work, HVSIM_GPADL_BURY_DELAY);
}

static void hvsim_gpadl_bury(struct work_struct *work)
{
	struct hvsim_dev *dev = container_of(work, struct hvsim_dev,
					     gpadl_work.work);
	struct hvsim_gpadl *gpadl, *next;
	LIST_HEAD(dead);

	mutex_lock(&dev->gpadl_lock);
	list_splice_init(&dev->gpadls_dead, &dead);
	mutex_unlock(&dev->gpadl_lock);

	list_for_each_entry_safe(gpadl, next, &dead, node)
		hvsim_gpadl_free(gpadl);
}

/**
 * hvsim_gpadl_init() - set up a new device
 * @dev: device
 */
void hvsim_gpadl_init(struct hvsim_dev *dev)
{
	mutex_init(&dev->gpadl_lock);
	INIT_LIST_HEAD(&dev->gpadls);
	INIT_LIST_HEAD(&dev->gpadls_dead);
	INIT_DELAYED_WORK(&dev->gpadl_work, hvsim_gpadl_bury);
}

/**
 * hvsim_gpadl_free_all() - drop what the guest left behind
 * @dev: device that is about to be freed
 *
 * Context: process.
 */
void hvsim_gpadl_free_all(struct hvsim_dev *dev)
{
	struct hvsim_gpadl *gpadl, *next;

	flush_delayed_work(&dev->gpadl_work);
	list_for_each_entry_safe(gpadl, next, &dev->gpadls, node) {
		pr_info("hvsim: GPADL %#x never torn down\n", gpadl->handle);
		hvsim_gpadl_free(gpadl);
	}
}

/**
 * hvsim_gpadl_has_page() - whether the guest shares a page
 * @dev: device
 * @pfn: the page's number
 *
 * Context: process.
 * Return: true if it is in one of the buffers.
 */
bool hvsim_gpadl_has_page(struct hvsim_dev *dev, u64 pfn)
{
	struct hvsim_gpadl *gpadl;
	bool found = false;
	unsigned int i;

	mutex_lock(&dev->gpadl_lock);
	list_for_each_entry(gpadl, &dev->gpadls, node)
		for (i = 0; i < gpadl->npages && gpadl->handle; i++)
			found |= page_to_pfn(gpadl->pages[i]) == pfn;
	mutex_unlock(&dev->gpadl_lock);

	return found;
}

void *hvsim_gpadl_buf(struct hvsim_dev *dev, u32 handle, u32 *size)
{
	struct hvsim_gpadl *gpadl;
	void *addr = NULL;

	mutex_lock(&dev->gpadl_lock);
	gpadl = hvsim_gpadl_find(dev, handle);
	if (gpadl) {
		addr = gpadl->addr;
		*size = gpadl->npages << PAGE_SHIFT;
	}
	mutex_unlock(&dev->gpadl_lock);

	return addr;
}
