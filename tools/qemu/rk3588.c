/*
 * Rockchip RK3588 machine
 *
 * Boots Linux directly and plays the boot loader and the secure firmware:
 * the device tree given with -dtb is passed on with /memory, /chosen and the
 * CPUs that do not exist adjusted. Memory map and interrupts: soc.md 1 and 2.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include <libfdt.h>
#include "qemu/error-report.h"
#include "qemu/module.h"
#include "qemu/units.h"
#include "qapi/error.h"
#include "qobject/qlist.h"
#include "chardev/char.h"
#include "exec/address-spaces.h"
#include "hw/arm/boot.h"
#include "hw/boards.h"
#include "hw/char/serial-mm.h"
#include "hw/core/split-irq.h"
#include "hw/i2c/i2c.h"
#include "hw/intc/arm_gicv3_common.h"
#include "hw/intc/arm_gicv3_its_common.h"
#include "hw/irq.h"
#include "hw/misc/unimp.h"
#include "hw/or-irq.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "system/device_tree.h"
#include "system/reset.h"
#include "system/system.h"
#include "target/arm/cpu.h"
#include "target/arm/cpu-qom.h"
#include "target/arm/gtimer.h"
#include "rk3588-cru.h"
#include "rk3588-firmware.h"
#include "rk3588-npu-grf.h"
#include "rk3588-pmu.h"
#include "rk3588-qos.h"
#include "rk3588-scmi.h"
#include "rk860x.h"
#include "rockchip-gpio.h"
#include "rockchip-grf.h"
#include "rockchip-i2c.h"
#include "rockchip-iommu.h"
#include "rockchip-isp.h"
#include "rockchip-npu.h"
#include "rockchip-otp.h"
#include "rockchip-timer.h"
#include "rockchip-tsadc.h"
#include "sc8551.h"

#define TYPE_RK3588_MACHINE MACHINE_TYPE_NAME("rk3588")
OBJECT_DECLARE_SIMPLE_TYPE(RK3588MachineState, RK3588_MACHINE)

#define NUM_LITTLE_CPUS 4
#define NUM_DMACS 3

#define RAM_LOW_MAX 0xf0000000ULL
#define RAM_HIGH_BASE 0x100000000ULL
/* The first 2 MiB belong to the firmware (soc.md 1). */
#define RAM_FIRMWARE_SIZE (2 * MiB)
#define RAM_MIN (64 * MiB)
#define RAM_MAX (32 * GiB)

#define GIC_NUM_SPIS 512
#define GIC_DIST_BASE 0xfe600000
#define GIC_REDIST_BASE 0xfe680000
#define GIC_MAINTENANCE_PPI 9
#define PMU_PPI 7

#define UART_CLOCK 24000000
#define NUM_UARTS 10
#define CONSOLE_UART 2

/* A hole in the memory map and free interrupts (soc.md 10, item 9). */
#define VIRTIO_BASE 0xfe800000
#define VIRTIO_SIZE 0x200
#define VIRTIO_SPI 480
#define NUM_VIRTIO 4

/* Secure-only frame of the EL3 stub; a hole in the non-secure map. */
#define FIRMWARE_FRAME_BASE 0xff0f0000

#define PERIPH_BASE 0xf0000000
#define PERIPH_SIZE 0x10000000
/* PCIe controllers and their windows, above the largest DRAM. */
#define PCIE_BASE 0x900000000ULL
#define PCIE_SIZE 0x200000000ULL

struct RK3588MachineState {
    MachineState parent_obj;

    struct arm_boot_info bootinfo;
    MemoryRegion ram_low;
    MemoryRegion ram_high;
    MemoryRegion secure_memory;
    ARMCPU *cpu[RK3588_MAX_CPUS];
    DeviceState *gic;
    DeviceState *cru;
    DeviceState *pmu;
    DeviceState *npu_grf;
    DeviceState *qos;
    DeviceState *timer0;
    DeviceState *tsadc;
    MemoryRegion dmac_id[NUM_DMACS];
    /* "power" inputs of an NPU core or ISP, by domain, and of its IOMMU */
    qemu_irq master_power[RK3588_NUM_PDS][2];
};

typedef struct GrfDesc {
    const char *name;
    hwaddr base;
    uint32_t size;
    uint32_t plain_start;
    uint32_t plain_size;
} GrfDesc;

/* Register files without any behaviour (soc.md 1 and 5). */
static const GrfDesc grfs[] = {
    { "pmu1-grf", 0xfd58a000, 0x2000, 0x200, 0x40 },
    { "sys-grf", 0xfd58c000, 0x1000 },
    { "bigcore0-grf", 0xfd590000, 0x1000 },
    { "bigcore1-grf", 0xfd592000, 0x1000 },
    { "litcore-grf", 0xfd594000, 0x1000 },
    { "dsu-grf", 0xfd598000, 0x1000 },
    { "gpu-grf", 0xfd5a0000, 0x2000 },
    { "vop-grf", 0xfd5a4000, 0x2000 },
    { "vo0-grf", 0xfd5a6000, 0x2000 },
    { "vo1-grf", 0xfd5a8000, 0x4000 },
    { "usb-grf", 0xfd5ac000, 0x4000 },
    { "php-grf", 0xfd5b0000, 0x1000 },
    { "csidphy0-grf", 0xfd5b4000, 0x1000 },
    { "csidphy1-grf", 0xfd5b5000, 0x1000 },
    { "mipidcphy0-grf", 0xfd5e8000, 0x4000 },
    { "mipidcphy1-grf", 0xfd5ec000, 0x4000 },
    { "ioc", 0xfd5f0000, 0x10000 },
};

static const hwaddr uart_base[NUM_UARTS] = {
    0xfd890000, 0xfeb40000, 0xfeb50000, 0xfeb60000, 0xfeb70000,
    0xfeb80000, 0xfeb90000, 0xfeba0000, 0xfebb0000, 0xfebc0000,
};

#define UART_SPI(n) (331 + (n))

static const hwaddr i2c_base[] = {
    0xfd880000, 0xfea90000, 0xfeaa0000, 0xfeab0000, 0xfeac0000,
    0xfead0000, 0xfec80000, 0xfec90000, 0xfeca0000,
};

#define I2C_SPI(n) (317 + (n))

static const hwaddr gpio_base[] = {
    0xfd8a0000, 0xfec20000, 0xfec30000, 0xfec40000, 0xfec50000,
};

#define GPIO_SPI(n) (277 + (n))

#define TIMER0_BASE 0xfeae0000
#define TIMER0_SPI 289
#define TSADC_BASE 0xfec00000
#define TSADC_SPI 397
#define OTP_BASE 0xfecc0000

/* I2C buck regulators of the ROCK 5B. */
static const struct {
    const char *name;
    uint8_t bus;
    uint8_t addr;
} regulators[] = {
    { "vdd-cpu-big0", 0, 0x42 },
    { "vdd-cpu-big1", 0, 0x43 },
    { "vdd-npu", 1, 0x42 },
};

/*
 * Charge pumps of a phone or tablet, on buses that the ROCK 5B leaves disabled;
 * they signal on pins of GPIO1.
 */
static const struct {
    const char *name;
    uint8_t bus;
    uint8_t addr;
    uint8_t pin;
} charge_pumps[] = {
    { "sc8551", 5, 0x66, 0 },
    { "sc8551-slave", 8, 0x66, 1 },
};

#define CHARGE_PUMP_GPIO 1

static const struct {
    hwaddr base;
    int spi;
} dmacs[NUM_DMACS] = {
    { 0xfea10000, 86 }, { 0xfea30000, 88 }, { 0xfed10000, 90 },
};

#define DMAC_NUM_EVENTS 16
#define DMAC_WINDOW_SIZE 0x4000
#define DMAC_PAGE_SIZE 0x1000

/* NPU cores and the banks of their IOMMUs (soc.md 1). */
static const struct {
    hwaddr base;
    hwaddr bank[2];
    uint32_t num_banks;
    int spi;
    RK3588PowerDomain pd;
} npu_cores[RK3588_NUM_NPU] = {
    { 0xfdab0000, { 0xfdab9000, 0xfdaba000 }, 2, 110, RK3588_PD_NPUTOP },
    { 0xfdac0000, { 0xfdaca000 }, 1, 111, RK3588_PD_NPU1 },
    { 0xfdad0000, { 0xfdada000 }, 1, 112, RK3588_PD_NPU2 },
};

/* ISPs, each with its IOMMU and four interrupts (soc.md 1). */
static const struct {
    hwaddr base;
    int spi;                    /* isp, iommu, mi, mipi */
    RK3588PowerDomain pd;
} isps[RK3588_NUM_ISP] = {
    { 0xfdcb0000, 131, RK3588_PD_VI },
    { 0xfdcc0000, 135, RK3588_PD_ISP1 },
};

static uint64_t cpu_mpidr(int i)
{
    return (uint64_t)i << 8;
}

static qemu_irq spi(RK3588MachineState *m, int n)
{
    return qdev_get_gpio_in(m->gic, n);
}

static void create_cpus(RK3588MachineState *m)
{
    MachineState *ms = MACHINE(m);
    unsigned int i;

    for (i = 0; i < ms->smp.cpus; i++) {
        const char *type = i < NUM_LITTLE_CPUS ?
                           ARM_CPU_TYPE_NAME("cortex-a55") :
                           ARM_CPU_TYPE_NAME("cortex-a76");
        Object *obj = object_new(type);

        object_property_add_child(OBJECT(m), "cpu[*]", obj);
        object_property_set_int(obj, "mp-affinity", cpu_mpidr(i),
                                &error_abort);
        object_property_set_int(obj, "cntfrq", RK3588_OSC_RATE, &error_abort);
        object_property_set_bool(obj, "has_el3", true, &error_abort);
        object_property_set_bool(obj, "has_el2", true, &error_abort);
        object_property_set_bool(obj, "start-powered-off", i > 0,
                                 &error_abort);
        object_property_set_link(obj, "memory", OBJECT(get_system_memory()),
                                 &error_abort);
        object_property_set_link(obj, "secure-memory",
                                 OBJECT(&m->secure_memory), &error_abort);
        qdev_realize(DEVICE(obj), NULL, &error_fatal);
        m->cpu[i] = ARM_CPU(obj);
        object_unref(obj);
    }
}

static void create_gic(RK3588MachineState *m)
{
    static const hwaddr its_base[] = { 0xfe640000, 0xfe660000 };
    /* Interrupts of the CPU's timers (soc.md 2). */
    static const int timer_ppi[] = {
        [GTIMER_PHYS] = 14,
        [GTIMER_VIRT] = 11,
        [GTIMER_HYP] = 10,
        [GTIMER_SEC] = 13,
        [GTIMER_HYPVIRT] = 12,
    };
    unsigned int num_cpus = MACHINE(m)->smp.cpus;
    SysBusDevice *busdev;
    QList *regions;
    unsigned int i, t;

    m->gic = qdev_new(gicv3_class_name());
    object_property_add_child(OBJECT(m), "gic", OBJECT(m->gic));
    qdev_prop_set_uint32(m->gic, "revision", 3);
    qdev_prop_set_uint32(m->gic, "num-cpu", num_cpus);
    qdev_prop_set_uint32(m->gic, "num-irq", GIC_NUM_SPIS + GIC_INTERNAL);
    qdev_prop_set_bit(m->gic, "has-security-extensions", true);
    qdev_prop_set_bit(m->gic, "has-lpi", true);
    object_property_set_link(OBJECT(m->gic), "sysmem",
                             OBJECT(get_system_memory()), &error_fatal);
    regions = qlist_new();
    qlist_append_int(regions, num_cpus);
    qdev_prop_set_array(m->gic, "redist-region-count", regions);

    busdev = SYS_BUS_DEVICE(m->gic);
    sysbus_realize_and_unref(busdev, &error_fatal);
    sysbus_mmio_map(busdev, 0, GIC_DIST_BASE);
    sysbus_mmio_map(busdev, 1, GIC_REDIST_BASE);

    for (i = 0; i < num_cpus; i++) {
        DeviceState *cpu = DEVICE(m->cpu[i]);
        /* Input of the GIC for PPI 0 of this CPU. */
        int ppi = GIC_NUM_SPIS + i * GIC_INTERNAL + GIC_NR_SGIS;

        for (t = 0; t < ARRAY_SIZE(timer_ppi); t++) {
            qdev_connect_gpio_out(cpu, t,
                                  qdev_get_gpio_in(m->gic,
                                                   ppi + timer_ppi[t]));
        }
        qdev_connect_gpio_out_named(cpu, "gicv3-maintenance-interrupt", 0,
                                    qdev_get_gpio_in(m->gic, ppi +
                                                     GIC_MAINTENANCE_PPI));
        qdev_connect_gpio_out_named(cpu, "pmu-interrupt", 0,
                                    qdev_get_gpio_in(m->gic, ppi + PMU_PPI));
        sysbus_connect_irq(busdev, i, qdev_get_gpio_in(cpu, ARM_CPU_IRQ));
        sysbus_connect_irq(busdev, i + num_cpus,
                           qdev_get_gpio_in(cpu, ARM_CPU_FIQ));
        sysbus_connect_irq(busdev, i + 2 * num_cpus,
                           qdev_get_gpio_in(cpu, ARM_CPU_VIRQ));
        sysbus_connect_irq(busdev, i + 3 * num_cpus,
                           qdev_get_gpio_in(cpu, ARM_CPU_VFIQ));
    }

    for (i = 0; i < ARRAY_SIZE(its_base); i++) {
        DeviceState *its = qdev_new(its_class_name());

        object_property_set_link(OBJECT(its), "parent-gicv3", OBJECT(m->gic),
                                 &error_abort);
        sysbus_realize_and_unref(SYS_BUS_DEVICE(its), &error_fatal);
        sysbus_mmio_map(SYS_BUS_DEVICE(its), 0, its_base[i]);
    }
}

static void create_memory(RK3588MachineState *m)
{
    MachineState *ms = MACHINE(m);
    MemoryRegion *sysmem = get_system_memory();
    uint64_t low = MIN(ms->ram_size, RAM_LOW_MAX);

    memory_region_init_alias(&m->ram_low, OBJECT(m), "rk3588.ram-low",
                             ms->ram, 0, low);
    memory_region_add_subregion(sysmem, 0, &m->ram_low);
    if (ms->ram_size > low) {
        memory_region_init_alias(&m->ram_high, OBJECT(m), "rk3588.ram-high",
                                 ms->ram, low, ms->ram_size - low);
        memory_region_add_subregion(sysmem, RAM_HIGH_BASE, &m->ram_high);
    }

    /* The secure view: everything above, plus what only the firmware sees. */
    memory_region_init(&m->secure_memory, OBJECT(m), "rk3588.secure-memory",
                       UINT64_MAX);
    memory_region_add_subregion_overlap(&m->secure_memory, 0, sysmem, -1);

    /* Blocks that nobody models read as zero and are logged. */
    create_unimplemented_device("rk3588.unimplemented", PERIPH_BASE,
                                PERIPH_SIZE);
    create_unimplemented_device("rk3588.pcie", PCIE_BASE, PCIE_SIZE);
}

/* Add a child device of the machine, realize it, and map its first region. */
static void add_device(RK3588MachineState *m, const char *name,
                       DeviceState *dev, hwaddr base)
{
    object_property_add_child(OBJECT(m), name, OBJECT(dev));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_fatal);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, base);
}

static void create_grfs(RK3588MachineState *m)
{
    int i;

    for (i = 0; i < ARRAY_SIZE(grfs); i++) {
        DeviceState *dev = qdev_new(TYPE_ROCKCHIP_GRF);

        qdev_prop_set_uint32(dev, "size", grfs[i].size);
        qdev_prop_set_uint32(dev, "plain-start", grfs[i].plain_start);
        qdev_prop_set_uint32(dev, "plain-size", grfs[i].plain_size);
        add_device(m, grfs[i].name, dev, grfs[i].base);
    }
}

static void create_uarts(RK3588MachineState *m)
{
    int i;

    for (i = 0; i < NUM_UARTS; i++) {
        Chardev *chr = NULL;

        /* The console is the first serial port of QEMU. */
        if (i == CONSOLE_UART) {
            chr = serial_hd(0);
        } else if (i < CONSOLE_UART) {
            chr = serial_hd(i + 1);
        } else {
            chr = serial_hd(i);
        }
        serial_mm_init(get_system_memory(), uart_base[i], 2,
                       spi(m, UART_SPI(i)), UART_CLOCK / 16, chr,
                       DEVICE_LITTLE_ENDIAN);
    }
}

/* Abort and even events share the first interrupt, odd events the second. */
static void create_dmac_irqs(RK3588MachineState *m, int dmac,
                             SysBusDevice *busdev)
{
    DeviceState *or[2];
    int i;

    for (i = 0; i < ARRAY_SIZE(or); i++) {
        g_autofree char *name = g_strdup_printf("dmac%d-irq%d", dmac, i);

        or[i] = qdev_new(TYPE_OR_IRQ);
        object_property_add_child(OBJECT(m), name, OBJECT(or[i]));
        qdev_prop_set_uint16(or[i], "num-lines", DMAC_NUM_EVENTS / 2 + 1);
        qdev_realize_and_unref(or[i], NULL, &error_fatal);
        qdev_connect_gpio_out(or[i], 0, spi(m, dmacs[dmac].spi + i));
    }
    for (i = 0; i <= DMAC_NUM_EVENTS; i++) {
        sysbus_connect_irq(busdev, i, qdev_get_gpio_in(or[i % 2], i / 2));
    }
}

static I2CSlave *add_i2c_device(RK3588MachineState *m, int bus_nr,
                                const char *type, uint8_t addr,
                                const char *name)
{
    g_autofree char *path = g_strdup_printf("i2c%d", bus_nr);
    Object *ctrl = object_resolve_path_component(OBJECT(m), path);
    I2CSlave *dev = i2c_slave_new(type, addr);

    object_property_add_child(OBJECT(m), name, OBJECT(dev));
    i2c_slave_realize_and_unref(dev, I2C_BUS(qdev_get_child_bus(DEVICE(ctrl),
                                                                "i2c")),
                                &error_fatal);
    return dev;
}

static void create_i2c_devices(RK3588MachineState *m)
{
    g_autofree char *gpio_name = g_strdup_printf("gpio%d", CHARGE_PUMP_GPIO);
    Object *gpio = object_resolve_path_component(OBJECT(m), gpio_name);
    int i;

    for (i = 0; i < ARRAY_SIZE(regulators); i++) {
        add_i2c_device(m, regulators[i].bus, TYPE_RK860X, regulators[i].addr,
                       regulators[i].name);
    }
    for (i = 0; i < ARRAY_SIZE(charge_pumps); i++) {
        I2CSlave *pump = add_i2c_device(m, charge_pumps[i].bus, TYPE_SC8551,
                                        charge_pumps[i].addr,
                                        charge_pumps[i].name);

        qdev_connect_gpio_out_named(DEVICE(pump), "int", 0,
                                    qdev_get_gpio_in(DEVICE(gpio),
                                                     charge_pumps[i].pin));
    }
}

static void create_peripherals(RK3588MachineState *m)
{
    int i;

    for (i = 0; i < ARRAY_SIZE(gpio_base); i++) {
        g_autofree char *name = g_strdup_printf("gpio%d", i);
        DeviceState *dev = qdev_new(TYPE_ROCKCHIP_GPIO);

        add_device(m, name, dev, gpio_base[i]);
        sysbus_connect_irq(SYS_BUS_DEVICE(dev), 0, spi(m, GPIO_SPI(i)));
    }

    for (i = 0; i < ARRAY_SIZE(i2c_base); i++) {
        g_autofree char *name = g_strdup_printf("i2c%d", i);
        DeviceState *dev = qdev_new(TYPE_ROCKCHIP_I2C);

        add_device(m, name, dev, i2c_base[i]);
        sysbus_connect_irq(SYS_BUS_DEVICE(dev), 0, spi(m, I2C_SPI(i)));
    }
    create_i2c_devices(m);

    for (i = 0; i < ARRAY_SIZE(dmacs); i++) {
        DeviceState *dev = qdev_new("pl330");
        SysBusDevice *busdev = SYS_BUS_DEVICE(dev);

        object_property_set_link(OBJECT(dev), "memory",
                                 OBJECT(get_system_memory()), &error_abort);
        qdev_prop_set_uint8(dev, "num_events", DMAC_NUM_EVENTS);
        qdev_prop_set_uint8(dev, "num_periph_req", 32);
        sysbus_realize_and_unref(busdev, &error_fatal);
        sysbus_mmio_map(busdev, 0, dmacs[i].base);
        /* The identification is read at the end of the 16 KiB window. */
        memory_region_init_alias(&m->dmac_id[i], OBJECT(m), "dmac-id",
                                 sysbus_mmio_get_region(busdev, 0), 0,
                                 DMAC_PAGE_SIZE);
        memory_region_add_subregion(get_system_memory(),
                                    dmacs[i].base + DMAC_WINDOW_SIZE -
                                    DMAC_PAGE_SIZE, &m->dmac_id[i]);
        create_dmac_irqs(m, i, busdev);
    }

    m->timer0 = qdev_new(TYPE_ROCKCHIP_TIMER);
    add_device(m, "timer0", m->timer0, TIMER0_BASE);
    sysbus_connect_irq(SYS_BUS_DEVICE(m->timer0), 0, spi(m, TIMER0_SPI));

    m->tsadc = qdev_new(TYPE_ROCKCHIP_TSADC);
    add_device(m, "tsadc", m->tsadc, TSADC_BASE);
    sysbus_connect_irq(SYS_BUS_DEVICE(m->tsadc), 0, spi(m, TSADC_SPI));

    add_device(m, "otp", qdev_new(TYPE_ROCKCHIP_OTP), OTP_BASE);
}

static DeviceState *new_splitter(RK3588MachineState *m, const char *name,
                                 qemu_irq *sinks, unsigned int num)
{
    DeviceState *split = qdev_new(TYPE_SPLIT_IRQ);
    unsigned int i;

    object_property_add_child(OBJECT(m), name, OBJECT(split));
    qdev_prop_set_uint16(split, "num-lines", num);
    qdev_realize_and_unref(split, NULL, &error_fatal);
    for (i = 0; i < num; i++) {
        qdev_connect_gpio_out(split, i, sinks[i]);
    }
    return split;
}

static void create_clocks_and_power(RK3588MachineState *m)
{
    Object *vdd_npu = object_resolve_path_component(OBJECT(m), "vdd-npu");
    int i;

    m->cru = qdev_new(TYPE_RK3588_CRU);
    m->npu_grf = qdev_new(TYPE_RK3588_NPU_GRF);
    m->pmu = qdev_new(TYPE_RK3588_PMU);
    m->qos = qdev_new(TYPE_RK3588_QOS);

    qdev_connect_clock_in(m->cru, "pvtpll",
                          qdev_get_clock_out(m->npu_grf, "pvtpll"));
    qdev_connect_clock_in(m->npu_grf, "pclk",
                          qdev_get_clock_out(m->cru, "pclk-npu-grf"));
    object_property_set_link(OBJECT(m->npu_grf), "regulator", vdd_npu,
                             &error_abort);
    add_device(m, "npu-grf", m->npu_grf, RK3588_NPU_GRF_BASE);
    object_property_set_link(OBJECT(m->cru), "npu-grf", OBJECT(m->npu_grf),
                             &error_abort);
    add_device(m, "cru", m->cru, RK3588_CRU_BASE);
    object_property_set_link(OBJECT(m->pmu), "npu-regulator", vdd_npu,
                             &error_abort);
    add_device(m, "pmu", m->pmu, RK3588_PMU_BASE);
    add_device(m, "qos", m->qos, RK3588_QOS_BASE);

    qdev_connect_gpio_out_named(DEVICE(vdd_npu), "enable", 0,
                                qdev_get_gpio_in_named(m->pmu, "npu-supply",
                                                       0));
    qdev_connect_gpio_out_named(DEVICE(vdd_npu), "microvolt", 0,
                                qdev_get_gpio_in_named(m->npu_grf,
                                                       "supply-uv", 0));
    qdev_connect_gpio_out_named(m->npu_grf, "changed", 0,
                                qdev_get_gpio_in_named(m->cru, "npu-changed",
                                                       0));
    qdev_connect_gpio_out_named(m->pmu, "niu-hang", 0,
                                qdev_get_gpio_in_named(m->cru, "niu-hang",
                                                       0));
    for (i = 0; i < RK3588_NUM_NPU_NIU; i++) {
        qdev_connect_gpio_out_named(m->cru, "npu-bus", i,
                                    qdev_get_gpio_in_named(m->pmu, "npu-bus",
                                                           i));
        qdev_connect_gpio_out_named(m->cru, "npu-niu", i,
                                    qdev_get_gpio_in_named(m->pmu, "npu-niu",
                                                           i));
    }
    for (i = 0; i < RK3588_NUM_PDS; i++) {
        qdev_connect_gpio_out_named(m->pmu, "bus-open", i,
                                    qdev_get_gpio_in_named(m->qos, "bus-open",
                                                           i));
    }
}

/* The IOMMU of an NPU core or an ISP, on the clocks of its master */
static DeviceState *new_iommu(RK3588MachineState *m, const char *name,
                              uint32_t num_banks, const char *aclk,
                              const char *hclk)
{
    DeviceState *mmu = qdev_new(TYPE_ROCKCHIP_IOMMU);

    object_property_add_child(OBJECT(m), name, OBJECT(mmu));
    qdev_prop_set_uint32(mmu, "version", 2);
    qdev_prop_set_uint32(mmu, "num-banks", num_banks);
    object_property_set_link(OBJECT(mmu), "dma-memory",
                             OBJECT(get_system_memory()), &error_abort);
    qdev_connect_clock_in(mmu, "aclk", qdev_get_clock_out(m->cru, aclk));
    qdev_connect_clock_in(mmu, "iface", qdev_get_clock_out(m->cru, hclk));
    sysbus_realize_and_unref(SYS_BUS_DEVICE(mmu), &error_fatal);
    return mmu;
}

static void create_npu(RK3588MachineState *m, int n)
{
    g_autofree char *core_name = g_strdup_printf("npu%d", n);
    g_autofree char *mmu_name = g_strdup_printf("npu%d-iommu", n);
    g_autofree char *or_name = g_strdup_printf("npu%d-irq", n);
    g_autofree char *aclk = g_strdup_printf("aclk-npu%d", n);
    g_autofree char *hclk = g_strdup_printf("hclk-npu%d", n);
    DeviceState *core = qdev_new(TYPE_ROCKCHIP_NPU_CORE);
    DeviceState *mmu = new_iommu(m, mmu_name, npu_cores[n].num_banks, aclk,
                                 hclk);
    DeviceState *or = qdev_new(TYPE_OR_IRQ);
    unsigned int i;

    qdev_prop_set_uint32(core, "core-id", n);
    if (n) {
        object_property_set_link(OBJECT(core), "chip",
                                 object_resolve_path_component(OBJECT(m),
                                                               "npu0"),
                                 &error_abort);
    }
    object_property_set_link(OBJECT(core), "iommu", OBJECT(mmu), &error_abort);
    object_property_set_link(OBJECT(core), "dma-memory",
                             OBJECT(get_system_memory()), &error_abort);
    qdev_connect_clock_in(core, "npu", qdev_get_clock_out(m->cru, "npu"));
    qdev_connect_clock_in(core, "aclk", qdev_get_clock_out(m->cru, aclk));
    qdev_connect_clock_in(core, "hclk", qdev_get_clock_out(m->cru, hclk));
    qdev_connect_clock_in(core, "pclk",
                          qdev_get_clock_out(m->cru, "pclk-npu"));
    add_device(m, core_name, core, npu_cores[n].base);
    for (i = 0; i < npu_cores[n].num_banks; i++) {
        sysbus_mmio_map_overlap(SYS_BUS_DEVICE(mmu), i, npu_cores[n].bank[i],
                                1);
    }

    object_property_add_child(OBJECT(m), or_name, OBJECT(or));
    qdev_prop_set_uint16(or, "num-lines", 2);
    qdev_realize_and_unref(or, NULL, &error_fatal);
    qdev_connect_gpio_out(or, 0, spi(m, npu_cores[n].spi));
    sysbus_connect_irq(SYS_BUS_DEVICE(core), 0, qdev_get_gpio_in(or, 0));
    sysbus_connect_irq(SYS_BUS_DEVICE(mmu), 0, qdev_get_gpio_in(or, 1));

    qdev_connect_gpio_out_named(m->cru, "npu-reset-a", n,
                                qdev_get_gpio_in_named(core, "reset-a", 0));
    qdev_connect_gpio_out_named(m->cru, "npu-reset-h", n,
                                qdev_get_gpio_in_named(core, "reset-h", 0));
    qdev_connect_gpio_out_named(m->cru, "npu-mmu-reset", n,
                                qdev_get_gpio_in_named(mmu, "reset", 0));
    m->master_power[npu_cores[n].pd][0] =
        qdev_get_gpio_in_named(core, "power", 0);
    m->master_power[npu_cores[n].pd][1] =
        qdev_get_gpio_in_named(mmu, "power", 0);
}

static void create_isp(RK3588MachineState *m, int n)
{
    static const char * const clocks[] = { "core", "marvin", "vicap" };
    g_autofree char *isp_name = g_strdup_printf("isp%d", n);
    g_autofree char *mmu_name = g_strdup_printf("isp%d-iommu", n);
    g_autofree char *aclk = g_strdup_printf("aclk-isp%d", n);
    g_autofree char *hclk = g_strdup_printf("hclk-isp%d", n);
    DeviceState *isp = qdev_new(TYPE_ROCKCHIP_ISP);
    DeviceState *mmu = new_iommu(m, mmu_name, 1, aclk, hclk);
    unsigned int i;

    object_property_set_link(OBJECT(isp), "iommu", OBJECT(mmu), &error_abort);
    object_property_set_link(OBJECT(isp), "dma-memory",
                             OBJECT(get_system_memory()), &error_abort);
    qdev_connect_clock_in(isp, "aclk", qdev_get_clock_out(m->cru, aclk));
    qdev_connect_clock_in(isp, "hclk", qdev_get_clock_out(m->cru, hclk));
    for (i = 0; i < ARRAY_SIZE(clocks); i++) {
        g_autofree char *clock = g_strdup_printf("isp%d-%s", n, clocks[i]);

        qdev_connect_clock_in(isp, clocks[i],
                              qdev_get_clock_out(m->cru, clock));
    }
    add_device(m, isp_name, isp, isps[n].base);
    sysbus_mmio_map_overlap(SYS_BUS_DEVICE(mmu), 0,
                            isps[n].base + ROCKCHIP_ISP_IOMMU, 1);

    sysbus_connect_irq(SYS_BUS_DEVICE(isp), 0, spi(m, isps[n].spi));
    sysbus_connect_irq(SYS_BUS_DEVICE(mmu), 0, spi(m, isps[n].spi + 1));
    sysbus_connect_irq(SYS_BUS_DEVICE(isp), 1, spi(m, isps[n].spi + 2));
    sysbus_connect_irq(SYS_BUS_DEVICE(isp), 2, spi(m, isps[n].spi + 3));

    qdev_connect_gpio_out_named(m->cru, "isp-reset", n,
                                qdev_get_gpio_in_named(isp, "reset", 0));
    qdev_connect_gpio_out_named(m->cru, "isp-mmu-reset", n,
                                qdev_get_gpio_in_named(mmu, "reset", 0));
    qdev_connect_gpio_out_named(m->cru, "isp-bus", n,
                                qdev_get_gpio_in_named(isp, "bus", 0));
    m->master_power[isps[n].pd][0] = qdev_get_gpio_in_named(isp, "power", 0);
    m->master_power[isps[n].pd][1] = qdev_get_gpio_in_named(mmu, "power", 0);
}

/* Each power domain feeds its QoS blocks, perhaps an NPU core or an ISP. */
static void connect_power(RK3588MachineState *m)
{
    int pd;

    for (pd = 0; pd < RK3588_NUM_PDS; pd++) {
        g_autofree char *name = g_strdup_printf("power-split-%d", pd);
        qemu_irq sinks[4];
        unsigned int n = 0;
        DeviceState *split;

        if (m->master_power[pd][0]) {
            sinks[n++] = m->master_power[pd][0];
            sinks[n++] = m->master_power[pd][1];
        }
        if (pd == RK3588_PD_NPUTOP) {
            sinks[n++] = qdev_get_gpio_in_named(m->npu_grf, "power", 0);
        }
        sinks[n++] = qdev_get_gpio_in_named(m->qos, "power", pd);
        split = new_splitter(m, name, sinks, n);
        qdev_connect_gpio_out_named(m->pmu, "power", pd,
                                    qdev_get_gpio_in(split, 0));
    }
}

/*
 * System suspend: the firmware saves the QoS settings, cuts the domains, and
 * the board's sleep pin selects the suspend setting of the NPU rail.
 */
static void connect_suspend(RK3588MachineState *m, DeviceState *fw)
{
    Object *vdd_npu = object_resolve_path_component(OBJECT(m), "vdd-npu");

    qdev_connect_gpio_out_named(fw, "suspend", RK3588_FW_QOS,
                                qdev_get_gpio_in_named(m->qos, "suspend", 0));
    qdev_connect_gpio_out_named(fw, "suspend", RK3588_FW_DOMAINS,
                                qdev_get_gpio_in_named(m->pmu, "suspend", 0));
    qdev_connect_gpio_out_named(fw, "suspend", RK3588_FW_SLEEP_PIN,
                                qdev_get_gpio_in_named(DEVICE(vdd_npu), "vsel",
                                                       0));
}

static void create_firmware(RK3588MachineState *m)
{
    DeviceState *scmi = qdev_new(TYPE_RK3588_SCMI);
    DeviceState *fw = qdev_new(TYPE_RK3588_FIRMWARE);
    SysBusDevice *busdev = SYS_BUS_DEVICE(fw);

    object_property_add_child(OBJECT(m), "scmi", OBJECT(scmi));
    object_property_set_link(OBJECT(scmi), "cru", OBJECT(m->cru),
                             &error_abort);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(scmi), &error_fatal);

    object_property_add_child(OBJECT(m), "bl31", OBJECT(fw));
    object_property_set_link(OBJECT(fw), "scmi", OBJECT(scmi), &error_abort);
    sysbus_realize_and_unref(busdev, &error_fatal);
    memory_region_add_subregion(&m->secure_memory, FIRMWARE_FRAME_BASE,
                                sysbus_mmio_get_region(busdev, 0));
    memory_region_add_subregion(&m->secure_memory, 0,
                                sysbus_mmio_get_region(busdev, 1));
    connect_suspend(m, fw);
}

static void create_virtio(RK3588MachineState *m)
{
    int i;

    /*
     * A new bus goes to the front of the list from which -device virtio-*
     * picks, so create the slots backwards to fill them from the first.
     */
    for (i = NUM_VIRTIO - 1; i >= 0; i--) {
        sysbus_create_simple("virtio-mmio", VIRTIO_BASE + i * VIRTIO_SIZE,
                             spi(m, VIRTIO_SPI + i));
    }
}

/*
 * CPUs that do not exist are marked like fused-off ones, and no interrupt
 * partition refers to them any more.
 */
static void rk3588_drop_cpus(void *fdt, unsigned int num_cpus)
{
    static const char * const partitions[] = {
        "/interrupt-controller@fe600000/ppi-partitions/interrupt-partition-0",
        "/interrupt-controller@fe600000/ppi-partitions/interrupt-partition-1",
    };
    uint32_t gone[RK3588_MAX_CPUS];
    unsigned int num_gone = 0;
    unsigned int i, p;

    for (i = num_cpus; i < RK3588_MAX_CPUS; i++) {
        g_autofree char *path = g_strdup_printf("/cpus/cpu@%" PRIx64,
                                                cpu_mpidr(i));

        if (fdt_path_offset(fdt, path) >= 0) {
            gone[num_gone++] = qemu_fdt_get_phandle(fdt, path);
            qemu_fdt_setprop_string(fdt, path, "status", "fail");
        }
    }

    for (p = 0; p < ARRAY_SIZE(partitions); p++) {
        uint32_t left[RK3588_MAX_CPUS];
        unsigned int num_left = 0;
        const fdt32_t *cells;
        int node, len, c;

        node = fdt_path_offset(fdt, partitions[p]);
        cells = node < 0 ? NULL : fdt_getprop(fdt, node, "affinity", &len);
        if (!cells) {
            continue;
        }
        for (c = 0; c < MIN(len / 4, RK3588_MAX_CPUS); c++) {
            uint32_t phandle = fdt32_to_cpu(cells[c]);

            for (i = 0; i < num_gone && gone[i] != phandle; i++) {
                /* Search only. */
            }
            if (i == num_gone) {
                left[num_left++] = cpu_to_be32(phandle);
            }
        }
        if (num_left) {
            qemu_fdt_setprop(fdt, partitions[p], "affinity", left,
                             num_left * sizeof(*left));
            continue;
        }

        /* Nobody is left: neither the partition nor what refers to it. */
        qemu_fdt_nop_node(fdt, partitions[p]);
        node = fdt_node_offset_by_compatible(fdt, -1, p ?
                                             "arm,cortex-a76-pmu" :
                                             "arm,cortex-a55-pmu");
        if (node >= 0) {
            fdt_setprop_string(fdt, node, "status", "disabled");
        }
    }
}

/* What a boot loader does to the device tree. */
static void rk3588_modify_dtb(const struct arm_boot_info *info, void *fdt)
{
    RK3588MachineState *m = container_of(info, RK3588MachineState, bootinfo);
    MachineState *ms = MACHINE(m);
    uint64_t low = MIN(ms->ram_size, RAM_LOW_MAX);
    g_autofree char *memory = g_strdup_printf("/memory@%x",
                                              (unsigned)RAM_FIRMWARE_SIZE);

    if (ms->ram_size > low) {
        qemu_fdt_setprop_sized_cells(fdt, memory, "reg",
                                     2, RAM_FIRMWARE_SIZE,
                                     2, low - RAM_FIRMWARE_SIZE,
                                     2, RAM_HIGH_BASE,
                                     2, ms->ram_size - low);
    }
    rk3588_drop_cpus(fdt, ms->smp.cpus);
}

/*
 * Secondary CPUs wait, powered off, for PSCI; there is nothing to place in
 * memory for them and nothing to set up at reset.
 */
static void rk3588_write_secondary_boot(ARMCPU *cpu,
                                        const struct arm_boot_info *info)
{
}

static void rk3588_reset_secondary(ARMCPU *cpu,
                                   const struct arm_boot_info *info)
{
}

static void rk3588_init(MachineState *ms)
{
    RK3588MachineState *m = RK3588_MACHINE(ms);
    int i;

    if (ms->ram_size < RAM_MIN || ms->ram_size > RAM_MAX) {
        error_report("rk3588: RAM can be 64 MiB to 32 GiB");
        exit(EXIT_FAILURE);
    }
    if (!ms->kernel_filename || !ms->dtb) {
        error_report("rk3588: this machine boots Linux directly; "
                     "give it -kernel and -dtb");
        exit(EXIT_FAILURE);
    }

    create_memory(m);
    create_cpus(m);
    create_gic(m);
    create_grfs(m);
    create_uarts(m);
    create_peripherals(m);
    create_clocks_and_power(m);
    for (i = 0; i < RK3588_NUM_NPU; i++) {
        create_npu(m, i);
    }
    for (i = 0; i < RK3588_NUM_ISP; i++) {
        create_isp(m, i);
    }
    connect_power(m);
    create_firmware(m);
    create_virtio(m);

    /* Linux may use everything from the end of the firmware's 2 MiB on. */
    m->bootinfo.loader_start = RAM_FIRMWARE_SIZE;
    m->bootinfo.ram_size = MIN(ms->ram_size, RAM_LOW_MAX) - RAM_FIRMWARE_SIZE;
    m->bootinfo.psci_conduit = QEMU_PSCI_CONDUIT_DISABLED;
    m->bootinfo.write_secondary_boot = rk3588_write_secondary_boot;
    m->bootinfo.secondary_cpu_reset_hook = rk3588_reset_secondary;
    m->bootinfo.modify_dtb = rk3588_modify_dtb;
    arm_load_kernel(m->cpu[0], ms, &m->bootinfo);
}

static void rk3588_machine_class_init(ObjectClass *oc, void *data)
{
    MachineClass *mc = MACHINE_CLASS(oc);

    mc->desc = "Rockchip RK3588 (4x Cortex-A55, 4x Cortex-A76, NPU, ISP)";
    mc->init = rk3588_init;
    mc->default_cpus = RK3588_MAX_CPUS;
    mc->min_cpus = 1;
    mc->max_cpus = RK3588_MAX_CPUS;
    mc->default_ram_size = 2 * GiB;
    mc->default_ram_id = "rk3588.ram";
    mc->no_cdrom = 1;
    mc->no_floppy = 1;
    mc->no_parallel = 1;
    mc->block_default_type = IF_VIRTIO;
    mc->default_cpu_type = ARM_CPU_TYPE_NAME("cortex-a55");
}

static const TypeInfo rk3588_machine_types[] = {
    {
        .name = TYPE_RK3588_MACHINE,
        .parent = TYPE_MACHINE,
        .instance_size = sizeof(RK3588MachineState),
        .class_init = rk3588_machine_class_init,
    },
};

DEFINE_TYPES(rk3588_machine_types)
