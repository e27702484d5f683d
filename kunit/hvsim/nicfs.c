// SPDX-License-Identifier: GPL-2.0-only
/*
 * The debugfs files of one NIC, /sys/kernel/debug/hvsim/nic<N>/.
 */
#define pr_fmt(fmt) "hvsim: control: " fmt

#include <linux/debugfs.h>
#include <linux/etherdevice.h>
#include <linux/seq_file.h>

#include "compat.h"
#include "control.h"
#include "path.h"
#include "rndis.h"
#include "vswitch.h"

#define MAX_LATE_MS	60000
#define MAX_SPEED	1000000

/* ---- vf ---- */

struct vf_options {
	const struct hvsim_vf_form *form;
	u32 serial;
	enum hvsim_assoc assoc;
	u32 late_ms;
	bool foreign;
};

static int vf_set_serial(void *to, const char *value)
{
	return hvsim_cmd_u32(value, 0, U32_MAX,
			     &((struct vf_options *)to)->serial);
}

static int vf_set_assoc(void *to, const char *value)
{
	struct vf_options *vf = to;

	if (!strcmp(value, "no")) {
		vf->assoc = HVSIM_ASSOC_NO;
		return 0;
	}
	if (strncmp(value, "late:", 5))
		return -EINVAL;
	vf->assoc = HVSIM_ASSOC_LATE;
	return hvsim_cmd_u32(value + 5, 0, MAX_LATE_MS, &vf->late_ms);
}

static int vf_set_form(void *to, const char *value)
{
	struct vf_options *vf = to;

	vf->form = hvsim_vf_form(value);
	return vf->form ? 0 : -EINVAL;
}

static int vf_set_pci(void *to, const char *value)
{
	if (strcmp(value, "foreign"))
		return -EINVAL;
	((struct vf_options *)to)->foreign = true;
	return 0;
}

static const struct hvsim_option vf_keys[] = {
	{ "form", vf_set_form },
	{ "serial", vf_set_serial },
	{ "assoc", vf_set_assoc },
	{ "pci", vf_set_pci },
	{ }
};

static int vf_plug(struct hvsim_nic *nic, char *words)
{
	struct vf_options vf = {
		.form = hvsim_vf_form(NULL),
		.serial = nic->cfg.serial,
		.assoc = HVSIM_ASSOC_FIRST,
	};
	int err;

	err = hvsim_cmd_options(words, vf_keys, &vf);
	if (err)
		return err;
	if (vf.foreign)
		return hvsim_path_plug_foreign(nic, vf.serial);
	if (!vf.form)
		return -EINVAL;
	nic->vf.form = vf.form;
	return hvsim_path_plug(nic, vf.serial, vf.assoc, vf.late_ms);
}

static int vf_pull(struct hvsim_nic *nic, char *words)
{
	char *word = hvsim_cmd_word(&words);

	if (!word)
		return hvsim_path_pull(nic, false);
	if (strcmp(word, "surprise") || hvsim_cmd_word(&words))
		return -EINVAL;
	return hvsim_path_pull(nic, true);
}

static int vf_run(struct hvsim_nic *nic, char *words)
{
	char *verb = hvsim_cmd_word(&words);

	if (verb && !strcmp(verb, "plug"))
		return vf_plug(nic, words);
	if (verb && !strcmp(verb, "pull"))
		return vf_pull(nic, words);
	return -EINVAL;
}

static void vf_show(struct hvsim_nic *nic, struct seq_file *m)
{
	char buf[96];

	if (nic->vf.foreign)
		scnprintf(buf, sizeof(buf), "foreign serial=%u", nic->vf.serial);
	else
		hvsim_vf_show(nic, buf, sizeof(buf));
	seq_printf(m, "%s\n", buf);
}

static int model_run(struct hvsim_nic *nic, char *words)
{
	return hvsim_vf_command(nic, words);
}

static void model_show(struct hvsim_nic *nic, struct seq_file *m)
{
	hvsim_vf_show_model(nic, m);
}

/* ---- assoc, path ---- */

static int assoc_run(struct hvsim_nic *nic, char *words)
{
	char *on = hvsim_cmd_word(&words);
	char *number = hvsim_cmd_word(&words);
	u32 serial = nic->vf.serial;
	bool allocated;
	int err;

	if (!on || hvsim_cmd_word(&words))
		return -EINVAL;
	err = hvsim_cmd_bool(on, &allocated);
	if (!err && number)
		err = hvsim_cmd_u32(number, 0, U32_MAX, &serial);
	if (err)
		return err;
	return hvsim_path_associate(nic, allocated, serial);
}

static int path_run(struct hvsim_nic *nic, char *words)
{
	if (!strcmp(words, "synthetic"))
		return hvsim_path_set(nic, HVSIM_PATH_SYNTHETIC);
	if (!strcmp(words, "vf"))
		return hvsim_path_set(nic, HVSIM_PATH_VF);
	return -EINVAL;
}

static const char *path_name(const struct hvsim_nic *nic)
{
	return READ_ONCE(nic->sw.path) == HVSIM_PATH_VF ? "vf" : "synthetic";
}

static void path_show(struct hvsim_nic *nic, struct seq_file *m)
{
	seq_printf(m, "%s\n", path_name(nic));
}

/* ---- link, speed ---- */

static void link_indicate(struct hvsim_nic *nic, u32 status, const void *buf,
			  u32 len)
{
	down_read(&nic->state);
	hvsim_rndis_indicate(nic, status, buf, len);
	up_read(&nic->state);
}

static int link_run(struct hvsim_nic *nic, char *words)
{
	bool up = !strcmp(words, "up");

	if (!strcmp(words, "change")) {
		link_indicate(nic, RNDIS_STATUS_NETWORK_CHANGE, NULL, 0);
		return 0;
	}
	if (!up && strcmp(words, "down"))
		return -EINVAL;
	WRITE_ONCE(nic->sw.link, up);
	hvsim_vf_set_link(nic, up);
	link_indicate(nic, up ? RNDIS_STATUS_MEDIA_CONNECT :
				RNDIS_STATUS_MEDIA_DISCONNECT, NULL, 0);
	return 0;
}

static void link_show(struct hvsim_nic *nic, struct seq_file *m)
{
	seq_printf(m, "%s\n", nic->sw.link ? "up" : "down");
}

/* Only a guest that offered teaming is told. */
static int speed_run(struct hvsim_nic *nic, char *words)
{
	__le32 wire;
	u32 speed;
	int err;

	err = hvsim_cmd_u32(words, 1, MAX_SPEED, &speed);
	if (err)
		return err;
	nic->speed = speed;
	wire = cpu_to_le32(min_t(u64, (u64)speed * 10000, U32_MAX));
	if (nic->nvsp.caps & NVSP_CAP_TEAMING)
		link_indicate(nic, RNDIS_STATUS_LINK_SPEED_CHANGE, &wire,
			      sizeof(wire));
	return 0;
}

static void speed_show(struct hvsim_nic *nic, struct seq_file *m)
{
	seq_printf(m, "%u\n", nic->speed);
}

/* ---- inject, steer, counters, fault ---- */

static int inject_run(struct hvsim_nic *nic, char *words)
{
	char *path = hvsim_cmd_word(&words);
	char *digits = hvsim_cmd_word(&words);
	bool vf = path && !strcmp(path, "vf");
	struct sk_buff *skb;
	size_t len;

	if (!digits || hvsim_cmd_word(&words))
		return -EINVAL;
	if (!vf && strcmp(path, "synthetic"))
		return -EINVAL;
	len = strlen(digits);
	if (len % 2 || len / 2 < ETH_HLEN)
		return -EINVAL;
	len /= 2;
	if (len > nic->sw.frame_max)
		return -ERANGE;
	skb = alloc_skb(len + NET_IP_ALIGN, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	skb_reserve(skb, NET_IP_ALIGN);
	if (hex2bin(skb_put(skb, len), digits, len)) {
		kfree_skb(skb);
		return -EINVAL;
	}
	return hvsim_vswitch_inject(nic, vf, skb);
}

static int steer_run(struct hvsim_nic *nic, char *words)
{
	u32 percent;
	int err;

	err = hvsim_cmd_u32(words, 0, 100, &percent);
	if (err)
		return err;
	spin_lock_bh(&nic->sw.lock);
	nic->sw.steer = percent;
	nic->sw.steer_acc = 0;
	spin_unlock_bh(&nic->sw.lock);
	return 0;
}

static void steer_show(struct hvsim_nic *nic, struct seq_file *m)
{
	seq_printf(m, "%u\n", nic->sw.steer);
}

/* How far the guest got. */
static const char *state_name(const struct hvsim_nic *nic)
{
	if (!test_bit(HVSIM_NIC_OFFERED, &nic->flags))
		return "rescinded";
	if (!nic->chans[0].open)
		return "closed";
	if (nic->nvsp.revoked)
		return "revoked";
	if (nic->rndis.initialized)
		return "operational";
	return nic->nvsp.version ? "negotiated" : "open";
}

static u32 version_number(u32 version)
{
	switch (version) {
	case NVSP_VERSION_1: return 1;
	case NVSP_VERSION_2: return 2;
	case NVSP_VERSION_4: return 4;
	case NVSP_VERSION_5: return 5;
	case NVSP_VERSION_6: return 6;
	case NVSP_VERSION_61: return 61;
	}
	return 0;
}

static void counters_show(struct hvsim_nic *nic, struct seq_file *m)
{
	u32 open = 0;
	u16 i;

	down_read(&nic->state);
	for (i = 0; i < nic->cfg.channels; i++)
		open += nic->chans[i].open;
	seq_printf(m, "state %s\n", state_name(nic));
	seq_printf(m, "nvsp_version %u\n", version_number(nic->nvsp.version));
	seq_printf(m, "channels_open %u\n", open);
	seq_printf(m, "path %s\n", path_name(nic));
	seq_printf(m, "vf_may_send %d\n", READ_ONCE(nic->sw.vf_tx));
	seq_printf(m, "filter %#x\n", nic->sw.filter);
	seq_printf(m, "frame_max %u\n", nic->nvsp.frame_max);
	seq_printf(m, "recv_sections %u\n", nic->rxbuf.num_sections);
	seq_printf(m, "recv_sections_free %u\n", nic->rxbuf.num_free);
	up_read(&nic->state);
	hvsim_stats_show(&nic->stats, m);
}

static int fault_run(struct hvsim_nic *nic, char *words)
{
	bool at_once;
	int err;

	if (!strcmp(words, "clear")) {
		hvsim_faults_clear(&nic->faults);
		return 0;
	}
	err = hvsim_faults_add(&nic->faults, words, &at_once);
	if (err || !at_once)
		return err;
	if (!test_bit(HVSIM_NIC_OFFERED, &nic->flags))
		return -ENOENT;
	hvsim_nic_rescind(nic);
	return 0;
}

/*
 * As the guest's kernel does it around hibernation; and a kernel that says
 * nothing any more, and the next one.
 */
static int power_run(struct hvsim_nic *nic, char *words)
{
	bool on = !strcmp(words, "resume");

	if (!strcmp(words, "crash"))
		return hvsim_nic_crash(nic);
	if (!strcmp(words, "boot"))
		return hvsim_nic_boot(nic);
	if (!on && strcmp(words, "suspend"))
		return -EINVAL;
	if (!test_bit(HVSIM_NIC_OFFERED, &nic->flags))
		return -ENOENT;
	return hvsim_dev_power(nic->dev, on);
}

/* ---- the files ---- */

struct nic_file {
	const char *name;
	int (*run)(struct hvsim_nic *nic, char *words);
	void (*show)(struct hvsim_nic *nic, struct seq_file *m);
};

static const struct nic_file nic_files[] = {
	{ "vf",		vf_run,		vf_show },
	{ "vf_model",	model_run,	model_show },
	{ "assoc",	assoc_run },
	{ "path",	path_run,	path_show },
	{ "link",	link_run,	link_show },
	{ "speed",	speed_run,	speed_show },
	{ "inject",	inject_run },
	{ "steer",	steer_run,	steer_show },
	{ "counters",	NULL,		counters_show },
	{ "fault",	fault_run },
	{ "power",	power_run },
};

/* The NIC is the folder's private data, the file's own says which one it is. */
static struct hvsim_nic *file_nic(const struct file *file)
{
	return d_inode(file->f_path.dentry->d_parent)->i_private;
}

static const struct nic_file *file_desc(const struct file *file)
{
	return file_inode(file)->i_private;
}

static int nicfs_show(struct seq_file *m, void *unused)
{
	const struct nic_file *desc = file_desc(m->file);

	if (!desc->show)
		return -EINVAL;
	desc->show(file_nic(m->file), m);
	return 0;
}

static int nicfs_open(struct inode *inode, struct file *file)
{
	return single_open(file, nicfs_show, NULL);
}

static int nicfs_run(void *priv, char *cmd)
{
	const struct file *file = priv;
	struct hvsim_nic *nic = file_nic(file);
	int err;

	mutex_lock(&nic->ctl);
	err = file_desc(file)->run(nic, cmd);
	mutex_unlock(&nic->ctl);
	return err;
}

static ssize_t nicfs_write(struct file *file, const char __user *buf,
			   size_t count, loff_t *pos)
{
	if (!file_desc(file)->run)
		return -EINVAL;
	return hvsim_cmd_write(buf, count, file, nicfs_run);
}

static const struct file_operations nicfs_fops = {
	.owner		= THIS_MODULE,
	.open		= nicfs_open,
	.read		= seq_read,
	.write		= nicfs_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

/**
 * hvsim_nicfs_create - make the files of a NIC
 * @nic: the NIC
 * @parent: folder of the simulator
 *
 * Context: process.
 */
void hvsim_nicfs_create(struct hvsim_nic *nic, struct dentry *parent)
{
	char name[16];
	int i;

	snprintf(name, sizeof(name), "nic%u", nic->cfg.id);
	nic->dir = debugfs_create_dir(name, parent);
	if (IS_ERR(nic->dir))
		return;
	d_inode(nic->dir)->i_private = nic;
	for (i = 0; i < ARRAY_SIZE(nic_files); i++)
		debugfs_create_file(nic_files[i].name,
				    (nic_files[i].run ? 0200 : 0) |
				    (nic_files[i].show ? 0400 : 0), nic->dir,
				    (void *)&nic_files[i], &nicfs_fops);
}

/**
 * hvsim_nicfs_remove - remove them; waits for whoever is inside one
 * @nic: the NIC
 *
 * Context: process, not from one of the files.
 */
void hvsim_nicfs_remove(struct hvsim_nic *nic)
{
	debugfs_remove_recursive(nic->dir);
	nic->dir = NULL;
}
