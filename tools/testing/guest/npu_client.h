/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A client of the NPU's device node: one open file, its buffers, its jobs.
 */
#ifndef SUNMAO_TEST_NPU_CLIENT_H
#define SUNMAO_TEST_NPU_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "npu_abi.h"

#define NPU_PAGE	4096u
#define NPU_WAIT_SECONDS	60

struct npu_client;

/**
 * struct npu_bo - a mapped buffer object
 * @client: the file that created it
 * @handle: GEM handle in that file
 * @size: bytes asked for
 * @iova: device address in that file's address space
 * @offset: mmap offset
 * @map: CPU mapping of the whole object
 * @next: the client's next object
 */
struct npu_bo {
	struct npu_client *client;
	uint32_t handle;
	uint32_t size;
	uint32_t iova;
	uint64_t offset;
	void *map;
	struct npu_bo *next;
};

struct npu_client {
	int fd;
	struct npu_bo *bos;
	struct npu_client *next;
};

const char *npu_node(void);
struct npu_client *npu_open(void);
void npu_close(struct npu_client *client);
void npu_close_all(void);
void npu_free_all(void);
void npu_forget_all(void);

struct npu_bo *npu_bo_new(struct npu_client *client, uint32_t size);
void npu_bo_free(struct npu_bo *bo);

int npu_ioctl(int fd, unsigned long request, void *arg);
int npu_create_bo(int fd, struct npu_abi_create_bo *args);
int npu_gem_close(int fd, uint32_t handle);
int npu_submit(struct npu_client *client, const struct npu_abi_job *jobs,
	       uint32_t count);
int npu_prep(int fd, uint32_t handle, int64_t deadline_ns);
int npu_wait(struct npu_bo *bo);
int npu_fini(int fd, uint32_t handle);
int npu_export(int fd, uint32_t handle);
int npu_import(int fd, int dmabuf, uint32_t *handle);

int64_t npu_now_ns(void);
bool npu_is_job_error(int err);

#endif /* SUNMAO_TEST_NPU_CLIENT_H */
