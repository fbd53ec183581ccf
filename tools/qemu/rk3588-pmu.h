/*
 * RK3588 PMU2: power domains and bus idle handshakes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef HW_ROCKCHIP_RK3588_PMU_H
#define HW_ROCKCHIP_RK3588_PMU_H

#include "hw/sysbus.h"
#include "qom/object.h"
#include "rk860x.h"

#define TYPE_RK3588_PMU "rk3588-pmu"
OBJECT_DECLARE_SIMPLE_TYPE(RK3588PmuState, RK3588_PMU)

#define RK3588_PMU_BASE 0xfd8d8000
#define RK3588_PMU_SIZE 0x400

/* Hardware ids of the power domains (power.md 1.1). */
typedef enum {
    RK3588_PD_GPU,
    RK3588_PD_NPU,
    RK3588_PD_VCODEC,
    RK3588_PD_NPUTOP,
    RK3588_PD_NPU1,
    RK3588_PD_NPU2,
    RK3588_PD_VENC0,
    RK3588_PD_VENC1,
    RK3588_PD_RKVDEC0,
    RK3588_PD_RKVDEC1,
    RK3588_PD_VDPU,
    RK3588_PD_RGA30,
    RK3588_PD_AV1,
    RK3588_PD_VI,
    RK3588_PD_FEC,
    RK3588_PD_ISP1,
    RK3588_PD_RGA31,
    RK3588_PD_VOP,
    RK3588_PD_VO0,
    RK3588_PD_VO1,
    RK3588_PD_AUDIO,
    RK3588_PD_PHP,
    RK3588_PD_GMAC,
    RK3588_PD_PCIE,
    RK3588_PD_NVM,
    RK3588_PD_NVM0,
    RK3588_PD_SDIO,
    RK3588_PD_USB,
    RK3588_PD_SECURE,
    RK3588_PD_SDMMC,
    RK3588_PD_CRYPTO,
    RK3588_PD_CENTER,
    RK3588_PD_DDR01,
    RK3588_PD_DDR23,
    RK3588_NUM_PDS
} RK3588PowerDomain;

#define RK3588_NUM_BUSES 35
#define RK3588_NUM_NPU_NIU 3

/*
 * QEMU interface:
 *  + sysbus MMIO region 0
 *  + named GPIO outputs "power": one per power domain, 1 = on
 *  + named GPIO outputs "bus-open": one per power domain, 1 = on, its
 *    interconnect is clocked and not idle
 *  + named GPIO input "npu-supply": 1 = the rail of VD_NPU is on
 *  + named GPIO inputs for NPUTOP, NPU1, NPU2: "npu-bus", 1 = the interconnect
 *    of the domain is clocked and out of reset; "npu-niu", 1 = it also has what
 *    its idle handshake needs
 *  + link "npu-regulator": the regulator behind "npu-supply", optional
 *  + named GPIO output "niu-hang": a pulse for each idle handshake, in either
 *    direction, that a powered NPU domain owes without a clock to answer it
 *  + named GPIO input "suspend": 1 = the firmware holds every domain off, as in
 *    system suspend (power.md 7)
 *  + property "fault-stuck-domain": name of a domain whose handshakes do not
 *    answer any more; empty = none
 */
struct RK3588PmuState {
    SysBusDevice parent_obj;

    MemoryRegion iomem;
    Rk860xState *npu_regulator;
    qemu_irq power[RK3588_NUM_PDS];
    qemu_irq bus_open[RK3588_NUM_PDS];
    qemu_irq niu_hang;

    uint32_t regs[RK3588_PMU_SIZE / 4];
    bool on[RK3588_NUM_PDS];
    bool idle[RK3588_NUM_BUSES];
    bool hung[RK3588_NUM_BUSES];
    bool npu_supply;
    bool suspended;
    bool npu_bus[RK3588_NUM_NPU_NIU];
    bool npu_niu[RK3588_NUM_NPU_NIU];
    int stuck;

    /* Counters, readable as QOM properties. */
    uint64_t mmio_reads;
    uint64_t mmio_writes;
    uint64_t power_ons;
    uint64_t power_offs;
    uint64_t refused_power_ons;
    uint64_t unsafe_power_offs;
    uint64_t refused_idles;
};

#endif
