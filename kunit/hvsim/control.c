// SPDX-License-Identifier: GPL-2.0-only
/*
 * The debugfs files of the whole simulator: control, violations, summary.
 */
#define pr_fmt(fmt) "hvsim: control: " fmt

#include "control.h"

#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "compat.h"

/* Defaults and bounds of "add"; the sizes are those of real hosts. */
#define DEFAULT_CHANNELS	8
#define DEFAULT_MAX_MTU		9000
#define DEFAULT_SPEED		40000
#define DEFAULT_LSO		62780
#define DEFAULT_RECV_SECTION	1728
#define DEFAULT_SEND_SECTION	6144
#define MIN_RECV_SECTION	512
#define MIN_SEND_SECTION	512
#define MAX_SECTION		65536
#define MIN_LSO			4096
#define MAX_LSO			65536
#define MAX_SPEED		1000000

static struct dentry *control_dir;
static LIST_HEAD(control_nics);
/* The list, and one add or del at a time. */
static DEFINE_MUTEX(control_lock);

/* Key "nic" of a command; the rest of them fill the configuration. */
struct add_options {
	struct hvsim_nic_cfg cfg;
	bool has_nic;
	bool has_mac;
	bool has_serial;
};

static int add_nic(void *to, const char *value)
{
	struct add_options *add = to;
	u32 id;
	int err;

	err = hvsim_cmd_u32(value, 0, HVSIM_MAX_NICS - 1, &id);
	if (!err) {
		add->cfg.id = id;
		add->has_nic = true;
	}
	return err;
}

static int add_mac(void *to, const char *value)
{
	struct add_options *add = to;

	if (!mac_pton(value, add->cfg.mac) ||
	    !is_valid_ether_addr(add->cfg.mac))
		return -EINVAL;
	add->has_mac = true;
	return 0;
}

static int add_channels(void *to, const char *value)
{
	struct add_options *add = to;
	u32 channels;
	int err;

	err = hvsim_cmd_u32(value, 1, HVSIM_MAX_CHANNELS, &channels);
	if (!err)
		add->cfg.channels = channels;
	return err;
}

static int add_version(void *to, const char *value)
{
	static const struct {
		const char *name;
		u32 version;
	} versions[] = {
		{ "1", NVSP_VERSION_1 }, { "2", NVSP_VERSION_2 },
		{ "4", NVSP_VERSION_4 }, { "5", NVSP_VERSION_5 },
		{ "6", NVSP_VERSION_6 }, { "61", NVSP_VERSION_61 },
	};
	struct add_options *add = to;
	int i;

	for (i = 0; i < ARRAY_SIZE(versions); i++) {
		if (strcmp(value, versions[i].name))
			continue;
		add->cfg.version = versions[i].version;
		return 0;
	}
	return -EINVAL;
}

static int add_serial(void *to, const char *value)
{
	struct add_options *add = to;

	add->has_serial = true;
	return hvsim_cmd_u32(value, 0, U32_MAX, &add->cfg.serial);
}

static int add_csum4(void *to, const char *value)
{
	return hvsim_cmd_bool(value, &((struct add_options *)to)->cfg.csum4);
}

static int add_csum6(void *to, const char *value)
{
	return hvsim_cmd_bool(value, &((struct add_options *)to)->cfg.csum6);
}

static int add_udp(void *to, const char *value)
{
	return hvsim_cmd_bool(value, &((struct add_options *)to)->cfg.udp);
}

static int add_rsc(void *to, const char *value)
{
	return hvsim_cmd_bool(value, &((struct add_options *)to)->cfg.rsc);
}

/* 0 turns large send off. */
static int add_lso(const char *value, u32 *lso)
{
	if (!strcmp(value, "0")) {
		*lso = 0;
		return 0;
	}
	return hvsim_cmd_u32(value, MIN_LSO, MAX_LSO, lso);
}

static int add_lso4(void *to, const char *value)
{
	return add_lso(value, &((struct add_options *)to)->cfg.lso4);
}

static int add_lso6(void *to, const char *value)
{
	return add_lso(value, &((struct add_options *)to)->cfg.lso6);
}

static int add_recv_section(void *to, const char *value)
{
	return hvsim_cmd_u32(value, MIN_RECV_SECTION, MAX_SECTION,
			     &((struct add_options *)to)->cfg.recv_section);
}

static int add_send_section(void *to, const char *value)
{
	return hvsim_cmd_u32(value, MIN_SEND_SECTION, MAX_SECTION,
			     &((struct add_options *)to)->cfg.send_section);
}

static int add_max_mtu(void *to, const char *value)
{
	return hvsim_cmd_u32(value, ETH_MIN_MTU, DEFAULT_MAX_MTU + 202,
			     &((struct add_options *)to)->cfg.max_mtu);
}

static int add_speed(void *to, const char *value)
{
	return hvsim_cmd_u32(value, 1, MAX_SPEED,
			     &((struct add_options *)to)->cfg.speed);
}

static int add_name(void *to, const char *value)
{
	struct add_options *add = to;

	if (strscpy(add->cfg.name, value, sizeof(add->cfg.name)) <= 0)
		return -EINVAL;
	return 0;
}

static const struct hvsim_option add_keys[] = {
	{ "nic", add_nic },
	{ "mac", add_mac },
	{ "channels", add_channels },
	{ "version", add_version },
	{ "serial", add_serial },
	{ "csum4", add_csum4 },
	{ "csum6", add_csum6 },
	{ "udp", add_udp },
	{ "lso4", add_lso4 },
	{ "lso6", add_lso6 },
	{ "rsc", add_rsc },
	{ "recv_section", add_recv_section },
	{ "send_section", add_send_section },
	{ "max_mtu", add_max_mtu },
	{ "speed", add_speed },
	{ "name", add_name },
	{ }
};

static const struct hvsim_option del_keys[] = {
	{ "nic", add_nic },
	{ }
};

static struct hvsim_nic *control_find(u16 id)
{
	struct hvsim_nic *nic;

	list_for_each_entry(nic, &control_nics, list)
		if (nic->cfg.id == id)
			return nic;
	return NULL;
}

static void add_defaults(struct add_options *add)
{
	static const u8 prefix[] = { 0x00, 0x15, 0x5d, 0x00, 0x00, 0x00 };

	add->cfg.channels = DEFAULT_CHANNELS;
	add->cfg.version = NVSP_VERSION_61;
	add->cfg.max_mtu = DEFAULT_MAX_MTU;
	add->cfg.speed = DEFAULT_SPEED;
	add->cfg.lso4 = DEFAULT_LSO;
	add->cfg.lso6 = DEFAULT_LSO;
	add->cfg.recv_section = DEFAULT_RECV_SECTION;
	add->cfg.send_section = DEFAULT_SEND_SECTION;
	add->cfg.csum4 = true;
	add->cfg.csum6 = true;
	add->cfg.udp = true;
	add->cfg.rsc = true;
	memcpy(add->cfg.mac, prefix, ETH_ALEN);
	strscpy(add->cfg.name, "Network Adapter", sizeof(add->cfg.name));
}

static int control_add(char *words)
{
	struct add_options add = { };
	struct hvsim_nic *nic;
	int err;

	add_defaults(&add);
	err = hvsim_cmd_options(words, add_keys, &add);
	if (err)
		return err;
	if (!add.has_nic)
		return -EINVAL;
	if (!add.has_mac)
		add.cfg.mac[ETH_ALEN - 1] = add.cfg.id + 1;
	if (!add.has_serial)
		add.cfg.serial = add.cfg.id + 2;
	if (control_find(add.cfg.id))
		return -EEXIST;

	nic = hvsim_nic_create(&add.cfg);
	if (IS_ERR(nic))
		return PTR_ERR(nic);
	list_add_tail(&nic->list, &control_nics);
	hvsim_nicfs_create(nic, control_dir);
	return 0;
}

/* Its files first: that waits for whoever is inside one of them. */
static void control_remove(struct hvsim_nic *nic)
{
	list_del(&nic->list);
	hvsim_nicfs_remove(nic);
	hvsim_nic_destroy(nic);
}

static int control_del(char *words)
{
	struct add_options del = { };
	struct hvsim_nic *nic;
	int err;

	err = hvsim_cmd_options(words, del_keys, &del);
	if (err)
		return err;
	if (!del.has_nic)
		return -EINVAL;
	nic = control_find(del.cfg.id);
	if (!nic)
		return -ENOENT;
	control_remove(nic);
	return 0;
}

static int control_reset(char *words)
{
	struct hvsim_nic *nic, *tmp;

	if (hvsim_cmd_word(&words))
		return -EINVAL;
	list_for_each_entry_safe_reverse(nic, tmp, &control_nics, list)
		control_remove(nic);
	return 0;
}

static int control_run(void *priv, char *cmd)
{
	char *words = cmd;
	char *verb = hvsim_cmd_word(&words);
	int err = -EINVAL;

	if (!verb)
		return err;
	mutex_lock(&control_lock);
	if (!strcmp(verb, "add"))
		err = control_add(words);
	else if (!strcmp(verb, "del"))
		err = control_del(words);
	else if (!strcmp(verb, "reset"))
		err = control_reset(words);
	mutex_unlock(&control_lock);
	return err;
}

static ssize_t control_write(struct file *file, const char __user *buf,
			     size_t count, loff_t *pos)
{
	return hvsim_cmd_write(buf, count, NULL, control_run);
}

static const struct file_operations control_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.write	= control_write,
	.llseek	= noop_llseek,
};

static int violations_show(struct seq_file *m, void *unused)
{
	hvsim_violations_show(m);
	return 0;
}

static int violations_open(struct inode *inode, struct file *file)
{
	return single_open(file, violations_show, NULL);
}

static int violations_run(void *priv, char *cmd)
{
	if (strcmp(cmd, "clear"))
		return -EINVAL;
	hvsim_violations_clear();
	return 0;
}

static ssize_t violations_write(struct file *file, const char __user *buf,
				size_t count, loff_t *pos)
{
	return hvsim_cmd_write(buf, count, NULL, violations_run);
}

static const struct file_operations violations_fops = {
	.owner		= THIS_MODULE,
	.open		= violations_open,
	.read		= seq_read,
	.write		= violations_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

static int summary_show(struct seq_file *m, void *unused)
{
	struct hvsim_nic *nic;
	char vf[96];

	mutex_lock(&control_lock);
	list_for_each_entry(nic, &control_nics, list) {
		hvsim_vf_show(nic, vf, sizeof(vf));
		seq_printf(m, "nic%u %pM version=%#x path=%s link=%s violations=%lld vf: %s\n",
			   nic->cfg.id, nic->cfg.mac, nic->nvsp.version,
			   nic->sw.path == HVSIM_PATH_VF ? "vf" : "synthetic",
			   nic->sw.link ? "up" : "down",
			   atomic64_read(&nic->stats.count[HVSIM_VIOLATIONS]),
			   vf);
	}
	mutex_unlock(&control_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(summary);

/**
 * hvsim_host_init - start the host half: its debugfs files
 *
 * Context: process.
 * Return: 0, or -ENODEV when there is no debugfs.
 */
int hvsim_host_init(void)
{
	control_dir = debugfs_create_dir("hvsim", NULL);
	if (IS_ERR(control_dir))
		return PTR_ERR(control_dir);
	debugfs_create_file("control", 0200, control_dir, NULL, &control_fops);
	debugfs_create_file("violations", 0600, control_dir, NULL,
			    &violations_fops);
	debugfs_create_file("summary", 0400, control_dir, NULL, &summary_fops);
	return 0;
}

/**
 * hvsim_host_exit - stop the host half
 *
 * Every NIC is gone when this returns.
 *
 * Context: process; takes the RTNL.
 */
void hvsim_host_exit(void)
{
	char none[] = "";

	mutex_lock(&control_lock);
	control_reset(none);
	mutex_unlock(&control_lock);
	debugfs_remove_recursive(control_dir);
}
