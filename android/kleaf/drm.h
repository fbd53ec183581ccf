/* SPDX-License-Identifier: GPL-2.0-only */
/* Stands in for the neighbour of the NPU's user-space header where that is not installed. */
#include <uapi/drm/drm.h>
