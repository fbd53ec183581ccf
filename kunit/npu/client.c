// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: clients of the fake NPU
 *
 * See fake.h. Files are opened, used and closed through the file operations of
 * the device node, with arguments in user memory, as any program does.
 */

#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/sunmao_npu_drm.h>

#include <kunit/test.h>

#include <sunmao/compat.h>

#include "npu_gem.h"
#include "fake.h"

/* allocations that fail */

#ifdef CONFIG_FAULT_INJECTION
static void begin_call(struct fake_npu *fake)
{
	current->fail_nth = fake->fail_nth;
}

static void end_call(struct fake_npu *fake)
{
	fake->failed = fake->fail_nth && !current->fail_nth;
	fake->fail_nth = 0;
	current->fail_nth = 0;
}
#else
static void begin_call(struct fake_npu *fake)
{
}

static void end_call(struct fake_npu *fake)
{
}
#endif

/**
 * fake_can_fail_allocations() - does @fake_npu.fail_nth have an effect?
 * @fake: NPU
 *
 * Return: whether the kernel has fault injection for slab allocations, and for
 * those that may wait, too (failslab/ignore-gfp-wait is off).
 */
bool fake_can_fail_allocations(struct fake_npu *fake)
{
	void *probe;

	fake->fail_nth = 1;
	begin_call(fake);
	probe = kmalloc(64, GFP_KERNEL);
	end_call(fake);
	kfree(probe);
	return fake->failed && !probe;
}

/* files */

/**
 * fake_open() - open the device node
 * @fake: NPU
 * @error: receives what open() returns
 *
 * Return: the file, or NULL.
 */
struct fake_file *fake_open(struct fake_npu *fake, int *error)
{
	struct fake_file *f = kunit_kzalloc(fake->test, sizeof(*f), GFP_KERNEL);
	struct drm_device *ddev = &fake->ndev->ddev;
	struct drm_minor *minor = ddev->accel ?: ddev->render;

	KUNIT_ASSERT_NOT_NULL(fake->test, f);
	KUNIT_ASSERT_NOT_NULL(fake->test, minor);
	f->fake = fake;
	f->inode.i_rdev = MKDEV(0, minor->index);
	f->file.f_op = ddev->driver->fops;
	f->file.f_flags = O_RDWR;
	f->file.f_mode = FMODE_READ | FMODE_WRITE;
	f->file.f_inode = &f->inode;
	init_completion(&f->closed);
	begin_call(fake);
	*error = f->file.f_op->open(&f->inode, &f->file);
	end_call(fake);
	if (*error)
		return NULL;
	list_add_tail(&f->link, &fake->files);
	return f;
}

/**
 * fake_close() - close a file
 * @f: file
 */
void fake_close(struct fake_file *f)
{
	list_del(&f->link);
	f->file.f_op->release(&f->inode, &f->file);
}

static void fake_closer(struct work_struct *work)
{
	struct fake_file *f = container_of(work, struct fake_file, closer);

	f->file.f_op->release(&f->inode, &f->file);
	complete(&f->closed);
}

/**
 * fake_close_begin() - close a file in the background
 * @f: file
 */
void fake_close_begin(struct fake_file *f)
{
	list_del(&f->link);
	INIT_WORK(&f->closer, fake_closer);
	schedule_work(&f->closer);
}

/**
 * fake_close_end() - wait until the file is closed
 * @f: file
 *
 * Return: whether it is.
 */
bool fake_close_end(struct fake_file *f)
{
	return wait_for_completion_timeout(&f->closed, FAKE_LIMIT);
}

/**
 * fake_user() - put something into user memory
 * @fake: NPU
 * @data: what, NULL for zeros
 * @size: bytes
 *
 * Return: its user address.
 */
unsigned long fake_user(struct fake_npu *fake, const void *data, size_t size)
{
	unsigned long at = fake->user + fake->user_used;

	fake->user_used += ALIGN(size, 8);
	KUNIT_ASSERT_LE(fake->test, fake->user_used, (size_t)FAKE_USER_SIZE);
	if (data)
		KUNIT_ASSERT_EQ(fake->test, copy_to_user((void __user *)at, data, size), 0);
	else
		KUNIT_ASSERT_EQ(fake->test, clear_user((void __user *)at, size), 0);
	return at;
}

/**
 * fake_ioctl() - an ioctl
 * @f: file
 * @cmd: number
 * @arg: argument, in the kernel; goes through user memory in both directions
 * @size: its size
 *
 * User memory of the test is free again afterwards.
 *
 * Return: what user space sees.
 */
int fake_ioctl(struct fake_file *f, unsigned int cmd, void *arg, size_t size)
{
	struct fake_npu *fake = f->fake;
	unsigned long at = fake_user(fake, arg, size);
	long ret;

	begin_call(fake);
	ret = f->file.f_op->unlocked_ioctl(&f->file, cmd, at);
	end_call(fake);
	KUNIT_EXPECT_EQ(fake->test, copy_from_user(arg, (void __user *)at, size), 0);
	fake->user_used = 0;
	return ret;
}

/* buffers */

/* The ioctl numbers are those of NPU-UAPI 1.2; struct gem_close is drm.h's. */
#define GEM_CLOSE	0x40086409
#define CREATE_BO	0xc0186440
#define SUBMIT		0x40186441
#define PREP_BO		0x40106442
#define FINI_BO		0x40086443

int fake_create_bo(struct fake_file *f, u32 size, struct fake_bo *bo)
{
	struct drm_sunmao_npu_create_bo args = { .size = size };
	int ret = fake_ioctl(f, CREATE_BO, &args, sizeof(args));

	bo->handle = args.handle;
	bo->iova = args.dma_address;
	bo->offset = args.offset;
	return ret;
}

int fake_close_bo(struct fake_file *f, u32 handle)
{
	struct drm_gem_close args = { .handle = handle };

	return fake_ioctl(f, GEM_CLOSE, &args, sizeof(args));
}

int fake_prep(struct fake_file *f, u32 handle, s64 timeout_ns)
{
	struct drm_sunmao_npu_prep_bo args = { .handle = handle, .timeout_ns = timeout_ns };

	return fake_ioctl(f, PREP_BO, &args, sizeof(args));
}

/* Waits; the limit is a failure of its own kind (ETIMEDOUT). */
int fake_wait(struct fake_file *f, u32 handle)
{
	return fake_prep(f, handle, ktime_get_ns() + FAKE_LIMIT_NS);
}

int fake_poll(struct fake_file *f, u32 handle)
{
	return fake_prep(f, handle, 0);
}

int fake_fini(struct fake_file *f, u32 handle)
{
	struct drm_sunmao_npu_fini_bo args = { .handle = handle };

	return fake_ioctl(f, FINI_BO, &args, sizeof(args));
}

static struct drm_file *drm_file_of(struct fake_file *f)
{
	return f->file.private_data;
}

/**
 * fake_share() - give a buffer to another file
 * @from: file that has it
 * @handle: its handle there
 * @to: file that gets it
 * @shared: receives its handle there
 *
 * Return: 0 or an error.
 */
int fake_share(struct fake_file *from, u32 handle, struct fake_file *to, u32 *shared)
{
	struct drm_gem_object *obj = drm_gem_object_lookup(drm_file_of(from), handle);
	int ret;

	if (!obj)
		return -ENOENT;
	ret = drm_gem_handle_create(drm_file_of(to), obj, shared);
	drm_gem_object_put(obj);
	return ret;
}

/* A fence of another driver; freed as kfree() does, so the base comes first. */
struct foreign_fence {
	struct dma_fence base;
	spinlock_t lock;	/* of @base */
};

static const char *foreign_name(struct dma_fence *fence)
{
	return "foreign";
}

static const struct dma_fence_ops foreign_ops = {
	.get_driver_name = foreign_name,
	.get_timeline_name = foreign_name,
};

/**
 * fake_foreign_writer() - another driver writes a buffer
 * @f: file
 * @handle: buffer
 *
 * Return: the fence of that, for fake_signal().
 */
struct dma_fence *fake_foreign_writer(struct fake_file *f, u32 handle)
{
	struct drm_gem_object *obj = drm_gem_object_lookup(drm_file_of(f), handle);
	struct kunit *test = f->fake->test;
	struct foreign_fence *fence = kzalloc_obj(*fence);
	int ret;

	KUNIT_ASSERT_NOT_NULL(test, fence);
	spin_lock_init(&fence->lock);
	dma_fence_init(&fence->base, &foreign_ops, &fence->lock, dma_fence_context_alloc(1), 1);
	KUNIT_ASSERT_NOT_NULL(test, obj);
	dma_resv_lock(obj->resv, NULL);
	ret = dma_resv_reserve_fences(obj->resv, 1);
	if (!ret)
		dma_resv_add_fence(obj->resv, &fence->base, DMA_RESV_USAGE_WRITE);
	dma_resv_unlock(obj->resv);
	drm_gem_object_put(obj);
	KUNIT_ASSERT_EQ(test, ret, 0);
	return &fence->base;
}

/**
 * fake_signal() - the other driver is done
 * @fence: fence of fake_foreign_writer(), gone afterwards
 */
void fake_signal(struct dma_fence *fence)
{
	dma_fence_signal(fence);
	dma_fence_put(fence);
}

/**
 * fake_write() - write to a buffer, as through its mapping
 * @f: file
 * @handle: buffer
 * @offset: bytes from its start
 * @data: what
 * @size: bytes, inside one page
 *
 * Return: 0 or an error.
 */
int fake_write(struct fake_file *f, u32 handle, u32 offset, const void *data, size_t size)
{
	struct drm_gem_object *obj = drm_gem_object_lookup(drm_file_of(f), handle);
	struct page **pages;

	if (!obj)
		return -ENOENT;
	pages = to_drm_gem_shmem_obj(obj)->pages;
	if (pages)
		memcpy(page_address(pages[offset / PAGE_SIZE]) + offset % PAGE_SIZE, data, size);
	drm_gem_object_put(obj);
	return pages ? 0 : -EFAULT;
}

/* clients */

#define STREAM_WORDS	8
#define STREAM_BYTES	(STREAM_WORDS * 8)
#define CODE_SIZE	SZ_64K

/**
 * fake_client() - open a file and make room for streams
 * @fake: NPU
 *
 * Return: the client; the test ends when there is none.
 */
struct fake_client *fake_client(struct fake_npu *fake)
{
	struct fake_client *c = kunit_kzalloc(fake->test, sizeof(*c), GFP_KERNEL);
	int error;

	KUNIT_ASSERT_NOT_NULL(fake->test, c);
	c->f = fake_open(fake, &error);
	KUNIT_ASSERT_EQ(fake->test, error, 0);
	KUNIT_ASSERT_EQ(fake->test, fake_create_bo(c->f, CODE_SIZE, &c->code), 0);
	/* Streams of two clients must not look alike in the list of events. */
	c->used = list_count_nodes(&fake->files) * (CODE_SIZE / STREAM_BYTES / 8);
	return c;
}

/**
 * fake_stream() - make a stream
 * @c: client
 * @blocks: what it starts
 *
 * Return: its address.
 */
u32 fake_stream(struct fake_client *c, u32 blocks)
{
	u64 words[STREAM_WORDS] = {
		/* a register of the CNA, then the trailer (NPU B.3, B.5) */
		0x0201000000011040ULL, 0, 0, 0,
		0x0101000000000010ULL, 0x0101000000000014ULL,
		0x0041000000000000ULL, 0x0081000000000008ULL | (u64)blocks << 16,
	};
	u32 offset = c->used++ * STREAM_BYTES;
	struct kunit *test = c->f->fake->test;

	KUNIT_ASSERT_LE(test, offset + STREAM_BYTES, (u32)CODE_SIZE);
	KUNIT_ASSERT_EQ(test, fake_write(c->f, c->code.handle, offset, words, sizeof(words)), 0);
	return c->code.iova + offset;
}

/* A convolution with an outcome of its own. */
u32 fake_planned(struct fake_client *c, enum fake_outcome outcome)
{
	u32 stream = fake_stream(c, CONVOLUTION);

	fake_plan(c->f->fake, stream, outcome);
	return stream;
}

/**
 * fake_submit() - submit jobs
 * @c: client
 * @jobs: jobs
 * @count: entries of @jobs
 *
 * Return: what user space sees.
 */
int fake_submit(struct fake_client *c, const struct fake_job *jobs, unsigned int count)
{
	struct fake_npu *fake = c->f->fake;
	struct drm_sunmao_npu_submit args = {
		.job_count = count,
		.job_struct_size = sizeof(struct drm_sunmao_npu_job),
	};
	struct drm_sunmao_npu_job *descs;
	unsigned int i, t;

	descs = kunit_kcalloc(fake->test, count, sizeof(*descs), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(fake->test, descs);
	for (i = 0; i < count; i++) {
		struct drm_sunmao_npu_task tasks[ARRAY_SIZE(jobs->stream)] = {};

		for (t = 0; t < jobs[i].num_streams; t++) {
			tasks[t].regcmd = jobs[i].stream[t];
			tasks[t].regcmd_count = STREAM_WORDS;
		}
		descs[i].tasks = fake_user(fake, tasks, sizeof(tasks));
		descs[i].task_count = jobs[i].num_streams;
		descs[i].task_struct_size = sizeof(tasks[0]);
		descs[i].in_bo_handles = fake_user(fake, jobs[i].in, sizeof(jobs[i].in));
		descs[i].in_bo_handle_count = jobs[i].num_in;
		descs[i].out_bo_handles = fake_user(fake, jobs[i].out, sizeof(jobs[i].out));
		descs[i].out_bo_handle_count = jobs[i].num_out;
	}
	args.jobs = fake_user(fake, descs, count * sizeof(*descs));
	kunit_kfree(fake->test, descs);
	return fake_ioctl(c->f, SUBMIT, &args, sizeof(args));
}

/**
 * fake_submit_one() - submit a job of one stream
 * @c: client
 * @stream: stream
 * @in: what it reads, 0 for nothing
 * @out: what it writes, 0 for nothing
 *
 * Return: what user space sees.
 */
int fake_submit_one(struct fake_client *c, u32 stream, u32 in, u32 out)
{
	const struct fake_job job = {
		.stream = { stream }, .num_streams = 1,
		.in = { in }, .num_in = !!in,
		.out = { out }, .num_out = !!out,
	};

	return fake_submit(c, &job, 1);
}

/* A buffer of one page; the test ends when there is none. */
struct fake_bo fake_bo(struct fake_client *c)
{
	struct fake_bo bo;

	KUNIT_ASSERT_EQ(c->f->fake->test, fake_create_bo(c->f, PAGE_SIZE, &bo), 0);
	return bo;
}
