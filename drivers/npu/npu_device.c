// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: the NPU device: table of cores, slots, dispatching
 *
 * See npu_device.h.
 */

#include <linux/device.h>
#include <linux/dma-fence.h>
#include <linux/wait.h>
#include <kunit/visibility.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>

#define SUNMAO_NEED_DRM_SCHED
#include <sunmao/compat.h>

#include "npu_core.h"
#include "npu_device.h"
#include "npu_ioctl.h"
#include "npu_job.h"

/*
 * Jobs that a scheduler has handed over and that are not finished. One until
 * cores take several prepared kicks ahead of time.
 */
#define NPU_SLOT_CREDITS	1

/* Woken when a job is gone; outlives every device. */
static DECLARE_WAIT_QUEUE_HEAD(npu_job_gone);

static const char * const npu_slot_name[NPU_MAX_CORES] = {
	"npu-core0", "npu-core1", "npu-core2",
};

static void npu_device_fini(struct drm_device *ddev, void *unused)
{
	struct npu_device *ndev = to_npu_device(ddev);

	while (ndev->num_slots)
		drm_sched_fini(&ndev->slots[--ndev->num_slots].sched);
}

/**
 * npu_device_create() - make an NPU device without cores
 * @parent: device that owns the DRM device and maps buffers for the CPU
 * @soc: constants of the SoC
 * @mmu_ops: how address spaces are made
 *
 * The reference belongs to @parent's managed resources.
 *
 * Return: the device, not registered yet, or an ERR_PTR.
 */
struct npu_device *npu_device_create(struct device *parent,
				     const struct npu_soc *soc,
				     const struct npu_mmu_ops *mmu_ops)
{
	struct drm_sched_init_args args = {
		.ops = &npu_sched_ops,
		.num_rqs = DRM_SCHED_PRIORITY_COUNT,
		.credit_limit = NPU_SLOT_CREDITS,
		.timeout = MAX_SCHEDULE_TIMEOUT,
		.dev = parent,
	};
	struct npu_device *ndev;
	struct npu_slot *slot;
	int ret;

	ndev = devm_drm_dev_alloc(parent, &npu_drm_driver, struct npu_device,
				  ddev);
	if (IS_ERR(ndev))
		return ndev;

	ndev->soc = soc;
	ndev->mmu_ops = mmu_ops;
	init_rwsem(&ndev->core_sem);
	spin_lock_init(&ndev->cores_lock);

	ret = drmm_add_action_or_reset(&ndev->ddev, npu_device_fini, NULL);
	if (ret)
		return ERR_PTR(ret);

	while (ndev->num_slots < soc->num_cores) {
		slot = &ndev->slots[ndev->num_slots];
		args.name = npu_slot_name[ndev->num_slots];
		slot->fence_context = dma_fence_context_alloc(1);
		ret = sunmao_sched_init(&slot->sched, &args);
		if (ret)
			return ERR_PTR(ret);
		ndev->num_slots++;
	}

	return ndev;
}
EXPORT_SYMBOL_IF_KUNIT(npu_device_create);

/**
 * npu_device_register() - let user space in
 * @ndev: device with at least one working core
 *
 * Return: 0 or an error.
 */
int npu_device_register(struct npu_device *ndev)
{
	return drm_dev_register(&ndev->ddev, 0);
}
EXPORT_SYMBOL_IF_KUNIT(npu_device_register);

/**
 * npu_device_unplug() - lock user space out and wait until all jobs are gone
 * @ndev: device, registered, without cores
 *
 * Open files stay open; every call on them fails with -ENODEV.
 *
 * Context: may sleep for as long as a job waits for foreign fences.
 */
void npu_device_unplug(struct npu_device *ndev)
{
	drm_dev_unplug(&ndev->ddev);
	wait_event(npu_job_gone, !atomic_read(&ndev->jobs));
}
EXPORT_SYMBOL_IF_KUNIT(npu_device_unplug);

/**
 * npu_device_job_get() - a job begins to exist
 * @ndev: device
 */
void npu_device_job_get(struct npu_device *ndev)
{
	atomic_inc(&ndev->jobs);
}

/**
 * npu_device_job_put() - a job is gone
 * @ndev: device; must not be touched afterwards
 */
void npu_device_job_put(struct npu_device *ndev)
{
	if (atomic_dec_and_test(&ndev->jobs))
		wake_up_all(&npu_job_gone);
}

/**
 * npu_device_add_core() - give a device a core
 * @ndev: device
 * @core: working core, not in use yet
 *
 * Return: 0, or -EBUSY if the device has a core with that number.
 */
int npu_device_add_core(struct npu_device *ndev, struct npu_core *core)
{
	int ret = 0;

	down_write(&ndev->core_sem);
	if (core->id >= ndev->num_slots || ndev->cores[core->id]) {
		ret = -EBUSY;
	} else {
		core->ndev = ndev;
		spin_lock_irq(&ndev->cores_lock);
		ndev->cores[core->id] = core;
		spin_unlock_irq(&ndev->cores_lock);
	}
	up_write(&ndev->core_sem);

	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(npu_device_add_core);

/**
 * npu_device_remove_core() - take a core away from its device
 * @core: core
 *
 * When it returns nothing uses the core any more. Other cores take its jobs over;
 * if there are none the jobs fail with -ENODEV.
 *
 * Context: may sleep for as long as the running job takes.
 */
void npu_device_remove_core(struct npu_core *core)
{
	struct npu_device *ndev = core->ndev;

	npu_core_quiesce(core);

	down_write(&ndev->core_sem);
	spin_lock_irq(&ndev->cores_lock);
	ndev->cores[core->id] = NULL;
	spin_unlock_irq(&ndev->cores_lock);
	up_write(&ndev->core_sem);
	core->ndev = NULL;
}
EXPORT_SYMBOL_IF_KUNIT(npu_device_remove_core);

/**
 * npu_device_has_cores() - is there any core that stays?
 * @ndev: device
 *
 * Return: whether there is, working or not.
 */
bool npu_device_has_cores(struct npu_device *ndev)
{
	bool found = false;
	unsigned int i;

	down_read(&ndev->core_sem);
	for (i = 0; i < ndev->num_slots; i++)
		found |= ndev->cores[i] && !npu_core_gone(ndev->cores[i]);
	up_read(&ndev->core_sem);

	return found;
}
EXPORT_SYMBOL_IF_KUNIT(npu_device_has_cores);

/**
 * npu_device_pick_slot() - where should an idle client queue its jobs?
 * @ndev: device
 *
 * Return: the slot with the fewest jobs among those whose core works, or among
 * all when no core works.
 */
unsigned int npu_device_pick_slot(struct npu_device *ndev)
{
	unsigned int i, load, best = 0, best_load = UINT_MAX;
	bool usable, best_usable = false;

	down_read(&ndev->core_sem);
	for (i = 0; i < ndev->num_slots; i++) {
		usable = ndev->cores[i] && npu_core_usable(ndev->cores[i]);
		load = atomic_read(&ndev->slots[i].load);
		if ((usable && !best_usable) ||
		    (usable == best_usable && load < best_load)) {
			best = i;
			best_load = load;
			best_usable = usable;
		}
	}
	up_read(&ndev->core_sem);

	return best;
}

/*
 * The slot's own core if it works, otherwise the working core whose slot has the
 * least to do; dead cores are given a chance when nothing else is left.
 */
static struct npu_core *npu_device_pick_core(struct npu_device *ndev,
					     unsigned int slot)
{
	struct npu_core *core = ndev->cores[slot], *best = NULL;
	unsigned int i, load, best_load = UINT_MAX;

	lockdep_assert_held(&ndev->core_sem);

	if (core) {
		if (!npu_core_usable(core))
			npu_core_revive(core, false);
		if (npu_core_usable(core))
			return core;
	}

	for (i = 0; i < ndev->num_slots; i++) {
		core = ndev->cores[i];
		if (!core || i == slot)
			continue;
		if (!npu_core_usable(core))
			npu_core_revive(core, false);
		load = atomic_read(&ndev->slots[i].load);
		if (npu_core_usable(core) && load < best_load) {
			best = core;
			best_load = load;
		}
	}

	return best;
}

/* No core works. The power may be back, which is worth a try for each job. */
static struct npu_core *npu_device_last_resort(struct npu_device *ndev,
					       struct npu_job *job)
{
	struct npu_core *core;
	unsigned int i;

	lockdep_assert_held(&ndev->core_sem);

	if (job->last_resort)
		return NULL;
	job->last_resort = true;

	for (i = 0; i < ndev->num_slots; i++) {
		core = ndev->cores[i];
		if (!core)
			continue;
		npu_core_revive(core, true);
		if (npu_core_usable(core))
			return core;
	}

	return NULL;
}

/**
 * npu_device_dispatch() - give jobs to cores
 * @ndev: device
 * @jobs: list of jobs, empty afterwards
 *
 * A job for which there is no core fails: -EIO when all cores are out of
 * service, -ENODEV when there are none. Every round either places a job, fails
 * it, or takes a core out of service, so this ends.
 *
 * Context: may sleep, allocates nothing.
 */
void npu_device_dispatch(struct npu_device *ndev, struct list_head *jobs)
{
	struct npu_core *core;
	struct npu_job *job;
	bool placed;

	while (!list_empty(jobs)) {
		job = list_first_entry(jobs, struct npu_job, core_link);
		list_del_init(&job->core_link);

		down_read(&ndev->core_sem);
		do {
			core = npu_device_pick_core(ndev, job->slot);
			if (!core)
				core = npu_device_last_resort(ndev, job);
			placed = core && npu_core_enqueue(core, job);
		} while (core && !placed);
		if (placed)
			npu_core_run(core, jobs);
		up_read(&ndev->core_sem);

		if (!placed)
			npu_job_finish(job, npu_device_has_cores(ndev) ?
					    -EIO : -ENODEV);
	}
}

/**
 * npu_device_forget_vm() - an address space is about to end
 * @ndev: device
 * @vm: address space, no job uses it any more
 *
 * Context: may sleep.
 */
void npu_device_forget_vm(struct npu_device *ndev, struct npu_vm *vm)
{
	unsigned int i;

	down_read(&ndev->core_sem);
	for (i = 0; i < ndev->num_slots; i++) {
		if (ndev->cores[i])
			npu_core_forget_vm(ndev->cores[i], vm);
	}
	up_read(&ndev->core_sem);
}
