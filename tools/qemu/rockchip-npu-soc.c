/*
 * What differs between the NPU cores of Rockchip's SoCs
 *
 * Chapters are those of the hardware notes, NPU: A.2 (task number, amount
 * scale, TASK_STATUS, counts of cores), A.4 and A.5 (RK3576), A.6 (RK3568 and
 * RK3566), C.3 and C.5 (completion), D.1 (TASK_CON). What they leave open is
 * said at the field and listed in README-npu.md, "Other SoCs".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "rockchip-npu-soc.h"

#define VERSION_MAGIC 0x46495245        /* "FIRE" */

/* A.5; that software has to is uncertain there */
static const RockchipNPUInitStep rk3576_init[] = {
    { 0x0010, 1 },
    { 0x1004, 0 },
    { 0x1024, 0x80000000 },
    { 0x1004, 1 },
    { 0x1024, 0x80000000 },
    { 0x1004, 0x1e },
};

static const RockchipNPUSoc socs[] = {
    {
        .name = "rk3588",
        .num_cores = 3,
        .version = VERSION_MAGIC,
        .amount_words = 2,
        .task_number_bits = 12,
        .task_status = 0x3c,
        /* C.3; 0 after a reset is free */
        .status_done = 0xf000,
    },
    {
        .name = "rk3576",
        .num_cores = 2,
        /* A.4 knows the sum; which register has the 2 is free */
        .version = VERSION_MAGIC,
        .version_num = 2,
        .amount_words = 2,
        .task_number_bits = 16,
        .task_status = 0x48,
        .status_counts = true,
        /* IOMMU and byte counters are there (B.1); here it stores */
        .block_0x2000 = true,
        /*
         * A.4: 82 to 343 us; the longest, which also is the floor of a submit
         * in G.3. Only the last task's drain is modelled: the results of the
         * others must be visible to their successors (C.3).
         */
        .drain_ns = 343 * SCALE_US,
        .one_at_a_time = true,
        .init = rk3576_init,
        .init_steps = ARRAY_SIZE(rk3576_init),
    },
    {
        .name = "rk3568",
        .alias = "rk3566",
        .num_cores = 1,
        .amount_words = 1,
        .task_number_bits = 12,
        .task_status = 0x3c,
        /* idle snapshot of A.6; that it looks so after a reset too is free */
        .status_reset = 0x5000,
        .status_done = 0x5000,
        .base_address_reset = 1,
        .pc_0x18 = 0xf,
        .mask_ones = 0x80000000,
        .block_0x2000 = true,
        .memory_32bit = true,
    },
};

const RockchipNPUSoc *rockchip_npu_soc(const char *name)
{
    int i;

    if (!name) {
        return &socs[0];
    }
    for (i = 0; i < ARRAY_SIZE(socs); i++) {
        if (!strcmp(name, socs[i].name) || !g_strcmp0(name, socs[i].alias)) {
            return &socs[i];
        }
    }
    return NULL;
}
