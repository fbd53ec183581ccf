// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: attaching, masters and faults
 *
 * The fault handler looks at nothing but registers: no table is walked through an
 * address that came from the hardware.
 */

#include <linux/delay.h>
#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <linux/string_choices.h>

#include <kunit/visibility.h>

#include <sunmao/compat.h>

#include "iommu_dev.h"

static void join(struct rkmmu_domain *rd, struct rkmmu_user *user)
{
	unsigned long flags;

	spin_lock_irqsave(&rd->lock, flags);
	list_add_tail(&user->node, &rd->users);
	spin_unlock_irqrestore(&rd->lock, flags);
}

static void leave(struct rkmmu_domain *rd, struct rkmmu_user *user)
{
	unsigned long flags;

	spin_lock_irqsave(&rd->lock, flags);
	list_del(&user->node);
	spin_unlock_irqrestore(&rd->lock, flags);
}

/* Change what faults are reported to, and wait for reports to the old one. */
static void set_domain(struct rkmmu *mmu, struct rkmmu_domain *rd)
{
	bool busy;

	spin_lock_irq(&mmu->lock);
	mmu->domain = rd;
	busy = mmu->reporting;
	spin_unlock_irq(&mmu->lock);

	while (busy) {
		usleep_range(10, 50);
		spin_lock_irq(&mmu->lock);
		busy = mmu->reporting;
		spin_unlock_irq(&mmu->lock);
	}
}

static int __rkmmu_detach(struct rkmmu *mmu)
{
	struct rkmmu_domain *old = mmu->domain;
	int ret = 0;

	lockdep_assert_held(&mmu->state);

	if (!old)
		return 0;

	if (mmu->on)
		ret = rkmmu_hw_disable(&mmu->hw);
	set_domain(mmu, NULL);
	leave(old, &mmu->user[mmu->current_user]);

	return ret;
}

/**
 * rkmmu_detach() - let accesses through untranslated
 * @mmu: the IOMMU
 *
 * Always leaves the domain, also after an error of the hardware, which has been
 * reported then: the domain's owner is about to free it.
 *
 * Return: 0.
 */
int rkmmu_detach(struct rkmmu *mmu)
{
	mutex_lock(&mmu->state);
	__rkmmu_detach(mmu);
	mutex_unlock(&mmu->state);

	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_detach);

/**
 * rkmmu_attach() - translate with the tables of a domain
 * @mmu: the IOMMU
 * @rd: the domain, which any number of IOMMUs may share
 *
 * Return: 0; -EINVAL when the domain's tables have another format; errors of
 * rkmmu_hw_enable(), after which accesses are not translated.
 */
int rkmmu_attach(struct rkmmu *mmu, struct rkmmu_domain *rd)
{
	struct rkmmu_domain *old;
	unsigned int next;
	int ret = 0;

	if (rd->pt.format != mmu->format)
		return -EINVAL;

	mutex_lock(&mmu->state);
	old = mmu->domain;
	if (old == rd)
		goto out;

	/* In both lists while the banks change over: either may need a flush. */
	next = !mmu->current_user;
	join(rd, &mmu->user[next]);
	if (mmu->on) {
		ret = old ? rkmmu_hw_switch(&mmu->hw, rkmmu_pgtable_root(&rd->pt)) :
			    rkmmu_hw_enable(&mmu->hw, rkmmu_pgtable_root(&rd->pt));
	}
	if (ret) {
		__rkmmu_detach(mmu);
		leave(rd, &mmu->user[next]);
		goto out;
	}

	set_domain(mmu, rd);
	if (old)
		leave(old, &mmu->user[mmu->current_user]);
	mmu->current_user = next;
out:
	mutex_unlock(&mmu->state);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_attach);

/**
 * rkmmu_add_master() - a device appears behind the IOMMU
 * @mmu: the IOMMU
 * @dev: the device
 *
 * Return: 0, -ENOMEM, or -ENODEV when the device could not be tied to the IOMMU's
 * power state.
 */
int rkmmu_add_master(struct rkmmu *mmu, struct device *dev)
{
	struct rkmmu_master *master = kzalloc_obj(*master);

	if (!master)
		return -ENOMEM;

	/*
	 * Managed, so that unbinding the IOMMU unbinds the device first, and a
	 * device waits for its IOMMU. It goes when one of the two goes.
	 */
	master->dev = dev;
	if (!device_link_add(dev, mmu->dev, DL_FLAG_PM_RUNTIME)) {
		dev_err(mmu->dev, "cannot link with %s\n", dev_name(dev));
		kfree(master);
		return -ENODEV;
	}

	spin_lock_irq(&mmu->lock);
	list_add_tail(&master->node, &mmu->masters);
	spin_unlock_irq(&mmu->lock);

	return 0;
}

/**
 * rkmmu_remove_master() - a device goes away
 * @mmu: the IOMMU
 * @dev: the device
 */
void rkmmu_remove_master(struct rkmmu *mmu, struct device *dev)
{
	struct rkmmu_master *master, *found = NULL;

	spin_lock_irq(&mmu->lock);
	list_for_each_entry(master, &mmu->masters, node) {
		if (master->dev == dev) {
			found = master;
			list_del(&master->node);
			break;
		}
	}
	spin_unlock_irq(&mmu->lock);

	kfree(found);
}

static const char *master_name(struct rkmmu *mmu)
{
	struct rkmmu_master *master;

	lockdep_assert_held(&mmu->lock);

	master = list_first_entry_or_null(&mmu->masters, struct rkmmu_master, node);
	return master ? dev_name(master->dev) : "an unknown master";
}

static void report_bank(struct rkmmu *mmu, unsigned int bank,
			const struct rkmmu_fault *fault)
{
	struct rkmmu_domain *rd = mmu->domain;
	bool resolved = false;

	lockdep_assert_held(&mmu->lock);

	if (fault->page) {
		dev_err_ratelimited(mmu->dev,
				    "bank %u: %s of unmapped address %#x by %s\n",
				    bank, str_write_read(fault->write),
				    fault->iova, master_name(mmu));

		/* The handler may map, which flushes. */
		mmu->reporting++;
		spin_unlock(&mmu->lock);
		resolved = !report_iommu_fault(&rd->domain, mmu->dev, fault->iova,
					       fault->write ? IOMMU_FAULT_WRITE :
							      IOMMU_FAULT_READ);
		spin_lock(&mmu->lock);
		mmu->reporting--;
	}
	if (fault->bus_error)
		dev_err_ratelimited(mmu->dev,
				    "bank %u: bus error while translating %#x for %s\n",
				    bank, fault->iova, master_name(mmu));

	if (mmu->on && !rkmmu_hw_fault_done(&mmu->hw, bank, fault, resolved, jiffies))
		dev_err_ratelimited(mmu->dev,
				    "bank %u: too many faults by %s, its accesses wait until it is reset\n",
				    bank, master_name(mmu));
}

/**
 * rkmmu_irq() - interrupt of an IOMMU, or of the master that shares its line
 * @irq: not used
 * @data: the IOMMU
 *
 * Return: IRQ_HANDLED when a bank had something to report.
 */
irqreturn_t rkmmu_irq(int irq, void *data)
{
	irqreturn_t ret = IRQ_NONE;
	struct rkmmu_fault fault;
	struct rkmmu *mmu = data;
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&mmu->lock, flags);
	for (i = 0; i < mmu->hw.num && mmu->on && mmu->domain; i++) {
		if (rkmmu_hw_fault(&mmu->hw, i, &fault)) {
			report_bank(mmu, i, &fault);
			ret = IRQ_HANDLED;
		}
	}
	spin_unlock_irqrestore(&mmu->lock, flags);

	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(rkmmu_irq);
