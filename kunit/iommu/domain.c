// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: the IOMMU core's calls, on real memory and fake banks
 *
 * What a flush costs is counted at the registers.
 */

#include <linux/dma-mapping.h>
#include <linux/iommu.h>
#include <linux/sizes.h>

#include <kunit/device.h>

#include "fake.h"
#include "iommu_dev.h"
#include "suites.h"

#define BANKS	2

struct rig {
	struct rkmmu mmu[2];
	struct fake_bank bank[2][BANKS];
	struct iommu_domain *domain;
	unsigned int faults;
	unsigned long fault_iova;
	int fault_flags;
	struct device *fault_dev;
	int answer;
	bool map_on_fault;
};

static const struct iommu_domain_ops *ops(void)
{
	return rkmmu_iommu_ops.default_domain_ops;
}

static void rig_mmu(struct kunit *test, struct rig *rig, unsigned int i,
		    const struct rkmmu_format *format)
{
	struct rkmmu *mmu = &rig->mmu[i];
	struct device *dev;

	dev = kunit_device_register(test, i ? "mmu1" : "mmu0");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	dev->coherent_dma_mask = DMA_BIT_MASK(format->address_bits);
	dev->dma_mask = &dev->coherent_dma_mask;

	mmu->dev = dev;
	mmu->format = format;
	mmu->hw.dev = dev;
	mutex_init(&mmu->state);
	spin_lock_init(&mmu->lock);
	INIT_LIST_HEAD(&mmu->masters);
	mmu->user[0].mmu = mmu;
	mmu->user[1].mmu = mmu;
	fake_banks_attach(&mmu->hw, rig->bank[i], BANKS);
	mmu->on = true;
}

static struct iommu_domain *rig_domain(struct kunit *test, struct rkmmu *mmu)
{
	struct iommu_domain *domain = rkmmu_domain_new(mmu);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, domain);
	domain->type = IOMMU_DOMAIN_UNMANAGED;
	domain->ops = ops();
	return domain;
}

static struct rkmmu_domain *rd(struct iommu_domain *domain)
{
	return container_of(domain, struct rkmmu_domain, domain);
}

static int domain_init(struct kunit *test)
{
	struct rig *rig = kunit_kzalloc(test, sizeof(*rig), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, rig);
	test->priv = rig;
	rig_mmu(test, rig, 0, &rkmmu_v2);
	rig_mmu(test, rig, 1, &rkmmu_v2);
	rig->domain = rig_domain(test, &rig->mmu[0]);
	KUNIT_ASSERT_EQ(test, 0, rkmmu_attach(&rig->mmu[0], rd(rig->domain)));
	return 0;
}

static void domain_exit(struct kunit *test)
{
	struct rig *rig = test->priv;

	if (!rig || !rig->domain)
		return;
	rkmmu_detach(&rig->mmu[0]);
	rkmmu_detach(&rig->mmu[1]);
	ops()->free(rig->domain);
}

static void forget(struct rig *rig)
{
	unsigned int i, j;

	for (i = 0; i < 2; i++) {
		for (j = 0; j < BANKS; j++) {
			rig->bank[i][j].reads = 0;
			rig->bank[i][j].writes = 0;
			rig->bank[i][j].zap_all = 0;
			rig->bank[i][j].zap_line = 0;
		}
	}
}

static void map(struct kunit *test, struct rig *rig, unsigned long iova,
		phys_addr_t paddr, size_t pgsize, size_t count)
{
	size_t mapped = 0;

	KUNIT_ASSERT_EQ(test, 0,
			ops()->map_pages(rig->domain, iova, paddr, pgsize, count,
					 IOMMU_READ | IOMMU_WRITE, GFP_KERNEL,
					 &mapped));
	KUNIT_ASSERT_EQ(test, mapped, pgsize * count);
	KUNIT_ASSERT_EQ(test, 0, ops()->iotlb_sync_map(rig->domain, iova, mapped));
}

static void unmap(struct kunit *test, struct rig *rig, unsigned long iova,
		  size_t pgsize, size_t count)
{
	struct iommu_iotlb_gather gather;

	iommu_iotlb_gather_init(&gather);
	KUNIT_ASSERT_EQ(test, pgsize * count,
			ops()->unmap_pages(rig->domain, iova, pgsize, count, &gather));
	ops()->iotlb_sync(rig->domain, &gather);
}

/* Mainline writes 256 per bank (IOMMU 5). */
static void unmapping_a_megabyte_is_one_command(struct kunit *test)
{
	struct rig *rig = test->priv;

	map(test, rig, 0x100000, 0x10000000, SZ_4K, 256);
	map(test, rig, 0x3ff000, 0x20000000, SZ_4K, 1);
	forget(rig);
	unmap(test, rig, 0x100000, SZ_4K, 256);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].zap_all, 1u);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].writes, 1u);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].reads, 0u);
	KUNIT_EXPECT_EQ(test, rig->bank[0][1].writes, 1u);
}

static void unmapping_a_page_leaves_the_others_cached(struct kunit *test)
{
	struct rig *rig = test->priv;

	map(test, rig, 0x100000, 0x10000000, SZ_4K, 256);
	forget(rig);
	unmap(test, rig, 0x105000, SZ_4K, 1);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].zap_all, 0u);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].zap_line, 1u);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].last_line, 0x105000u);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].writes, 1u);
}

/* Also for one page: the bank must let go of the table before it is reused. */
static void an_emptied_table_takes_a_flush_and_a_read(struct kunit *test)
{
	struct rig *rig = test->priv;

	map(test, rig, 0x105000, 0x10000000, SZ_4K, 1);
	forget(rig);
	unmap(test, rig, 0x105000, SZ_4K, 1);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].zap_all, 1u);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].writes, 1u);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].reads, 1u);
	KUNIT_EXPECT_NULL(test, rd(rig->domain)->pt.retired);
	KUNIT_EXPECT_EQ(test, rd(rig->domain)->pt.num_spare, 1u);
}

static void several_unmaps_share_a_flush(struct kunit *test)
{
	struct rig *rig = test->priv;
	struct iommu_iotlb_gather gather;
	unsigned int i;

	map(test, rig, 0x100000, 0x10000000, SZ_4K, 64);
	forget(rig);
	iommu_iotlb_gather_init(&gather);
	for (i = 0; i < 32; i++)
		ops()->unmap_pages(rig->domain, 0x100000 + i * SZ_8K, SZ_4K, 1, &gather);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].writes, 0u);
	ops()->iotlb_sync(rig->domain, &gather);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].writes, 1u);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].zap_all, 1u);
}

static void an_empty_flush_is_free(struct kunit *test)
{
	struct rig *rig = test->priv;
	struct iommu_iotlb_gather gather;

	forget(rig);
	iommu_iotlb_gather_init(&gather);
	KUNIT_EXPECT_EQ(test, (size_t)0,
			ops()->unmap_pages(rig->domain, 0x100000, SZ_4K, 1, &gather));
	ops()->iotlb_sync(rig->domain, &gather);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].writes, 0u);
}

static void mapping_evicts_the_edges(struct kunit *test)
{
	struct rig *rig = test->priv;

	map(test, rig, 0x100000, 0x10000000, SZ_4K, 1);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].zap_line, 0u);
	forget(rig);
	map(test, rig, 0x200000, 0x20000000, SZ_4K, 16);
	KUNIT_EXPECT_EQ(test, rig->bank[0][1].zap_line, 2u);
	KUNIT_EXPECT_EQ(test, rig->bank[0][1].last_line, 0x20f000u);
	KUNIT_EXPECT_EQ(test, rig->bank[0][1].zap_all, 0u);
	forget(rig);
	map(test, rig, 0x300000, 0x30000000, SZ_4K, 1);
	KUNIT_EXPECT_EQ(test, rig->bank[0][1].writes, 1u);
	KUNIT_EXPECT_EQ(test, rig->bank[0][1].last_line, 0x300000u);
	forget(rig);
	map(test, rig, 0x800000, 0x40000000, SZ_4M, 4);
	KUNIT_EXPECT_EQ(test, rig->bank[0][1].writes, 1u);
	KUNIT_EXPECT_EQ(test, rig->bank[0][1].zap_all, 1u);
}

static void every_iommu_of_the_domain_is_flushed(struct kunit *test)
{
	struct rig *rig = test->priv;

	KUNIT_ASSERT_EQ(test, 0, rkmmu_attach(&rig->mmu[1], rd(rig->domain)));
	map(test, rig, 0x100000, 0x10000000, SZ_4K, 256);
	forget(rig);
	unmap(test, rig, 0x100000, SZ_4K, 128);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].zap_all, 1u);
	KUNIT_EXPECT_EQ(test, rig->bank[1][0].zap_all, 1u);

	rkmmu_detach(&rig->mmu[1]);
	forget(rig);
	unmap(test, rig, 0x180000, SZ_4K, 64);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].zap_all, 1u);
	KUNIT_EXPECT_EQ(test, rig->bank[1][0].writes, 0u);
}

static void an_unpowered_iommu_is_left_alone(struct kunit *test)
{
	struct rig *rig = test->priv;

	rig->mmu[0].on = false;
	forget(rig);
	map(test, rig, 0x100000, 0x10000000, SZ_4K, 256);
	unmap(test, rig, 0x100000, SZ_4K, 256);
	rkmmu_irq(0, &rig->mmu[0]);
	rkmmu_detach(&rig->mmu[0]);
	KUNIT_EXPECT_EQ(test, 0, rkmmu_attach(&rig->mmu[0], rd(rig->domain)));
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].reads, 0u);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].writes, 0u);
	KUNIT_EXPECT_NULL(test, rd(rig->domain)->pt.retired);
}

static void a_deferred_flush_recycles_too(struct kunit *test)
{
	struct rig *rig = test->priv;
	struct iommu_iotlb_gather gather;

	map(test, rig, 0x100000, 0x10000000, SZ_4M / 4, 1);
	forget(rig);
	iommu_iotlb_gather_init(&gather);
	gather.queued = true;
	ops()->unmap_pages(rig->domain, 0x100000, SZ_1M, 1, &gather);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].writes, 0u);
	KUNIT_EXPECT_NOT_NULL(test, rd(rig->domain)->pt.retired);
	ops()->flush_iotlb_all(rig->domain);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].writes, 1u);
	KUNIT_EXPECT_NULL(test, rd(rig->domain)->pt.retired);
	KUNIT_EXPECT_TRUE(test, rkmmu_iommu_ops.capable(NULL, IOMMU_CAP_DEFERRED_FLUSH));
}

static void the_banks_get_the_directory(struct kunit *test)
{
	struct rig *rig = test->priv;

	KUNIT_EXPECT_EQ(test, rig->bank[0][0].root,
			rkmmu_pgtable_root(&rd(rig->domain)->pt));
	/* Below 4 GiB, whatever the version, as long as there is memory there. */
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].root & 0xff0, 0u);
	KUNIT_EXPECT_EQ(test, rig->bank[0][1].status, 0x19u);
	rkmmu_detach(&rig->mmu[0]);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].root, 0u);
	KUNIT_EXPECT_EQ(test, rig->bank[0][1].status, 0x18u);
}

static void changing_domains_leaves_no_membership(struct kunit *test)
{
	struct rig *rig = test->priv;
	struct iommu_domain *other = rig_domain(test, &rig->mmu[0]);
	unsigned int i;

	for (i = 0; i < 5; i++) {
		KUNIT_EXPECT_EQ(test, 0, rkmmu_attach(&rig->mmu[0], rd(other)));
		KUNIT_EXPECT_TRUE(test, list_empty(&rd(rig->domain)->users));
		KUNIT_EXPECT_TRUE(test, list_is_singular(&rd(other)->users));
		KUNIT_EXPECT_EQ(test, 0, rkmmu_attach(&rig->mmu[0], rd(rig->domain)));
		KUNIT_EXPECT_TRUE(test, list_empty(&rd(other)->users));
	}
	ops()->free(other);
}

static void a_failed_attach_leaves_nothing(struct kunit *test)
{
	struct rig *rig = test->priv;
	struct iommu_domain *other = rig_domain(test, &rig->mmu[0]);

	rig->bank[0][1].dead = true;
	KUNIT_EXPECT_EQ(test, -EFAULT, rkmmu_attach(&rig->mmu[0], rd(other)));
	KUNIT_EXPECT_TRUE(test, list_empty(&rd(other)->users));
	KUNIT_EXPECT_TRUE(test, list_empty(&rd(rig->domain)->users));
	KUNIT_EXPECT_NULL(test, rig->mmu[0].domain);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].status & 1, 0u);

	rig->bank[0][1].dead = false;
	KUNIT_EXPECT_EQ(test, 0, rkmmu_attach(&rig->mmu[0], rd(rig->domain)));
	ops()->free(other);
}

/* Whoever frees it: a directory that banks walk through is nobody else's memory. */
static void a_domain_that_is_attached_is_not_freed(struct kunit *test)
{
	struct rig *rig = test->priv;

	map(test, rig, 0x400000, 0x10000000, SZ_4K, 1);
	ops()->free(rig->domain);
	KUNIT_EXPECT_EQ(test, ops()->iova_to_phys(rig->domain, 0x400000),
			(phys_addr_t)0x10000000);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].root,
			rkmmu_pgtable_root(&rd(rig->domain)->pt));
	KUNIT_EXPECT_TRUE(test, list_is_singular(&rd(rig->domain)->users));
}

static void another_format_is_refused(struct kunit *test)
{
	struct rig *rig = test->priv;

	rig->mmu[1].format = &rkmmu_v1;
	KUNIT_EXPECT_EQ(test, -EINVAL, rkmmu_attach(&rig->mmu[1], rd(rig->domain)));
	KUNIT_EXPECT_NULL(test, rig->mmu[1].domain);
	KUNIT_EXPECT_EQ(test, rig->bank[1][0].writes, 0u);
}

static void all_sizes_of_a_table_are_offered(struct kunit *test)
{
	struct rig *rig = test->priv;

	/* IOMMU 3 */
	KUNIT_EXPECT_EQ(test, rig->domain->pgsize_bitmap, 0x007ff000ul);
	KUNIT_EXPECT_EQ(test, rig->domain->geometry.aperture_start, (dma_addr_t)0);
	KUNIT_EXPECT_EQ(test, rig->domain->geometry.aperture_end,
			(dma_addr_t)0xffffffff);
	KUNIT_EXPECT_TRUE(test, rig->domain->geometry.force_aperture);
}

static void an_address_is_looked_up(struct kunit *test)
{
	struct rig *rig = test->priv;

	map(test, rig, 0x400000, 0x3c0000000ull, SZ_4M, 2);
	KUNIT_EXPECT_EQ(test, ops()->iova_to_phys(rig->domain, 0xbff123),
			(phys_addr_t)0x3c07ff123ull);
	KUNIT_EXPECT_EQ(test, ops()->iova_to_phys(rig->domain, 0xc00000),
			(phys_addr_t)0);
}

static int on_fault(struct iommu_domain *domain, struct device *dev,
		    unsigned long iova, int flags, void *token)
{
	struct rig *rig = token;
	size_t mapped = 0;

	rig->faults++;
	rig->fault_iova = iova;
	rig->fault_flags = flags;
	rig->fault_dev = dev;
	if (rig->map_on_fault) {
		ops()->map_pages(domain, iova & ~0xffful, 0x10000000, SZ_4K, 1,
				 IOMMU_READ, GFP_ATOMIC, &mapped);
		ops()->iotlb_sync_map(domain, iova & ~0xffful, mapped);
	}
	return rig->answer;
}

static void a_fault_reaches_the_domains_handler(struct kunit *test)
{
	struct rig *rig = test->priv;

	iommu_set_fault_handler(rig->domain, on_fault, rig);
	rig->answer = -EFAULT;
	fake_bank_fault(&rig->bank[0][1], 0xcafe0123, true);
	KUNIT_EXPECT_EQ(test, IRQ_HANDLED, rkmmu_irq(0, &rig->mmu[0]));
	KUNIT_EXPECT_EQ(test, rig->faults, 1u);
	KUNIT_EXPECT_EQ(test, rig->fault_iova, 0xcafe0123ul);
	KUNIT_EXPECT_EQ(test, rig->fault_flags, IOMMU_FAULT_WRITE);
	KUNIT_EXPECT_PTR_EQ(test, rig->fault_dev, rig->mmu[0].dev);
	KUNIT_EXPECT_EQ(test, IRQ_NONE, rkmmu_irq(0, &rig->mmu[0]));
}

static void a_handler_may_map(struct kunit *test)
{
	struct rig *rig = test->priv;

	iommu_set_fault_handler(rig->domain, on_fault, rig);
	rig->map_on_fault = true;
	fake_bank_fault(&rig->bank[0][0], 0x5123, false);
	KUNIT_EXPECT_EQ(test, IRQ_HANDLED, rkmmu_irq(0, &rig->mmu[0]));
	KUNIT_EXPECT_EQ(test, rig->fault_flags, IOMMU_FAULT_READ);
	KUNIT_EXPECT_EQ(test, ops()->iova_to_phys(rig->domain, 0x5123),
			(phys_addr_t)0x10000123);
	KUNIT_EXPECT_EQ(test, rig->bank[0][0].status, 0x19u);
}

static void a_runaway_master_is_stopped(struct kunit *test)
{
	struct rig *rig = test->priv;
	unsigned int i;

	iommu_set_fault_handler(rig->domain, on_fault, rig);
	rig->answer = -EFAULT;
	rig->bank[0][0].sticky_fault = true;
	fake_bank_fault(&rig->bank[0][0], 0xffffffff, true);
	for (i = 0; i < 1000 && rkmmu_irq(0, &rig->mmu[0]) == IRQ_HANDLED; i++)
		;
	KUNIT_EXPECT_LT(test, i, 100u);
	KUNIT_EXPECT_EQ(test, rig->faults, i);

	/* The other bank is still heard. */
	fake_bank_fault(&rig->bank[0][1], 0x1000, false);
	KUNIT_EXPECT_EQ(test, IRQ_HANDLED, rkmmu_irq(0, &rig->mmu[0]));
}

/* A directory register full of garbage must not matter to the handler. */
static void a_fault_with_a_garbage_directory_is_survived(struct kunit *test)
{
	struct rig *rig = test->priv;

	rig->bank[0][0].root = 0xfffffff1;
	fake_bank_fault(&rig->bank[0][0], 0xdead0000, true);
	KUNIT_EXPECT_EQ(test, IRQ_HANDLED, rkmmu_irq(0, &rig->mmu[0]));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(unmapping_a_megabyte_is_one_command),
	KUNIT_CASE(unmapping_a_page_leaves_the_others_cached),
	KUNIT_CASE(an_emptied_table_takes_a_flush_and_a_read),
	KUNIT_CASE(several_unmaps_share_a_flush),
	KUNIT_CASE(an_empty_flush_is_free),
	KUNIT_CASE(mapping_evicts_the_edges),
	KUNIT_CASE(every_iommu_of_the_domain_is_flushed),
	KUNIT_CASE(an_unpowered_iommu_is_left_alone),
	KUNIT_CASE(a_deferred_flush_recycles_too),
	KUNIT_CASE(the_banks_get_the_directory),
	KUNIT_CASE(changing_domains_leaves_no_membership),
	KUNIT_CASE(a_failed_attach_leaves_nothing),
	KUNIT_CASE(a_domain_that_is_attached_is_not_freed),
	KUNIT_CASE(another_format_is_refused),
	KUNIT_CASE(all_sizes_of_a_table_are_offered),
	KUNIT_CASE(an_address_is_looked_up),
	KUNIT_CASE(a_fault_reaches_the_domains_handler),
	KUNIT_CASE(a_handler_may_map),
	KUNIT_CASE(a_runaway_master_is_stopped),
	KUNIT_CASE(a_fault_with_a_garbage_directory_is_survived),
	{ }
};

struct kunit_suite iommu_domain_suite = {
	.name = "sunmao_iommu_domain",
	.init = domain_init,
	.exit = domain_exit,
	.test_cases = cases,
};
