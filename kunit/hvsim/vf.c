// SPDX-License-Identifier: GPL-2.0-only
/*
 * The VFs of the host's NICs, at most one each.
 */
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "vf.h"

#define HVSIM_VF_SLOTS	64
#define HVSIM_VF_NAME	16	/* 0001:00:02.0 */

static char *vf_form = "standin";
module_param(vf_form, charp, 0444);
MODULE_PARM_DESC(vf_form, "Form of VFs: standin or connectx3");

/**
 * struct hvsim_vf - a VF
 * @nic: the NIC that it belongs to
 * @pci: the function
 * @parent: of its device: what forms know the VF by; gone before the VF is
 * @name: of its device
 * @form: what is behind it
 * @model: the form's, made with the VF
 * @serial: name of the slot
 * @mac: permanent address
 * @mutex: protects @ops and @link while ->set_link sleeps
 * @ops: what takes frames, or NULL
 * @priv: of @ops
 * @link: the physical link is up
 * @gone: torn out
 */
struct hvsim_vf {
	struct hvsim_nic *nic;
	struct hvsim_pci *pci;
	struct device *parent;
	char name[HVSIM_VF_NAME];
	const struct hvsim_vf_form *form;
	void *model;
	u32 serial;
	u8 mac[ETH_ALEN];
	struct mutex mutex;	/* ops, link */
	const struct hvsim_vf_ops __rcu *ops;
	void *priv;
	bool link;
	bool gone;
};

struct hvsim_vf_slot {
	/* One plug or pull at a time; taken before the PCI core's locks. */
	struct mutex mutex;
	struct hvsim_vf __rcu *vf;
};

static struct hvsim_vf_slot hvsim_vf_slots[HVSIM_VF_SLOTS];

static struct hvsim_vf_slot *hvsim_vf_slot(const struct hvsim_nic *nic)
{
	return &hvsim_vf_slots[hvsim_nic_index(nic) % HVSIM_VF_SLOTS];
}

/**
 * hvsim_vf_init() - prepare the slots
 */
void hvsim_vf_init(void)
{
	unsigned int i;

	for (i = 0; i < HVSIM_VF_SLOTS; i++)
		mutex_init(&hvsim_vf_slots[i].mutex);
}

/* ---- forms ---- */

/* Nothing but the function; its driver calls hvsim_vf_find(). */
const struct hvsim_vf_form hvsim_vf_standin = {
	.name	= "standin",
};

static const struct hvsim_vf_form *const hvsim_vf_forms[] = {
	&hvsim_vf_standin,
#if IS_ENABLED(CONFIG_PCI)
	&hvsim_vf_connectx3,
#endif
};

const struct hvsim_vf_form *hvsim_vf_form(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hvsim_vf_forms); i++) {
		if (!strcmp(hvsim_vf_forms[i]->name, name ?: vf_form))
			return hvsim_vf_forms[i];
	}

	return NULL;
}

/* ---- for the form ---- */

/* Another is made on the same bus when it is removed and found again. */
bool hvsim_vf_is_function(const struct hvsim_vf *vf, const struct device *dev)
{
	return dev && dev->parent == vf->parent;
}

struct hvsim_vf *hvsim_vf_find(const struct device *dev)
{
	struct hvsim_vf *vf, *found = NULL;
	unsigned int i;

	rcu_read_lock();
	for (i = 0; i < HVSIM_VF_SLOTS && !found; i++) {
		vf = rcu_dereference(hvsim_vf_slots[i].vf);
		if (vf && vf->form == &hvsim_vf_standin &&
		    hvsim_vf_is_function(vf, dev))
			found = vf;
	}
	rcu_read_unlock();

	return found;
}
EXPORT_SYMBOL_GPL(hvsim_vf_find);

void hvsim_vf_bind(struct hvsim_vf *vf, const struct hvsim_vf_ops *ops,
		   void *priv)
{
	mutex_lock(&vf->mutex);
	vf->priv = priv;
	rcu_assign_pointer(vf->ops, ops);
	ops->set_link(vf, vf->link);
	mutex_unlock(&vf->mutex);
}
EXPORT_SYMBOL_GPL(hvsim_vf_bind);

void hvsim_vf_unbind(struct hvsim_vf *vf)
{
	mutex_lock(&vf->mutex);
	RCU_INIT_POINTER(vf->ops, NULL);
	mutex_unlock(&vf->mutex);
	synchronize_net();
}
EXPORT_SYMBOL_GPL(hvsim_vf_unbind);

void *hvsim_vf_priv(const struct hvsim_vf *vf)
{
	return vf->priv;
}
EXPORT_SYMBOL_GPL(hvsim_vf_priv);

void hvsim_vf_set_model(struct hvsim_vf *vf, void *model)
{
	vf->model = model;
}

void *hvsim_vf_model(const struct hvsim_vf *vf)
{
	return vf->model;
}

bool hvsim_vf_masters(const struct hvsim_vf *vf)
{
	return vf->pci && hvsim_pci_masters(vf->pci);
}

bool hvsim_vf_msix_enabled(const struct hvsim_vf *vf)
{
	return vf->pci && hvsim_pci_msix_enabled(vf->pci);
}

const u8 *hvsim_vf_mac(const struct hvsim_vf *vf)
{
	return vf->mac;
}
EXPORT_SYMBOL_GPL(hvsim_vf_mac);

const char *hvsim_vf_name(const struct hvsim_vf *vf)
{
	return vf->name;
}

bool hvsim_vf_gone(const struct hvsim_vf *vf)
{
	return READ_ONCE(vf->gone);
}
EXPORT_SYMBOL_GPL(hvsim_vf_gone);

void hvsim_vf_lost(struct hvsim_vf *vf, unsigned int frames)
{
	if (frames)
		hvsim_nic_vf_lost(vf->nic, frames, hvsim_vf_gone(vf));
}
EXPORT_SYMBOL_GPL(hvsim_vf_lost);

void hvsim_vf_hold(struct hvsim_vf *vf)
{
	hvsim_nic_vf_hold(vf->nic);
}

void hvsim_vf_release(struct hvsim_vf *vf)
{
	hvsim_nic_vf_release(vf->nic);
}

bool hvsim_vf_busy(const struct hvsim_vf *vf)
{
	return !hvsim_vf_gone(vf) && hvsim_nic_vf_busy(vf->nic);
}
EXPORT_SYMBOL_GPL(hvsim_vf_busy);

void hvsim_vf_transmit(struct hvsim_vf *vf, struct sk_buff *skb)
{
	if (hvsim_vf_gone(vf)) {
		hvsim_vf_lost(vf, max_t(u16, skb_shinfo(skb)->gso_segs, 1));
		dev_kfree_skb_any(skb);
		return;
	}

	hvsim_nic_vf_transmit(vf->nic, skb);
}
EXPORT_SYMBOL_GPL(hvsim_vf_transmit);

/* ---- for the vswitch ---- */

bool hvsim_vf_receive(struct hvsim_nic *nic, struct sk_buff *skb)
{
	const struct hvsim_vf_ops *ops = NULL;
	struct hvsim_vf *vf;

	rcu_read_lock();
	vf = rcu_dereference(hvsim_vf_slot(nic)->vf);
	if (vf && !hvsim_vf_gone(vf))
		ops = rcu_dereference(vf->ops);
	if (ops)
		ops->receive(vf, skb);
	rcu_read_unlock();

	return ops;
}

bool hvsim_vf_idle(struct hvsim_nic *nic, bool tx)
{
	const struct hvsim_vf_ops *ops = NULL;
	struct hvsim_vf *vf;
	bool idle = true;

	rcu_read_lock();
	vf = rcu_dereference(hvsim_vf_slot(nic)->vf);
	if (vf && !hvsim_vf_gone(vf))
		ops = rcu_dereference(vf->ops);
	if (ops && ops->idle)
		idle = ops->idle(vf, tx);
	rcu_read_unlock();

	return idle;
}

void hvsim_vf_set_link(struct hvsim_nic *nic, bool up)
{
	struct hvsim_vf_slot *slot = hvsim_vf_slot(nic);
	const struct hvsim_vf_ops *ops;
	struct hvsim_vf *vf;

	mutex_lock(&slot->mutex);
	vf = rcu_dereference_protected(slot->vf, lockdep_is_held(&slot->mutex));
	if (vf) {
		mutex_lock(&vf->mutex);
		WRITE_ONCE(vf->link, up);
		ops = rcu_dereference_protected(vf->ops,
						lockdep_is_held(&vf->mutex));
		if (ops)
			ops->set_link(vf, up);
		mutex_unlock(&vf->mutex);
	}
	mutex_unlock(&slot->mutex);
}

int hvsim_vf_show(struct hvsim_nic *nic, char *buf, size_t size)
{
	struct hvsim_vf *vf;
	int len;

	rcu_read_lock();
	vf = rcu_dereference(hvsim_vf_slot(nic)->vf);
	if (vf)
		len = scnprintf(buf, size,
				"plugged serial=%u pci=%s link=%s form=%s",
				vf->serial, vf->name,
				READ_ONCE(vf->link) ? "up" : "down",
				vf->form->name);
	else
		len = scnprintf(buf, size, "none");
	rcu_read_unlock();

	return len;
}

void hvsim_vf_show_model(struct hvsim_nic *nic, struct seq_file *m)
{
	struct hvsim_vf_slot *slot = hvsim_vf_slot(nic);
	struct hvsim_vf *vf;

	mutex_lock(&slot->mutex);
	vf = rcu_dereference_protected(slot->vf, lockdep_is_held(&slot->mutex));
	if (vf && vf->form->show)
		vf->form->show(vf, m);
	mutex_unlock(&slot->mutex);
}

int hvsim_vf_command(struct hvsim_nic *nic, char *words)
{
	struct hvsim_vf_slot *slot = hvsim_vf_slot(nic);
	struct hvsim_vf *vf;
	int err = -ENOENT;

	mutex_lock(&slot->mutex);
	vf = rcu_dereference_protected(slot->vf, lockdep_is_held(&slot->mutex));
	if (vf)
		err = vf->form->command ? vf->form->command(vf, words) :
					  -EOPNOTSUPP;
	mutex_unlock(&slot->mutex);

	return err;
}

/* ---- plug and pull ---- */

static void hvsim_vf_free(struct hvsim_vf *vf)
{
	/* The form may ask about its function until it is gone itself. */
	if (vf->form->destroy)
		vf->form->destroy(vf);
	hvsim_pci_free(vf->pci);
	kfree(vf);
}

static int hvsim_vf_add_function(struct hvsim_vf *vf,
				 const struct hvsim_pci_layout *layout)
{
	struct hvsim_pci *pci;
	struct device *dev;

	pci = hvsim_pci_create(hvsim_nic_index(vf->nic) + 1, vf->serial,
			       layout);
	if (IS_ERR(pci))
		return PTR_ERR(pci);

	dev = hvsim_pci_device(pci);
	vf->parent = dev->parent;
	strscpy(vf->name, dev_name(dev), sizeof(vf->name));
	vf->pci = pci;

	return 0;
}

static struct hvsim_vf *hvsim_vf_create(struct hvsim_nic *nic,
					const struct hvsim_vf_form *form,
					u32 serial, const u8 *mac)
{
	struct hvsim_pci_layout layout = {};
	struct hvsim_vf *vf;
	int err = 0;

	vf = kzalloc(sizeof(*vf), GFP_KERNEL);
	if (!vf)
		return ERR_PTR(-ENOMEM);

	vf->nic = nic;
	vf->form = form;
	vf->serial = serial;
	vf->link = true;
	ether_addr_copy(vf->mac, mac);
	mutex_init(&vf->mutex);

	if (form->create)
		err = form->create(vf, &layout);
	if (err) {
		kfree(vf);
		return ERR_PTR(err);
	}

	err = hvsim_vf_add_function(vf, &layout);
	if (err)
		goto err_free;

	if (form->start)
		err = form->start(vf);
	if (err)
		goto err_pci;

	return vf;

err_pci:
	hvsim_pci_remove(vf->pci);
err_free:
	hvsim_vf_free(vf);
	return ERR_PTR(err);
}

int hvsim_vf_plug(struct hvsim_nic *nic, const struct hvsim_vf_form *form,
		  u32 serial, const u8 *mac)
{
	struct hvsim_vf_slot *slot = hvsim_vf_slot(nic);
	struct hvsim_vf *vf;
	int err = 0;

	mutex_lock(&slot->mutex);
	if (rcu_access_pointer(slot->vf)) {
		err = -EBUSY;
		goto out;
	}

	vf = hvsim_vf_create(nic, form, serial, mac);
	if (IS_ERR(vf)) {
		err = PTR_ERR(vf);
		goto out;
	}
	/* Known before a driver probes it and asks. */
	rcu_assign_pointer(slot->vf, vf);
	hvsim_pci_start(vf->pci);
out:
	mutex_unlock(&slot->mutex);
	return err;
}

/* Frames stop, then configuration space, then registers. */
static void vf_tear(struct hvsim_vf *vf)
{
	if (vf->form->settle)
		vf->form->settle(vf);
	WRITE_ONCE(vf->gone, true);
	hvsim_pci_tear(vf->pci);
	if (vf->form->tear)
		vf->form->tear(vf);
	/* No frame is on its way through any more. */
	synchronize_net();
}

int hvsim_vf_pull(struct hvsim_nic *nic, bool surprise)
{
	struct hvsim_vf_slot *slot = hvsim_vf_slot(nic);
	struct hvsim_vf *vf;

	mutex_lock(&slot->mutex);
	vf = rcu_dereference_protected(slot->vf, lockdep_is_held(&slot->mutex));
	if (!vf) {
		mutex_unlock(&slot->mutex);
		return -ENOENT;
	}

	if (surprise)
		vf_tear(vf);
	hvsim_pci_remove(vf->pci);

	RCU_INIT_POINTER(slot->vf, NULL);
	synchronize_net();
	hvsim_vf_free(vf);
	mutex_unlock(&slot->mutex);

	return 0;
}
