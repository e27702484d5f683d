// SPDX-License-Identifier: GPL-2.0-only
#include <linux/unaligned.h>

#include "netvsc_wire_kunit.h"

#define WIRE_MAX	256

static void wire_put(u8 *msg, const struct wire_field *f)
{
	switch (f->size) {
	case 1:
		msg[f->offset] = f->value;
		break;
	case 2:
		put_unaligned_le16(f->value, msg + f->offset);
		break;
	case 4:
		put_unaligned_le32(f->value, msg + f->offset);
		break;
	default:
		put_unaligned_le64(f->value, msg + f->offset);
	}
}

static u64 wire_get(const u8 *msg, const struct wire_field *f)
{
	switch (f->size) {
	case 1:
		return msg[f->offset];
	case 2:
		return get_unaligned_le16(msg + f->offset);
	case 4:
		return get_unaligned_le32(msg + f->offset);
	default:
		return get_unaligned_le64(msg + f->offset);
	}
}

/* The golden bytes of a structure; returns how many there are. */
static u32 wire_golden(struct kunit *test, const struct wire_case *c, u8 *to)
{
	u32 len = 0;
	u32 i;

	for (i = 0; i < c->num_fields; i++) {
		const struct wire_field *f = &c->fields[i];

		KUNIT_ASSERT_LE(test, len + f->num_bytes, WIRE_MAX);
		memcpy(to + len, f->bytes, f->num_bytes);
		len += f->num_bytes;
	}
	return len;
}

void wire_check_encode(struct kunit *test, const struct wire_case *c)
{
	u8 golden[WIRE_MAX];
	u8 msg[WIRE_MAX];
	u32 i;

	KUNIT_ASSERT_EQ(test, wire_golden(test, c, golden), c->size);
	/* a byte that no field covers keeps this value and differs */
	memset(msg, 0xa5, sizeof(msg));
	for (i = 0; i < c->num_fields; i++)
		wire_put(msg, &c->fields[i]);
	KUNIT_EXPECT_MEMEQ(test, msg, golden, c->size);
}

void wire_check_decode(struct kunit *test, const struct wire_case *c)
{
	u8 golden[WIRE_MAX];
	u32 i;

	KUNIT_ASSERT_EQ(test, wire_golden(test, c, golden), c->size);
	for (i = 0; i < c->num_fields; i++) {
		const struct wire_field *f = &c->fields[i];

		KUNIT_EXPECT_EQ_MSG(test, wire_get(golden, f), f->value,
				    "%s.%s", c->name, f->name);
	}
}
