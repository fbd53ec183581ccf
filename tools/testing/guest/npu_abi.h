/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The "rocket" user-space ABI as these tests understand it, written down
 * from the ABI notes (npu-uapi 1.2, 1.3) and not from a driver's header, so
 * that a header and a driver that agree on a mistake are still caught.
 */
#ifndef SUNMAO_TEST_NPU_ABI_H
#define SUNMAO_TEST_NPU_ABI_H

#include <assert.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include <drm/drm.h>

struct npu_abi_create_bo {
	uint32_t size;
	uint32_t handle;
	uint64_t dma_address;
	uint64_t offset;
};

struct npu_abi_task {
	uint32_t regcmd;
	uint32_t regcmd_count;
};

struct npu_abi_job {
	uint64_t tasks;
	uint64_t in_bo_handles;
	uint64_t out_bo_handles;
	uint32_t task_count;
	uint32_t task_struct_size;
	uint32_t in_bo_handle_count;
	uint32_t out_bo_handle_count;
};

struct npu_abi_submit {
	uint64_t jobs;
	uint32_t job_count;
	uint32_t job_struct_size;
	uint64_t reserved;
};

struct npu_abi_prep_bo {
	uint32_t handle;
	uint32_t reserved;
	int64_t timeout_ns;
};

struct npu_abi_fini_bo {
	uint32_t handle;
	uint32_t reserved;
};

#define NPU_IOCTL_CREATE_BO	0xc0186440UL
#define NPU_IOCTL_SUBMIT	0x40186441UL
#define NPU_IOCTL_PREP_BO	0x40106442UL
#define NPU_IOCTL_FINI_BO	0x40086443UL

static_assert(_IOWR('d', 0x40, struct npu_abi_create_bo) == NPU_IOCTL_CREATE_BO,
	      "CREATE_BO");
static_assert(_IOW('d', 0x41, struct npu_abi_submit) == NPU_IOCTL_SUBMIT, "SUBMIT");
static_assert(_IOW('d', 0x42, struct npu_abi_prep_bo) == NPU_IOCTL_PREP_BO, "PREP_BO");
static_assert(_IOW('d', 0x43, struct npu_abi_fini_bo) == NPU_IOCTL_FINI_BO, "FINI_BO");
static_assert(sizeof(struct npu_abi_job) == 40, "job");
static_assert(sizeof(struct npu_abi_task) == 8, "task");

#endif /* SUNMAO_TEST_NPU_ABI_H */
