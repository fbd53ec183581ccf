/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * User-space interface of the Sunmao NPU driver.
 *
 * The binary layout, the ioctl numbers and the meaning of every field are those
 * of the "rocket" accel interface, so that user space written for it (Mesa's
 * Teflon delegate) runs unmodified. Names are ours; a program may include either
 * header.
 */
#ifndef _UAPI_DRM_SUNMAO_NPU_DRM_H_
#define _UAPI_DRM_SUNMAO_NPU_DRM_H_

#include "drm.h"

#if defined(__cplusplus)
extern "C" {
#endif

#define DRM_SUNMAO_NPU_CREATE_BO	0x00
#define DRM_SUNMAO_NPU_SUBMIT		0x01
#define DRM_SUNMAO_NPU_PREP_BO		0x02
#define DRM_SUNMAO_NPU_FINI_BO		0x03

/**
 * struct drm_sunmao_npu_create_bo - allocate a buffer and map it for the NPU
 * @size: in, bytes, not 0; rounded up to whole pages
 * @handle: out, GEM handle
 * @dma_address: out, address to put into register streams. It belongs to this
 *	open file, fits 32 bits and is never 0.
 * @offset: out, offset to pass to mmap() on the same node
 */
struct drm_sunmao_npu_create_bo {
	__u32 size;
	__u32 handle;
	__u64 dma_address;
	__u64 offset;
};

/**
 * struct drm_sunmao_npu_prep_bo - take a buffer over for the CPU
 * @handle: in, GEM handle
 * @reserved: in, must be 0
 * @timeout_ns: in, absolute CLOCK_MONOTONIC deadline; 0 or a time in the past
 *	only asks, INT64_MAX waits without limit
 *
 * Waits for every queued job that reads or writes the buffer, then makes its
 * content visible to the CPU. When the job that last wrote the buffer failed,
 * its error is returned: %ETIME (it hung), %EIO (DMA error, page fault or dead
 * core), %ENODEV (the device went away). %ETIMEDOUT means that the deadline
 * passed, %EBUSY that the buffer is in use and no waiting was asked for.
 */
struct drm_sunmao_npu_prep_bo {
	__u32 handle;
	__u32 reserved;
	__s64 timeout_ns;
};

/**
 * struct drm_sunmao_npu_fini_bo - give a buffer back to the NPU
 * @handle: in, GEM handle
 * @reserved: in, must be 0
 */
struct drm_sunmao_npu_fini_bo {
	__u32 handle;
	__u32 reserved;
};

/**
 * struct drm_sunmao_npu_task - one register stream
 * @regcmd: in, NPU address of the stream, a multiple of 16, inside a buffer of
 *	this file
 * @regcmd_count: in, number of 64-bit words in the stream, 1..131072
 */
struct drm_sunmao_npu_task {
	__u32 regcmd;
	__u32 regcmd_count;
};

/**
 * struct drm_sunmao_npu_job - tasks that run in order on one core
 * @tasks: in, pointer to an array of struct drm_sunmao_npu_task
 * @in_bo_handles: in, pointer to a __u32 array of the buffers the job reads
 * @out_bo_handles: in, pointer to a __u32 array of the buffers the job writes
 * @task_count: in, at least 1
 * @task_struct_size: in, distance between two tasks in bytes, at least 8
 * @in_bo_handle_count: in, entries of @in_bo_handles
 * @out_bo_handle_count: in, entries of @out_bo_handles
 *
 * A job waits for the earlier writers of what it reads, and for the earlier
 * readers and writers of what it writes. A buffer may be listed more than once.
 * A job whose input was not produced, because the job that writes it failed,
 * fails with the same error.
 */
struct drm_sunmao_npu_job {
	__u64 tasks;
	__u64 in_bo_handles;
	__u64 out_bo_handles;
	__u32 task_count;
	__u32 task_struct_size;
	__u32 in_bo_handle_count;
	__u32 out_bo_handle_count;
};

/**
 * struct drm_sunmao_npu_submit - queue jobs
 * @jobs: in, pointer to an array of struct drm_sunmao_npu_job
 * @job_count: in, 0 does nothing
 * @job_struct_size: in, distance between two jobs in bytes, at least 40
 * @reserved: in, must be 0
 *
 * Either all jobs are queued or none is. Structures may be longer than this
 * header knows, as long as the unknown part is 0; otherwise %E2BIG is returned.
 */
struct drm_sunmao_npu_submit {
	__u64 jobs;
	__u32 job_count;
	__u32 job_struct_size;
	__u64 reserved;
};

#define DRM_IOCTL_SUNMAO_NPU_CREATE_BO \
	DRM_IOWR(DRM_COMMAND_BASE + DRM_SUNMAO_NPU_CREATE_BO, \
		 struct drm_sunmao_npu_create_bo)
#define DRM_IOCTL_SUNMAO_NPU_SUBMIT \
	DRM_IOW(DRM_COMMAND_BASE + DRM_SUNMAO_NPU_SUBMIT, \
		struct drm_sunmao_npu_submit)
#define DRM_IOCTL_SUNMAO_NPU_PREP_BO \
	DRM_IOW(DRM_COMMAND_BASE + DRM_SUNMAO_NPU_PREP_BO, \
		struct drm_sunmao_npu_prep_bo)
#define DRM_IOCTL_SUNMAO_NPU_FINI_BO \
	DRM_IOW(DRM_COMMAND_BASE + DRM_SUNMAO_NPU_FINI_BO, \
		struct drm_sunmao_npu_fini_bo)

#if defined(__cplusplus)
}
#endif

#endif /* _UAPI_DRM_SUNMAO_NPU_DRM_H_ */
