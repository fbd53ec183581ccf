// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: the banks of an IOMMU
 *
 * Sequences of IOMMU 4, with one read of the status per bank where it answers all
 * questions at once. A bank that firmware or an earlier job left with a fault
 * ignores the stall command, so the fault is acknowledged first.
 *
 * A fault that nobody resolves comes back as soon as it is acknowledged. Some of
 * them are given a second chance (the cause may have been a stale TLB entry); then
 * the bank is silenced: its interrupt is masked and the access is left waiting
 * until the master's driver, whose job runs into its time limit, resets the
 * master and the bank is programmed anew. So a runaway master cannot keep a CPU in
 * interrupt context.
 */

#include <linux/bits.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/limits.h>

#include <kunit/visibility.h>

#include "iommu_hw.h"
#include "iommu_regs.h"

/* Stall, paging: re-read every 20 us for 1 ms. Reset: every 100 us for 100 ms. */
#define POLL_US		20
#define LIMIT_US	1000
#define RESET_POLL_US	100
#define RESET_LIMIT_US	100000

static u32 bank_read(struct rkmmu_hw *hw, unsigned int i, unsigned int reg)
{
	return hw->bus->read(hw->bank[i].regs, reg);
}

static void bank_write(struct rkmmu_hw *hw, unsigned int i, unsigned int reg,
		       u32 value)
{
	hw->bus->write(hw->bank[i].regs, reg, value);
}

static void bank_command(struct rkmmu_hw *hw, unsigned int i, u32 command)
{
	bank_write(hw, i, RKMMU_COMMAND, command);
}

static void command(struct rkmmu_hw *hw, unsigned long banks, u32 command)
{
	unsigned int i;

	for_each_set_bit(i, &banks, hw->num)
		bank_command(hw, i, command);
}

static unsigned long all_banks(const struct rkmmu_hw *hw)
{
	return GENMASK(hw->num - 1, 0);
}

/*
 * The limit is a number of reads: on a busy machine, where every pause is far longer
 * than it should be, the bank is asked as often as on an idle one.
 */
static int poll_bank(struct rkmmu_hw *hw, unsigned int i, unsigned int reg, u32 mask,
		     u32 want, unsigned int interval_us, unsigned int limit_us,
		     u32 *value)
{
	unsigned int waited;

	for (waited = 0; ; waited += interval_us) {
		*value = bank_read(hw, i, reg);
		if ((*value & mask) == want)
			return 0;
		if (waited >= limit_us)
			return -ETIMEDOUT;
		hw->bus->wait(hw->bank[i].regs, interval_us);
	}
}

static int wait_status(struct rkmmu_hw *hw, unsigned long banks, u32 mask,
		       u32 want, const char *what)
{
	int ret = 0, err;
	unsigned int i;
	u32 status;

	for_each_set_bit(i, &banks, hw->num) {
		err = poll_bank(hw, i, RKMMU_STATUS, mask, want, POLL_US,
				LIMIT_US, &status);
		if (err) {
			dev_err_ratelimited(hw->dev, "bank %u: %s timed out, status %#x\n",
					    i, what, status);
			ret = err;
		}
	}

	return ret;
}

/*
 * Hold back the master's accesses. @stalled becomes the banks that translate and
 * are stalled now; the others do not translate, and accept no stall.
 */
static int stall(struct rkmmu_hw *hw, unsigned long *stalled)
{
	unsigned long wait = 0;
	unsigned int i;
	u32 status;

	*stalled = 0;
	for (i = 0; i < hw->num; i++) {
		status = bank_read(hw, i, RKMMU_STATUS);
		if (!(status & RKMMU_STATUS_PAGING))
			continue;
		*stalled |= BIT(i);
		if (status & RKMMU_STATUS_STALL)
			continue;
		if (status & RKMMU_STATUS_FAULT)
			bank_command(hw, i, RKMMU_CMD_FAULT_DONE);
		bank_command(hw, i, RKMMU_CMD_ENABLE_STALL);
		wait |= BIT(i);
	}

	return wait_status(hw, wait, RKMMU_STATUS_STALL, RKMMU_STATUS_STALL,
			   "stall");
}

static int unstall(struct rkmmu_hw *hw, unsigned long banks)
{
	command(hw, banks, RKMMU_CMD_DISABLE_STALL);
	return wait_status(hw, banks, RKMMU_STATUS_STALL, 0, "end of stall");
}

static int reset_banks(struct rkmmu_hw *hw)
{
	int ret = 0, err;
	unsigned int i;
	u32 value;

	for (i = 0; i < hw->num; i++) {
		bank_write(hw, i, RKMMU_DTE_ADDR, RKMMU_DTE_PROBE);
		value = bank_read(hw, i, RKMMU_DTE_ADDR);
		if (value != RKMMU_DTE_PROBE) {
			dev_err_ratelimited(hw->dev,
					    "bank %u does not answer (wrote %#x, read %#x): no power, no clock, or in reset\n",
					    i, RKMMU_DTE_PROBE, value);
			return -EFAULT;
		}
	}

	command(hw, all_banks(hw), RKMMU_CMD_FORCE_RESET);
	for (i = 0; i < hw->num; i++) {
		err = poll_bank(hw, i, RKMMU_DTE_ADDR, U32_MAX, 0,
				RESET_POLL_US, RESET_LIMIT_US, &value);
		if (err) {
			dev_err_ratelimited(hw->dev, "bank %u: reset timed out\n", i);
			ret = err;
		}
	}

	return ret;
}

/**
 * rkmmu_hw_enable() - program all banks and let them translate
 * @hw: the banks, in any state
 * @root: value of the directory register
 *
 * Sleeps. Costs 12 accesses per bank from reset (mainline: 15).
 *
 * Return: 0, -EFAULT when a bank does not answer, -ETIMEDOUT.
 */
int rkmmu_hw_enable(struct rkmmu_hw *hw, u32 root)
{
	unsigned long translating;
	unsigned int i;
	u32 gating;
	int ret;

	ret = stall(hw, &translating);
	if (hw->no_reset) {
		if (ret) {
			unstall(hw, translating);
			return ret;
		}
	} else {
		/* Also the way out when a bank would not stall. */
		ret = reset_banks(hw);
		if (ret)
			return ret;
		translating = 0;
	}

	for (i = 0; i < hw->num; i++) {
		bank_write(hw, i, RKMMU_DTE_ADDR, root);
		bank_command(hw, i, RKMMU_CMD_ZAP_CACHE);
		/* A reset has cleared what was pending. */
		if (hw->no_reset)
			bank_write(hw, i, RKMMU_INT_CLEAR,
				   RKMMU_INT_PAGE_FAULT | RKMMU_INT_BUS_ERROR);
		hw->bank[i].unresolved = 0;
		hw->bank[i].mask = RKMMU_INT_PAGE_FAULT | RKMMU_INT_BUS_ERROR;
		bank_write(hw, i, RKMMU_INT_MASK, hw->bank[i].mask);
		gating = bank_read(hw, i, RKMMU_AUTO_GATING);
		bank_write(hw, i, RKMMU_AUTO_GATING,
			   gating | RKMMU_GATING_NO_FETCH_LIMIT);
	}

	command(hw, all_banks(hw) & ~translating, RKMMU_CMD_ENABLE_PAGING);
	ret = wait_status(hw, all_banks(hw) & ~translating, RKMMU_STATUS_PAGING,
			  RKMMU_STATUS_PAGING, "start");

	return unstall(hw, translating) ?: ret;
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_hw_enable);

/* Has every bank been left alone by faults since it was programmed? */
static bool unscathed(const struct rkmmu_hw *hw)
{
	unsigned int i;

	for (i = 0; i < hw->num; i++) {
		if (hw->bank[i].unresolved)
			return false;
	}
	return true;
}

/**
 * rkmmu_hw_switch() - change the directory
 * @hw: the banks, usually translating
 * @root: value of the directory register
 *
 * Sleeps. Without a reset when all banks translate and are healthy, which costs 7
 * accesses per bank (mainline: 28); else like rkmmu_hw_enable().
 *
 * Return: as rkmmu_hw_enable().
 */
int rkmmu_hw_switch(struct rkmmu_hw *hw, u32 root)
{
	unsigned long translating;
	unsigned int i;

	if (!unscathed(hw) || stall(hw, &translating) ||
	    translating != all_banks(hw))
		return rkmmu_hw_enable(hw, root);

	for (i = 0; i < hw->num; i++) {
		bank_write(hw, i, RKMMU_DTE_ADDR, root);
		bank_command(hw, i, RKMMU_CMD_ZAP_CACHE);
	}

	return unstall(hw, translating);
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_hw_switch);

/**
 * rkmmu_hw_disable() - stop translating
 * @hw: the banks, in any state
 *
 * Sleeps. Goes on after an error: a bank that does not stall is reset, if that is
 * allowed.
 *
 * Return: 0 or -ETIMEDOUT; -EFAULT when a bank does not answer.
 */
int rkmmu_hw_disable(struct rkmmu_hw *hw)
{
	unsigned long translating;
	unsigned int i;
	int ret, err;

	for (i = 0; i < hw->num; i++) {
		hw->bank[i].mask = 0;
		bank_write(hw, i, RKMMU_INT_MASK, 0);
	}

	ret = stall(hw, &translating);
	if (ret && !hw->no_reset)
		return reset_banks(hw);

	command(hw, translating, RKMMU_CMD_DISABLE_PAGING);
	err = wait_status(hw, translating, RKMMU_STATUS_PAGING, 0, "stop");
	ret = ret ?: err;
	for (i = 0; i < hw->num; i++)
		bank_write(hw, i, RKMMU_DTE_ADDR, 0);
	err = unstall(hw, translating);

	return ret ?: err;
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_hw_disable);

/**
 * rkmmu_hw_zap_all() - drop all cached translations
 * @hw: the banks
 *
 * One write per bank; any context.
 */
void rkmmu_hw_zap_all(struct rkmmu_hw *hw)
{
	unsigned int i;

	for (i = 0; i < hw->num; i++)
		bank_command(hw, i, RKMMU_CMD_ZAP_CACHE);
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_hw_zap_all);

/**
 * rkmmu_hw_zap_page() - drop the cached translation of a page
 * @hw: the banks
 * @iova: any address in the page
 *
 * One write per bank; any context.
 */
void rkmmu_hw_zap_page(struct rkmmu_hw *hw, u32 iova)
{
	unsigned int i;

	for (i = 0; i < hw->num; i++)
		bank_write(hw, i, RKMMU_ZAP_ONE_LINE, iova);
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_hw_zap_page);

/**
 * rkmmu_hw_barrier() - wait until all banks have received what was written
 * @hw: the banks
 *
 * Before a table's memory goes to another user. One read per bank; any context.
 */
void rkmmu_hw_barrier(struct rkmmu_hw *hw)
{
	unsigned int i;

	for (i = 0; i < hw->num; i++)
		bank_read(hw, i, RKMMU_STATUS);
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_hw_barrier);

/**
 * rkmmu_hw_fault() - what has a bank to report?
 * @hw: the banks
 * @bank: which
 * @fault: filled in when there is something
 *
 * One access when there is nothing: the line is shared with the master. Any
 * context.
 *
 * Return: true when rkmmu_hw_fault_done() has to follow.
 */
bool rkmmu_hw_fault(struct rkmmu_hw *hw, unsigned int bank,
		    struct rkmmu_fault *fault)
{
	u32 pending = bank_read(hw, bank, RKMMU_INT_STATUS);
	u32 status;

	pending &= hw->bank[bank].mask;
	if (!pending)
		return false;

	status = bank_read(hw, bank, RKMMU_STATUS);
	*fault = (struct rkmmu_fault) {
		.pending = pending,
		.page = (pending & RKMMU_INT_PAGE_FAULT) &&
			(status & RKMMU_STATUS_FAULT),
		.bus_error = pending & RKMMU_INT_BUS_ERROR,
		.write = status & RKMMU_STATUS_FAULT_WRITE,
		.iova = bank_read(hw, bank, RKMMU_FAULT_ADDR),
	};

	return true;
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_hw_fault);

/**
 * rkmmu_hw_fault_done() - answer what a bank reported
 * @hw: the banks
 * @bank: which
 * @fault: from rkmmu_hw_fault()
 * @resolved: somebody made the access possible
 * @now: jiffies
 *
 * Any context.
 *
 * Return: false when this was one unresolved fault too many: the bank has been
 * silenced until it is programmed again, and a page fault is left waiting.
 */
bool rkmmu_hw_fault_done(struct rkmmu_hw *hw, unsigned int bank,
			 const struct rkmmu_fault *fault, bool resolved,
			 unsigned long now)
{
	struct rkmmu_bank *b = &hw->bank[bank];
	bool retry = true;

	if (!resolved) {
		if (!b->unresolved || time_after(now, b->since + HZ)) {
			b->unresolved = 0;
			b->since = now;
		}
		retry = ++b->unresolved <= RKMMU_FAULT_BUDGET;
	}

	if (!retry) {
		b->mask &= ~fault->pending;
		bank_write(hw, bank, RKMMU_INT_MASK, b->mask);
	}

	/*
	 * Clear first: the access is tried again as soon as the fault is
	 * acknowledged, and a new fault must not be cleared with the old one.
	 */
	bank_write(hw, bank, RKMMU_INT_CLEAR, fault->pending);
	if (fault->page && retry) {
		bank_command(hw, bank, RKMMU_CMD_ZAP_CACHE);
		bank_command(hw, bank, RKMMU_CMD_FAULT_DONE);
	}

	return retry;
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_hw_fault_done);
