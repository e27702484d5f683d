/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The debugfs interface.  control.c has the files of the whole simulator,
 * nicfs.c those of one NIC.
 */
#ifndef _HVSIM_CONTROL_H
#define _HVSIM_CONTROL_H

#include "nic.h"

struct dentry;

/* Longest command; an injected frame of 9 KiB in hexadecimal fits. */
#define HVSIM_CMD_MAX	20480

/* One word "key=value" of a command. */
struct hvsim_option {
	const char *key;
	int (*set)(void *to, const char *value);
};

void hvsim_nicfs_create(struct hvsim_nic *nic, struct dentry *parent);
void hvsim_nicfs_remove(struct hvsim_nic *nic);

/* cmd.c: what all files share. */
typedef int (*hvsim_cmd_t)(void *priv, char *cmd);

ssize_t hvsim_cmd_write(const char __user *buf, size_t count, void *priv,
			hvsim_cmd_t run);
int hvsim_cmd_options(char *words, const struct hvsim_option *options, void *to);
char *hvsim_cmd_word(char **words);
int hvsim_cmd_u32(const char *value, u32 min, u32 max, u32 *to);
int hvsim_cmd_bool(const char *value, bool *to);

#endif /* _HVSIM_CONTROL_H */
