/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The data path of a NIC and its VF, host side.
 */
#ifndef _HVSIM_PATH_H
#define _HVSIM_PATH_H

#include "nic.h"

/* When the guest hears of a VF that is plugged. */
enum hvsim_assoc {
	HVSIM_ASSOC_FIRST,
	HVSIM_ASSOC_LATE,
	HVSIM_ASSOC_NO,
};

void hvsim_path_init(struct hvsim_nic *nic);

/* From the guest's messages; hvsim_nic.state held for writing. */
void hvsim_path_advertise(struct hvsim_nic *nic);
bool hvsim_path_requested(struct hvsim_nic *nic, u32 active);
void hvsim_path_refused(struct hvsim_nic *nic);
bool hvsim_path_answered(struct hvsim_nic *nic);
void hvsim_path_closed(struct hvsim_nic *nic);

/* From the host's management; hvsim_nic.ctl held. */
int hvsim_path_plug(struct hvsim_nic *nic, u32 serial, enum hvsim_assoc assoc,
		    u32 late_ms);
int hvsim_path_plug_foreign(struct hvsim_nic *nic, u32 serial);
int hvsim_path_pull(struct hvsim_nic *nic, bool surprise);
int hvsim_path_associate(struct hvsim_nic *nic, bool on, u32 serial);
int hvsim_path_set(struct hvsim_nic *nic, enum hvsim_path path);

#endif /* _HVSIM_PATH_H */
