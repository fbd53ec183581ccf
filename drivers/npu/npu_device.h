/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: the NPU device, and the locking of the whole driver
 *
 * One DRM device stands for all cores of the SoC. Cores come and go (probe,
 * unbind, a core that no reset brings back); contexts, buffers and queued jobs do
 * not refer to cores but to the device and its slots, so they survive that.
 *
 * A slot is one DRM scheduler, there is one per core the SoC can have. Slot n
 * prefers core n; when that core is missing, the slot's jobs run on another one.
 * Slots live as long as the DRM device.
 *
 * Locks, outermost first. A lock may be taken while holding any of its own block
 * that stands above it, never the other way round.
 *
 * ================== ======== ================================================
 * lock               kind     protects
 * ================== ======== ================================================
 * npu_drv_lock       mutex    which NPU device exists; probe and remove
 * (submission)                user context
 * bo.map_lock        mutex    mappings of a buffer
 * vm.lock            mutex    address space of a context
 * ctx.submit_lock    mutex    order of arming and queueing; ctx.slot
 * dma_resv           ww mutex fences and memory of a buffer
 * (execution)                 fence signalling path: no allocation that waits
 * ndev.core_sem      rwsem    ndev.cores[] for those who sleep
 * core.run_lock      mutex    everything that is not started from the interrupt
 *                             handler: power, address space, reset of a core
 * dvfs.idle_lock     mutex    cores of the shared clock coming and going
 * dvfs.lock          mutex    the shared clock, its supplies and margins
 * vm.mmu_lock        mutex    IOMMU registers against resets; mapping takes it too,
 *                             with no memory allocation that waits inside
 * (leaves)                    interrupts off where the table says irq
 * ndev.cores_lock    spin irq ndev.cores[] for the page fault handler
 * core.lock          spin irq queue, running job, state and registers of a core
 * ctx.lock           spin     jobs in flight and retired mappings of a context
 * bo.fence_lock      spin     bo.last_write
 * load.lock          spin irq busy time of all cores
 * ================== ======== ================================================
 *
 * The execution block never takes a lock of the submission block. Freeing a
 * mapping needs vm.lock, so jobs leave that to a work item (npu_ctx.c). Fences
 * are signalled with none of these held, except core.run_lock in the recovery.
 */
#ifndef _NPU_DEVICE_H_
#define _NPU_DEVICE_H_

#include <linux/atomic.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <drm/drm_device.h>
#include <drm/gpu_scheduler.h>

#include "npu_soc.h"

struct npu_core;
struct npu_job;
struct npu_mmu_ops;
struct npu_vm;
struct workqueue_struct;

/**
 * struct npu_slot - one queue towards the cores
 * @sched: its scheduler
 * @fence_context: context of the fences that @sched waits for
 * @seqno: number of the last such fence; only run_job() touches it
 * @load: jobs queued on or running from this slot
 */
struct npu_slot {
	struct drm_gpu_scheduler sched;
	u64 fence_context;
	u64 seqno;
	atomic_t load;
};

/**
 * struct npu_device - all cores of an SoC as one DRM device
 * @ddev: the DRM device
 * @soc: constants of the SoC
 * @mmu_ops: how address spaces are made
 * @core_sem: see the table
 * @cores_lock: see the table
 * @cores: bound cores by core number, NULL where there is none
 * @slots: queues, @soc->num_cores of them
 * @num_slots: initialised entries of @slots
 * @jobs: jobs that exist
 */
struct npu_device {
	struct drm_device ddev;
	const struct npu_soc *soc;
	const struct npu_mmu_ops *mmu_ops;

	struct rw_semaphore core_sem;
	spinlock_t cores_lock; /* cores, for the page fault handler */
	struct npu_core *cores[NPU_MAX_CORES];

	struct npu_slot slots[NPU_MAX_CORES];
	unsigned int num_slots;
	atomic_t jobs;
};

static inline struct npu_device *to_npu_device(struct drm_device *ddev)
{
	return container_of(ddev, struct npu_device, ddev);
}

/* For recovery and deferred freeing; made at module load. */
extern struct workqueue_struct *npu_wq;

struct npu_device *npu_device_create(struct device *parent,
				     const struct npu_soc *soc,
				     const struct npu_mmu_ops *mmu_ops);
int npu_device_register(struct npu_device *ndev);
void npu_device_unplug(struct npu_device *ndev);

int npu_device_add_core(struct npu_device *ndev, struct npu_core *core);
void npu_device_remove_core(struct npu_core *core);
bool npu_device_has_cores(struct npu_device *ndev);

unsigned int npu_device_pick_slot(struct npu_device *ndev);
void npu_device_dispatch(struct npu_device *ndev, struct list_head *jobs);
void npu_device_forget_vm(struct npu_device *ndev, struct npu_vm *vm);

void npu_device_job_get(struct npu_device *ndev);
void npu_device_job_put(struct npu_device *ndev);

#endif /* _NPU_DEVICE_H_ */
