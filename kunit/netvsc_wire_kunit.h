/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Golden bytes of the structures that go over the wire.
 *
 * Each field is written three times: by the bytes that the host sees, typed
 * in as they are, by its value, and by its name.  The bytes of a structure
 * are those of its fields, one after the other.
 */
#ifndef _NETVSC_WIRE_KUNIT_H
#define _NETVSC_WIRE_KUNIT_H

#include <kunit/test.h>
#include <linux/stddef.h>
#include <linux/types.h>

struct wire_field {
	const char *name;
	const char *bytes;
	u32 num_bytes;
	u32 offset;
	u32 size;
	u64 value;
};

struct wire_case {
	const char *name;
	u32 size;
	const struct wire_field *fields;
	u32 num_fields;
};

#define FIELD(_bytes, _value, ...)					\
	{								\
		.name = #__VA_ARGS__,					\
		.bytes = (_bytes),					\
		.num_bytes = sizeof(_bytes) - 1,			\
		.offset = offsetof(struct __VA_ARGS__),			\
		.size = sizeof_field(struct __VA_ARGS__),		\
		.value = (_value),					\
	}

#define WIRE(_struct, _name)						\
	{								\
		.name = #_name,						\
		.size = sizeof(struct _struct),				\
		.fields = _name##_fields,				\
		.num_fields = ARRAY_SIZE(_name##_fields),		\
	}

/* The fields, written by their names, give the golden bytes and no others. */
void wire_check_encode(struct kunit *test, const struct wire_case *c);
/* The golden bytes, read by the fields' names, give their values. */
void wire_check_decode(struct kunit *test, const struct wire_case *c);

#endif /* _NETVSC_WIRE_KUNIT_H */
