// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: the fake NPU
 *
 * See fake.h. The fake core keeps to the hardware notes: an interrupt line that
 * stays up until it is acknowledged (NPU C.5), an address space that a reset
 * takes away (C.8), no answer without power (B.2, H.1 item 10).
 */

#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/mman.h>
#include <linux/slab.h>

#include <kunit/device.h>
#include <kunit/test.h>

#define SUNMAO_NEED_HRTIMER
#include <sunmao/compat.h>

#include "npu_gem.h"
#include "npu_job.h"
#include "fake.h"

/* Beyond this many deliveries of one event a level line counts as storming. */
#define STORM		64

struct fake_map {
	struct list_head link;
	struct npu_vm *vm;
	u64 iova;
	u64 size;
};

static struct fake_core *to_fake_core(struct npu_core *core)
{
	return container_of(core, struct fake_core, core);
}

static struct fake_npu *fake_of_vm(struct npu_vm *vm)
{
	return container_of(vm->ndev->soc, struct fake_npu, soc);
}

static void misuse(struct fake_npu *fake, const char *what)
{
	unsigned long flags;

	pr_err("fake NPU: %s\n", what);
	spin_lock_irqsave(&fake->lock, flags);
	fake->misuse++;
	spin_unlock_irqrestore(&fake->lock, flags);
}

static void record(struct fake_npu *fake, enum fake_event_type type, unsigned int core,
		   u32 base, const struct npu_vm *vm)
{
	unsigned long flags;

	spin_lock_irqsave(&fake->lock, flags);
	if (fake->num_events < FAKE_EVENTS)
		fake->events[fake->num_events++] = (struct fake_event) {
			.type = type, .core = core, .base = base, .vm = vm,
		};
	if (type == FAKE_KICK)
		fake->kicks++;
	if (type == FAKE_DONE)
		fake->done++;
	spin_unlock_irqrestore(&fake->lock, flags);
	wake_up_all(&fake->changed);
}

/* address spaces */

/* Puts @new where @old is in the list of address spaces; called with the lock held. */
static bool change_live(struct fake_npu *fake, const struct npu_vm *old,
			const struct npu_vm *new)
{
	unsigned int i;

	for (i = 0; i < FAKE_VMS; i++)
		if (fake->live[i] == old) {
			fake->live[i] = new;
			return true;
		}
	return false;
}

static int fake_vm_init(struct npu_vm *vm, u64 *first, u64 *last)
{
	struct fake_npu *fake = fake_of_vm(vm);
	unsigned long flags;

	if (fake->vm_error)
		return fake->vm_error;
	*first = fake->aperture_first;
	*last = fake->aperture_last;
	spin_lock_irqsave(&fake->lock, flags);
	change_live(fake, NULL, vm);
	fake->vms++;
	spin_unlock_irqrestore(&fake->lock, flags);
	return 0;
}

static void fake_vm_fini(struct npu_vm *vm)
{
	struct fake_npu *fake = fake_of_vm(vm);
	struct fake_map *map;
	unsigned long flags;
	unsigned int i;
	bool mapped = false, attached = false;

	for (i = 0; i < FAKE_CORES; i++)
		if (READ_ONCE(fake->cores[i].vm) == vm)
			attached = true;

	spin_lock_irqsave(&fake->lock, flags);
	list_for_each_entry(map, &fake->maps, link)
		if (map->vm == vm)
			mapped = true;
	change_live(fake, vm, NULL);
	fake->vms--;
	spin_unlock_irqrestore(&fake->lock, flags);

	if (attached)
		misuse(fake, "an address space ended while a core uses it");
	if (mapped)
		misuse(fake, "an address space ended with a buffer in it");
	wake_up_all(&fake->changed);
}

static int fake_vm_map(struct npu_vm *vm, u64 iova, struct npu_bo *bo)
{
	struct fake_npu *fake = fake_of_vm(vm);
	u64 size = npu_bo_obj(bo)->size;
	struct fake_map *map, *other;
	unsigned long flags;
	bool bad = false;

	if (fake->map_error)
		return fake->map_error;
	map = kzalloc_obj(*map);
	if (!map)
		return -ENOMEM;
	map->vm = vm;
	map->iova = iova;
	map->size = size;

	spin_lock_irqsave(&fake->lock, flags);
	list_for_each_entry(other, &fake->maps, link)
		if (other->vm == vm && iova < other->iova + other->size &&
		    other->iova < iova + size)
			bad = true;
	list_add_tail(&map->link, &fake->maps);
	spin_unlock_irqrestore(&fake->lock, flags);

	if (bad)
		misuse(fake, "two buffers at one address");
	if (!iova || !IS_ALIGNED(iova, PAGE_SIZE) || iova + size > BIT_ULL(32))
		misuse(fake, "a buffer at an address that no stream can name");
	return 0;
}

static void fake_vm_unmap(struct npu_vm *vm, u64 iova, u64 size)
{
	struct fake_npu *fake = fake_of_vm(vm);
	struct fake_map *map, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&fake->lock, flags);
	list_for_each_entry(map, &fake->maps, link)
		if (map->vm == vm && map->iova == iova && map->size == size)
			found = map;
	if (found)
		list_del(&found->link);
	spin_unlock_irqrestore(&fake->lock, flags);
	if (!found)
		misuse(fake, "unmapped what was not mapped");
	kfree(found);
	wake_up_all(&fake->changed);
}

static const struct npu_mmu_ops fake_mmu_ops = {
	.init = fake_vm_init,
	.fini = fake_vm_fini,
	.map = fake_vm_map,
	.unmap = fake_vm_unmap,
};

static bool mapped(struct fake_npu *fake, const struct npu_vm *vm, u32 address)
{
	struct fake_map *map;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&fake->lock, flags);
	list_for_each_entry(map, &fake->maps, link)
		if (map->vm == vm && address >= map->iova && address < map->iova + map->size)
			found = true;
	spin_unlock_irqrestore(&fake->lock, flags);
	return found;
}

/* interrupts */

static void raise_later(struct fake_core *fc)
{
	hrtimer_start(&fc->irq, ns_to_ktime(20 * NSEC_PER_USEC), HRTIMER_MODE_REL);
}

static u32 completion_event(struct fake_core *fc)
{
	u32 event = fc->armed & (fc->group ? 0xa00 : 0x500);

	fc->group ^= 1;
	return event;
}

/* Returns whether the line is up; called with the lock held. */
static bool line(struct fake_core *fc)
{
	return !fc->masked && (fc->pending & fc->armed || fc->fault || fc->stray);
}

static enum hrtimer_restart fake_irq(struct hrtimer *timer)
{
	struct fake_core *fc = container_of(timer, struct fake_core, irq);
	unsigned int storm;
	struct npu_vm *vm;
	unsigned long flags;
	bool up, fault;

	for (storm = 0; storm < STORM; storm++) {
		spin_lock_irqsave(&fc->lock, flags);
		up = line(fc);
		fault = fc->fault;
		fc->fault = false;
		vm = fc->vm;
		if (up)
			fc->irqs++;
		spin_unlock_irqrestore(&fc->lock, flags);
		if (!up)
			return HRTIMER_NORESTART;

		if (fault) {
			npu_core_page_fault(&fc->core, vm);
			continue;
		}
		if (!npu_core_irq(&fc->core)) {
			fc->foreign++;
			break;
		}
	}
	if (storm == STORM)
		misuse(fc->fake, "the interrupt line storms");
	return HRTIMER_NORESTART;
}

/* core operations */

static void wait_at_gate(struct fake_core *fc, unsigned long *gate)
{
	struct fake_npu *fake = fc->fake;
	unsigned long flags;
	bool closed;

	spin_lock_irqsave(&fake->lock, flags);
	closed = *gate & BIT(fc->core.id);
	if (closed)
		fake->at_gate++;
	spin_unlock_irqrestore(&fake->lock, flags);
	if (!closed)
		return;

	wake_up_all(&fake->changed);
	if (!wait_for_completion_timeout(&fake->open_gate, FAKE_LIMIT))
		misuse(fake, "nobody opened the gate");
	spin_lock_irqsave(&fake->lock, flags);
	fake->at_gate--;
	spin_unlock_irqrestore(&fake->lock, flags);
}

static int fake_power_on(struct npu_core *core)
{
	struct fake_core *fc = to_fake_core(core);
	unsigned long flags;

	might_sleep();
	wait_at_gate(fc, &fc->fake->power_gate);
	if (fc->power_error)
		return fc->power_error;
	record(fc->fake, FAKE_POWER_ON, core->id, 0, NULL);
	spin_lock_irqsave(&fc->lock, flags);
	fc->powered++;
	spin_unlock_irqrestore(&fc->lock, flags);
	npu_core_set_mmio(core, true);
	return 0;
}

static void fake_power_off(struct npu_core *core)
{
	struct fake_core *fc = to_fake_core(core);
	unsigned long flags;
	bool bad, busy;

	spin_lock_irqsave(&fc->lock, flags);
	bad = !fc->powered;
	busy = fc->busy && !fc->wedged;
	if (!bad)
		fc->powered--;
	spin_unlock_irqrestore(&fc->lock, flags);
	if (bad)
		misuse(fc->fake, "powered off more often than on");
	if (busy)
		misuse(fc->fake, "powered off while running");
	record(fc->fake, FAKE_POWER_OFF, core->id, 0, NULL);
}

static enum fake_outcome outcome(struct fake_npu *fake, u32 base)
{
	enum fake_outcome result;
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&fake->lock, flags);
	result = fake->outcome;
	for (i = 0; i < fake->num_plans; i++)
		if (fake->plan[i].base == base)
			result = fake->plan[i].outcome;
	spin_unlock_irqrestore(&fake->lock, flags);
	return result;
}

/* Called with the lock held. */
static void end_kick(struct fake_core *fc, u32 events)
{
	fc->busy = false;
	fc->pending |= events;
}

static void fake_kick(struct npu_core *core, const struct npu_kick *kick)
{
	struct fake_core *fc = to_fake_core(core);
	struct fake_npu *fake = fc->fake;
	enum fake_outcome how = outcome(fake, kick->base);
	const char *wrong = NULL;

	lockdep_assert_held(&core->lock);

	/* Before it can end: the events tell who came first. */
	record(fake, FAKE_KICK, core->id, kick->base, fc->vm);

	spin_lock(&fc->lock);
	if (!fc->powered)
		wrong = "kicked without power";
	else if (fc->busy)
		wrong = "kicked while running";
	else if (!fc->vm || !fc->translating)
		wrong = "kicked without an address space";
	else if (fc->masked)
		wrong = "kicked with interrupts off";
	fc->busy = true;
	fc->base = kick->base;
	fc->armed = kick->int_mask;
	fc->pending = 0;

	switch (how) {
	case FAKE_STRAY_FIRST:
		fc->stray = true;
		fallthrough;
	case FAKE_COMPLETES:
		end_kick(fc, completion_event(fc));
		break;
	case FAKE_READ_ERROR:
		end_kick(fc, 0x1000);
		break;
	case FAKE_WRITE_ERROR:
		end_kick(fc, 0x2000);
		break;
	case FAKE_LOSES_IRQ:
		end_kick(fc, completion_event(fc));
		break;
	case FAKE_PAGE_FAULT:
		fc->fault = true;
		break;
	case FAKE_WAITS:
	case FAKE_HANGS:
		break;
	}
	if (line(fc) && how != FAKE_LOSES_IRQ)
		raise_later(fc);
	spin_unlock(&fc->lock);

	if (!wrong && !mapped(fake, fc->vm, kick->base))
		wrong = "kicked with a stream that is not mapped";
	if (wrong)
		misuse(fake, wrong);
	if (how == FAKE_COMPLETES || how == FAKE_STRAY_FIRST || how == FAKE_LOSES_IRQ)
		record(fake, FAKE_DONE, core->id, kick->base, fc->vm);
}

static u32 fake_status(struct npu_core *core)
{
	struct fake_core *fc = to_fake_core(core);
	unsigned long flags;
	u32 status;

	lockdep_assert_held(&core->lock);

	spin_lock_irqsave(&fc->lock, flags);
	status = fc->pending & fc->armed;
	if (fc->stray)
		status |= 0x10001;
	spin_unlock_irqrestore(&fc->lock, flags);
	if (!fc->powered && !core->mmio_ok)
		misuse(fc->fake, "status read without power");
	return status;
}

static void fake_ack(struct npu_core *core, u32 events)
{
	struct fake_core *fc = to_fake_core(core);
	unsigned long flags;

	lockdep_assert_held(&core->lock);

	spin_lock_irqsave(&fc->lock, flags);
	fc->pending &= ~events;
	if (events & 0x10001)
		fc->stray = false;
	spin_unlock_irqrestore(&fc->lock, flags);
}

static void fake_stop(struct npu_core *core)
{
	struct fake_core *fc = to_fake_core(core);
	unsigned long flags;

	lockdep_assert_held(&core->lock);

	spin_lock_irqsave(&fc->lock, flags);
	fc->armed = 0;
	spin_unlock_irqrestore(&fc->lock, flags);
}

static int fake_reset(struct npu_core *core)
{
	struct fake_core *fc = to_fake_core(core);
	struct fake_npu *fake = fc->fake;
	unsigned long flags;

	might_sleep();
	if (!fc->powered)
		misuse(fake, "reset without power");
	record(fake, FAKE_RESET, core->id, fc->base, fc->vm);
	wait_at_gate(fc, &fake->reset_gate);

	spin_lock_irqsave(&fc->lock, flags);
	fc->resets++;
	fc->wedged = fc->stuck_reset;
	if (!fc->wedged) {
		fc->busy = false;
		fc->armed = 0;
		fc->pending = 0;
		fc->fault = false;
		fc->stray = false;
		/* The page table base is lost (NPU C.8). */
		fc->translating = false;
	}
	spin_unlock_irqrestore(&fc->lock, flags);
	return fc->wedged ? -EIO : 0;
}

static int fake_attach(struct npu_core *core, struct npu_vm *vm)
{
	struct fake_core *fc = to_fake_core(core);
	unsigned long flags;
	bool busy, live;

	might_sleep();
	if (fc->attach_error)
		return fc->attach_error;
	spin_lock_irqsave(&fc->fake->lock, flags);
	live = change_live(fc->fake, vm, vm);
	spin_unlock_irqrestore(&fc->fake->lock, flags);
	if (!live)
		misuse(fc->fake, "attached an address space that has ended");
	spin_lock_irqsave(&fc->lock, flags);
	busy = fc->busy;
	fc->vm = vm;
	fc->translating = true;
	spin_unlock_irqrestore(&fc->lock, flags);
	/* F14: an IOMMU cannot stall while its master is in the middle of an access. */
	if (busy)
		misuse(fc->fake, "address space changed while running");
	record(fc->fake, FAKE_ATTACH, core->id, 0, vm);
	return 0;
}

static void fake_detach(struct npu_core *core, struct npu_vm *vm)
{
	struct fake_core *fc = to_fake_core(core);
	const char *wrong = NULL;
	unsigned long flags;

	might_sleep();
	spin_lock_irqsave(&fc->lock, flags);
	if (fc->vm != vm)
		wrong = "detached another address space";
	else if (fc->busy && !fc->wedged)
		wrong = "address space taken away while running";
	fc->vm = NULL;
	fc->translating = false;
	spin_unlock_irqrestore(&fc->lock, flags);
	if (wrong)
		misuse(fc->fake, wrong);
	record(fc->fake, FAKE_DETACH, core->id, 0, vm);
}

static void fake_irq_off(struct npu_core *core)
{
	struct fake_core *fc = to_fake_core(core);
	unsigned long flags;
	bool bad;

	lockdep_assert_held(&core->lock);

	spin_lock_irqsave(&fc->lock, flags);
	bad = fc->masked;
	fc->masked = true;
	spin_unlock_irqrestore(&fc->lock, flags);
	if (bad)
		misuse(fc->fake, "interrupts switched off twice");
	record(fc->fake, FAKE_IRQ_OFF, core->id, 0, NULL);
}

static void fake_irq_on(struct npu_core *core)
{
	struct fake_core *fc = to_fake_core(core);
	unsigned long flags;
	bool bad;

	might_sleep();
	spin_lock_irqsave(&fc->lock, flags);
	bad = !fc->masked;
	fc->masked = false;
	if (line(fc))
		raise_later(fc);
	spin_unlock_irqrestore(&fc->lock, flags);
	if (bad)
		misuse(fc->fake, "interrupts switched on twice");
	record(fc->fake, FAKE_IRQ_ON, core->id, 0, NULL);
}

static const struct npu_core_ops fake_core_ops = {
	.power_on = fake_power_on,
	.power_off = fake_power_off,
	.kick = fake_kick,
	.status = fake_status,
	.ack = fake_ack,
	.stop = fake_stop,
	.reset = fake_reset,
	.attach = fake_attach,
	.detach = fake_detach,
	.irq_off = fake_irq_off,
	.irq_on = fake_irq_on,
};

/* what tests do with the NPU */

/**
 * fake_plan() - set the outcome of a stream
 * @fake: NPU
 * @base: address of the stream
 * @outcome: outcome
 */
void fake_plan(struct fake_npu *fake, u32 base, enum fake_outcome outcome)
{
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&fake->lock, flags);
	for (i = 0; i < fake->num_plans; i++)
		if (fake->plan[i].base == base)
			break;
	if (i < FAKE_PLANS) {
		fake->plan[i].base = base;
		fake->plan[i].outcome = outcome;
		fake->num_plans = max(fake->num_plans, i + 1);
	}
	spin_unlock_irqrestore(&fake->lock, flags);
	KUNIT_EXPECT_LT(fake->test, i, FAKE_PLANS);
}

/**
 * fake_finish() - complete a stream that waits
 * @fake: NPU
 * @base: address of the stream
 */
void fake_finish(struct fake_npu *fake, u32 base)
{
	unsigned int i, found = 0;
	unsigned long flags;

	for (i = 0; i < FAKE_CORES; i++) {
		struct fake_core *fc = &fake->cores[i];
		bool hit;

		spin_lock_irqsave(&fc->lock, flags);
		hit = fc->busy && fc->base == base;
		if (hit) {
			record(fake, FAKE_DONE, i, base, fc->vm);
			end_kick(fc, completion_event(fc));
			raise_later(fc);
			found++;
		}
		spin_unlock_irqrestore(&fc->lock, flags);
	}
	KUNIT_EXPECT_EQ_MSG(fake->test, found, 1, "stream 0x%x does not run", base);
}

/**
 * fake_power_down() - what runtime PM does some time after power_off()
 * @fake: NPU
 * @id: core
 */
void fake_power_down(struct fake_npu *fake, unsigned int id)
{
	struct fake_core *fc = &fake->cores[id];

	if (!fc->powered)
		npu_core_set_mmio(&fc->core, false);
}

/**
 * fake_short_limits() - give the kicks from now on little time
 * @fake: NPU
 *
 * For tests of hung jobs, so that they do not take long. Jobs that wait for
 * fake_finish() have to be started before.
 */
void fake_short_limits(struct fake_npu *fake)
{
	WRITE_ONCE(fake->soc.kick_budget_ms, FAKE_SHORT_MS);
}

/**
 * fake_open_gate() - let all resets and powering through
 * @fake: NPU
 */
void fake_open_gate(struct fake_npu *fake)
{
	unsigned long flags;

	spin_lock_irqsave(&fake->lock, flags);
	fake->reset_gate = 0;
	fake->power_gate = 0;
	spin_unlock_irqrestore(&fake->lock, flags);
	complete_all(&fake->open_gate);
}

/**
 * fake_settle() - let the driver do everything that it can do now
 * @fake: NPU
 *
 * After it, what was not started waits for something. Only for moments when no
 * interrupt is on its way.
 */
void fake_settle(struct fake_npu *fake)
{
	unsigned int round, i;

	for (round = 0; round < 3; round++) {
		for (i = 0; i < fake->ndev->num_slots; i++)
			flush_workqueue(fake->ndev->slots[i].sched.submit_wq);
		for (i = 0; i < FAKE_CORES; i++) {
			flush_work(&fake->cores[i].core.pump);
			flush_work(&fake->cores[i].core.recovery);
		}
	}
}

bool fake_wait_kicks(struct fake_npu *fake, unsigned int kicks)
{
	return wait_event_timeout(fake->changed, READ_ONCE(fake->kicks) >= kicks, FAKE_LIMIT);
}

bool fake_wait_done(struct fake_npu *fake, unsigned int done)
{
	return wait_event_timeout(fake->changed, READ_ONCE(fake->done) >= done, FAKE_LIMIT);
}

bool fake_wait_at_gate(struct fake_npu *fake, unsigned int cores)
{
	return wait_event_timeout(fake->changed, READ_ONCE(fake->at_gate) >= cores,
				  FAKE_LIMIT);
}

static bool powered_off(struct fake_npu *fake)
{
	unsigned int i;

	for (i = 0; i < FAKE_CORES; i++)
		if (READ_ONCE(fake->cores[i].powered))
			return false;
	return true;
}

bool fake_wait_powered_off(struct fake_npu *fake)
{
	return wait_event_timeout(fake->changed, powered_off(fake), FAKE_LIMIT);
}

bool fake_wait_vms(struct fake_npu *fake, unsigned int vms)
{
	return wait_event_timeout(fake->changed, READ_ONCE(fake->vms) == vms, FAKE_LIMIT);
}

/* For what may happen now or not before the test goes on. */
void fake_wait_vms_briefly(struct fake_npu *fake, unsigned int vms)
{
	wait_event_timeout(fake->changed, READ_ONCE(fake->vms) == vms, HZ / 5);
}

bool fake_wait_maps(struct fake_npu *fake, unsigned int maps)
{
	return wait_event_timeout(fake->changed, fake_maps(fake) == maps, FAKE_LIMIT);
}

unsigned int fake_kicks(struct fake_npu *fake)
{
	return READ_ONCE(fake->kicks);
}

unsigned int fake_maps(struct fake_npu *fake)
{
	unsigned long flags;
	size_t count;

	spin_lock_irqsave(&fake->lock, flags);
	count = list_count_nodes(&fake->maps);
	spin_unlock_irqrestore(&fake->lock, flags);
	return count;
}

/**
 * fake_mapped_size() - how much is mapped at an address?
 * @fake: NPU
 * @iova: address
 *
 * Return: bytes in the first address space that has a buffer there, or 0.
 */
u64 fake_mapped_size(struct fake_npu *fake, u64 iova)
{
	struct fake_map *map;
	unsigned long flags;
	u64 size = 0;

	spin_lock_irqsave(&fake->lock, flags);
	list_for_each_entry(map, &fake->maps, link)
		if (!size && map->iova == iova)
			size = map->size;
	spin_unlock_irqrestore(&fake->lock, flags);
	return size;
}

/**
 * fake_event() - when did something happen to a stream?
 * @fake: NPU
 * @type: what
 * @base: address of the stream
 *
 * Return: place in the order of events, or -1.
 */
int fake_event(struct fake_npu *fake, enum fake_event_type type, u32 base)
{
	unsigned int i;

	for (i = 0; i < READ_ONCE(fake->num_events); i++)
		if (fake->events[i].type == type && fake->events[i].base == base)
			return i;
	return -1;
}

/**
 * fake_event_after() - when did something happen next to a core?
 * @fake: NPU
 * @type: what
 * @core: core
 * @after: place in the order of events
 *
 * Return: place in the order of events, or -1.
 */
int fake_event_after(struct fake_npu *fake, enum fake_event_type type,
		     unsigned int core, int after)
{
	unsigned int i;

	for (i = after + 1; i < READ_ONCE(fake->num_events); i++)
		if (fake->events[i].type == type && fake->events[i].core == core)
			return i;
	return -1;
}

unsigned int fake_count(struct fake_npu *fake, enum fake_event_type type)
{
	unsigned int i, count = 0;

	for (i = 0; i < READ_ONCE(fake->num_events); i++)
		if (fake->events[i].type == type)
			count++;
	return count;
}

/**
 * fake_core_of() - where did a stream run?
 * @fake: NPU
 * @base: address of the stream
 *
 * Return: core number, or -1 if it did not.
 */
int fake_core_of(struct fake_npu *fake, u32 base)
{
	int at = fake_event(fake, FAKE_KICK, base);

	return at < 0 ? -1 : (int)fake->events[at].core;
}

/**
 * fake_add_core() - give the device a core
 * @fake: NPU
 * @id: core number
 *
 * Return: whether the device took it.
 */
bool fake_add_core(struct fake_npu *fake, unsigned int id)
{
	struct fake_core *fc = &fake->cores[id];

	memset(fc, 0, sizeof(*fc));
	fc->fake = fake;
	spin_lock_init(&fc->lock);
	hrtimer_setup(&fc->irq, fake_irq, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	npu_core_init(&fc->core, fake->parent, &fake->soc, &fake_core_ops, id);
	fc->core.rate_hz = fake->soc.reference_hz;
	fake->added[id] = !npu_device_add_core(fake->ndev, &fc->core);
	return fake->added[id];
}

/**
 * fake_remove_core() - take a core away from the device
 * @fake: NPU
 * @id: core number
 */
void fake_remove_core(struct fake_npu *fake, unsigned int id)
{
	npu_device_remove_core(&fake->cores[id].core);
	hrtimer_cancel(&fake->cores[id].irq);
	fake->added[id] = false;
}

/**
 * fake_unplug() - the last core is gone, and with it the device
 * @fake: NPU without cores
 */
void fake_unplug(struct fake_npu *fake)
{
	npu_device_unplug(fake->ndev);
	fake->unplugged = true;
}

/**
 * fake_init() - make an NPU with three cores; init function of suites
 * @test: test
 *
 * Return: 0 or an error.
 */
int fake_init(struct kunit *test)
{
	struct fake_npu *fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, fake);
	fake->test = test;
	fake->soc = npu_soc_rk3588;
	fake->soc.kick_budget_ms = FAKE_LONG_MS;
	fake->soc.segment_budget_ms = 10;
	fake->aperture_last = U32_MAX;
	spin_lock_init(&fake->lock);
	init_waitqueue_head(&fake->changed);
	init_completion(&fake->open_gate);
	INIT_LIST_HEAD(&fake->maps);
	INIT_LIST_HEAD(&fake->files);

	fake->parent = kunit_device_register(test, "sunmao-fake-npu");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, fake->parent);
	/* As the driver does it for the parent that it makes. */
	fake->parent->dma_parms = &fake->dma_parms;
	dma_set_max_seg_size(fake->parent, UINT_MAX);
	fake->ndev = npu_device_create(fake->parent, &fake->soc, &fake_mmu_ops);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, fake->ndev);
	test->priv = fake;
	for (i = 0; i < FAKE_CORES; i++)
		KUNIT_ASSERT_TRUE(test, fake_add_core(fake, i));
	KUNIT_ASSERT_EQ(test, npu_device_register(fake->ndev), 0);

	fake->user = kunit_vm_mmap(test, NULL, 0, FAKE_USER_SIZE, PROT_READ | PROT_WRITE,
				   MAP_ANONYMOUS | MAP_PRIVATE, 0);
	KUNIT_ASSERT_NE(test, fake->user, 0);
	KUNIT_ASSERT_LT(test, fake->user, (unsigned long)TASK_SIZE);
	return 0;
}

/* Whatever a test left behind ends in an orderly way, so that it can fail alone. */
static void wind_down(struct fake_npu *fake)
{
	unsigned int i;

	fake->outcome = FAKE_COMPLETES;
	fake->num_plans = 0;
	fake_open_gate(fake);
	for (i = 0; i < FAKE_CORES; i++) {
		struct fake_core *fc = &fake->cores[i];
		unsigned long flags;

		if (!fake->added[i])
			continue;
		spin_lock_irqsave(&fc->lock, flags);
		fc->power_error = 0;
		fc->attach_error = 0;
		fc->stuck_reset = false;
		if (fc->busy) {
			end_kick(fc, completion_event(fc));
			raise_later(fc);
		}
		spin_unlock_irqrestore(&fc->lock, flags);
	}
}

/**
 * fake_exit() - end of fake_init(); exit function of suites
 * @test: test
 */
void fake_exit(struct kunit *test)
{
	struct fake_npu *fake = test->priv;
	struct fake_file *f, *next;
	unsigned int i;

	if (!fake)
		return;
	wind_down(fake);
	list_for_each_entry_safe(f, next, &fake->files, link)
		fake_close(f);
	for (i = 0; i < FAKE_CORES; i++)
		if (fake->added[i])
			fake_remove_core(fake, i);
	if (!fake->unplugged)
		fake_unplug(fake);

	KUNIT_EXPECT_TRUE_MSG(test, fake_wait_vms(fake, 0), "%u address spaces are left",
			      fake->vms);
	KUNIT_EXPECT_EQ(test, fake_maps(fake), 0);
	for (i = 0; i < FAKE_CORES; i++) {
		KUNIT_EXPECT_EQ_MSG(test, fake->cores[i].powered, 0, "core %u is still on", i);
		KUNIT_EXPECT_NULL_MSG(test, fake->cores[i].vm, "core %u has an address space", i);
		KUNIT_EXPECT_FALSE_MSG(test, fake->cores[i].masked, "interrupts of core %u off", i);
	}
	KUNIT_EXPECT_EQ_MSG(test, fake->misuse, 0, "see the messages of the fake NPU");

	/* What still runs there ends before the device does. */
	flush_workqueue(npu_wq);
	kunit_device_unregister(test, fake->parent);
}
