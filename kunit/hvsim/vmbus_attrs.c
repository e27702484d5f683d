// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files in a device's folder, those that lsvmbus and other tools read.
 */
#include <linux/device.h>
#include <linux/sysfs.h>

#include "bus.h"

static struct vmbus_channel *hvsim_attr_channel(struct device *device)
{
	return device_to_hv_device(device)->channel;
}

static ssize_t id_show(struct device *device, struct device_attribute *attr,
		       char *buf)
{
	return sysfs_emit(buf, "%d\n",
			  hvsim_attr_channel(device)->offermsg.child_relid);
}
static DEVICE_ATTR_RO(id);

static ssize_t state_show(struct device *device, struct device_attribute *attr,
			  char *buf)
{
	return sysfs_emit(buf, "%d\n", hvsim_attr_channel(device)->state);
}
static DEVICE_ATTR_RO(state);

static ssize_t class_id_show(struct device *device,
			     struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "{%pUl}\n",
			  &device_to_hv_device(device)->dev_type);
}
static DEVICE_ATTR_RO(class_id);

static ssize_t device_id_show(struct device *device,
			      struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "{%pUl}\n",
			  &device_to_hv_device(device)->dev_instance);
}
static DEVICE_ATTR_RO(device_id);

static ssize_t modalias_show(struct device *device,
			     struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "vmbus:%*phN\n", UUID_SIZE,
			  &device_to_hv_device(device)->dev_type);
}
static DEVICE_ATTR_RO(modalias);

static ssize_t vendor_show(struct device *device, struct device_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "0x%x\n",
			  device_to_hv_device(device)->vendor_id);
}
static DEVICE_ATTR_RO(vendor);

static ssize_t device_show(struct device *device, struct device_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "0x%x\n",
			  device_to_hv_device(device)->device_id);
}
static DEVICE_ATTR_RO(device);

static ssize_t channel_vp_mapping_show(struct device *device,
				       struct device_attribute *attr, char *buf)
{
	struct hv_device *hv = device_to_hv_device(device);
	struct hvsim_dev *dev = container_of(hv, struct hvsim_dev, hv);
	unsigned int i;
	int len = 0;

	spin_lock_irq(&dev->lock);
	for (i = 0; i < HVSIM_MAX_CHANNELS; i++) {
		struct hvsim_chan *chan = dev->chans[i];

		if (chan)
			len += sysfs_emit_at(buf, len, "%u:%u\n",
					     chan->vmbus.offermsg.child_relid,
					     chan->vmbus.target_cpu);
	}
	spin_unlock_irq(&dev->lock);

	return len;
}
static DEVICE_ATTR_RO(channel_vp_mapping);

static struct attribute *hvsim_bus_dev_attrs[] = {
	&dev_attr_id.attr,
	&dev_attr_state.attr,
	&dev_attr_class_id.attr,
	&dev_attr_device_id.attr,
	&dev_attr_modalias.attr,
	&dev_attr_vendor.attr,
	&dev_attr_device.attr,
	&dev_attr_channel_vp_mapping.attr,
	NULL,
};

static const struct attribute_group hvsim_bus_dev_group = {
	.attrs = hvsim_bus_dev_attrs,
};

const struct attribute_group *hvsim_bus_dev_groups[] = {
	&hvsim_bus_dev_group,
	NULL,
};
