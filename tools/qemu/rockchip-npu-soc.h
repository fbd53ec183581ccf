/*
 * What differs between the NPU cores of Rockchip's SoCs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_NPU_SOC_H
#define HW_ROCKCHIP_NPU_SOC_H

/**
 * struct RockchipNPUInitStep - One write of a set-up sequence
 * @offset: offset in the core
 * @value: value
 */
typedef struct RockchipNPUInitStep {
    uint32_t offset;
    uint32_t value;
} RockchipNPUInitStep;

/**
 * struct RockchipNPUSoc - A variant of the core
 * @name: value of the property "soc"
 * @alias: another SoC with the same core, or NULL
 * @num_cores: cores of the SoC; the others do not answer
 * @version: VERSION
 * @version_num: VERSION_NUM
 * @amount_words: words that one step of PC_DATA_AMOUNT stands for
 * @task_number_bits: width of TASK_NUMBER; TASK_PP_EN and TASK_COUNT_CLEAR
 *     follow it
 * @task_status: offset of TASK_STATUS
 * @status_counts: TASK_STATUS holds the tasks started and completed
 * @status_reset: what it reads after a reset, unless it counts
 * @status_done: what it reads after a kick, unless it counts
 * @base_address_reset: BASE_ADDRESS after a reset
 * @pc_0x18: what the undocumented PC register 0x18 reads
 * @mask_ones: bits of INTERRUPT_MASK that read as 1 whatever was written
 * @block_0x2000: the page at 0x2000 is decoded and has a target of its own
 * @memory_32bit: neither the core nor its IOMMU reach beyond 4 GiB; what is
 *     there gives raw interrupt bit 16
 * @drain_ns: a kick's last result reaches memory this long after PC_DONE;
 *     0: there is no PC_DONE
 * @one_at_a_time: kicks that run on two cores at once spoil each other
 * @init: what software writes to core 0 after power-on and reset, or NULL
 * @init_steps: number of these writes
 */
typedef struct RockchipNPUSoc {
    const char *name;
    const char *alias;
    unsigned num_cores;
    uint32_t version;
    uint32_t version_num;
    unsigned amount_words;
    unsigned task_number_bits;
    unsigned task_status;
    bool status_counts;
    uint32_t status_reset;
    uint32_t status_done;
    uint32_t base_address_reset;
    uint32_t pc_0x18;
    uint32_t mask_ones;
    bool block_0x2000;
    bool memory_32bit;
    uint32_t drain_ns;
    bool one_at_a_time;
    const RockchipNPUInitStep *init;
    unsigned init_steps;
} RockchipNPUSoc;

/**
 * rockchip_npu_soc() - Look a variant up
 * @name: name of the SoC; NULL: RK3588
 *
 * Return: the variant, or NULL when there is none of that name.
 */
const RockchipNPUSoc *rockchip_npu_soc(const char *name);

#endif
