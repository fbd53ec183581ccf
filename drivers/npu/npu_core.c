// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: what a core does next
 *
 * See npu_core.h. No function here knows a register.
 */

#include <linux/device.h>
#include <linux/dev_printk.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <kunit/visibility.h>

#include "npu_core.h"
#include "npu_ctx.h"
#include "npu_device.h"
#include "npu_job.h"
#include "npu_kick.h"
#include "npu_load.h"
#include "npu_soc.h"

/*
 * A dead core is tried again when somebody needs it, but not more often, unless it
 * lacked power only and there is no other core.
 */
#define NPU_REVIVE_INTERVAL	HZ

/**
 * npu_core_next() - decide what a core has to do
 * @view: what is known about the core
 *
 * Return: the next step; after doing it, ask again.
 */
enum npu_core_action npu_core_next(const struct npu_core_view *view)
{
	if (view->running)
		return NPU_CORE_STAY;
	if (view->held || !view->queued)
		return view->awake ? NPU_CORE_SLEEP : NPU_CORE_STAY;
	if (!view->awake)
		return NPU_CORE_WAKE;
	if (!view->same_vm)
		return NPU_CORE_SWITCH;

	return NPU_CORE_START;
}
EXPORT_SYMBOL_IF_KUNIT(npu_core_next);

static struct npu_job *npu_core_first(struct npu_core *core)
{
	return list_first_entry_or_null(&core->queue, struct npu_job,
					core_link);
}

static enum npu_core_action npu_core_look(struct npu_core *core)
{
	struct npu_job *first = npu_core_first(core);
	struct npu_core_view view = {
		.held = core->suspended || core->state != NPU_CORE_READY,
		.running = core->running,
		.queued = first,
		.awake = core->awake,
		.same_vm = first && core->vm == &first->ctx->vm,
	};

	lockdep_assert_held(&core->lock);

	return npu_core_next(&view);
}

/* When the kick on the hardware counts as hung, at the clock of the moment. */
static unsigned long npu_core_deadline(struct npu_core *core)
{
	const struct npu_kick *kick = &core->running->kicks[core->pos];

	return core->kicked +
	       msecs_to_jiffies(npu_kick_timeout_ms(core->soc, kick->segments,
						    core->rate_hz));
}

static void npu_core_kick(struct npu_core *core)
{
	lockdep_assert_held(&core->lock);

	core->kicked = jiffies;
	core->deadline = npu_core_deadline(core);
	core->ops->kick(core, &core->running->kicks[core->pos]);
}

/*
 * Start the first queued job. The watchdog may be pending from an earlier job; it
 * looks at the deadline when it runs, so it must only never be late.
 */
static void npu_core_start(struct npu_core *core)
{
	struct npu_job *job = npu_core_first(core);

	lockdep_assert_held(&core->lock);

	list_del_init(&job->core_link);
	core->running = job;
	core->pos = 0;
	core->fresh = false;
	job->started = ktime_get();
	if (core->load)
		npu_load_begin(core->load, ktime_to_ns(job->started));
	npu_core_kick(core);
	mod_delayed_work(npu_wq, &core->watchdog, core->deadline - jiffies);
}

/*
 * The running job leaves the hardware. The caller finishes it after dropping the
 * lock and decides what comes next.
 */
static struct npu_job *npu_core_take(struct npu_core *core)
{
	struct npu_job *job = core->running;
	ktime_t now = ktime_get();

	lockdep_assert_held(&core->lock);

	if (!job)
		return NULL;

	core->running = NULL;
	atomic64_add(ktime_to_ns(ktime_sub(now, job->started)),
		     &job->ctx->busy_ns);
	if (core->load)
		npu_load_end(core->load, ktime_to_ns(now));
	wake_up_all(&core->idle);

	return job;
}

/* A kick is complete: go on without leaving the interrupt handler if possible. */
static struct npu_job *npu_core_advance(struct npu_core *core)
{
	struct npu_job *done;

	lockdep_assert_held(&core->lock);

	if (++core->pos < core->running->num_kicks) {
		npu_core_kick(core);
		return NULL;
	}

	done = npu_core_take(core);

	switch (npu_core_look(core)) {
	case NPU_CORE_START:
		npu_core_start(core);
		break;
	case NPU_CORE_SLEEP:
		core->awake = false;
		core->ops->power_off(core);
		break;
	case NPU_CORE_STAY:
		break;
	default:
		queue_work(npu_wq, &core->pump);
		break;
	}

	return done;
}

/**
 * npu_core_irq() - look at a core after an interrupt
 * @core: core
 *
 * Context: hard interrupt. The line is shared, so the core may be off.
 *
 * Return: whether the core asserted the line.
 */
bool npu_core_irq(struct npu_core *core)
{
	struct npu_job *done = NULL;
	enum npu_irq_verdict verdict;
	unsigned long flags;
	u32 status, armed;

	spin_lock_irqsave(&core->lock, flags);
	if (!core->mmio_ok) {
		spin_unlock_irqrestore(&core->lock, flags);
		return false;
	}

	status = core->ops->status(core);
	armed = core->running && !core->fault ?
		core->running->kicks[core->pos].int_mask : 0;
	verdict = npu_irq_decide(status, armed);

	switch (verdict) {
	case NPU_IRQ_NONE:
		break;
	case NPU_IRQ_DONE:
		core->ops->ack(core, status);
		done = npu_core_advance(core);
		break;
	case NPU_IRQ_ERROR:
		core->ops->stop(core);
		core->ops->ack(core, status);
		core->fault = -EIO;
		queue_work(npu_wq, &core->recovery);
		break;
	case NPU_IRQ_STRAY:
		/* A stream that armed it can do so again, but not for ever. */
		core->ops->ack(core, status);
		if (!core->running)
			core->ops->stop(core);
		break;
	}
	spin_unlock_irqrestore(&core->lock, flags);

	if (done)
		npu_job_finish(done, 0);

	return verdict != NPU_IRQ_NONE;
}
EXPORT_SYMBOL_IF_KUNIT(npu_core_irq);

/**
 * npu_core_page_fault() - an access of the core has no translation
 * @core: core
 * @vm: address space the IOMMU looked in
 *
 * The IOMMU repeats the access for as long as it fails, so its interrupt would
 * come back at once. Interrupts of the core stay off until it was reset.
 *
 * Context: hard interrupt.
 *
 * Return: whether this is news.
 */
bool npu_core_page_fault(struct npu_core *core, struct npu_vm *vm)
{
	unsigned long flags;
	bool news;

	spin_lock_irqsave(&core->lock, flags);
	news = core->vm == vm && !core->irq_masked;
	if (news) {
		core->ops->irq_off(core);
		core->irq_masked = true;
		core->fault = -EIO;
		queue_work(npu_wq, &core->recovery);
	}
	spin_unlock_irqrestore(&core->lock, flags);

	return news;
}
EXPORT_SYMBOL_IF_KUNIT(npu_core_page_fault);

/**
 * npu_core_set_mmio() - allow or forbid the interrupt handler to read registers
 * @core: core
 * @ok: powered and clocked
 *
 * When it returns after forbidding, no handler is reading any more.
 */
void npu_core_set_mmio(struct npu_core *core, bool ok)
{
	unsigned long flags;

	spin_lock_irqsave(&core->lock, flags);
	core->mmio_ok = ok;
	spin_unlock_irqrestore(&core->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(npu_core_set_mmio);

/**
 * npu_core_set_rate() - the clock has changed, or is about to slow down
 * @core: core
 * @hz: new rate
 *
 * What runs may take longer now, and gets the time that it would have had if the clock
 * had been that slow from the beginning; not more, so that a clock that goes up and
 * down does not keep a hung job alive. The watchdog looks at the deadline when it
 * runs.
 *
 * Context: any.
 */
void npu_core_set_rate(struct npu_core *core, unsigned long hz)
{
	unsigned long flags, deadline;

	spin_lock_irqsave(&core->lock, flags);
	core->rate_hz = hz;
	if (core->running) {
		deadline = npu_core_deadline(core);
		if (time_after(deadline, core->deadline))
			core->deadline = deadline;
	}
	spin_unlock_irqrestore(&core->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(npu_core_set_rate);

static void npu_core_set_vm(struct npu_core *core, struct npu_vm *vm)
{
	unsigned long flags;

	lockdep_assert_held(&core->run_lock);

	spin_lock_irqsave(&core->lock, flags);
	core->vm = vm;
	spin_unlock_irqrestore(&core->lock, flags);
}

static void npu_core_drop_vm(struct npu_core *core)
{
	struct npu_vm *vm = core->vm;

	if (!vm)
		return;

	npu_core_set_vm(core, NULL);
	core->ops->detach(core, vm);
}

/*
 * Reset, then detach: a core in the middle of an access would keep the IOMMU from
 * stalling, and the reset takes the IOMMU's registers with it anyway (NPU C.8).
 * As long as the address space is attached, whoever unmaps a buffer from it writes
 * to that IOMMU, which does not answer while it is in reset.
 */
static int npu_core_reset(struct npu_core *core)
{
	struct npu_vm *vm = core->vm;
	int ret;

	lockdep_assert_held(&core->run_lock);

	npu_core_set_mmio(core, false);
	if (vm)
		mutex_lock(&vm->mmu_lock);
	ret = core->ops->reset(core);
	if (vm)
		mutex_unlock(&vm->mmu_lock);
	npu_core_drop_vm(core);
	npu_core_set_mmio(core, true);
	core->fresh = !ret;

	return ret;
}

static int npu_core_switch(struct npu_core *core, struct npu_vm *vm)
{
	unsigned int tries;
	int ret = 0;

	for (tries = 0; tries < 2; tries++) {
		if (!core->fresh || core->vm) {
			ret = npu_core_reset(core);
			if (ret)
				break;
		}

		ret = core->ops->attach(core, vm);
		if (!ret) {
			npu_core_set_vm(core, vm);
			break;
		}
		core->fresh = false;
	}

	return ret;
}

/* Out of service. Queued jobs become orphans, the caller finds them a new core. */
static void npu_core_set_aside(struct npu_core *core, bool unpowered,
			       struct list_head *orphans)
{
	unsigned long flags;

	lockdep_assert_held(&core->run_lock);

	spin_lock_irqsave(&core->lock, flags);
	if (core->state == NPU_CORE_READY)
		core->state = NPU_CORE_DEAD;
	core->died = jiffies;
	core->unpowered = unpowered;
	list_splice_tail_init(&core->queue, orphans);
	spin_unlock_irqrestore(&core->lock, flags);
}

static void npu_core_bury(struct npu_core *core, struct list_head *orphans)
{
	dev_err(core->dev, "core %u does not come back from reset, out of service\n",
		core->id);
	npu_core_set_aside(core, false, orphans);
}

/* Do everything that can be done now. */
static void npu_core_pump(struct npu_core *core, struct list_head *orphans)
{
	enum npu_core_action action;
	struct npu_job *job;
	unsigned long flags;
	int ret;

	lockdep_assert_held(&core->run_lock);

	for (;;) {
		spin_lock_irqsave(&core->lock, flags);
		action = npu_core_look(core);
		job = npu_core_first(core);
		if (action == NPU_CORE_START)
			npu_core_start(core);
		else if (action == NPU_CORE_SLEEP)
			core->awake = false;
		spin_unlock_irqrestore(&core->lock, flags);

		switch (action) {
		case NPU_CORE_STAY:
		case NPU_CORE_START:
			return;
		case NPU_CORE_SLEEP:
			core->ops->power_off(core);
			return;
		case NPU_CORE_WAKE:
			ret = core->ops->power_on(core);
			if (ret) {
				dev_err_ratelimited(core->dev,
						    "cannot power core %u: %pe\n",
						    core->id, ERR_PTR(ret));
				npu_core_set_aside(core, true, orphans);
				return;
			}
			spin_lock_irqsave(&core->lock, flags);
			core->awake = true;
			spin_unlock_irqrestore(&core->lock, flags);
			break;
		case NPU_CORE_SWITCH:
			if (npu_core_switch(core, &job->ctx->vm))
				npu_core_bury(core, orphans);
			break;
		}
	}
}

/**
 * npu_core_run() - do what a core has to do
 * @core: core
 * @orphans: receives queued jobs, if the core turns out to be dead
 *
 * Context: may sleep.
 */
void npu_core_run(struct npu_core *core, struct list_head *orphans)
{
	mutex_lock(&core->run_lock);
	npu_core_pump(core, orphans);
	mutex_unlock(&core->run_lock);
}

static void npu_core_pump_work(struct work_struct *work)
{
	struct npu_core *core = container_of(work, struct npu_core, pump);
	LIST_HEAD(orphans);

	npu_core_run(core, &orphans);
	npu_device_dispatch(core->ndev, &orphans);
}

/*
 * Take the running job away from the core, if it deserves it: for a fault at once,
 * otherwise after its deadline.
 */
static void npu_core_recover(struct npu_core *core, struct list_head *orphans)
{
	struct npu_job *job, *done = NULL;
	unsigned long flags, now = jiffies;
	char line[128] = "";
	bool unmask;
	u32 status;
	int error;

	lockdep_assert_held(&core->run_lock);

	spin_lock_irqsave(&core->lock, flags);
	job = core->running;
	error = core->fault;
	if (!error) {
		if (!job)
			goto unlock;
		if (time_before(now, core->deadline)) {
			mod_delayed_work(npu_wq, &core->watchdog,
					 core->deadline - now);
			goto unlock;
		}

		/* The interrupt may have been lost, or not have come through. */
		status = core->ops->status(core);
		if (npu_irq_decide(status, job->kicks[core->pos].int_mask) ==
		    NPU_IRQ_DONE) {
			dev_warn_ratelimited(core->dev,
					     "core %u: missed an interrupt\n",
					     core->id);
			core->ops->ack(core, status);
			done = npu_core_advance(core);
			if (core->running)
				mod_delayed_work(npu_wq, &core->watchdog,
						 core->deadline - now);
			goto unlock;
		}

		error = -ETIME;
		if (core->ops->describe)
			core->ops->describe(core, line, sizeof(line));
	}
	core->ops->stop(core);
	job = npu_core_take(core);
	core->fault = 0;
	core->resets++;
	spin_unlock_irqrestore(&core->lock, flags);

	if (job)
		dev_err_ratelimited(core->dev, "core %u: job of client %llu %s%s\n",
				    core->id, job->ctx->client_id,
				    error == -ETIME ? "hangs" : "failed", line);

	/* Nothing writes to the job's buffers any more when its fence signals. */
	if (npu_core_reset(core)) {
		npu_core_bury(core, orphans);
	} else {
		spin_lock_irqsave(&core->lock, flags);
		core->fault = 0;
		unmask = core->irq_masked;
		core->irq_masked = false;
		spin_unlock_irqrestore(&core->lock, flags);
		if (unmask)
			core->ops->irq_on(core);
	}

	if (job)
		npu_job_finish(job, error);
	return;

unlock:
	spin_unlock_irqrestore(&core->lock, flags);
	if (done)
		npu_job_finish(done, 0);
}

/*
 * A fault without a job, from a stream that went on after its end, may find the
 * core about to be powered off. If it is off already, nothing is left to reset.
 */
static bool npu_core_stay_awake(struct npu_core *core)
{
	unsigned long flags;
	bool unmask;

	lockdep_assert_held(&core->run_lock);

	if (!core->ops->power_on(core))
		return true;

	spin_lock_irqsave(&core->lock, flags);
	core->fault = 0;
	unmask = core->irq_masked;
	core->irq_masked = false;
	spin_unlock_irqrestore(&core->lock, flags);
	core->fresh = false;
	if (unmask)
		core->ops->irq_on(core);

	return false;
}

static void npu_core_recover_and_run(struct npu_core *core)
{
	bool faulted, held = false;
	unsigned long flags;
	LIST_HEAD(orphans);

	mutex_lock(&core->run_lock);
	spin_lock_irqsave(&core->lock, flags);
	faulted = core->fault && !core->awake;
	spin_unlock_irqrestore(&core->lock, flags);

	if (faulted)
		held = npu_core_stay_awake(core);
	npu_core_recover(core, &orphans);
	if (held)
		core->ops->power_off(core);
	npu_core_pump(core, &orphans);
	mutex_unlock(&core->run_lock);

	npu_device_dispatch(core->ndev, &orphans);
}

static void npu_core_recovery_work(struct work_struct *work)
{
	npu_core_recover_and_run(container_of(work, struct npu_core, recovery));
}

static void npu_core_watchdog_work(struct work_struct *work)
{
	npu_core_recover_and_run(container_of(work, struct npu_core,
					      watchdog.work));
}

/**
 * npu_core_usable() - may the core be given jobs?
 * @core: core
 *
 * The answer can be outdated when it arrives; npu_core_enqueue() is what counts.
 *
 * Return: whether it may.
 */
bool npu_core_usable(struct npu_core *core)
{
	return READ_ONCE(core->state) == NPU_CORE_READY;
}
EXPORT_SYMBOL_IF_KUNIT(npu_core_usable);

/**
 * npu_core_gone() - is the core being removed?
 * @core: core
 *
 * Return: whether it is.
 */
bool npu_core_gone(struct npu_core *core)
{
	return READ_ONCE(core->state) == NPU_CORE_GONE;
}

/**
 * npu_core_revive() - try whether a dead core works again
 * @core: core
 * @at_once: also shortly after it failed to be powered
 *
 * Does nothing otherwise shortly after the core died.
 *
 * Context: may sleep.
 */
void npu_core_revive(struct npu_core *core, bool at_once)
{
	unsigned long flags;
	bool unmask = false;
	int ret;

	mutex_lock(&core->run_lock);
	if (core->state != NPU_CORE_DEAD || core->suspended)
		goto unlock;
	if (!(at_once && core->unpowered) &&
	    time_before(jiffies, core->died + NPU_REVIVE_INTERVAL))
		goto unlock;

	ret = core->ops->power_on(core);
	if (!ret) {
		ret = npu_core_reset(core);
		if (ret)
			core->ops->power_off(core);
	}

	spin_lock_irqsave(&core->lock, flags);
	if (ret) {
		core->died = jiffies;
	} else {
		core->state = NPU_CORE_READY;
		core->awake = true;
		core->fault = 0;
		unmask = core->irq_masked;
		core->irq_masked = false;
	}
	spin_unlock_irqrestore(&core->lock, flags);

	if (unmask)
		core->ops->irq_on(core);
	if (!ret) {
		dev_info(core->dev, "core %u is back in service\n", core->id);
		/* Off again, unless it gets a job before. */
		queue_work(npu_wq, &core->pump);
	}
unlock:
	mutex_unlock(&core->run_lock);
}
EXPORT_SYMBOL_IF_KUNIT(npu_core_revive);

/**
 * npu_core_enqueue() - put a job at the end of a core's queue
 * @core: core
 * @job: job; belongs to the core if the call succeeds
 *
 * Follow with npu_core_run().
 *
 * Return: false if the core takes no jobs.
 */
bool npu_core_enqueue(struct npu_core *core, struct npu_job *job)
{
	unsigned long flags;
	bool ok;

	spin_lock_irqsave(&core->lock, flags);
	ok = core->state == NPU_CORE_READY;
	if (ok)
		list_add_tail(&job->core_link, &core->queue);
	spin_unlock_irqrestore(&core->lock, flags);

	return ok;
}

/**
 * npu_core_forget_vm() - an address space is about to end
 * @core: core
 * @vm: address space, no job uses it any more
 *
 * Context: may sleep.
 */
void npu_core_forget_vm(struct npu_core *core, struct npu_vm *vm)
{
	mutex_lock(&core->run_lock);
	if (core->vm == vm)
		npu_core_drop_vm(core);
	mutex_unlock(&core->run_lock);
}

static bool npu_core_idle(struct npu_core *core)
{
	unsigned long flags;
	bool idle;

	spin_lock_irqsave(&core->lock, flags);
	idle = !core->running;
	spin_unlock_irqrestore(&core->lock, flags);

	return idle;
}

/**
 * npu_core_hold() - stop starting jobs and wait for the running one
 * @core: core
 *
 * The watchdog bounds the wait. When it returns the core holds no power
 * reference; queued jobs stay queued.
 *
 * Context: may sleep.
 */
void npu_core_hold(struct npu_core *core)
{
	unsigned long flags;
	LIST_HEAD(orphans);

	spin_lock_irqsave(&core->lock, flags);
	core->suspended = true;
	spin_unlock_irqrestore(&core->lock, flags);

	/* Whoever started a job before seeing the flag has left after this. */
	mutex_lock(&core->run_lock);
	mutex_unlock(&core->run_lock);

	wait_event(core->idle, npu_core_idle(core));
	npu_core_run(core, &orphans);
	if (core->ndev)
		npu_device_dispatch(core->ndev, &orphans);
}
EXPORT_SYMBOL_IF_KUNIT(npu_core_hold);

/**
 * npu_core_release() - end of npu_core_hold()
 * @core: core
 */
void npu_core_release(struct npu_core *core)
{
	unsigned long flags;

	spin_lock_irqsave(&core->lock, flags);
	core->suspended = false;
	spin_unlock_irqrestore(&core->lock, flags);

	if (core->ndev)
		queue_work(npu_wq, &core->pump);
}
EXPORT_SYMBOL_IF_KUNIT(npu_core_release);

/**
 * npu_core_quiesce() - end the use of a core for good
 * @core: core, still in the device's table, so that page faults of its last job
 *	and the end of an address space still find it
 *
 * Queued jobs move to other cores, the running one is waited for.
 *
 * Context: may sleep.
 */
void npu_core_quiesce(struct npu_core *core)
{
	unsigned long flags;
	LIST_HEAD(orphans);

	/* run_lock: the pump may sleep with the first queued job in its hand. */
	mutex_lock(&core->run_lock);
	spin_lock_irqsave(&core->lock, flags);
	core->state = NPU_CORE_GONE;
	list_splice_tail_init(&core->queue, &orphans);
	spin_unlock_irqrestore(&core->lock, flags);
	mutex_unlock(&core->run_lock);
	npu_device_dispatch(core->ndev, &orphans);

	npu_core_hold(core);
	cancel_work_sync(&core->recovery);
	cancel_delayed_work_sync(&core->watchdog);
	cancel_work_sync(&core->pump);

	mutex_lock(&core->run_lock);
	npu_core_drop_vm(core);
	mutex_unlock(&core->run_lock);

	if (core->irq_masked) {
		core->irq_masked = false;
		core->ops->irq_on(core);
	}
}

/**
 * npu_core_init() - initialise the hardware-independent part of a core
 * @core: core, zeroed
 * @dev: device of the core
 * @soc: constants of the SoC
 * @ops: the hardware
 * @id: core number
 */
void npu_core_init(struct npu_core *core, struct device *dev,
		   const struct npu_soc *soc, const struct npu_core_ops *ops,
		   unsigned int id)
{
	core->dev = dev;
	core->soc = soc;
	core->ops = ops;
	core->id = id;
	core->state = NPU_CORE_READY;
	mutex_init(&core->run_lock);
	spin_lock_init(&core->lock);
	INIT_LIST_HEAD(&core->queue);
	init_waitqueue_head(&core->idle);
	INIT_WORK(&core->pump, npu_core_pump_work);
	INIT_WORK(&core->recovery, npu_core_recovery_work);
	INIT_DELAYED_WORK(&core->watchdog, npu_core_watchdog_work);
}
EXPORT_SYMBOL_IF_KUNIT(npu_core_init);
