// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands written to debugfs files: words, options, and what becomes of bad
 * ones.
 */
#define pr_fmt(fmt) "hvsim: control: " fmt

#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "control.h"

/* How much of a refused command is quoted in the log. */
#define CMD_QUOTED	80

/**
 * hvsim_cmd_write - run a command that was written to a file
 * @buf: what was written
 * @count: bytes
 * @priv: for @run
 * @run: takes the command apart, which it may do in place
 *
 * Context: process.
 * Return: @count, or the errno of @run, with a line in the log.
 */
ssize_t hvsim_cmd_write(const char __user *buf, size_t count, void *priv,
			hvsim_cmd_t run)
{
	char quoted[CMD_QUOTED];
	char *cmd;
	int err;

	if (count > HVSIM_CMD_MAX) {
		pr_warn("command of %zu bytes is too long\n", count);
		return -EINVAL;
	}
	cmd = memdup_user_nul(buf, count);
	if (IS_ERR(cmd))
		return PTR_ERR(cmd);
	strscpy(quoted, strim(cmd), sizeof(quoted));
	err = run(priv, strim(cmd));
	if (err)
		pr_warn("\"%*pE\" refused: %d\n", (int)strlen(quoted), quoted,
			err);
	kfree(cmd);
	return err ?: count;
}

/**
 * hvsim_cmd_word - take the next word
 * @words: the rest of the command; moved on
 *
 * Return: the word, or NULL at the end.
 */
char *hvsim_cmd_word(char **words)
{
	char *word;

	do {
		word = strsep(words, " \t\n");
	} while (word && !*word);
	return word;
}

static int cmd_option(char *word, const struct hvsim_option *options, void *to)
{
	char *value = strchr(word, '=');

	if (!value)
		return -EINVAL;
	*value++ = '\0';
	for (; options->key; options++)
		if (!strcmp(word, options->key))
			return options->set(to, value);
	return -EINVAL;
}

/**
 * hvsim_cmd_options - take all "key=value" words
 * @words: the rest of the command
 * @options: the keys that are known; ends with an empty one
 * @to: what they set
 *
 * Return: 0, -EINVAL for an unknown key, or what a value's parser says.
 */
int hvsim_cmd_options(char *words, const struct hvsim_option *options, void *to)
{
	char *word;
	int err = 0;

	while (!err && (word = hvsim_cmd_word(&words)))
		err = cmd_option(word, options, to);
	return err;
}

/**
 * hvsim_cmd_u32 - a number with bounds
 * @value: digits, or 0x and hexadecimal ones
 * @min: smallest
 * @max: largest
 * @to: set on success
 *
 * Return: 0, -EINVAL, -ERANGE.
 */
int hvsim_cmd_u32(const char *value, u32 min, u32 max, u32 *to)
{
	u32 number;
	int err;

	err = kstrtou32(value, 0, &number);
	if (err)
		return err;
	if (number < min || number > max)
		return -ERANGE;
	*to = number;
	return 0;
}

/**
 * hvsim_cmd_bool - 0 or 1
 * @value: the word
 * @to: set on success
 *
 * Return: 0, -EINVAL, -ERANGE.
 */
int hvsim_cmd_bool(const char *value, bool *to)
{
	u32 number;
	int err;

	err = hvsim_cmd_u32(value, 0, 1, &number);
	if (!err)
		*to = number;
	return err;
}
