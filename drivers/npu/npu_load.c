// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: how busy the NPU is
 *
 * See npu_load.h. Times are given by the caller, so nothing here looks at a clock.
 */

#include <linux/export.h>
#include <linux/minmax.h>
#include <kunit/visibility.h>

#include "npu_load.h"

/**
 * npu_load_init() - start counting
 * @load: zeroed
 * @now: time, ns
 */
void npu_load_init(struct npu_load *load, u64 now)
{
	spin_lock_init(&load->lock);
	load->sampled = now;
}
EXPORT_SYMBOL_IF_KUNIT(npu_load_init);

/**
 * npu_load_begin() - a core starts a job
 * @load: busy time
 * @now: time, ns
 *
 * Context: any.
 */
void npu_load_begin(struct npu_load *load, u64 now)
{
	unsigned long flags;

	spin_lock_irqsave(&load->lock, flags);
	if (!load->running++)
		load->busy_since = now;
	spin_unlock_irqrestore(&load->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(npu_load_begin);

/* Cores read the clock before they come here, so time may seem to go backwards. */
static void npu_load_add(struct npu_load *load, u64 now)
{
	if (now > load->busy_since)
		load->busy_ns += now - load->busy_since;
	load->busy_since = max(now, load->busy_since);
}

/**
 * npu_load_end() - a core has no job any more
 * @load: busy time
 * @now: time, ns
 *
 * The end of a job that was never begun here says nothing.
 *
 * Context: any.
 */
void npu_load_end(struct npu_load *load, u64 now)
{
	unsigned long flags;

	spin_lock_irqsave(&load->lock, flags);
	if (load->running && !--load->running)
		npu_load_add(load, now);
	spin_unlock_irqrestore(&load->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(npu_load_end);

/**
 * npu_load_sample() - busy time since the last sample
 * @load: busy time
 * @now: time, ns
 * @busy: receives the busy time, ns; at most @total
 * @total: receives the time since the last sample, ns
 *
 * Context: any.
 */
void npu_load_sample(struct npu_load *load, u64 now, u64 *busy, u64 *total)
{
	unsigned long flags;

	spin_lock_irqsave(&load->lock, flags);
	if (load->running)
		npu_load_add(load, now);
	*total = now > load->sampled ? now - load->sampled : 0;
	*busy = min(load->busy_ns, *total);
	load->busy_ns = 0;
	load->sampled = max(now, load->sampled);
	spin_unlock_irqrestore(&load->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(npu_load_sample);
