/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: a fake NPU, and clients that use it through the real file operations
 *
 * Everything above the core operations is the driver: DRM device, ioctls, jobs,
 * scheduler, core logic. Below it is a fake core that does on demand what silicon
 * does: completes, fails, hangs, loses an interrupt, refuses to be reset. It
 * interrupts from hard interrupt context, and it counts what silicon would not
 * forgive (@fake_npu.misuse): that count is 0 after every test.
 *
 * A kick is known by the address of its stream. Tests set the outcome of a stream
 * before they submit it, so no test depends on which core gets what.
 */
#ifndef _SUNMAO_KUNIT_NPU_FAKE_H_
#define _SUNMAO_KUNIT_NPU_FAKE_H_

#include <linux/completion.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "npu_core.h"
#include "npu_device.h"
#include "npu_soc.h"
#include "npu_vm.h"

struct dma_fence;
struct kunit;

#define FAKE_CORES	3
#define FAKE_EVENTS	1024
#define FAKE_PLANS	64
#define FAKE_VMS	64
#define FAKE_USER_SIZE	SZ_64K

/* Any wait of a test; what takes longer has failed. */
#define FAKE_LIMIT	(20 * HZ)
#define FAKE_LIMIT_NS	(20LL * NSEC_PER_SEC)

/* Time that a kick gets: out of the way, and after fake_short_limits(). */
#define FAKE_LONG_MS	60000
#define FAKE_SHORT_MS	150

/* Blocks in a start word (NPU B.4). */
#define CONVOLUTION	0x1d
#define POOLING		0x60

/**
 * enum fake_outcome - what becomes of a kick
 * @FAKE_COMPLETES: completes by itself, a little later
 * @FAKE_WAITS: runs until fake_finish()
 * @FAKE_HANGS: never completes; only a reset ends it
 * @FAKE_LOSES_IRQ: completes, but its interrupt does not arrive
 * @FAKE_READ_ERROR: ends with a DMA read error
 * @FAKE_WRITE_ERROR: ends with a DMA write error
 * @FAKE_PAGE_FAULT: the IOMMU reports a page fault
 * @FAKE_STRAY_FIRST: raises an event that nobody armed, then completes
 */
enum fake_outcome {
	FAKE_COMPLETES,
	FAKE_WAITS,
	FAKE_HANGS,
	FAKE_LOSES_IRQ,
	FAKE_READ_ERROR,
	FAKE_WRITE_ERROR,
	FAKE_PAGE_FAULT,
	FAKE_STRAY_FIRST,
};

enum fake_event_type {
	FAKE_POWER_ON,
	FAKE_POWER_OFF,
	FAKE_KICK,
	FAKE_DONE,
	FAKE_RESET,
	FAKE_ATTACH,
	FAKE_DETACH,
	FAKE_IRQ_OFF,
	FAKE_IRQ_ON,
};

struct fake_event {
	enum fake_event_type type;
	unsigned int core;
	u32 base;
	const struct npu_vm *vm;
};

struct fake_npu;

/**
 * struct fake_core - a core
 * @core: the driver's part
 * @fake: the NPU
 * @irq: raises interrupts in hard interrupt context
 * @lock: protects the fields below
 * @powered: power references
 * @vm: address space, as the kernel sees it
 * @translating: @vm is in force in the hardware; a reset ends that
 * @busy: a kick is in progress
 * @base: its stream
 * @armed: interrupt mask
 * @pending: events that were raised
 * @fault: a page fault is to be reported
 * @masked: interrupts are off
 * @stray: an event that was never armed follows
 * @group: register group, alternates as in silicon
 * @irqs: interrupts that were delivered
 * @foreign: interrupts that the driver did not take for its own
 * @resets: resets that were asked for
 * @stuck_reset: resets do not bring the core back
 * @wedged: the last one did not
 * @power_error: power_on() fails with it
 * @attach_error: attach() fails with it
 */
struct fake_core {
	struct npu_core core;
	struct fake_npu *fake;
	struct hrtimer irq;
	spinlock_t lock;	/* of the fields below */
	unsigned int powered;
	struct npu_vm *vm;
	bool translating;
	bool busy;
	u32 base;
	u32 armed;
	u32 pending;
	bool fault;
	bool masked;
	bool stray;
	unsigned int group;
	unsigned int irqs;
	unsigned int foreign;
	unsigned int resets;
	bool stuck_reset;
	bool wedged;
	int power_error;
	int attach_error;
};

/**
 * struct fake_npu - an NPU
 * @test: the test
 * @parent: device of the DRM device
 * @dma_parms: its limits for DMA
 * @soc: constants; a copy, so that a test can shorten time limits
 * @ndev: the driver's device
 * @cores: the cores
 * @added: cores that were given to @ndev
 * @user: address of the test's user memory
 * @user_used: bytes of it that are in use
 * @files: open files
 * @unplugged: npu_device_unplug() was called
 * @fail_nth: the allocation of the next call into the driver that fails, 0 for none
 * @failed: it did
 * @lock: protects the fields below
 * @changed: woken on every event
 * @events: what happened
 * @num_events: entries of @events
 * @kicks: kicks so far
 * @done: kicks that ended by themselves so far
 * @plan: outcomes by stream
 * @num_plans: entries of @plan
 * @outcome: outcome of all other streams
 * @reset_gate: resets of these cores wait for @open_gate
 * @power_gate: and so does powering these
 * @at_gate: cores that wait there
 * @open_gate: lets them through
 * @maps: mappings
 * @live: address spaces
 * @vms: number of them
 * @aperture_first: first address that address spaces report
 * @aperture_last: last address
 * @vm_error: making an address space fails with it
 * @map_error: mapping fails with it
 * @misuse: what silicon would not have forgiven
 */
struct fake_npu {
	struct kunit *test;
	struct device *parent;
	struct device_dma_parameters dma_parms;
	struct npu_soc soc;
	struct npu_device *ndev;
	struct fake_core cores[FAKE_CORES];
	bool added[FAKE_CORES];
	unsigned long user;
	size_t user_used;
	struct list_head files;
	bool unplugged;
	unsigned int fail_nth;
	bool failed;

	spinlock_t lock;	/* of the fields below */
	wait_queue_head_t changed;
	struct fake_event events[FAKE_EVENTS];
	unsigned int num_events;
	unsigned int kicks;
	unsigned int done;
	struct {
		u32 base;
		enum fake_outcome outcome;
	} plan[FAKE_PLANS];
	unsigned int num_plans;
	enum fake_outcome outcome;
	unsigned long reset_gate;
	unsigned long power_gate;
	unsigned int at_gate;
	struct completion open_gate;
	struct list_head maps;
	const struct npu_vm *live[FAKE_VMS];
	unsigned int vms;
	u64 aperture_first;
	u64 aperture_last;
	int vm_error;
	int map_error;
	unsigned int misuse;
};

/* the NPU */
int fake_init(struct kunit *test);
void fake_exit(struct kunit *test);
bool fake_add_core(struct fake_npu *fake, unsigned int id);
void fake_remove_core(struct fake_npu *fake, unsigned int id);
void fake_unplug(struct fake_npu *fake);
void fake_plan(struct fake_npu *fake, u32 base, enum fake_outcome outcome);
void fake_finish(struct fake_npu *fake, u32 base);
void fake_power_down(struct fake_npu *fake, unsigned int id);
void fake_short_limits(struct fake_npu *fake);
void fake_open_gate(struct fake_npu *fake);

/* what happened */
void fake_settle(struct fake_npu *fake);
bool fake_wait_kicks(struct fake_npu *fake, unsigned int kicks);
bool fake_wait_done(struct fake_npu *fake, unsigned int done);
bool fake_wait_at_gate(struct fake_npu *fake, unsigned int cores);
bool fake_wait_powered_off(struct fake_npu *fake);
bool fake_wait_vms(struct fake_npu *fake, unsigned int vms);
void fake_wait_vms_briefly(struct fake_npu *fake, unsigned int vms);
bool fake_wait_maps(struct fake_npu *fake, unsigned int maps);
unsigned int fake_kicks(struct fake_npu *fake);
unsigned int fake_maps(struct fake_npu *fake);
u64 fake_mapped_size(struct fake_npu *fake, u64 iova);
int fake_event(struct fake_npu *fake, enum fake_event_type type, u32 base);
int fake_event_after(struct fake_npu *fake, enum fake_event_type type,
		     unsigned int core, int after);
unsigned int fake_count(struct fake_npu *fake, enum fake_event_type type);
int fake_core_of(struct fake_npu *fake, u32 base);

/**
 * struct fake_file - an open file
 * @fake: the NPU
 * @file: what the driver sees
 * @inode: its device node
 * @link: in the NPU's list
 * @closer: closes the file in the background
 * @closed: that is over
 */
struct fake_file {
	struct fake_npu *fake;
	struct file file;
	struct inode inode;
	struct list_head link;
	struct work_struct closer;
	struct completion closed;
};

struct fake_file *fake_open(struct fake_npu *fake, int *error);
void fake_close(struct fake_file *f);
void fake_close_begin(struct fake_file *f);
bool fake_close_end(struct fake_file *f);
bool fake_can_fail_allocations(struct fake_npu *fake);
unsigned long fake_user(struct fake_npu *fake, const void *data, size_t size);
int fake_ioctl(struct fake_file *f, unsigned int cmd, void *arg, size_t size);

/**
 * struct fake_bo - a buffer
 * @handle: handle
 * @iova: NPU address
 * @offset: for mmap()
 */
struct fake_bo {
	u32 handle;
	u64 iova;
	u64 offset;
};

int fake_create_bo(struct fake_file *f, u32 size, struct fake_bo *bo);
int fake_close_bo(struct fake_file *f, u32 handle);
int fake_prep(struct fake_file *f, u32 handle, s64 timeout_ns);
int fake_wait(struct fake_file *f, u32 handle);
int fake_poll(struct fake_file *f, u32 handle);
int fake_fini(struct fake_file *f, u32 handle);
int fake_share(struct fake_file *from, u32 handle, struct fake_file *to, u32 *shared);
struct dma_fence *fake_foreign_writer(struct fake_file *f, u32 handle);
void fake_signal(struct dma_fence *fence);
int fake_write(struct fake_file *f, u32 handle, u32 offset, const void *data, size_t size);

/**
 * struct fake_client - a file with a buffer full of streams
 * @f: file
 * @code: buffer with the streams
 * @used: streams that were handed out
 */
struct fake_client {
	struct fake_file *f;
	struct fake_bo code;
	unsigned int used;
};

/**
 * struct fake_job - a job to submit
 * @stream: its streams
 * @num_streams: entries of @stream
 * @in: handles of what it reads
 * @num_in: entries of @in
 * @out: handles of what it writes
 * @num_out: entries of @out
 */
struct fake_job {
	u32 stream[4];
	unsigned int num_streams;
	u32 in[4];
	unsigned int num_in;
	u32 out[4];
	unsigned int num_out;
};

struct fake_client *fake_client(struct fake_npu *fake);
u32 fake_stream(struct fake_client *c, u32 blocks);
u32 fake_planned(struct fake_client *c, enum fake_outcome outcome);
int fake_submit(struct fake_client *c, const struct fake_job *jobs, unsigned int count);
int fake_submit_one(struct fake_client *c, u32 stream, u32 in, u32 out);
struct fake_bo fake_bo(struct fake_client *c);

#endif /* _SUNMAO_KUNIT_NPU_FAKE_H_ */
