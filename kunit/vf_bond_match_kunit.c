// SPDX-License-Identifier: GPL-2.0-only
/* Which device is the VF of which master. */
#include <kunit/test.h>
#include <linux/if_arp.h>
#include <linux/if_infiniband.h>

#include "match.h"

#define ADDR_A	{ 0x00, 0x15, 0x5d, 0x00, 0x00, 0x0a }
#define ADDR_B	{ 0x00, 0x15, 0x5d, 0x00, 0x00, 0x0b }

/* What every VF is; a case says what is different. */
#define VF(...)								\
	{								\
		.type = ARPHRD_ETHER,					\
		.addr_len = ETH_ALEN,					\
		.hardware = true,					\
		.has_serial = true,					\
		.serial = 2,						\
		.perm_addr = ADDR_A,					\
		__VA_ARGS__						\
	}

#define MASTER(...)							\
	{								\
		.has_serial = true,					\
		.serial = 2,						\
		.perm_addr = ADDR_A,					\
		__VA_ARGS__						\
	}

struct match_case {
	const char *name;
	struct vf_bond_candidate vf;
	struct vf_bond_expected master;
	enum vf_bond_verdict verdict;
};

/* later initialisers replace those of VF() and MASTER() */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"

static const struct match_case match_cases[] = {
	{ "equal serial and address", VF(), MASTER(), VF_BOND_MATCH_SERIAL },
	{ "serial zero is a serial", VF(.serial = 0), MASTER(.serial = 0),
	  VF_BOND_MATCH_SERIAL },
	{ "VF without serial", VF(.has_serial = false), MASTER(),
	  VF_BOND_MATCH_ADDR },
	{ "no association yet", VF(), MASTER(.has_serial = false),
	  VF_BOND_MATCH_ADDR },
	{ "no serial on either side", VF(.has_serial = false),
	  MASTER(.has_serial = false), VF_BOND_MATCH_ADDR },

	{ "another serial, same address", VF(.serial = 3), MASTER(),
	  VF_BOND_OTHER_SERIAL },
	{ "same serial, another address", VF(.perm_addr = ADDR_B), MASTER(),
	  VF_BOND_OTHER_ADDR },
	{ "no serial, another address",
	  VF(.perm_addr = ADDR_B, .has_serial = false), MASTER(),
	  VF_BOND_OTHER_ADDR },
	{ "no permanent address", VF(.perm_addr = { 0 }), MASTER(),
	  VF_BOND_NO_ADDR },
	{ "no permanent address on either side", VF(.perm_addr = { 0 }),
	  MASTER(.perm_addr = { 0 }), VF_BOND_NO_ADDR },
	{ "multicast address on both sides", VF(.perm_addr = { 1 }),
	  MASTER(.perm_addr = { 1 }), VF_BOND_NO_ADDR },

	{ "infiniband", VF(.type = ARPHRD_INFINIBAND,
			   .addr_len = INFINIBAND_ALEN), MASTER(),
	  VF_BOND_NOT_ETHERNET },
	{ "loopback", VF(.type = ARPHRD_LOOPBACK), MASTER(),
	  VF_BOND_NOT_ETHERNET },
	{ "tunnel without addresses", VF(.type = ARPHRD_NONE, .addr_len = 0),
	  MASTER(), VF_BOND_NOT_ETHERNET },
	{ "Ethernet with long addresses", VF(.addr_len = 8), MASTER(),
	  VF_BOND_NOT_ETHERNET },
	{ "software device", VF(.hardware = false), MASTER(),
	  VF_BOND_NOT_HARDWARE },
	{ "VLAN", VF(.hardware = false, .is_vlan = true), MASTER(),
	  VF_BOND_IS_VLAN },
	{ "macvlan", VF(.hardware = false, .is_macvlan = true), MASTER(),
	  VF_BOND_IS_MACVLAN },
	{ "bond, team or bridge", VF(.hardware = false, .is_master = true),
	  MASTER(), VF_BOND_IS_MASTER },
	{ "master itself", VF(.is_bonded = true, .has_serial = false),
	  MASTER(), VF_BOND_IS_BONDED },
	{ "lower device of another master", VF(.has_master = true), MASTER(),
	  VF_BOND_HAS_MASTER },
};

#pragma GCC diagnostic pop

static void match_desc(const struct match_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(match, match_cases, match_desc);

static void verdict_is_as_expected(struct kunit *test)
{
	const struct match_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, vf_bond_match(&c->vf, &c->master), c->verdict);
}

static void only_the_two_matches_are_ok(struct kunit *test)
{
	enum vf_bond_verdict v;

	KUNIT_EXPECT_TRUE(test, vf_bond_verdict_ok(VF_BOND_MATCH_SERIAL));
	KUNIT_EXPECT_TRUE(test, vf_bond_verdict_ok(VF_BOND_MATCH_ADDR));
	for (v = VF_BOND_NOT_ETHERNET; v <= VF_BOND_OTHER_SERIAL; v++)
		KUNIT_EXPECT_FALSE(test, vf_bond_verdict_ok(v));
}

/* The host swapped its serial numbers, or they come in another order. */
static void two_nics_are_never_crossed(struct kunit *test)
{
	const u8 addrs[2][ETH_ALEN] = { ADDR_A, ADDR_B };
	struct vf_bond_expected master = { .has_serial = true };
	struct vf_bond_candidate vf = VF();
	int m, v;

	for (m = 0; m < 2; m++) {
		for (v = 0; v < 2; v++) {
			memcpy(master.perm_addr, addrs[m], ETH_ALEN);
			memcpy(vf.perm_addr, addrs[v], ETH_ALEN);
			master.serial = 2 + m;
			vf.serial = 2 + v;
			KUNIT_EXPECT_EQ(test, m == v,
					vf_bond_verdict_ok(vf_bond_match(&vf, &master)));
			/* serial of the one, address of the other */
			vf.serial = 2 + !v;
			KUNIT_EXPECT_FALSE(test,
					   vf_bond_verdict_ok(vf_bond_match(&vf, &master)));
		}
	}
}

struct serial_case {
	const char *slot;
	bool ok;
	u32 serial;
};

static const struct serial_case serial_cases[] = {
	{ "0", true, 0 },
	{ "2", true, 2 },
	{ "4294967295", true, U32_MAX },
	{ "010", true, 10 },
	{ "4294967296", false },
	{ "99999999999999999999", false },
	{ "2-1", false },
	{ "-1", false },
	{ "+1", false },
	{ "0x2", false },
	{ "2\n", false },
	{ " 2", false },
	{ "slot2", false },
	{ "", false },
};

static void serial_desc(const struct serial_case *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%*pE", (int)strlen(c->slot),
		 c->slot);
}

KUNIT_ARRAY_PARAM(serial, serial_cases, serial_desc);

static void only_decimal_slot_names_are_serials(struct kunit *test)
{
	const struct serial_case *c = test->param_value;
	u32 serial = 0;

	KUNIT_ASSERT_EQ(test, vf_bond_parse_serial(c->slot, &serial), c->ok);
	if (c->ok)
		KUNIT_EXPECT_EQ(test, serial, c->serial);
}

static void slot_without_a_name_has_no_serial(struct kunit *test)
{
	u32 serial;

	KUNIT_EXPECT_FALSE(test, vf_bond_parse_serial(NULL, &serial));
}

static struct kunit_case match_test_cases[] = {
	KUNIT_CASE_PARAM(verdict_is_as_expected, match_gen_params),
	KUNIT_CASE(only_the_two_matches_are_ok),
	KUNIT_CASE(two_nics_are_never_crossed),
	KUNIT_CASE_PARAM(only_decimal_slot_names_are_serials,
			 serial_gen_params),
	KUNIT_CASE(slot_without_a_name_has_no_serial),
	{}
};

static struct kunit_suite match_suite = {
	.name = "vf_bond_match",
	.test_cases = match_test_cases,
};

kunit_test_suite(match_suite);

MODULE_DESCRIPTION("Pairing of VFs with their masters");
MODULE_LICENSE("GPL");
