/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: a core, seen by everything that does not touch registers
 *
 * A core owns a queue of prepared jobs and runs one at a time. Three contexts
 * move it on, and npu_core_next() is the only place that decides what to do:
 *
 * - the pump, in process context under run_lock: powers the core, gives it the
 *   job's address space, starts the job;
 * - the interrupt handler: starts the next kick of the running job, or the next
 *   queued job if it has the same address space, without leaving interrupt
 *   context; anything that needs more is left to the pump;
 * - the recovery, in process context under run_lock: takes a job away from a
 *   core that hung or faulted, resets the core, and only then fails the job, so
 *   that nothing is still writing to buffers that may be freed.
 *
 * A core changes hands through a reset: a stream of one client cannot go on in the
 * address space of the next, nor leave registers and buffer contents behind
 * (hardware notes, NPU F16 and H.3).
 *
 * Time limits belong to kicks and not to scheduler jobs. The DRM scheduler
 * restarts its timer whenever it starts another job, which would let a hung kick
 * live on behind queued ones.
 */
#ifndef _NPU_CORE_H_
#define _NPU_CORE_H_

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct device;
struct device_node;
struct npu_core;
struct npu_device;
struct npu_dvfs;
struct npu_job;
struct npu_kick;
struct npu_load;
struct npu_soc;
struct npu_vm;

/**
 * struct npu_core_ops - what a core needs from the hardware
 * @power_on: power the core and keep it on, may sleep; 0 or an error
 * @power_off: end of @power_on, may not sleep
 * @kick: write a kick record and start; core.lock held
 * @status: armed events that have happened; core.lock held
 * @ack: clear these events; core.lock held
 * @stop: arm no event any more; core.lock held
 * @reset: put the core into its reset state and prove that it is there; -EIO
 *	when it is not. May sleep.
 * @attach: make the core use an address space, may sleep; 0 or an error
 * @detach: end of @attach, may sleep
 * @irq_off: stop interrupts of core and IOMMU; core.lock held
 * @irq_on: end of @irq_off, may sleep
 * @describe: say in one line what the registers tell about a core that hung;
 *	core.lock held. May be NULL.
 */
struct npu_core_ops {
	int (*power_on)(struct npu_core *core);
	void (*power_off)(struct npu_core *core);
	void (*kick)(struct npu_core *core, const struct npu_kick *kick);
	u32 (*status)(struct npu_core *core);
	void (*ack)(struct npu_core *core, u32 events);
	void (*stop)(struct npu_core *core);
	int (*reset)(struct npu_core *core);
	int (*attach)(struct npu_core *core, struct npu_vm *vm);
	void (*detach)(struct npu_core *core, struct npu_vm *vm);
	void (*irq_off)(struct npu_core *core);
	void (*irq_on)(struct npu_core *core);
	void (*describe)(struct npu_core *core, char *line, size_t size);
};

/**
 * enum npu_core_state - may a core be given jobs?
 * @NPU_CORE_READY: yes
 * @NPU_CORE_DEAD: no, it cannot be powered or a reset did not bring it back; tried
 *	again later
 * @NPU_CORE_GONE: no, it is being removed
 */
enum npu_core_state {
	NPU_CORE_READY,
	NPU_CORE_DEAD,
	NPU_CORE_GONE,
};

/**
 * enum npu_core_action - what a core has to do next
 * @NPU_CORE_STAY: nothing
 * @NPU_CORE_SLEEP: give the power reference back
 * @NPU_CORE_WAKE: take a power reference
 * @NPU_CORE_SWITCH: change to the address space of the first queued job
 * @NPU_CORE_START: start the first queued job
 */
enum npu_core_action {
	NPU_CORE_STAY,
	NPU_CORE_SLEEP,
	NPU_CORE_WAKE,
	NPU_CORE_SWITCH,
	NPU_CORE_START,
};

/**
 * struct npu_core_view - what npu_core_next() decides on
 * @held: no job may be started (system suspend, dead or removed core)
 * @running: a job runs
 * @queued: a job waits
 * @awake: the core holds a power reference
 * @same_vm: the waiting job has the address space that is attached
 */
struct npu_core_view {
	bool held;
	bool running;
	bool queued;
	bool awake;
	bool same_vm;
};

/**
 * struct npu_core - one core
 * @ndev: device the core was added to, NULL before
 * @dev: the platform device, for messages and power
 * @soc: constants of the SoC
 * @ops: the hardware
 * @id: core number of the hardware
 * @mmu_node: device tree node of the core's IOMMU, finds the core of a fault
 * @dvfs: the clock that all cores share, NULL without one
 * @load: busy time of all cores, NULL when nobody asks
 * @run_lock: see npu_device.h
 * @vm: attached address space; its context sees to it that the pointer never
 *	dangles. Changed under both locks.
 * @fresh: the core was reset and has not run anything since
 * @lock: see npu_device.h
 * @state: may it be given jobs?
 * @died: when @state became %NPU_CORE_DEAD, jiffies
 * @unpowered: it did because of its power
 * @suspended: system suspend
 * @mmio_ok: powered, clocked and not in reset: the handler may read registers
 * @awake: holds a power reference
 * @irq_masked: @ops->irq_off was called
 * @fault: error that the running job is to fail with, 0 if none
 * @queue: jobs to run
 * @running: job on the hardware
 * @pos: its kick on the hardware
 * @kicked: when that kick was started, jiffies
 * @deadline: when it counts as hung, jiffies
 * @resets: resets because of a failed job
 * @rate_hz: NPU clock, for time limits; 0 when it is not known
 * @idle: woken whenever @running becomes NULL
 * @pump: does what the interrupt handler cannot
 * @recovery: takes the core away from a faulting job
 * @watchdog: takes the core away from a hung job
 */
struct npu_core {
	struct npu_device *ndev;
	struct device *dev;
	const struct npu_soc *soc;
	const struct npu_core_ops *ops;
	unsigned int id;
	struct device_node *mmu_node;
	struct npu_dvfs *dvfs;
	struct npu_load *load;

	struct mutex run_lock; /* power, address space, reset */
	struct npu_vm *vm;
	bool fresh;

	spinlock_t lock; /* all down to rate_hz */
	enum npu_core_state state;
	unsigned long died;
	bool unpowered;
	bool suspended;
	bool mmio_ok;
	bool awake;
	bool irq_masked;
	int fault;
	struct list_head queue;
	struct npu_job *running;
	unsigned int pos;
	unsigned long kicked;
	unsigned long deadline;
	unsigned int resets;
	unsigned long rate_hz;

	wait_queue_head_t idle;
	struct work_struct pump;
	struct work_struct recovery;
	struct delayed_work watchdog;
};

enum npu_core_action npu_core_next(const struct npu_core_view *view);

void npu_core_init(struct npu_core *core, struct device *dev,
		   const struct npu_soc *soc, const struct npu_core_ops *ops,
		   unsigned int id);
void npu_core_set_mmio(struct npu_core *core, bool ok);
void npu_core_set_rate(struct npu_core *core, unsigned long hz);
bool npu_core_irq(struct npu_core *core);
bool npu_core_page_fault(struct npu_core *core, struct npu_vm *vm);

bool npu_core_usable(struct npu_core *core);
bool npu_core_gone(struct npu_core *core);
void npu_core_revive(struct npu_core *core, bool at_once);
bool npu_core_enqueue(struct npu_core *core, struct npu_job *job);
void npu_core_run(struct npu_core *core, struct list_head *orphans);
void npu_core_forget_vm(struct npu_core *core, struct npu_vm *vm);

void npu_core_hold(struct npu_core *core);
void npu_core_release(struct npu_core *core);
void npu_core_quiesce(struct npu_core *core);

#endif /* _NPU_CORE_H_ */
