/*
 * RK3588 secure firmware (BL31 seen from the outside): SMC dispatch and PSCI
 *
 * QEMU's built-in PSCI consumes every SMC, so it cannot be combined with
 * other firmware services. This machine therefore has a real EL3: a few
 * instructions at VBAR_EL3 that hand the arguments of an SMC to this device
 * through a secure-only register frame and return its answer. VBAR_EL3 is
 * zero after reset, and the vectors are a ROM at physical address 0 of the
 * secure view, so that a CPU is ready right out of reset. The non-secure
 * world sees DRAM there.
 *
 * The services are those of soc.md 6: PSCI, SCMI, and "unknown" for the rest.
 * SYSTEM_SUSPEND takes the power from all domains and selects the suspend
 * setting of the NPU rail until an interrupt comes (power.md 7). On the way
 * back it restores the domains, so it waits until their rails are up.
 *
 * Inferred: that the way back takes 1 ms; the rail takes 360 us of it
 * (power.md 5.1).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "hw/core/cpu.h"
#include "hw/irq.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "system/runstate.h"
#include "target/arm/arm-powerctl.h"
#include "target/arm/cpu.h"
#include "target/arm/kvm-consts.h"
#include "target/arm/multiprocessing.h"
#include "rk3588-firmware-regs.h"
#include "rk3588-firmware.h"
#include "rockchip-common.h"

#define FRAME_SIZE 0x1000
#define VECTORS_SIZE 0x1000
#define WAKE_NS (1 * SCALE_MS)

/* Offset of "synchronous exception, lower level, AArch64" in the table. */
#define VECTOR_LOWER_A64_SYNC 0x400
#define VECTOR_SIZE 0x80
#define VECTOR_COUNT 16

#define INSN_B_SELF 0x14000000

/*
 * x30 is the only register that the stub needs; TPIDR_EL3 keeps it. x0..x7 go
 * to the frame, the doorbell carries ESR_EL3, and x0..x3 come back.
 */
static const uint32_t smc_stub[] = {
    0xd51ed05e, /*    msr  tpidr_el3, x30                        */
    0xd2bfe1fe, /*    movz x30, #0xff0f, lsl #16                 */
    0xf90003c0, /*    str  x0, [x30, #0x00]                      */
    0xf90007c1, /*    str  x1, [x30, #0x08]                      */
    0xf9000bc2, /*    str  x2, [x30, #0x10]                      */
    0xf9000fc3, /*    str  x3, [x30, #0x18]                      */
    0xf90013c4, /*    str  x4, [x30, #0x20]                      */
    0xf90017c5, /*    str  x5, [x30, #0x28]                      */
    0xf9001bc6, /*    str  x6, [x30, #0x30]                      */
    0xf9001fc7, /*    str  x7, [x30, #0x38]                      */
    0xd53e5200, /*    mrs  x0, esr_el3                           */
    0xf90023c0, /*    str  x0, [x30, #0x40]    ring the doorbell */
    0xf94027c0, /* 1: ldr  x0, [x30, #0x48]    what next?        */
    0xb4000060, /*    cbz  x0, 2f                                */
    0xd503207f, /*    wfi                                        */
    0x17fffffd, /*    b    1b                                    */
    0xf94003c0, /* 2: ldr  x0, [x30, #0x00]                      */
    0xf94007c1, /*    ldr  x1, [x30, #0x08]                      */
    0xf9400bc2, /*    ldr  x2, [x30, #0x10]                      */
    0xf9400fc3, /*    ldr  x3, [x30, #0x18]                      */
    0xd53ed05e, /*    mrs  x30, tpidr_el3                        */
    0xd69f03e0, /*    eret                                       */
};

QEMU_BUILD_BUG_ON(sizeof(smc_stub) > VECTOR_SIZE);

#define SMC_UNK (-1LL)

/* SMC Calling Convention: the version that Linux needs for SCMI over SMC. */
#define SMCCC_VERSION 0x80000000
#define SMCCC_ARCH_FEATURES 0x80000001
#define SMCCC_VERSION_1_1 0x10001

#define ESR_EC_SHIFT 26
#define ESR_EC_SMC_A64 0x17

#define PSCI_1_0_FN_SYSTEM_SUSPEND 0x8400000e
#define PSCI_1_0_FN64_SYSTEM_SUSPEND 0xc400000e

static int64_t powerctl_to_psci(int ret)
{
    switch (ret) {
    case QEMU_ARM_POWERCTL_RET_SUCCESS:
        return QEMU_PSCI_RET_SUCCESS;
    case QEMU_ARM_POWERCTL_ALREADY_ON:
        return QEMU_PSCI_RET_ALREADY_ON;
    case QEMU_ARM_POWERCTL_ON_PENDING:
        return QEMU_PSCI_RET_ON_PENDING;
    default:
        return QEMU_PSCI_RET_INVALID_PARAMS;
    }
}

static int64_t psci_features(uint32_t fn)
{
    switch (fn) {
    case QEMU_PSCI_0_2_FN_PSCI_VERSION:
    case QEMU_PSCI_0_2_FN_CPU_SUSPEND:
    case QEMU_PSCI_0_2_FN64_CPU_SUSPEND:
    case QEMU_PSCI_0_2_FN_CPU_OFF:
    case QEMU_PSCI_0_2_FN_CPU_ON:
    case QEMU_PSCI_0_2_FN64_CPU_ON:
    case QEMU_PSCI_0_2_FN_AFFINITY_INFO:
    case QEMU_PSCI_0_2_FN64_AFFINITY_INFO:
    case QEMU_PSCI_0_2_FN_MIGRATE_INFO_TYPE:
    case QEMU_PSCI_0_2_FN_SYSTEM_OFF:
    case QEMU_PSCI_0_2_FN_SYSTEM_RESET:
    case QEMU_PSCI_1_0_FN_PSCI_FEATURES:
    case PSCI_1_0_FN_SYSTEM_SUSPEND:
    case PSCI_1_0_FN64_SYSTEM_SUSPEND:
    case SMCCC_VERSION:
        return QEMU_PSCI_RET_SUCCESS;
    default:
        return QEMU_PSCI_RET_NOT_SUPPORTED;
    }
}

static int64_t psci_affinity_info(uint64_t mpidr, uint64_t level)
{
    CPUState *cs;

    if (level) {
        return QEMU_PSCI_RET_INVALID_PARAMS;
    }
    cs = arm_get_cpu_by_id(mpidr);
    return cs ? ARM_CPU(cs)->power_state : QEMU_PSCI_RET_INVALID_PARAMS;
}

/*
 * The frame keeps the entry point and the context until the wake-up; all other
 * CPUs must be off.
 */
static int64_t psci_system_suspend(RK3588FirmwareState *s, CPUState *cs,
                                   RK3588FirmwareFrame *f)
{
    CPUState *other;

    CPU_FOREACH(other) {
        if (other != cs && ARM_CPU(other)->power_state != PSCI_OFF) {
            return QEMU_PSCI_RET_DENIED;
        }
    }
    s->suspends++;
    s->wait_seen = false;
    f->next = RK3588_FW_SUSPENDED;
    qemu_set_irq(s->suspend[RK3588_FW_QOS], 1);
    qemu_set_irq(s->suspend[RK3588_FW_DOMAINS], 1);
    qemu_set_irq(s->suspend[RK3588_FW_SLEEP_PIN], 1);
    return QEMU_PSCI_RET_SUCCESS;
}

/* Second half of the wake-up, once the CPU is off: restart it. */
static void rk3588_firmware_restart(CPUState *cs, run_on_cpu_data data)
{
    RK3588FirmwareFrame *f = data.host_ptr;

    f->next = RK3588_FW_RETURN;
    arm_set_cpu_on(arm_cpu_mp_affinity(ARM_CPU(cs)), f->x[1], f->x[2], 2,
                   true);
}

/* The rails are up: restore the domains, then enter Linux anew. */
static void rk3588_firmware_resume(void *opaque)
{
    RK3588FirmwareState *s = opaque;

    qemu_set_irq(s->suspend[RK3588_FW_DOMAINS], 0);
    qemu_set_irq(s->suspend[RK3588_FW_QOS], 0);
    async_run_on_cpu(qemu_get_cpu(s->waking), rk3588_firmware_restart,
                     RUN_ON_CPU_HOST_PTR(&s->frame[s->waking]));
}

/* An interrupt ended the suspend: first of all the rails come back. */
static void rk3588_firmware_wake(RK3588FirmwareState *s, CPUState *cs,
                                 RK3588FirmwareFrame *f)
{
    qemu_set_irq(s->suspend[RK3588_FW_SLEEP_PIN], 0);
    f->next = RK3588_FW_PARK;
    arm_set_cpu_off(arm_cpu_mp_affinity(ARM_CPU(cs)));
    s->waking = cs->cpu_index;
    timer_mod_ns(s->wake_timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) +
                 WAKE_NS);
}

/* What the stub does next; called each time it asks. */
static RK3588FirmwareNext rk3588_firmware_next(RK3588FirmwareState *s,
                                               CPUState *cs,
                                               RK3588FirmwareFrame *f)
{
    RK3588FirmwareNext next = f->next;

    switch (next) {
    case RK3588_FW_WAIT_ONCE:
        f->next = RK3588_FW_RETURN;
        break;
    case RK3588_FW_SUSPENDED:
        if (s->wait_seen && cpu_has_work(cs)) {
            rk3588_firmware_wake(s, cs, f);
        }
        s->wait_seen = true;
        break;
    default:
        break;
    }
    return next;
}

/*
 * Handle a PSCI call. Returns false when @f is not one. MIGRATE and the
 * optional calls are answered "not supported", as TF-A does.
 */
static bool psci_call(RK3588FirmwareState *s, CPUState *cs,
                      RK3588FirmwareFrame *f)
{
    uint32_t fn = f->x[0];
    int64_t ret = QEMU_PSCI_RET_NOT_SUPPORTED;

    /* The PSCI range of the standard-service calls, 32 and 64 bits. */
    if ((fn & ~QEMU_PSCI_0_2_64BIT) < 0x84000000 ||
        (fn & ~QEMU_PSCI_0_2_64BIT) > 0x8400001f) {
        return false;
    }

    switch (fn) {
    case QEMU_PSCI_0_2_FN_PSCI_VERSION:
        ret = QEMU_PSCI_VERSION_1_1;
        break;
    case QEMU_PSCI_0_2_FN_MIGRATE_INFO_TYPE:
        ret = QEMU_PSCI_0_2_RET_TOS_MIGRATION_NOT_REQUIRED;
        break;
    case QEMU_PSCI_1_0_FN_PSCI_FEATURES:
        ret = psci_features(f->x[1]);
        break;
    case QEMU_PSCI_0_2_FN_AFFINITY_INFO:
    case QEMU_PSCI_0_2_FN64_AFFINITY_INFO:
        ret = psci_affinity_info(f->x[1], f->x[2]);
        break;
    case QEMU_PSCI_0_2_FN_CPU_ON:
    case QEMU_PSCI_0_2_FN64_CPU_ON:
        ret = powerctl_to_psci(arm_set_cpu_on(f->x[1], f->x[2], f->x[3],
                                              2, true));
        break;
    case QEMU_PSCI_0_2_FN_CPU_OFF:
        arm_set_cpu_off(arm_cpu_mp_affinity(ARM_CPU(cs)));
        f->next = RK3588_FW_PARK;
        break;
    case QEMU_PSCI_0_2_FN_CPU_SUSPEND:
    case QEMU_PSCI_0_2_FN64_CPU_SUSPEND:
        /*
         * Every power-down request is answered as if a wake-up had come at
         * the last moment, which PSCI allows: wait in standby and return.
         */
        f->next = RK3588_FW_WAIT_ONCE;
        ret = QEMU_PSCI_RET_SUCCESS;
        break;
    case PSCI_1_0_FN_SYSTEM_SUSPEND:
    case PSCI_1_0_FN64_SYSTEM_SUSPEND:
        ret = psci_system_suspend(s, cs, f);
        break;
    case QEMU_PSCI_0_2_FN_SYSTEM_OFF:
        qemu_system_shutdown_request(SHUTDOWN_CAUSE_GUEST_SHUTDOWN);
        f->next = RK3588_FW_PARK;
        break;
    case QEMU_PSCI_0_2_FN_SYSTEM_RESET:
        qemu_system_reset_request(SHUTDOWN_CAUSE_GUEST_RESET);
        f->next = RK3588_FW_PARK;
        break;
    default:
        break;
    }

    f->x[0] = ret;
    return true;
}

static void rk3588_firmware_smc(RK3588FirmwareState *s, CPUState *cs,
                                RK3588FirmwareFrame *f)
{
    uint32_t fn = f->x[0];

    s->smc_calls++;
    f->next = RK3588_FW_RETURN;

    if (psci_call(s, cs, f)) {
        return;
    }

    if (fn == SMCCC_VERSION) {
        f->x[0] = SMCCC_VERSION_1_1;
        return;
    }
    if (fn == SMCCC_ARCH_FEATURES) {
        /* No architecture workaround calls. */
        f->x[0] = f->x[1] == SMCCC_VERSION || f->x[1] == SMCCC_ARCH_FEATURES ?
                  0 : SMC_UNK;
        return;
    }
    if (fn == RK3588_SCMI_SMC_ID) {
        if (rk3588_scmi_doorbell(s->scmi)) {
            f->x[0] = 0;
        } else {
            /* The CPU waits at EL3 for a bus access that never ends. */
            s->hangs++;
            f->next = RK3588_FW_PARK;
            warn_report("rk3588: CPU%d hangs in EL3 firmware: SCMI touched "
                        "NPU_GRF while it does not answer", cs->cpu_index);
        }
        return;
    }

    s->smc_unknown++;
    qemu_log_mask(LOG_UNIMP, "rk3588: unhandled SMC 0x%08x (x1 0x%" PRIx64
                  " x2 0x%" PRIx64 ")\n", fn, f->x[1], f->x[2]);
    f->x[0] = SMC_UNK;
}

static RK3588FirmwareFrame *current_frame(RK3588FirmwareState *s)
{
    if (!current_cpu || current_cpu->cpu_index >= RK3588_MAX_CPUS) {
        return NULL;
    }
    return &s->frame[current_cpu->cpu_index];
}

static uint64_t rk3588_firmware_read(void *opaque, hwaddr addr, unsigned size)
{
    RK3588FirmwareFrame *f = current_frame(opaque);
    uint64_t val = 0;

    if (!f) {
        return 0;
    }
    if (addr < A_DOORBELL) {
        val = f->x[addr / 8];
    } else if (addr == A_NEXT) {
        val = rk3588_firmware_next(opaque, current_cpu, f);
    }
    return val;
}

static void rk3588_firmware_write(void *opaque, hwaddr addr, uint64_t val,
                                  unsigned size)
{
    RK3588FirmwareState *s = opaque;
    RK3588FirmwareFrame *f = current_frame(s);

    if (!f) {
        return;
    }
    if (addr < A_DOORBELL) {
        f->x[addr / 8] = val;
    } else if (addr == A_DOORBELL) {
        if (extract64(val, ESR_EC_SHIFT, 6) == ESR_EC_SMC_A64) {
            rk3588_firmware_smc(s, current_cpu, f);
        } else {
            qemu_log_mask(LOG_GUEST_ERROR, "rk3588: CPU%d: exception at EL3, "
                          "ESR 0x%" PRIx64 "\n", current_cpu->cpu_index, val);
            s->hangs++;
            f->next = RK3588_FW_PARK;
        }
    }
}

static const MemoryRegionOps rk3588_firmware_ops = {
    .read = rk3588_firmware_read,
    .write = rk3588_firmware_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid.min_access_size = 8,
    .valid.max_access_size = 8,
    .impl.min_access_size = 8,
    .impl.max_access_size = 8,
};

static void rk3588_firmware_reset_hold(Object *obj, ResetType type)
{
    RK3588FirmwareState *s = RK3588_FIRMWARE(obj);

    memset(s->frame, 0, sizeof(s->frame));
    s->wait_seen = false;
    timer_del(s->wake_timer);
    qemu_set_irq(s->suspend[RK3588_FW_SLEEP_PIN], 0);
    qemu_set_irq(s->suspend[RK3588_FW_DOMAINS], 0);
    qemu_set_irq(s->suspend[RK3588_FW_QOS], 0);
}

static void rk3588_firmware_realize(DeviceState *dev, Error **errp)
{
    RK3588FirmwareState *s = RK3588_FIRMWARE(dev);
    uint32_t *rom;
    size_t i;

    if (!s->scmi) {
        error_setg(errp, "the 'scmi' link is not set");
        return;
    }
    if (!memory_region_init_rom(&s->vectors, OBJECT(dev), "rk3588.bl31",
                                VECTORS_SIZE, errp)) {
        return;
    }

    rom = memory_region_get_ram_ptr(&s->vectors);
    for (i = 0; i < VECTOR_COUNT; i++) {
        stl_le_p(&rom[i * VECTOR_SIZE / sizeof(*rom)], INSN_B_SELF);
    }
    for (i = 0; i < ARRAY_SIZE(smc_stub); i++) {
        stl_le_p(&rom[VECTOR_LOWER_A64_SYNC / sizeof(*rom) + i], smc_stub[i]);
    }
}

static const RockchipCounter rk3588_firmware_counters[] = {
    ROCKCHIP_COUNTER("smc-calls", RK3588FirmwareState, smc_calls),
    ROCKCHIP_COUNTER("smc-unknown", RK3588FirmwareState, smc_unknown),
    ROCKCHIP_COUNTER("hangs", RK3588FirmwareState, hangs),
    ROCKCHIP_COUNTER("suspends", RK3588FirmwareState, suspends),
    { }
};

static void rk3588_firmware_init(Object *obj)
{
    RK3588FirmwareState *s = RK3588_FIRMWARE(obj);

    memory_region_init_io(&s->iomem, obj, &rk3588_firmware_ops, s,
                          TYPE_RK3588_FIRMWARE, FRAME_SIZE);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->iomem);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->vectors);

    qdev_init_gpio_out_named(DEVICE(obj), s->suspend, "suspend",
                             RK3588_FW_NUM_SUSPEND_LINES);
    s->wake_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, rk3588_firmware_resume,
                                 s);
    rockchip_add_counters(obj, rk3588_firmware_counters);
}

static void rk3588_firmware_finalize(Object *obj)
{
    timer_free(RK3588_FIRMWARE(obj)->wake_timer);
}

static const Property rk3588_firmware_properties[] = {
    DEFINE_PROP_LINK("scmi", RK3588FirmwareState, scmi, TYPE_RK3588_SCMI,
                     RK3588ScmiState *),
};

static const VMStateDescription vmstate_rk3588_firmware = {
    .name = TYPE_RK3588_FIRMWARE,
    .unmigratable = 1,
};

static void rk3588_firmware_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->realize = rk3588_firmware_realize;
    dc->vmsd = &vmstate_rk3588_firmware;
    dc->user_creatable = false;
    rc->phases.hold = rk3588_firmware_reset_hold;
    device_class_set_props(dc, rk3588_firmware_properties);
}

static const TypeInfo rk3588_firmware_types[] = {
    {
        .name = TYPE_RK3588_FIRMWARE,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(RK3588FirmwareState),
        .instance_init = rk3588_firmware_init,
        .instance_finalize = rk3588_firmware_finalize,
        .class_init = rk3588_firmware_class_init,
    },
};

DEFINE_TYPES(rk3588_firmware_types)
