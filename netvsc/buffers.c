// SPDX-License-Identifier: GPL-2.0-only
/*
 * The buffers shared with the host: who may free them, and when.
 *
 * Memory that the host may still write to is worse than memory lost: if the
 * host does not give a buffer back, it is leaked on purpose.
 *
 * A buffer belongs to a channel of VMBus, not to one opening of it: it stays
 * shared while the channel is closed and opened again, and the host is told
 * of it anew.  User space drivers on uio_hv_generic rely on that, too.
 */
#include "buffers.h"

#include <linux/kmemleak.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "bus.h"
#include "netvsc.h"
#include "nvsp.h"

static u32 netvsc_buffers_size(u32 sections, u32 section_size, u32 max)
{
	u64 size = PAGE_ALIGN((u64)sections * section_size);

	return min_t(u64, size, max);
}

/* ---- memory ---- */

static struct netvsc_mem *netvsc_mem_alloc(struct netvsc_device *nvdev,
					   u32 size)
{
	struct netvsc_mem *mem;

	mem = kzalloc(sizeof(*mem), GFP_KERNEL);
	if (!mem)
		return NULL;
	if (netvsc_bus_alloc(netvsc_primary(nvdev), size, &mem->buf)) {
		kfree(mem);
		return NULL;
	}
	mem->users = 1;
	return mem;
}

static int netvsc_mem_share(struct netvsc_device *nvdev, struct netvsc_mem *mem)
{
	int err;

	if (mem->gpadl.gpadl_handle)
		return 0;
	if (mem->lost)
		return -EIO;
	err = netvsc_bus_share(netvsc_primary(nvdev), &mem->buf, &mem->gpadl);
	if (!err)
		return 0;

	mem->gpadl.gpadl_handle = 0;
	mem->lost = mem->gpadl.decrypted;
	return err;
}

static void netvsc_mem_unshare(struct netvsc_device *nvdev,
			       struct netvsc_mem *mem)
{
	if (!mem->gpadl.gpadl_handle)
		return;
	if (netvsc_bus_unshare(netvsc_primary(nvdev), &mem->gpadl))
		mem->lost = true;
	/* a host that could not be asked has it still, whatever is returned */
	if (mem->gpadl.gpadl_handle &&
	    !READ_ONCE(netvsc_primary(nvdev)->rescind))
		mem->lost = true;
	mem->gpadl.gpadl_handle = 0;
}

static void netvsc_mem_put(struct netvsc_device *nvdev, struct netvsc_mem *mem)
{
	if (!mem || --mem->users)
		return;

	netvsc_mem_unshare(nvdev, mem);
	if (mem->lost) {
		kmemleak_not_leak(mem->buf.addr);
		netdev_err(nvdev->nv->ndev,
			   "host does not give a buffer back, leaking it\n");
	} else {
		netvsc_bus_free(&mem->buf);
	}
	kfree(mem);
}

/*
 * The memory that another device has, if it is as large; else new memory,
 * shared at once: that takes long, and the other device carries the traffic
 * meanwhile.
 */
static struct netvsc_mem *netvsc_mem_get(struct netvsc_device *nvdev,
					 struct netvsc_mem *old, u32 size)
{
	struct netvsc_mem *mem;

	if (old && old->buf.size == size && !old->lost) {
		old->users++;
		return old;
	}

	mem = netvsc_mem_alloc(nvdev, size);
	if (mem && old && !netvsc_bus_unshare_before_close() &&
	    netvsc_mem_share(nvdev, mem)) {
		netvsc_mem_put(nvdev, mem);
		return NULL;
	}
	return mem;
}

/* ---- buffers ---- */

/* Memory is shared with the host where it must be, and nowhere else. */
static int netvsc_buffers_alloc_bounce(struct netvsc_device *nvdev,
				       const struct netvsc_device *from)
{
	struct netvsc_bounce_buf *bounce = &nvdev->bounce;
	u32 pages = NETVSC_BOUNCE_CONTROL +
		    nvdev->config.channels * NETVSC_BOUNCE_CHANNEL;

	if (!hv_is_isolation_supported())
		return 0;

	bounce->mem = netvsc_mem_get(nvdev, from ? from->bounce.mem : NULL,
				     PAGE_ALIGN(pages * HV_HYP_PAGE_SIZE));
	if (!bounce->mem)
		return -ENOMEM;
	bounce->buf = bounce->mem->buf.addr;
	return 0;
}

/**
 * netvsc_buffers_alloc() - have what @nvdev->config asks for
 * @nvdev: the device, not connected yet
 * @from: the device that this one is to replace, or NULL
 *
 * Buffers of @from that are as large as wanted are used by both.
 *
 * Context: RTNL; waits for the host if there is a @from, which is connected.
 * Return: 0 or -ENOMEM.
 */
int netvsc_buffers_alloc(struct netvsc_device *nvdev,
			 const struct netvsc_device *from)
{
	const struct netvsc_config *config = &nvdev->config;
	struct netvsc_recv_buf *recv = &nvdev->recv;
	struct netvsc_send_buf *send = &nvdev->send;
	u32 recv_max = NETVSC_RECV_BUF_MAX;

	ASSERT_RTNL();

	if (from && from->nvsp_version <= NVSP_VERSION_2)
		recv_max = NETVSC_BUF_MAX_LEGACY;
	recv->size = netvsc_buffers_size(config->recv_sections,
					 config->recv_section_size, recv_max);
	send->size = netvsc_buffers_size(config->send_sections,
					 config->send_section_size,
					 NETVSC_SEND_BUF_MAX);

	recv->mem = netvsc_mem_get(nvdev, from ? from->recv.mem : NULL,
				   recv->size);
	send->mem = netvsc_mem_get(nvdev, from ? from->send.mem : NULL,
				   send->size);
	if (!recv->mem || !send->mem ||
	    netvsc_buffers_alloc_bounce(nvdev, from)) {
		netvsc_buffers_free(nvdev);
		return -ENOMEM;
	}
	recv->buf = recv->mem->buf.addr;
	send->buf = send->mem->buf.addr;
	return 0;
}

/* Hosts up to version 2 take no larger one. */
static int netvsc_buffers_limit_recv(struct netvsc_device *nvdev)
{
	struct netvsc_recv_buf *recv = &nvdev->recv;

	if (nvdev->nvsp_version > NVSP_VERSION_2 ||
	    recv->size <= NETVSC_BUF_MAX_LEGACY)
		return 0;

	netvsc_mem_put(nvdev, recv->mem);
	recv->size = NETVSC_BUF_MAX_LEGACY;
	recv->mem = netvsc_mem_alloc(nvdev, recv->size);
	recv->buf = recv->mem ? recv->mem->buf.addr : NULL;
	return recv->mem ? 0 : -ENOMEM;
}

/**
 * netvsc_buffers_attach() - share the buffers and tell the host of them
 * @nvdev: the device, NVSP version agreed
 *
 * What has been done when it fails is undone by netvsc_buffers_revoke() and
 * netvsc_buffers_free().
 *
 * Context: process, bounded sleep.
 * Return: 0 or an errno.
 */
int netvsc_buffers_attach(struct netvsc_device *nvdev)
{
	int err;

	if (nvdev->bounce.mem) {
		err = netvsc_mem_share(nvdev, nvdev->bounce.mem);
		if (err)
			return err;
	}

	err = netvsc_buffers_limit_recv(nvdev);
	if (err)
		return err;
	err = netvsc_mem_share(nvdev, nvdev->recv.mem);
	if (err)
		return err;
	err = netvsc_nvsp_send_recv_buf(nvdev);
	if (err)
		return err;

	err = netvsc_mem_share(nvdev, nvdev->send.mem);
	if (err)
		return err;
	return netvsc_nvsp_send_send_buf(nvdev);
}

/*
 * For hosts before Windows 10.  One that did not hear that its buffer is
 * revoked has it for good.
 */
static void netvsc_buffers_unshare_early(struct netvsc_device *nvdev,
					 struct netvsc_mem *mem, int revoke_err)
{
	if (!mem || !netvsc_bus_unshare_before_close())
		return;
	if (revoke_err && !READ_ONCE(netvsc_primary(nvdev)->rescind)) {
		mem->lost = true;
		mem->gpadl.gpadl_handle = 0;
		return;
	}
	netvsc_mem_unshare(nvdev, mem);
}

/**
 * netvsc_buffers_revoke() - have the host forget the buffers
 * @nvdev: the device, its channels still open, no packet with the host
 *
 * Context: process, bounded sleep; the host handles nothing after this.
 */
void netvsc_buffers_revoke(struct netvsc_device *nvdev)
{
	int err = 0;

	if (nvdev->recv.told)
		err = netvsc_nvsp_revoke_recv_buf(nvdev);
	netvsc_buffers_unshare_early(nvdev, nvdev->recv.mem, err);

	err = 0;
	if (nvdev->send.told)
		err = netvsc_nvsp_revoke_send_buf(nvdev);
	netvsc_buffers_unshare_early(nvdev, nvdev->send.mem, err);

	nvdev->recv.told = false;
	nvdev->send.told = false;
}

/**
 * netvsc_buffers_free() - let go of the buffers
 * @nvdev: the device, its channels closed or never opened
 *
 * Those that no other device has are taken back from the host and freed.  The
 * channels may have been opened again meanwhile: hosts refuse to give back
 * what they work with, and with these they do not any more.
 *
 * Context: RTNL; waits for the host.
 */
void netvsc_buffers_free(struct netvsc_device *nvdev)
{
	netvsc_mem_put(nvdev, nvdev->recv.mem);
	netvsc_mem_put(nvdev, nvdev->send.mem);
	netvsc_mem_put(nvdev, nvdev->bounce.mem);
	nvdev->recv.mem = NULL;
	nvdev->send.mem = NULL;
	nvdev->recv.buf = NULL;
	nvdev->send.buf = NULL;
	nvdev->bounce.mem = NULL;
	nvdev->bounce.buf = NULL;
}
