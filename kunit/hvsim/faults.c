// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scripted misbehaviour of the host.  A fault has an action, something that
 * it waits for, and which occurrences of that it takes.  A new action is a
 * row of fault_actions[] and a field of struct hvsim_verdict.
 */
#include "faults.h"

#include <linux/errno.h>
#include <linux/kstrtox.h>
#include <linux/slab.h>
#include <linux/string.h>

struct hvsim_fault;

struct fault_action {
	const char *name;
	bool may_be_at_once;	/* what it waits for may be left out */
	void (*apply)(const struct hvsim_fault *fault,
		      struct hvsim_verdict *verdict);
};

struct hvsim_fault {
	struct list_head list;
	const struct fault_action *action;
	enum hvsim_fault_on on;
	u32 value;
	u32 nth;	/* the first occurrence that is hit, from 1 */
	u32 count;	/* how many are hit; 0: all from then on */
	u32 ms;
	u32 seen;
};

static void apply_delay(const struct hvsim_fault *fault,
			struct hvsim_verdict *verdict)
{
	verdict->delay_ms = max(verdict->delay_ms, fault->ms);
}

static void apply_drop(const struct hvsim_fault *fault,
		       struct hvsim_verdict *verdict)
{
	verdict->drop = true;
}

static void apply_rescind(const struct hvsim_fault *fault,
			  struct hvsim_verdict *verdict)
{
	verdict->rescind = true;
}

static const struct fault_action fault_actions[] = {
	{ "delay",	false,	apply_delay },
	{ "drop",	false,	apply_drop },
	{ "rescind",	true,	apply_rescind },
};

static const struct {
	const char *prefix;
	enum hvsim_fault_on on;
	unsigned int base;
} fault_targets[] = {
	{ "nvsp:",	HVSIM_FAULT_NVSP,	10 },
	{ "rndis:",	HVSIM_FAULT_RNDIS,	10 },
	{ "oid:",	HVSIM_FAULT_OID,	16 },
	{ "open:",	HVSIM_FAULT_OPEN,	10 },
};

/**
 * hvsim_faults_init - no faults yet
 * @faults: of the NIC
 */
void hvsim_faults_init(struct hvsim_faults *faults)
{
	spin_lock_init(&faults->lock);
	INIT_LIST_HEAD(&faults->list);
}

/**
 * hvsim_faults_clear - forget all faults
 * @faults: of the NIC
 */
void hvsim_faults_clear(struct hvsim_faults *faults)
{
	struct hvsim_fault *fault, *tmp;

	spin_lock_bh(&faults->lock);
	list_for_each_entry_safe(fault, tmp, &faults->list, list) {
		list_del(&fault->list);
		kfree(fault);
	}
	spin_unlock_bh(&faults->lock);
}

static int fault_parse_target(struct hvsim_fault *fault, const char *what)
{
	size_t len;
	int i;

	if (!strcmp(what, "completion")) {
		fault->on = HVSIM_FAULT_COMPLETION;
		return 0;
	}
	if (!strcmp(what, "offer")) {
		fault->on = HVSIM_FAULT_OFFER;
		return 0;
	}
	for (i = 0; i < ARRAY_SIZE(fault_targets); i++) {
		len = strlen(fault_targets[i].prefix);
		if (strncmp(what, fault_targets[i].prefix, len))
			continue;
		fault->on = fault_targets[i].on;
		return kstrtou32(what + len, fault_targets[i].base,
				 &fault->value);
	}
	return -EINVAL;
}

static int fault_parse_option(struct hvsim_fault *fault, char *word)
{
	char *value = strchr(word, '=');

	if (!value)
		return -EINVAL;
	*value++ = '\0';
	if (!strcmp(word, "what") || !strcmp(word, "at"))
		return fault_parse_target(fault, value);
	if (!strcmp(word, "nth"))
		return kstrtou32(value, 0, &fault->nth);
	if (!strcmp(word, "count"))
		return kstrtou32(value, 0, &fault->count);
	if (!strcmp(word, "ms"))
		return kstrtou32(value, 0, &fault->ms);
	return -EINVAL;
}

static const struct fault_action *fault_find_action(const char *name)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(fault_actions); i++)
		if (!strcmp(name, fault_actions[i].name))
			return &fault_actions[i];
	return NULL;
}

static int fault_parse(struct hvsim_fault *fault, char *spec)
{
	char *word = strsep(&spec, " ");
	int err;

	fault->action = fault_find_action(word);
	if (!fault->action)
		return -EINVAL;
	while ((word = strsep(&spec, " "))) {
		if (!*word)
			continue;
		err = fault_parse_option(fault, word);
		if (err)
			return err;
	}
	if (!fault->nth)
		return -ERANGE;
	if (fault->on == HVSIM_FAULT_AT_ONCE && !fault->action->may_be_at_once)
		return -EINVAL;
	return 0;
}

/**
 * hvsim_faults_add - add a fault
 * @faults: of the NIC
 * @spec: "<action> [what=|at=<target>] [nth=K] [count=C] [ms=T]"; eaten
 * @at_once: set when the fault is due now and was not added
 *
 * Context: process.
 * Return: 0, -EINVAL, -ERANGE or -ENOMEM.
 */
int hvsim_faults_add(struct hvsim_faults *faults, char *spec, bool *at_once)
{
	struct hvsim_fault *fault;
	int err;

	fault = kzalloc(sizeof(*fault), GFP_KERNEL);
	if (!fault)
		return -ENOMEM;
	fault->on = HVSIM_FAULT_AT_ONCE;
	fault->nth = 1;
	fault->count = 1;
	fault->ms = 1000;

	err = fault_parse(fault, spec);
	*at_once = !err && fault->on == HVSIM_FAULT_AT_ONCE;
	if (err || *at_once) {
		kfree(fault);
		return err;
	}
	spin_lock_bh(&faults->lock);
	list_add_tail(&fault->list, &faults->list);
	spin_unlock_bh(&faults->lock);
	return 0;
}

/**
 * hvsim_faults_check - the host is about to answer something
 * @faults: of the NIC
 * @on: what kind of thing
 * @value: which one of that kind
 * @verdict: what the faults that match want is added to it
 *
 * Context: any but hard interrupts.
 */
void hvsim_faults_check(struct hvsim_faults *faults, enum hvsim_fault_on on,
			u32 value, struct hvsim_verdict *verdict)
{
	struct hvsim_fault *fault;

	if (list_empty(&faults->list))
		return;
	spin_lock_bh(&faults->lock);
	list_for_each_entry(fault, &faults->list, list) {
		if (fault->on != on || fault->value != value)
			continue;
		fault->seen++;
		if (fault->seen < fault->nth ||
		    (fault->count &&
		     fault->seen - fault->nth >= fault->count))
			continue;
		fault->action->apply(fault, verdict);
	}
	spin_unlock_bh(&faults->lock);
}
