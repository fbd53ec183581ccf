/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: IOMMU devices and the domains they are attached to
 *
 * Locks, outer to inner: rkmmu.state, rkmmu_domain.lock, rkmmu.lock. The page
 * table's own lock is never held together with one of these.
 */
#ifndef _SUNMAO_IOMMU_DEV_H_
#define _SUNMAO_IOMMU_DEV_H_

#include <linux/interrupt.h>
#include <linux/iommu.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

#include "iommu_hw.h"
#include "iommu_pgtable.h"

struct clk_bulk_data;
struct rkmmu;

/**
 * struct rkmmu_domain - an address space
 * @domain: the kernel's part
 * @pt: page tables
 * @dev: IOMMU whose DMA ops keep the tables; referenced
 * @lock: protects @users
 * @users: of struct rkmmu_user, IOMMUs whose banks may hold translations
 */
struct rkmmu_domain {
	struct iommu_domain domain;
	struct rkmmu_pgtable pt;
	struct device *dev;
	spinlock_t lock;	/* of users */
	struct list_head users;
};

/**
 * struct rkmmu_user - an IOMMU in a domain's list
 * @node: in &rkmmu_domain.users
 * @mmu: the IOMMU
 */
struct rkmmu_user {
	struct list_head node;
	struct rkmmu *mmu;
};

/**
 * struct rkmmu_master - a device behind an IOMMU
 * @node: in &rkmmu.masters
 * @dev: the device
 */
struct rkmmu_master {
	struct list_head node;
	struct device *dev;
};

/**
 * struct rkmmu - an IOMMU device
 * @dev: the device
 * @core: registration with the IOMMU core
 * @format: what it can address
 * @clks: all clocks of the node, prepared
 * @num_clks: number of @clks
 * @group: of all masters; made for the first one, under the IOMMU core's lock
 * @state: serializes attaching and power transitions, which sleep
 * @user: membership in the old and in the new domain while it changes
 * @current_user: index of the one that is in use
 * @lock: protects what follows
 * @hw: the banks
 * @on: powered and clocked; registers may be touched
 * @domain: attached domain, NULL for identity
 * @reporting: handlers that report a fault of @domain right now
 * @masters: of struct rkmmu_master
 */
struct rkmmu {
	struct device *dev;
	struct iommu_device core;
	const struct rkmmu_format *format;
	struct clk_bulk_data *clks;
	int num_clks;
	struct iommu_group *group;

	struct mutex state;	/* outermost */
	struct rkmmu_user user[2];
	unsigned int current_user;

	spinlock_t lock;	/* of what follows */
	struct rkmmu_hw hw;
	bool on;
	struct rkmmu_domain *domain;
	unsigned int reporting;
	struct list_head masters;
};

extern const struct iommu_ops rkmmu_iommu_ops;

struct iommu_domain *rkmmu_domain_new(struct rkmmu *mmu);
int rkmmu_attach(struct rkmmu *mmu, struct rkmmu_domain *domain);
int rkmmu_detach(struct rkmmu *mmu);
int rkmmu_add_master(struct rkmmu *mmu, struct device *dev);
void rkmmu_remove_master(struct rkmmu *mmu, struct device *dev);
irqreturn_t rkmmu_irq(int irq, void *data);

#endif /* _SUNMAO_IOMMU_DEV_H_ */
