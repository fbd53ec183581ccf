// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client of the NPU's device node, see npu_client.h.
 *
 * Functions return 0 or a negative errno, like the ioctls they wrap; nothing
 * here retries or hides an error.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "npu_client.h"

static struct npu_client *clients;

static bool is_npu(const char *path)
{
	char name[32] = "";
	struct drm_version version = {
		.name = name,
		.name_len = sizeof(name) - 1,
	};
	bool yes = false;
	int fd;

	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (!ioctl(fd, DRM_IOCTL_VERSION, &version))
		yes = !strcmp(name, "rocket");
	close(fd);
	return yes;
}

/**
 * npu_node() - find the NPU's device node by its DRM driver name
 *
 * Looks at accel nodes first, then at render nodes (kernels without
 * CONFIG_DRM_ACCEL). Looks again at every call: the node's minor number may
 * change when the driver is bound anew.
 *
 * Return: path in a static buffer, NULL when there is none.
 */
const char *npu_node(void)
{
	static char path[64];
	unsigned int i;

	for (i = 0; i < 16; i++) {
		snprintf(path, sizeof(path), "/dev/accel/accel%u", i);
		if (is_npu(path))
			return path;
	}
	for (i = 128; i < 144; i++) {
		snprintf(path, sizeof(path), "/dev/dri/renderD%u", i);
		if (is_npu(path))
			return path;
	}
	return NULL;
}

/**
 * npu_open() - open the NPU as a new client
 *
 * Return: the client, or NULL with errno set.
 */
struct npu_client *npu_open(void)
{
	struct npu_client *client;
	const char *path = npu_node();

	if (!path) {
		errno = ENODEV;
		return NULL;
	}
	client = calloc(1, sizeof(*client));
	if (!client)
		return NULL;
	client->fd = open(path, O_RDWR | O_CLOEXEC);
	if (client->fd < 0) {
		free(client);
		return NULL;
	}
	client->next = clients;
	clients = client;
	return client;
}

static void drop_bo(struct npu_bo *bo, bool close_handle)
{
	if (bo->map)
		munmap(bo->map, bo->size);
	if (close_handle)
		npu_gem_close(bo->client->fd, bo->handle);
	free(bo);
}

static void unlink_client(struct npu_client *client)
{
	struct npu_client **p;

	for (p = &clients; *p; p = &(*p)->next) {
		if (*p == client) {
			*p = client->next;
			return;
		}
	}
}

/**
 * npu_close() - close a client's file first, then drop its mappings
 * @client: the client
 *
 * Handles are left for the kernel to close: that is the path a dying process
 * takes.
 */
void npu_close(struct npu_client *client)
{
	struct npu_bo *bo, *next;

	unlink_client(client);
	close(client->fd);
	for (bo = client->bos; bo; bo = next) {
		next = bo->next;
		drop_bo(bo, false);
	}
	free(client);
}

/** npu_close_all() - close every client that a test left open */
void npu_close_all(void)
{
	while (clients)
		npu_close(clients);
}

/** npu_free_all() - free every client's buffers, but keep the files open */
void npu_free_all(void)
{
	struct npu_client *client;

	for (client = clients; client; client = client->next)
		while (client->bos)
			npu_bo_free(client->bos);
}

/** npu_forget_all() - in a forked child: drop the parent's clients unclosed */
void npu_forget_all(void)
{
	clients = NULL;
}

/**
 * npu_bo_new() - create a buffer and map it
 * @client: owner
 * @size: bytes
 *
 * Return: the buffer, or NULL with errno set.
 */
struct npu_bo *npu_bo_new(struct npu_client *client, uint32_t size)
{
	struct npu_abi_create_bo args = { .size = size };
	struct npu_bo *bo;
	int ret;

	ret = npu_create_bo(client->fd, &args);
	if (ret) {
		errno = -ret;
		return NULL;
	}
	bo = calloc(1, sizeof(*bo));
	if (!bo)
		return NULL;
	bo->client = client;
	bo->handle = args.handle;
	bo->size = size;
	bo->iova = (uint32_t)args.dma_address;
	bo->offset = args.offset;
	bo->map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
		       client->fd, (off_t)args.offset);
	if (bo->map == MAP_FAILED) {
		ret = errno;
		npu_gem_close(client->fd, args.handle);
		free(bo);
		errno = ret;
		return NULL;
	}
	bo->next = client->bos;
	client->bos = bo;
	return bo;
}

/**
 * npu_bo_free() - unmap a buffer and close its handle
 * @bo: the buffer, may be NULL
 */
void npu_bo_free(struct npu_bo *bo)
{
	struct npu_bo **p;

	if (!bo)
		return;
	for (p = &bo->client->bos; *p; p = &(*p)->next) {
		if (*p == bo) {
			*p = bo->next;
			break;
		}
	}
	drop_bo(bo, true);
}

/**
 * npu_ioctl() - one ioctl, no retry
 * @fd: open file
 * @request: ioctl number
 * @arg: its argument
 *
 * Return: 0 or a negative errno.
 */
int npu_ioctl(int fd, unsigned long request, void *arg)
{
	return ioctl(fd, request, arg) < 0 ? -errno : 0;
}

int npu_create_bo(int fd, struct npu_abi_create_bo *args)
{
	return npu_ioctl(fd, NPU_IOCTL_CREATE_BO, args);
}

int npu_gem_close(int fd, uint32_t handle)
{
	struct drm_gem_close args = { .handle = handle };

	return npu_ioctl(fd, DRM_IOCTL_GEM_CLOSE, &args);
}

int npu_submit(struct npu_client *client, const struct npu_abi_job *jobs,
	       uint32_t count)
{
	struct npu_abi_submit args = {
		.jobs = (uintptr_t)jobs,
		.job_count = count,
		.job_struct_size = sizeof(*jobs),
	};

	return npu_ioctl(client->fd, NPU_IOCTL_SUBMIT, &args);
}

/**
 * npu_prep() - wait for a buffer and prepare it for the CPU
 * @fd: open file
 * @handle: buffer
 * @deadline_ns: absolute CLOCK_MONOTONIC time; 0 polls
 *
 * Return: 0 or a negative errno, including the error of a failed job.
 */
int npu_prep(int fd, uint32_t handle, int64_t deadline_ns)
{
	struct npu_abi_prep_bo args = {
		.handle = handle,
		.timeout_ns = deadline_ns,
	};

	return npu_ioctl(fd, NPU_IOCTL_PREP_BO, &args);
}

/**
 * npu_wait() - npu_prep() with the tests' common time limit
 * @bo: buffer
 *
 * Return: 0, the error of the job that wrote the buffer, or -ETIMEDOUT after
 * NPU_WAIT_SECONDS.
 */
int npu_wait(struct npu_bo *bo)
{
	return npu_prep(bo->client->fd, bo->handle,
			npu_now_ns() + NPU_WAIT_SECONDS * 1000000000LL);
}

int npu_fini(int fd, uint32_t handle)
{
	struct npu_abi_fini_bo args = { .handle = handle };

	return npu_ioctl(fd, NPU_IOCTL_FINI_BO, &args);
}

/**
 * npu_export() - export a buffer as a dma-buf
 * @fd: open file
 * @handle: buffer
 *
 * Return: file descriptor or a negative errno.
 */
int npu_export(int fd, uint32_t handle)
{
	struct drm_prime_handle args = {
		.handle = handle,
		.flags = DRM_CLOEXEC | DRM_RDWR,
		.fd = -1,
	};
	int ret = npu_ioctl(fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &args);

	return ret ? ret : args.fd;
}

int npu_import(int fd, int dmabuf, uint32_t *handle)
{
	struct drm_prime_handle args = { .fd = dmabuf };
	int ret = npu_ioctl(fd, DRM_IOCTL_PRIME_FD_TO_HANDLE, &args);

	*handle = args.handle;
	return ret;
}

int64_t npu_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

/**
 * npu_is_job_error() - is this how a failed job is reported?
 * @err: negative errno from npu_prep()
 *
 * ETIME and EIO for a job that failed, ECANCELED for one that was given up
 * with it. ETIMEDOUT and EBUSY are not among them: they are about the
 * caller's deadline and would leave it in doubt whether the job failed.
 *
 * Return: true if @err is a job's error.
 */
bool npu_is_job_error(int err)
{
	return err == -ETIME || err == -EIO || err == -ECANCELED;
}
