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
struct seq_file;

/**
 * struct hvsim_pci_layout - what a function has besides its ids
 * @bar: address of the memory behind BAR 2, aligned to its size
 * @bar_size: power of two; 0: no BAR
 * @vectors: MSI-X vectors; 0: none
 * @msix_table: offset in BAR 2
 * @msix_pba: offset in BAR 2
 */
struct hvsim_pci_layout {
	phys_addr_t bar;
	u64 bar_size;
	unsigned int vectors;
	u32 msix_table;
	u32 msix_pba;
};

/**
 * struct hvsim_vf_form - what is behind a VF's PCI function
 * @name: as a command has it
 * @create: make what is behind it; fills in @layout; sets the result with
 *	hvsim_vf_set_model(); 0 or -errno
 * @start: the function is there, no driver has seen it; may bind
 * @settle: it will be torn out; returns when its driver can stand that
 * @tear: it was torn out; returns when no frame goes in or out any more
 * @destroy: the function is gone, and its driver; unbinds, and asks for nothing
 *	of the function after it
 * @show: what is inside, lines of text
 * @command: one that only this form knows; 0 or -errno
 *
 * All in process context, one at a time for a VF, and all may be NULL.
 */
struct hvsim_vf_form {
	const char *name;
	int (*create)(struct hvsim_vf *vf, struct hvsim_pci_layout *layout);
	int (*start)(struct hvsim_vf *vf);
	void (*settle)(struct hvsim_vf *vf);
	void (*tear)(struct hvsim_vf *vf);
	void (*destroy)(struct hvsim_vf *vf);
	void (*show)(struct hvsim_vf *vf, struct seq_file *m);
	int (*command)(struct hvsim_vf *vf, char *words);
};

extern const struct hvsim_vf_form hvsim_vf_standin;
#if IS_ENABLED(CONFIG_PCI)
extern const struct hvsim_vf_form hvsim_vf_connectx3;
#endif

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
/* What the form made in ->create. */
void hvsim_vf_set_model(struct hvsim_vf *vf, void *model);
void *hvsim_vf_model(const struct hvsim_vf *vf);
/* The function may read and write memory now; and send interrupts. */
bool hvsim_vf_masters(const struct hvsim_vf *vf);
bool hvsim_vf_msix_enabled(const struct hvsim_vf *vf);
const u8 *hvsim_vf_mac(const struct hvsim_vf *vf);
/* The device is the VF's function, in this or an earlier life. */
bool hvsim_vf_is_function(const struct hvsim_vf *vf, const struct device *dev);
/* Of the PCI function: 0001:00:02.0 */
const char *hvsim_vf_name(const struct hvsim_vf *vf);
/* Torn out: nothing gets in or out any more. */
bool hvsim_vf_gone(const struct hvsim_vf *vf);
/* It would be better to send later: many frames wait at the wire. */
bool hvsim_vf_busy(const struct hvsim_vf *vf);
/* A frame for the wire; owns @skb.  Lost, and counted, when torn out. */
void hvsim_vf_transmit(struct hvsim_vf *vf, struct sk_buff *skb);
/* Stop the wire, from ->receive; and let it go on, from anywhere. */
void hvsim_vf_hold(struct hvsim_vf *vf);
void hvsim_vf_release(struct hvsim_vf *vf);
/*
 * So many frames go nowhere: they were inside a VF that was torn out, or one
 * that is there had no room for them, or no use; counted apart.
 */
void hvsim_vf_lost(struct hvsim_vf *vf, unsigned int frames);

/* A function on a bus of its own; ERR_PTR.  Found by drivers after start. */
#if IS_ENABLED(CONFIG_PCI)
struct hvsim_pci *hvsim_pci_create(unsigned int domain, u32 serial,
				   const struct hvsim_pci_layout *layout);
struct device *hvsim_pci_device(struct hvsim_pci *pci);
void hvsim_pci_start(struct hvsim_pci *pci);
bool hvsim_pci_masters(const struct hvsim_pci *pci);
bool hvsim_pci_msix_enabled(const struct hvsim_pci *pci);
/* Reads are all ones from now on, as of a device that is not there. */
void hvsim_pci_tear(struct hvsim_pci *pci);
void hvsim_pci_remove(struct hvsim_pci *pci);
void hvsim_pci_free(struct hvsim_pci *pci);
#else
static inline struct hvsim_pci *
hvsim_pci_create(unsigned int domain, u32 serial,
		 const struct hvsim_pci_layout *layout)
{
	return ERR_PTR(-EOPNOTSUPP);
}

static inline struct device *hvsim_pci_device(struct hvsim_pci *pci)
{
	return NULL;
}

static inline void hvsim_pci_start(struct hvsim_pci *pci) { }

static inline bool hvsim_pci_masters(const struct hvsim_pci *pci)
{
	return false;
}

static inline bool hvsim_pci_msix_enabled(const struct hvsim_pci *pci)
{
	return false;
}

static inline void hvsim_pci_tear(struct hvsim_pci *pci) { }
static inline void hvsim_pci_remove(struct hvsim_pci *pci) { }
static inline void hvsim_pci_free(struct hvsim_pci *pci) { }
#endif

#endif /* _HVSIM_VF_H */
