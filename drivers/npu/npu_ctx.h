/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: contexts
 *
 * A context is what an open file owns: an address space and queue entries on
 * every slot. Jobs and mappings hold a reference, so it outlives its file for as
 * long as the hardware may use it. Everything that has to sleep for memory, and
 * the end of the context itself, happens on a work item.
 */
#ifndef _NPU_CTX_H_
#define _NPU_CTX_H_

#include <linux/atomic.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include <drm/gpu_scheduler.h>

#include "npu_soc.h"
#include "npu_vm.h"

struct npu_device;
struct npu_job;

/**
 * struct npu_ctx - a client
 * @ref: references of the file, of jobs and of mappings
 * @ndev: device; holds a reference on the DRM device
 * @client_id: number of the client in traces
 * @vm: address space
 * @submit_lock: see npu_device.h
 * @entity: queue of this client on each slot
 * @slot: slot in use; kept while jobs are in flight, so that they stay in order
 * @lock: protects the lists below
 * @jobs: jobs that exist, oldest first
 * @queued: how many of them were queued
 * @next_seq: number of the next job
 * @retired: mappings without handle, by retire_seq
 * @reap: frees retired mappings
 * @free: frees the context
 * @busy_ns: time that jobs of this client ran
 */
struct npu_ctx {
	struct kref ref;
	struct npu_device *ndev;
	u64 client_id;
	struct npu_vm vm;

	struct mutex submit_lock; /* arming and queueing, slot */
	struct drm_sched_entity entity[NPU_MAX_CORES];
	unsigned int slot;

	spinlock_t lock; /* lists of jobs and retired mappings */
	struct list_head jobs;
	unsigned int queued;
	u64 next_seq;
	struct list_head retired;

	struct work_struct reap;
	struct work_struct free;
	atomic64_t busy_ns;
};

struct npu_ctx *npu_ctx_create(struct npu_device *ndev, u64 client_id);
void npu_ctx_close(struct npu_ctx *ctx);
struct npu_ctx *npu_ctx_get(struct npu_ctx *ctx);
void npu_ctx_put(struct npu_ctx *ctx);

bool npu_ctx_busy(struct npu_ctx *ctx);
void npu_ctx_job_begin(struct npu_ctx *ctx, struct npu_job *job);
void npu_ctx_job_queued(struct npu_ctx *ctx, struct npu_job *job);
void npu_ctx_job_end(struct npu_ctx *ctx, struct npu_job *job);
void npu_ctx_retire(struct npu_ctx *ctx, struct npu_mapping *mapping);

#endif /* _NPU_CTX_H_ */
