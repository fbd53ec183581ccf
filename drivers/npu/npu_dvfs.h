/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: voltage and frequency scaling
 */
#ifndef _NPU_DVFS_H_
#define _NPU_DVFS_H_

struct device;
struct npu_core;
struct npu_dvfs;

struct npu_dvfs *npu_dvfs_join(struct npu_core *core);
void npu_dvfs_leave(struct npu_core *core);

void npu_dvfs_start(struct npu_core *core);
void npu_dvfs_stop(struct npu_core *core);

int npu_dvfs_get(struct npu_core *core);
int npu_dvfs_put(struct npu_core *core);

#endif /* _NPU_DVFS_H_ */
