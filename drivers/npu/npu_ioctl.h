/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: the DRM driver
 *
 * Entry points from user space other than SUBMIT.
 */
#ifndef _NPU_IOCTL_H_
#define _NPU_IOCTL_H_

struct drm_device;
struct drm_driver;
struct drm_file;

extern const struct drm_driver npu_drm_driver;

int npu_ioctl_create_bo(struct drm_device *ddev, void *data,
			struct drm_file *file);
int npu_ioctl_prep_bo(struct drm_device *ddev, void *data,
		      struct drm_file *file);
int npu_ioctl_fini_bo(struct drm_device *ddev, void *data,
		      struct drm_file *file);

#endif /* _NPU_IOCTL_H_ */
