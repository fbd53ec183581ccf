/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: submission
 *
 * SUBMIT works in two steps. First everything is copied from user space, checked
 * and allocated, for all jobs; whatever is wrong is found here and nothing has
 * happened. Then all jobs are queued, which cannot fail half-way.
 */
#ifndef _NPU_SUBMIT_H_
#define _NPU_SUBMIT_H_

#include <linux/types.h>

struct drm_device;
struct drm_file;
struct drm_sunmao_npu_job;
struct drm_sunmao_npu_submit;

/* Sanity limits, far above what a graph needs. */
#define NPU_MAX_JOBS	8192
#define NPU_MAX_TASKS	65536
#define NPU_MAX_BOS	65536

int npu_submit_check(const struct drm_sunmao_npu_submit *submit);
int npu_job_check(const struct drm_sunmao_npu_job *job);

int npu_ioctl_submit(struct drm_device *ddev, void *data,
		     struct drm_file *file);

#endif /* _NPU_SUBMIT_H_ */
