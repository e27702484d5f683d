/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VFs: between the vswitch (hvsim.h), the function on a PCI bus (pci), and the
 * form that drives it: the stand-in driver, or a model of real hardware.
 */
#ifndef _HVSIM_VF_H
#define _HVSIM_VF_H

#include <linux/device.h>

#include "hvsim.h"

struct hvsim_pci;

/* Once, before the host half starts. */
void hvsim_vf_init(void);

/* For a form: the VF whose function @dev is, or NULL; good until its remove. */
struct hvsim_vf *hvsim_vf_find(const struct device *dev);
/*
 * Start and stop taking frames and link changes.  Bind tells the link at once;
 * when unbind returns, no operation of the form runs.  Process context.
 */
void hvsim_vf_bind(struct hvsim_vf *vf, const struct hvsim_vf_ops *ops,
		   void *priv);
void hvsim_vf_unbind(struct hvsim_vf *vf);
void *hvsim_vf_priv(const struct hvsim_vf *vf);
const u8 *hvsim_vf_mac(const struct hvsim_vf *vf);
/* Torn out: nothing gets in or out any more. */
bool hvsim_vf_gone(const struct hvsim_vf *vf);
/* A frame for the wire; owns @skb.  Lost, and counted, when torn out. */
void hvsim_vf_transmit(struct hvsim_vf *vf, struct sk_buff *skb);
/* So many frames were in the form's queues and go nowhere. */
void hvsim_vf_lost(struct hvsim_vf *vf, unsigned int frames);

/* A function on a bus of its own; ERR_PTR.  Found by drivers after start. */
#if IS_ENABLED(CONFIG_PCI)
struct hvsim_pci *hvsim_pci_create(unsigned int domain, u32 serial);
struct device *hvsim_pci_device(struct hvsim_pci *pci);
void hvsim_pci_start(struct hvsim_pci *pci);
/* Reads are all ones from now on, as of a device that is not there. */
void hvsim_pci_tear(struct hvsim_pci *pci);
void hvsim_pci_remove(struct hvsim_pci *pci);
#else
static inline struct hvsim_pci *hvsim_pci_create(unsigned int domain,
						 u32 serial)
{
	return ERR_PTR(-EOPNOTSUPP);
}

static inline struct device *hvsim_pci_device(struct hvsim_pci *pci)
{
	return NULL;
}

static inline void hvsim_pci_start(struct hvsim_pci *pci) { }
static inline void hvsim_pci_tear(struct hvsim_pci *pci) { }
static inline void hvsim_pci_remove(struct hvsim_pci *pci) { }
#endif

#endif /* _HVSIM_VF_H */
