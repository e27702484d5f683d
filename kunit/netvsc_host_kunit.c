// SPDX-License-Identifier: GPL-2.0-only
/* A host that does not answer, or that takes the device away meanwhile. */
#include "netvsc_fixture.h"

struct fault_case {
	const char *what;
	bool fatal;		/* no interface without it */
};

/* Everything that the driver asks a host of the newest version at probe. */
static const struct fault_case fault_cases[] = {
	{ "nvsp:1", true },		/* INIT */
	{ "nvsp:101", true },		/* SEND_RECV_BUF */
	{ "nvsp:104", true },		/* SEND_SEND_BUF */
	{ "rndis:2", true },		/* INITIALIZE */
	{ "oid:01010101", true },	/* PERMANENT_ADDRESS */
	{ "oid:fc01020d" },		/* OFFLOAD_HW_CAPS */
	{ "oid:fc01020c" },		/* OFFLOAD_PARAMS */
	{ "oid:00010106" },		/* MAXIMUM_FRAME_SIZE */
	{ "oid:00010107" },		/* LINK_SPEED */
	{ "oid:00010114" },		/* MEDIA_CONNECT_STATUS */
	{ "oid:00010203" },		/* RSS_CAPS */
	{ "oid:00020216" },		/* FRIENDLY_NAME */
};

static void fault_case_desc(const struct fault_case *c, char *desc)
{
	strscpy(desc, c->what, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(fault, fault_cases, fault_case_desc);

/* Let the driver go, break the host, let the driver try again. */
static void probe_again(struct kunit *test, const char *action, const char *key)
{
	const struct fault_case *c = test->param_value;
	struct e2e *e = test->priv;
	bool at_once = false;
	struct device *dev;
	char spec[64];

	e2e_offer(test);
	AWAIT(test, e2e_find_interface(e->cfg.mac));
	dev = get_device(e2e_find_interface(e->cfg.mac)->dev.parent);
	device_release_driver(dev);
	KUNIT_EXPECT_PTR_EQ(test, e2e_find_interface(e->cfg.mac), NULL);

	snprintf(spec, sizeof(spec), "%s %s=%s", action, key, c->what);
	KUNIT_EXPECT_EQ(test, 0,
			hvsim_faults_add(&e->nic->faults, spec, &at_once));
	KUNIT_EXPECT_GE(test, device_attach(dev), 0);
	put_device(dev);
}

static void probe_ends_though_the_host_never_answers(struct kunit *test)
{
	const struct fault_case *c = test->param_value;
	struct e2e *e = test->priv;
	unsigned long start = jiffies;
	struct net_device *ndev;

	probe_again(test, "drop", "what");
	KUNIT_EXPECT_LT(test, jiffies - start, 120 * HZ);
	ndev = e2e_find_interface(e->cfg.mac);
	if (c->fatal)
		KUNIT_EXPECT_PTR_EQ(test, ndev, NULL);
}

static void probe_ends_at_once_when_the_host_rescinds(struct kunit *test)
{
	struct e2e *e = test->priv;
	unsigned long start = jiffies;

	probe_again(test, "rescind", "at");
	KUNIT_EXPECT_LT(test, jiffies - start, 2 * HZ);
	AWAIT(test, !e2e_find_interface(e->cfg.mac));
}

static struct kunit_case host_cases[] = {
	KUNIT_CASE_PARAM(probe_ends_though_the_host_never_answers,
			 fault_gen_params),
	KUNIT_CASE_PARAM(probe_ends_at_once_when_the_host_rescinds,
			 fault_gen_params),
	{}
};

static struct kunit_suite host_suite = {
	.name = "netvsc_host",
	.init = e2e_init,
	.exit = e2e_exit,
	.test_cases = host_cases,
};

kunit_test_suite(host_suite);

MODULE_DESCRIPTION("Tests of hv_netvsc with a host that fails");
MODULE_LICENSE("GPL");
