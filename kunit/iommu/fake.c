// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: fake memory and fake banks
 *
 * Written from the hardware notes (IOMMU 2, 3, 10), with literals.
 */

#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "fake.h"

static void fake_memory_check(void *data)
{
	struct fake_memory *mem = data;
	unsigned int i;

	for (i = 0; i < FAKE_TABLES; i++) {
		kfree(mem->page[i].cpu);
		kfree(mem->page[i].ram);
	}
}

/**
 * fake_memory_new() - memory of %FAKE_TABLES pages
 * @test: owns it
 * @base: bus address of the first page
 *
 * Return: the memory; the test has failed when there is none.
 */
struct fake_memory *fake_memory_new(struct kunit *test, u64 base)
{
	struct fake_memory *mem = kunit_kzalloc(test, sizeof(*mem), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, mem);
	mem->test = test;
	mem->base = base;
	mem->fail = -1;
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, fake_memory_check, mem));

	return mem;
}

static struct fake_page *fake_page(struct fake_memory *mem, u64 addr)
{
	u64 index = (addr - mem->base) / 4096;

	if (addr < mem->base || index >= FAKE_TABLES || !mem->page[index].cpu)
		return NULL;
	return &mem->page[index];
}

static int fake_alloc(void *ctx, struct rkmmu_table *table, unsigned int bits,
		      gfp_t gfp)
{
	struct fake_memory *mem = ctx;
	struct fake_page *page;
	unsigned int i;

	if (!mem->fail)
		return -ENOMEM;
	if (mem->fail > 0)
		mem->fail--;

	for (i = 0; i < FAKE_TABLES && mem->page[i].cpu; i++)
		;
	if (i == FAKE_TABLES)
		return -ENOMEM;
	if ((mem->base + i * 4096) >> bits)
		return -ERANGE;

	page = &mem->page[i];
	page->cpu = kzalloc(4096, gfp);
	page->ram = kzalloc(4096, gfp);
	if (!page->cpu || !page->ram) {
		kfree(page->cpu);
		kfree(page->ram);
		*page = (struct fake_page) { };
		return -ENOMEM;
	}
	table->entries = page->cpu;
	table->addr = mem->base + i * 4096;
	mem->allocs++;
	mem->total++;

	return 0;
}

static void fake_free(void *ctx, struct rkmmu_table *table)
{
	struct fake_memory *mem = ctx;
	struct fake_page *page = fake_page(mem, table->addr);

	KUNIT_ASSERT_NOT_NULL(mem->test, page);
	kfree(page->cpu);
	kfree(page->ram);
	*page = (struct fake_page) { };
	mem->allocs--;
}

static void fake_clean(void *ctx, dma_addr_t addr, size_t size)
{
	struct fake_memory *mem = ctx;
	struct fake_page *page = fake_page(mem, addr);
	size_t offset = addr % 4096;

	KUNIT_ASSERT_NOT_NULL(mem->test, page);
	KUNIT_ASSERT_LE(mem->test, offset + size, (size_t)4096);
	memcpy((void *)page->ram + offset, (void *)page->cpu + offset, size);
	mem->cleans++;
}

const struct rkmmu_memory_ops fake_memory_ops = {
	.alloc = fake_alloc,
	.free = fake_free,
	.clean = fake_clean,
};

static u64 fake_address(u32 entry)
{
	return (entry & 0xfffff000) | (u64)(entry & 0xf00) << 24 |
	       (u64)(entry & 0xf0) << 32;
}

/**
 * fake_memory_walk() - translate as the hardware does, from memory
 * @mem: where the tables are
 * @root: value of the directory register
 * @iova: what to translate
 * @flags: becomes the low bits of the page's entry
 *
 * Return: the physical address, 0 for a fault.
 */
u64 fake_memory_walk(struct fake_memory *mem, u32 root, u32 iova, u32 *flags)
{
	struct fake_page *page = fake_page(mem, fake_address(root));
	u32 entry;

	*flags = 0;
	KUNIT_ASSERT_NOT_NULL(mem->test, page);
	entry = page->ram[iova >> 22];
	if (!(entry & 1))
		return 0;

	/* A directory must never point to memory that was given back. */
	page = fake_page(mem, fake_address(entry));
	KUNIT_ASSERT_NOT_NULL(mem->test, page);
	entry = page->ram[(iova >> 12) & 0x3ff];
	if (!(entry & 1))
		return 0;

	*flags = entry & 0xf;
	return fake_address(entry) | (iova & 0xfff);
}

/**
 * fake_bank_reset() - as after FORCE_RESET
 * @bank: counters and faults stay
 */
void fake_bank_reset(struct fake_bank *bank)
{
	bank->root = 0;
	bank->status = 0x18;
	bank->fault_addr = 0;
	bank->raw = 0;
	bank->mask = 0;
	bank->gating = 0x80000000;
}

/**
 * fake_bank_fault() - the master accesses what is not mapped
 * @bank: translating
 * @iova: address
 * @write: or read
 */
void fake_bank_fault(struct fake_bank *bank, u32 iova, bool write)
{
	bank->status &= ~0x20;
	bank->status |= 0x02 | (write ? 0x20 : 0);
	bank->fault_addr = iova;
	bank->raw |= 1;
}

static u32 fake_read(void __iomem *regs, unsigned int reg)
{
	struct fake_bank *bank = (struct fake_bank __force *)regs;

	bank->reads++;
	if (bank->dead)
		return 0;

	switch (reg) {
	case 0x00:
		return bank->root;
	case 0x04:
		return bank->status;
	case 0x0c:
		return bank->fault_addr;
	case 0x14:
		return bank->raw;
	case 0x1c:
		return bank->mask;
	case 0x20:
		return bank->raw & bank->mask;
	case 0x24:
		return bank->gating;
	}
	return 0;
}

static void fake_command(struct fake_bank *bank, u32 command)
{
	bool paging = bank->status & 0x01, fault = bank->status & 0x02;

	switch (command) {
	case 0:
		bank->status |= 0x01;
		break;
	case 1:
		bank->status &= ~0x01;
		break;
	case 2:
		if (paging && !fault && !bank->no_stall)
			bank->status |= 0x04;
		break;
	case 3:
		bank->status &= ~0x04;
		break;
	case 4:
		bank->zap_all++;
		break;
	case 5:
		bank->acks++;
		bank->status &= ~0x02;
		if (bank->sticky_fault && fault)
			fake_bank_fault(bank, bank->fault_addr,
					bank->status & 0x20);
		break;
	case 6:
		bank->resets++;
		if (!bank->no_reset)
			fake_bank_reset(bank);
		break;
	}
}

static void fake_write(void __iomem *regs, unsigned int reg, u32 value)
{
	struct fake_bank *bank = (struct fake_bank __force *)regs;

	bank->writes++;
	if (bank->dead)
		return;

	switch (reg) {
	case 0x00:
		if ((bank->status & 0x05) == 0x01)
			bank->root_while_running = true;
		bank->root = value;
		break;
	case 0x08:
		fake_command(bank, value);
		break;
	case 0x10:
		bank->zap_line++;
		bank->last_line = value;
		break;
	case 0x18:
		bank->raw &= ~value;
		break;
	case 0x1c:
		bank->mask = value;
		break;
	case 0x24:
		bank->gating = value;
		break;
	}
}

static void fake_wait(void __iomem *regs, unsigned int us)
{
	struct fake_bank *bank = (struct fake_bank __force *)regs;

	bank->waited_us += us;
	bank->longest_us = max(bank->longest_us, us);
}

const struct rkmmu_bus fake_bus = {
	.read = fake_read,
	.write = fake_write,
	.wait = fake_wait,
};

/**
 * fake_banks_attach() - let a device have fake banks
 * @hw: zeroed
 * @banks: become reset
 * @num: of @banks
 */
void fake_banks_attach(struct rkmmu_hw *hw, struct fake_bank *banks,
		       unsigned int num)
{
	unsigned int i;

	hw->bus = &fake_bus;
	hw->num = num;
	for (i = 0; i < num; i++) {
		fake_bank_reset(&banks[i]);
		hw->bank[i].regs = (void __iomem __force *)&banks[i];
	}
}
