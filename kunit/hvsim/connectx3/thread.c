// SPDX-License-Identifier: GPL-2.0-only
/*
 * The thread in which a function lives.  A guest's registers and queues are
 * plain memory here, so the only way to see that it wrote to them is to look.
 * How often depends on how long ago there was something to see.
 */
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/sched.h>

#include "cx3.h"

/* Until so long after the last work, in us, the thread sleeps so long, in us. */
struct cx3_rest {
	u32 until;
	u32 sleep;
};

static const struct cx3_rest cx3_rests[] = {
	{ 200, 20 },		/* a packet is answered by a packet */
	{ 2000, 100 },
	{ 10000, 500 },
	{ 100000, 2000 },
	{ 3000000, 5000 },	/* less than what drivers call stuck */
	{ U32_MAX, 25000 },	/* idle */
};

/*
 * A command is followed by a command, but is no sign of packets: the driver
 * asks for counters for ever.
 */
static const struct cx3_rest cx3_command_rests[] = {
	{ 1000, 500 },
	{ 6000, 2500 },
	{ U32_MAX, U32_MAX },	/* for cx3_rests to say */
};

/* From here on a sleep is counted in jiffies. */
#define CX3_JIFFIES_US	5000

/* So long it sleeps at most while frames wait for the guest, or for the wire. */
#define CX3_WAIT_US	100

/* When there was something to do last, and whether there will be soon. */
struct cx3_last {
	ktime_t work;
	ktime_t command;
	bool waits;
};

/* @rests: the last of them is for ever. */
static u32 cx3_rest_us(const struct cx3_rest *rests, ktime_t since, ktime_t now)
{
	s64 idle = ktime_us_delta(now, since);

	while (rests->until != U32_MAX && idle > rests->until)
		rests++;

	return rests->sleep;
}

static u32 cx3_thread_sleep_us(const struct cx3_last *last)
{
	ktime_t now = ktime_get();
	u32 us = min(cx3_rest_us(cx3_rests, last->work, now),
		     cx3_rest_us(cx3_command_rests, last->command, now));

	return last->waits ? min_t(u32, us, CX3_WAIT_US) : us;
}

static bool cx3_thread_woken(struct cx3 *cx3)
{
	return READ_ONCE(cx3->kicked) || kthread_should_stop();
}

/* Jiffies are cheap, and exact enough for a thread that has nothing to do. */
static void cx3_thread_rest(struct cx3 *cx3, const struct cx3_last *last)
{
	u32 us = cx3_thread_sleep_us(last);

	cx3->sleeps++;
	if (us < CX3_JIFFIES_US)
		wait_event_interruptible_hrtimeout(cx3->kick,
						   cx3_thread_woken(cx3),
						   ns_to_ktime(us * NSEC_PER_USEC));
	else
		wait_event_interruptible_timeout(cx3->kick,
						 cx3_thread_woken(cx3),
						 usecs_to_jiffies(us));
}

/**
 * cx3_rxq_hold() - stop the wire if many frames wait
 * @cx3: the function
 *
 * Context: hvsim_vf_ops.receive.
 */
void cx3_rxq_hold(struct cx3 *cx3)
{
	if (skb_queue_len_lockless(&cx3->rxq) < CX3_RXQ_STOP)
		return;

	WRITE_ONCE(cx3->held, true);
	hvsim_vf_hold(cx3->vf);
	/* The thread may have made room before it could see that it must. */
	if (READ_ONCE(cx3->gone) ||
	    skb_queue_len_lockless(&cx3->rxq) < CX3_RXQ_WAKE)
		hvsim_vf_release(cx3->vf);
}

/**
 * cx3_rxq_release() - let the wire go on if few frames wait, or nobody takes any
 * @cx3: the function
 *
 * Context: process.
 */
void cx3_rxq_release(struct cx3 *cx3)
{
	if (!READ_ONCE(cx3->held))
		return;
	if (!READ_ONCE(cx3->gone) &&
	    skb_queue_len_lockless(&cx3->rxq) >= CX3_RXQ_WAKE)
		return;

	WRITE_ONCE(cx3->held, false);
	hvsim_vf_release(cx3->vf);
}

/* One look at everything; at nothing while memory is out of its reach. */
static bool cx3_thread_round(struct cx3 *cx3, struct cx3_last *last)
{
	bool command = false, work = false;

	WRITE_ONCE(cx3->kicked, false);
	last->waits = false;
	mutex_lock(&cx3->lock);
	cx3->polls++;
	if (!cx3->gone && hvsim_vf_masters(cx3->vf)) {
		command = cx3_comm_poll(cx3);
		work = cx3_port_poll(cx3);
		work |= cx3_data_poll(cx3);
		work |= cx3_msix_retry(cx3);
		last->waits = !work && cx3_data_waits(cx3);
	}
	mutex_unlock(&cx3->lock);
	cx3_rxq_release(cx3);

	if (work)
		last->work = ktime_get();
	if (command)
		last->command = ktime_get();

	return work || command;
}

static int cx3_thread(void *arg)
{
	struct cx3 *cx3 = arg;
	struct cx3_last last = { .work = ktime_get() };

	while (!kthread_should_stop()) {
		if (cx3_thread_round(cx3, &last))
			cond_resched();
		else
			cx3_thread_rest(cx3, &last);
	}

	return 0;
}

/**
 * cx3_thread_start() - begin to look
 * @cx3: the function, complete
 *
 * Return: 0 or -errno.
 */
int cx3_thread_start(struct cx3 *cx3)
{
	struct task_struct *task;

	task = kthread_run(cx3_thread, cx3, "hvsim_cx3/%s",
			   hvsim_vf_name(cx3->vf));
	if (IS_ERR(task))
		return PTR_ERR(task);
	cx3->task = task;

	return 0;
}

/**
 * cx3_thread_stop() - stop looking; returns when the thread is gone
 * @cx3: the function
 */
void cx3_thread_stop(struct cx3 *cx3)
{
	if (cx3->task)
		kthread_stop(cx3->task);
	cx3->task = NULL;
}

/**
 * cx3_thread_kick() - there is work that the thread need not look for
 * @cx3: the function
 *
 * Context: any.
 */
void cx3_thread_kick(struct cx3 *cx3)
{
	if (READ_ONCE(cx3->kicked))
		return;
	WRITE_ONCE(cx3->kicked, true);
	wake_up(&cx3->kick);
}
