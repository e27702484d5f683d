// SPDX-License-Identifier: GPL-2.0-only
/* The simulated host's parts that need no guest. */
#include <kunit/test.h>

#include "hvsim/faults.h"
#include "hvsim/rss.h"
#include "hvsim/rxbuf.h"

/* The key and the addresses that Microsoft publishes to verify a hash with. */
static const u8 sample_key[NDIS_RSS_KEY_SIZE] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2,
	0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0,
	0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4,
	0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30, 0xf2, 0x0c,
	0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

struct hash_case {
	const char *what;
	u8 bytes[12];
	u32 hash2;		/* of the addresses */
	u32 hash4;		/* and of the ports */
};

static const struct hash_case hash_cases[] = {
	{ "66.9.149.187 to 161.142.100.80",
	  { 66, 9, 149, 187, 161, 142, 100, 80, 0x0a, 0xea, 0x06, 0xe6 },
	  0x323e8fc2, 0x51ccc178 },
	{ "199.92.111.2 to 65.69.140.83",
	  { 199, 92, 111, 2, 65, 69, 140, 83, 0x37, 0x96, 0x12, 0x83 },
	  0xd718262a, 0xc626b0ea },
	{ "24.19.198.95 to 12.22.207.184",
	  { 24, 19, 198, 95, 12, 22, 207, 184, 0x32, 0x62, 0x94, 0x88 },
	  0xd2d0a5de, 0x5c2b394a },
};

KUNIT_ARRAY_PARAM_DESC(hash, hash_cases, what);

static void hash_is_microsofts(struct kunit *test)
{
	const struct hash_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, hvsim_toeplitz(sample_key, c->bytes, 8),
			c->hash2);
	KUNIT_EXPECT_EQ(test, hvsim_toeplitz(sample_key, c->bytes, 12),
			c->hash4);
}

/* ---- receive sections ---- */

static void sections_come_back_once(struct kunit *test)
{
	struct hvsim_rxbuf rb = { };
	u32 head;

	spin_lock_init(&rb.lock);
	KUNIT_ASSERT_EQ(test, 0, hvsim_rxbuf_init(&rb, &rb, 64 * 100, 64));
	head = hvsim_rxbuf_get(&rb, 3, 5, false);
	KUNIT_EXPECT_EQ(test, rb.num_free, 95);
	KUNIT_EXPECT_FALSE(test, hvsim_rxbuf_ack(&rb, 2,
						 hvsim_rxbuf_trans_id(head)));
	KUNIT_EXPECT_TRUE(test, hvsim_rxbuf_ack(&rb, 3,
						hvsim_rxbuf_trans_id(head)));
	KUNIT_EXPECT_FALSE(test, hvsim_rxbuf_ack(&rb, 3,
						 hvsim_rxbuf_trans_id(head)));
	KUNIT_EXPECT_FALSE(test, hvsim_rxbuf_ack(&rb, 3, 0));
	KUNIT_EXPECT_FALSE(test, hvsim_rxbuf_ack(&rb, 3, 101));
	KUNIT_EXPECT_FALSE(test, hvsim_rxbuf_ack(&rb, 3, U64_MAX));
	KUNIT_EXPECT_EQ(test, rb.num_free, 100);
	hvsim_rxbuf_exit(&rb);
}

static void data_leaves_the_reserve_to_control(struct kunit *test)
{
	struct hvsim_rxbuf rb = { };
	u32 n = 0;

	spin_lock_init(&rb.lock);
	KUNIT_ASSERT_EQ(test, 0, hvsim_rxbuf_init(&rb, &rb, 64 * 20, 64));
	while (hvsim_rxbuf_get(&rb, 0, 1, false) != HVSIM_RXBUF_END)
		n++;
	KUNIT_EXPECT_EQ(test, n, 20 - HVSIM_RXBUF_RESERVE);
	KUNIT_EXPECT_NE(test, hvsim_rxbuf_get(&rb, 0, 1, true),
			HVSIM_RXBUF_END);
	KUNIT_EXPECT_NE(test, hvsim_rxbuf_get(&rb, 1, 1, true),
			HVSIM_RXBUF_END);
	hvsim_rxbuf_drop_chan(&rb, 0);
	KUNIT_EXPECT_EQ(test, rb.num_free, 19);
	hvsim_rxbuf_exit(&rb);
}

/* ---- faults ---- */

struct spec_case {
	const char *spec;
	int err;
};

static const struct spec_case spec_cases[] = {
	{ "drop what=nvsp:129", 0 },
	{ "delay what=oid:00010106 nth=3 count=0 ms=20", 0 },
	{ "delay  what=rndis:2", 0 },
	{ "drop what=completion", 0 },
	{ "rescind", 0 },
	{ "rescind at=nvsp:101", 0 },
	{ "", -EINVAL },
	{ "drop", -EINVAL },
	{ "corrupt what=nvsp:1", -EINVAL },
	{ "drop what=nvsp", -EINVAL },
	{ "drop what=nvsp:", -EINVAL },
	{ "drop what=oid:xyz", -EINVAL },
	{ "drop what=nvsp:1 nth=0", -ERANGE },
	{ "drop what=nvsp:1 nth=99999999999", -ERANGE },
	{ "drop what=nvsp:1 colour=red", -EINVAL },
	{ "drop what=nvsp:1 now", -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(spec, spec_cases, spec);

static void fault_is_understood_or_refused(struct kunit *test)
{
	const struct spec_case *c = test->param_value;
	struct hvsim_faults faults;
	bool at_once;
	char spec[64];

	hvsim_faults_init(&faults);
	strscpy(spec, c->spec, sizeof(spec));
	KUNIT_EXPECT_EQ(test, hvsim_faults_add(&faults, spec, &at_once),
			c->err);
	KUNIT_EXPECT_EQ(test, at_once, !strcmp(c->spec, "rescind"));
	KUNIT_EXPECT_EQ(test, list_empty(&faults.list), c->err || at_once);
	hvsim_faults_clear(&faults);
}

static void fault_hits_the_occurrences_it_names(struct kunit *test)
{
	char spec[] = "drop what=nvsp:129 nth=2 count=2";
	struct hvsim_faults faults;
	bool at_once;
	int i;

	hvsim_faults_init(&faults);
	KUNIT_ASSERT_EQ(test, 0, hvsim_faults_add(&faults, spec, &at_once));
	for (i = 1; i <= 5; i++) {
		struct hvsim_verdict verdict = { };

		hvsim_faults_check(&faults, HVSIM_FAULT_NVSP, 128, &verdict);
		hvsim_faults_check(&faults, HVSIM_FAULT_RNDIS, 129, &verdict);
		KUNIT_EXPECT_FALSE(test, verdict.drop);
		hvsim_faults_check(&faults, HVSIM_FAULT_NVSP, 129, &verdict);
		KUNIT_EXPECT_EQ(test, verdict.drop, i == 2 || i == 3);
	}
	hvsim_faults_clear(&faults);
}

static struct kunit_case parts_cases[] = {
	KUNIT_CASE_PARAM(hash_is_microsofts, hash_gen_params),
	KUNIT_CASE(sections_come_back_once),
	KUNIT_CASE(data_leaves_the_reserve_to_control),
	KUNIT_CASE_PARAM(fault_is_understood_or_refused, spec_gen_params),
	KUNIT_CASE(fault_hits_the_occurrences_it_names),
	{ }
};

static struct kunit_suite parts_suite = {
	.name = "hvsim_parts",
	.test_cases = parts_cases,
};

kunit_test_suite(parts_suite);
