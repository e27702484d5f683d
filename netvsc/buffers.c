// SPDX-License-Identifier: GPL-2.0-only
/*
 * The buffers shared with the host: who may free them, and when.
 *
 * Memory that the host may still write to is worse than memory lost: if the
 * host does not give a buffer back, it is leaked on purpose.
 */
#include "buffers.h"

#include <linux/kmemleak.h>
#include <linux/vmalloc.h>

#include "bus.h"
#include "netvsc.h"
#include "nvsp.h"

static u32 netvsc_buffers_size(u32 sections, u32 section_size, u32 max)
{
	u64 size = PAGE_ALIGN((u64)sections * section_size);

	return min_t(u64, size, max);
}

/**
 * netvsc_buffers_alloc() - allocate what @nvdev->config asks for
 * @nvdev: the device, not connected yet
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int netvsc_buffers_alloc(struct netvsc_device *nvdev)
{
	const struct netvsc_config *config = &nvdev->config;

	nvdev->recv.size = netvsc_buffers_size(config->recv_sections,
					       config->recv_section_size,
					       NETVSC_RECV_BUF_MAX);
	nvdev->send.size = netvsc_buffers_size(config->send_sections,
					       config->send_section_size,
					       NETVSC_SEND_BUF_MAX);

	nvdev->recv.buf = vzalloc(nvdev->recv.size);
	nvdev->send.buf = vzalloc(nvdev->send.size);
	if (nvdev->recv.buf && nvdev->send.buf)
		return 0;

	vfree(nvdev->recv.buf);
	vfree(nvdev->send.buf);
	nvdev->recv.buf = NULL;
	nvdev->send.buf = NULL;
	return -ENOMEM;
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
	struct vmbus_channel *vmbus = netvsc_primary(nvdev);
	int err;

	if (nvdev->nvsp_version <= NVSP_VERSION_2)
		nvdev->recv.size = min_t(u32, nvdev->recv.size,
					 NETVSC_BUF_MAX_LEGACY);

	err = netvsc_bus_share(vmbus, nvdev->recv.buf, nvdev->recv.size,
			       &nvdev->recv.gpadl);
	if (err)
		return err;
	err = netvsc_nvsp_send_recv_buf(nvdev);
	if (err)
		return err;

	err = netvsc_bus_share(vmbus, nvdev->send.buf, nvdev->send.size,
			       &nvdev->send.gpadl);
	if (err)
		return err;
	return netvsc_nvsp_send_send_buf(nvdev);
}

/*
 * From here on @gpadl->decrypted says that the host may keep the memory, also
 * where nothing is ever encrypted.
 */
static void netvsc_buffers_unshare(struct netvsc_device *nvdev,
				   struct vmbus_gpadl *gpadl)
{
	if (!gpadl->gpadl_handle)
		return;
	gpadl->decrypted = netvsc_bus_unshare(netvsc_primary(nvdev), gpadl);
	gpadl->gpadl_handle = 0;
}

/*
 * For hosts before Windows 10.  One that did not hear that its buffer is
 * revoked has it for good.
 */
static void netvsc_buffers_unshare_early(struct netvsc_device *nvdev,
					 struct vmbus_gpadl *gpadl,
					 int revoke_err)
{
	if (!netvsc_bus_unshare_before_close())
		return;
	if (revoke_err && !READ_ONCE(netvsc_primary(nvdev)->rescind)) {
		gpadl->decrypted = true;
		gpadl->gpadl_handle = 0;
		return;
	}
	netvsc_buffers_unshare(nvdev, gpadl);
}

static void netvsc_buffers_free_one(struct netvsc_device *nvdev, void *buf,
				    struct vmbus_gpadl *gpadl)
{
	netvsc_buffers_unshare(nvdev, gpadl);
	if (!gpadl->decrypted) {
		vfree(buf);
		return;
	}
	kmemleak_not_leak(buf);
	netdev_err(nvdev->nv->ndev,
		   "host does not give a buffer back, leaking it\n");
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
	netvsc_buffers_unshare_early(nvdev, &nvdev->recv.gpadl, err);

	err = 0;
	if (nvdev->send.told)
		err = netvsc_nvsp_revoke_send_buf(nvdev);
	netvsc_buffers_unshare_early(nvdev, &nvdev->send.gpadl, err);

	nvdev->recv.told = false;
	nvdev->send.told = false;
}

/**
 * netvsc_buffers_free() - take the buffers back and free them
 * @nvdev: the device, its channels closed or never opened
 *
 * Context: process.
 */
void netvsc_buffers_free(struct netvsc_device *nvdev)
{
	netvsc_buffers_free_one(nvdev, nvdev->recv.buf, &nvdev->recv.gpadl);
	netvsc_buffers_free_one(nvdev, nvdev->send.buf, &nvdev->send.gpadl);
	nvdev->recv.buf = NULL;
	nvdev->send.buf = NULL;
}
