// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: jobs
 *
 * A context is ready when it has a raw buffer; all other queues are optional and
 * give a job the oldest buffer that they have. So every node may be started and
 * stopped in any order, parameters apply to exactly the frame that they leave
 * their queue with, and frames nobody wants a picture of still count.
 *
 * Contexts take turns, one frame each. The next job is set up and started in the
 * interrupt handler that sees the end of the one before; only what takes long
 * (lens shading tables, statistics from registers, resets) is left to the
 * instance's work item, which also gives buffers back.
 *
 * A frame is marked as broken when the hardware reports an error or does not come
 * to an end, which both cost a reset; when the IOMMU met a fault meanwhile; and
 * when no interrupt told of its end. The next frame starts in any case.
 */

#include <linux/dma-mapping.h>

#include "isp_dev.h"

/* Enough for any frame to end; the watchdog acts long before. */
#define ISP_DRAIN_MS	5000

static struct isp_job *free_job(struct isp_device *isp)
{
	unsigned int i;

	for (i = 0; i < ISP_NUM_JOBS; i++) {
		if (isp->jobs[i].state == ISP_JOB_FREE)
			return &isp->jobs[i];
	}

	return NULL;
}

static struct isp_buf *take_buf(struct isp_node *node)
{
	struct isp_buf *buf = NULL;

	if (node->streaming)
		buf = list_first_entry_or_null(&node->bufs, struct isp_buf,
					       entry);
	if (buf)
		list_del(&buf->entry);

	return buf;
}

/* Make a job of the next context that is ready; isp.lock is held. */
static struct isp_job *claim(struct isp_device *isp)
{
	struct isp_ctx *ctx;
	struct isp_buf *raw = NULL;
	struct isp_job *job;
	unsigned int i;

	if (isp->running || isp->blocked || !isp->powered)
		return NULL;
	job = free_job(isp);
	if (!job)
		return NULL;

	for (i = 0; i < isp->num_ctxs && !raw; i++) {
		ctx = isp->ctxs[(isp->turn + i) % isp->num_ctxs];
		if (ctx->raw_node)
			raw = take_buf(ctx->raw_node);
	}
	if (!raw)
		return NULL;
	isp->turn = (ctx->index + 1) % isp->num_ctxs;

	job->state = ISP_JOB_CLAIMED;
	job->ctx = ctx;
	job->failed = false;
	job->wait_stats = false;
	job->stats_by_registers = false;
	job->wait_mi = 0;
	job->sequence = ctx->sequence++;
	job->timestamp = raw->vb.vb2_buf.timestamp ?: ktime_get_ns();
	memset(job->bufs, 0, sizeof(job->bufs));
	job->bufs[ISP_NODE_RAW0] = raw;
	for (i = 0; i < ISP_NUM_NODES; i++) {
		if (!isp_node_is_raw(&ctx->nodes[i]))
			job->bufs[i] = take_buf(&ctx->nodes[i]);
	}
	isp->running = job;
	isp_setup_job(job);

	return job;
}

/* The registers are written: go. isp.lock is held. */
static void launch(struct isp_device *isp, struct isp_job *job)
{
	unsigned int ms = isp_frame_timeout_ms(job->ctx->env.width,
					       job->ctx->env.height, isp->rate);

	job->state = ISP_JOB_STARTED;
	job->deadline = jiffies + msecs_to_jiffies(ms);
	isp_entity_frame_sync(job->ctx, job->sequence);
	isp_hw_trigger(isp);
	/* When it is pending already, it will find the new deadline. */
	queue_delayed_work(isp->wq, &isp->watchdog, msecs_to_jiffies(ms) + 1);
}

/* Start the next job from atomic context; isp.lock is held. */
static void start_next(struct isp_device *isp)
{
	struct isp_job *job = claim(isp);

	if (!job)
		return;
	if (isp_hw_is_slow(isp, job)) {
		queue_work(isp->wq, &isp->work);
		return;
	}
	isp_hw_program(isp, job);
	launch(isp, job);
}

/* The running job leaves the hardware; isp.lock is held. */
static void retire(struct isp_device *isp)
{
	struct isp_job *job = isp->running;

	job->state = ISP_JOB_DONE;
	list_add_tail(&job->entry, &isp->done);
	isp->running = NULL;
}

/**
 * isp_sched_kick() - look for work
 * @isp: instance
 *
 * Called when a buffer, a node or the hardware became available.
 */
void isp_sched_kick(struct isp_device *isp)
{
	unsigned long flags;

	spin_lock_irqsave(&isp->lock, flags);
	start_next(isp);
	spin_unlock_irqrestore(&isp->lock, flags);
}

/**
 * isp_sched_progress() - something happened to the running job
 * @isp: instance; the job is on the hardware
 * @failed: it cannot end any more
 *
 * Called from the interrupt handlers with isp.lock held.
 */
void isp_sched_progress(struct isp_device *isp, bool failed)
{
	struct isp_job *job = isp->running;

	if (failed) {
		job->failed = true;
		job->state = ISP_JOB_FAILED;
		queue_work(isp->wq, &isp->work);
		return;
	}
	if (job->wait_isp || job->wait_mi || job->wait_stats)
		return;

	if (job->stats_by_registers && job->measured.done) {
		job->state = ISP_JOB_READ_STATS;
	} else {
		retire(isp);
		start_next(isp);
	}
	queue_work(isp->wq, &isp->work);
}

static void finish_stats(struct isp_job *job)
{
	struct isp_ctx *ctx = job->ctx;
	struct isp_buf *buf = job->bufs[ISP_NODE_STATS];
	bool extended = isp_node_is_extended(&ctx->nodes[ISP_NODE_STATS]);

	if (job->failed)
		job->measured.done = 0;
	/* What the hardware wrote is complete before its end is seen. */
	dma_rmb();
	isp_stats_update(&ctx->stats, &job->measured);
	if (!buf)
		return;
	isp_stats_emit(&ctx->stats, job->measured.enabled,
		       vb2_plane_vaddr(&buf->vb.vb2_buf, 0), extended);
	vb2_set_plane_payload(&buf->vb.vb2_buf, 0, extended ?
			      ISP_EXT_STATS_SIZE : ISP_RK_STATS_SIZE);
}

/* Give the buffers back. Parameters were applied even to a failed frame. */
static void finish(struct isp_device *isp, struct isp_job *job)
{
	enum vb2_buffer_state state;
	unsigned long flags;
	unsigned int i;
	bool failed;

	finish_stats(job);
	for (i = 0; i < ISP_NUM_NODES; i++) {
		struct isp_buf *buf = job->bufs[i];

		if (!buf)
			continue;
		failed = i == ISP_NODE_PARAMS ? job->params_stale : job->failed;
		state = failed ? VB2_BUF_STATE_ERROR : VB2_BUF_STATE_DONE;
		buf->vb.sequence = job->sequence;
		buf->vb.field = V4L2_FIELD_NONE;
		buf->vb.vb2_buf.timestamp = job->timestamp;
		vb2_buffer_done(&buf->vb.vb2_buf, state);
	}

	spin_lock_irqsave(&isp->lock, flags);
	memset(job->bufs, 0, sizeof(job->bufs));
	job->ctx = NULL;
	job->state = ISP_JOB_FREE;
	spin_unlock_irqrestore(&isp->lock, flags);
	wake_up_all(&isp->wait);
}

static void finish_all(struct isp_device *isp)
{
	struct isp_job *job;
	unsigned long flags;

	for (;;) {
		spin_lock_irqsave(&isp->lock, flags);
		job = list_first_entry_or_null(&isp->done, struct isp_job,
					       entry);
		if (job)
			list_del(&job->entry);
		spin_unlock_irqrestore(&isp->lock, flags);
		if (!job)
			return;
		finish(isp, job);
	}
}

static void isp_sched_work(struct work_struct *work)
{
	struct isp_device *isp = container_of(work, struct isp_device, work);
	struct isp_job *job;
	unsigned long flags;

	spin_lock_irqsave(&isp->lock, flags);
	job = isp->running;
	if (job && job->state == ISP_JOB_FAILED) {
		spin_unlock_irqrestore(&isp->lock, flags);
		dev_warn_ratelimited(isp->dev,
				     "frame %u failed, the ISP is reset\n",
				     job->sequence);
		isp_hw_reset(isp);
		spin_lock_irqsave(&isp->lock, flags);
		retire(isp);
	} else if (job && job->state == ISP_JOB_READ_STATS) {
		spin_unlock_irqrestore(&isp->lock, flags);
		isp_hw_read_stats(isp, job);
		spin_lock_irqsave(&isp->lock, flags);
		retire(isp);
	}

	/* The hardware first, user space second. */
	job = isp->running ?: claim(isp);
	if (job && job->state == ISP_JOB_CLAIMED) {
		spin_unlock_irqrestore(&isp->lock, flags);
		isp_hw_program(isp, job);
		spin_lock_irqsave(&isp->lock, flags);
		launch(isp, job);
	}
	spin_unlock_irqrestore(&isp->lock, flags);

	finish_all(isp);
	/* A job became free, which may be what the next frame waited for. */
	isp_sched_kick(isp);
}

static void isp_sched_watchdog(struct work_struct *work)
{
	struct isp_device *isp = container_of(to_delayed_work(work),
					      struct isp_device, watchdog);
	struct isp_job *job;
	unsigned long flags;

	spin_lock_irqsave(&isp->lock, flags);
	job = isp->running;
	/* An interrupt may be lost without the frame: no reset, but no trust either. */
	if (job && job->state == ISP_JOB_STARTED &&
	    !time_before(jiffies, job->deadline)) {
		job->failed |= job->wait_isp || job->wait_mi;
		isp_hw_service(isp);
	}
	job = isp->running;
	if (!job || job->state != ISP_JOB_STARTED) {
		spin_unlock_irqrestore(&isp->lock, flags);
		return;
	}
	if (time_before(jiffies, job->deadline)) {
		queue_delayed_work(isp->wq, &isp->watchdog,
				   job->deadline - jiffies + 1);
	} else if (!job->wait_isp && !job->wait_mi) {
		/* Only the statistics are missing: do without memory. */
		dev_warn(isp->dev,
			 "statistics do not come to memory, using registers\n");
		isp->stats_in_memory = false;
		job->wait_stats = false;
		job->state = ISP_JOB_READ_STATS;
		queue_work(isp->wq, &isp->work);
	} else {
		dev_dbg(isp->dev, "frame %u lost: waits for %#x and %#x\n",
			job->sequence, job->wait_isp, job->wait_mi);
		job->failed = true;
		job->state = ISP_JOB_FAILED;
		queue_work(isp->wq, &isp->work);
	}
	spin_unlock_irqrestore(&isp->lock, flags);
}

static bool node_is_idle(struct isp_node *node)
{
	struct isp_device *isp = node->ctx->isp;
	unsigned int slot = isp_node_is_raw(node) ? ISP_NODE_RAW0 : node->id;
	unsigned long flags;
	unsigned int i;
	bool idle = true;

	spin_lock_irqsave(&isp->lock, flags);
	for (i = 0; i < ISP_NUM_JOBS; i++) {
		if (isp->jobs[i].state != ISP_JOB_FREE &&
		    isp->jobs[i].ctx == node->ctx && isp->jobs[i].bufs[slot])
			idle = false;
	}
	spin_unlock_irqrestore(&isp->lock, flags);

	return idle;
}

/**
 * isp_sched_drain() - wait until no job holds a buffer of a node
 * @node: node that does not take part in jobs any more
 *
 * Ends at once when no job runs; the watchdog limits the time otherwise.
 */
void isp_sched_drain(struct isp_node *node)
{
	wait_event(node->ctx->isp->wait, node_is_idle(node));
}

static bool is_idle(struct isp_device *isp)
{
	unsigned long flags;
	bool idle;

	spin_lock_irqsave(&isp->lock, flags);
	idle = !isp->running && list_empty(&isp->done);
	spin_unlock_irqrestore(&isp->lock, flags);

	return idle;
}

/**
 * isp_sched_block() - let no job start and wait for the running one
 * @isp: instance
 *
 * Return: 0, or -EBUSY when a job does not end; then jobs may start again.
 */
int isp_sched_block(struct isp_device *isp)
{
	unsigned long flags;

	spin_lock_irqsave(&isp->lock, flags);
	isp->blocked = true;
	spin_unlock_irqrestore(&isp->lock, flags);

	if (wait_event_timeout(isp->wait, is_idle(isp),
			       msecs_to_jiffies(ISP_DRAIN_MS)))
		return 0;
	isp_sched_unblock(isp);

	return -EBUSY;
}

/**
 * isp_sched_unblock() - let jobs start again
 * @isp: instance
 */
void isp_sched_unblock(struct isp_device *isp)
{
	unsigned long flags;

	spin_lock_irqsave(&isp->lock, flags);
	isp->blocked = false;
	start_next(isp);
	spin_unlock_irqrestore(&isp->lock, flags);
}

/**
 * isp_sched_create() - prepare jobs
 * @isp: instance
 *
 * Return: 0 or a negative error.
 */
int isp_sched_create(struct isp_device *isp)
{
	unsigned int i;

	spin_lock_init(&isp->lock);
	init_waitqueue_head(&isp->wait);
	INIT_LIST_HEAD(&isp->done);
	INIT_WORK(&isp->work, isp_sched_work);
	INIT_DELAYED_WORK(&isp->watchdog, isp_sched_watchdog);
	isp->stats_in_memory = true;

	for (i = 0; i < ISP_NUM_JOBS; i++) {
		struct isp_job *job = &isp->jobs[i];

		job->stats_mem = dmam_alloc_coherent(isp->dev,
						     ISP_DDR_STATS_SIZE,
						     &job->stats_dma,
						     GFP_KERNEL);
		if (!job->stats_mem)
			return -ENOMEM;
	}

	isp->wq = alloc_ordered_workqueue("%s", WQ_HIGHPRI | WQ_MEM_RECLAIM,
					  dev_name(isp->dev));

	return isp->wq ? 0 : -ENOMEM;
}

/**
 * isp_sched_destroy() - end what isp_sched_create() began
 * @isp: instance; nothing streams
 */
void isp_sched_destroy(struct isp_device *isp)
{
	cancel_delayed_work_sync(&isp->watchdog);
	destroy_workqueue(isp->wq);
}
