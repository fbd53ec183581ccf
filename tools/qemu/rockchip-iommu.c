/*
 * Rockchip IOMMU, versions 1 and 2
 *
 * One to four identical banks translate the 32-bit addresses of one master.
 * The TLB is real: an entry stays until it is zapped, so software that forgets
 * to zap sees stale translations. A page fault holds the master's transaction
 * until PAGE_FAULT_DONE, which replays it.
 *
 * The chapters named in comments are those of the hardware notes, IOMMU.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qemu/log.h"
#include "qemu/module.h"
#include "qapi/error.h"
#include "exec/address-spaces.h"
#include "hw/irq.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-properties.h"
#include "migration/vmstate.h"
#include "rockchip-common.h"
#include "rockchip-iommu.h"
#include "rockchip-iommu-regs.h"

static void rockchip_iommu_update_irq(RockchipIOMMUState *s)
{
    bool level = false;
    unsigned i;

    for (i = 0; i < s->num_banks; i++) {
        level |= s->bank[i].int_raw & s->bank[i].int_mask;
    }
    if (level && !s->irq_level) {
        s->irqs++;
    }
    s->irq_level = level;
    qemu_set_irq(s->irq, level);
}

static bool rockchip_iommu_usable(const RockchipIOMMUState *s)
{
    return s->powered && !s->in_reset &&
           clock_is_enabled(s->aclk) && clock_is_enabled(s->iface);
}

/* A waiting transaction is replayed a little later, from the virtual clock. */
static void rockchip_iommu_schedule_replay(RockchipIOMMUState *s)
{
    if (!timer_pending(s->replay_timer)) {
        timer_mod(s->replay_timer,
                  qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) + s->replay_delay_ns);
    }
}

static void rockchip_iommu_replay(void *opaque)
{
    RockchipIOMMUState *s = opaque;
    unsigned i;

    for (i = 0; i < s->num_banks; i++) {
        s->bank[i].waiting = false;
    }
    if (s->retry) {
        s->retry(s->retry_opaque);
    }
}

static void rockchip_iommu_reset_bank(RockchipIOMMUBank *b)
{
    g_hash_table_remove_all(b->tlb);
    b->dte_addr = 0;
    b->fault_addr = 0;
    b->int_raw = 0;
    b->int_mask = 0;
    b->auto_gating = R_AUTO_GATING_DTE_LIMIT_DISABLE_MASK;
    b->paging = false;
    b->stalled = false;
    b->faulted = false;
    b->fault_was_write = false;
}

void rockchip_iommu_block_reset(RockchipIOMMUState *s)
{
    unsigned i;

    for (i = 0; i < s->num_banks; i++) {
        rockchip_iommu_reset_bank(&s->bank[i]);
        s->bank[i].waiting = false;
    }
    timer_del(s->replay_timer);
    rockchip_iommu_update_irq(s);
}

/* Physical address held by DTE_ADDR, a DTE or a PTE (chapter 3). */
static hwaddr rockchip_iommu_unpack(const RockchipIOMMUState *s, uint32_t entry)
{
    hwaddr pa = entry & R_DTE_ADDR_PA_31_12_MASK;

    if (s->version >= 2) {
        pa |= (hwaddr)FIELD_EX32(entry, DTE_ADDR, PA_35_32) << 32;
        pa |= (hwaddr)FIELD_EX32(entry, DTE_ADDR, PA_39_36) << 36;
    }
    return pa;
}

static bool rockchip_iommu_reaches(const RockchipIOMMUState *s, hwaddr pa)
{
    return !s->memory_32bit || pa <= UINT32_MAX;
}

static bool rockchip_iommu_read_entry(RockchipIOMMUState *s, hwaddr table,
                                      unsigned index, uint32_t *entry)
{
    MemTxAttrs attrs = { .memory = 1 };
    MemTxResult r;

    if (!rockchip_iommu_reaches(s, table)) {
        return false;
    }

    *entry = address_space_ldl_le(&s->dma_as, table + index * sizeof(*entry),
                                  attrs, &r);
    return r == MEMTX_OK;
}

static RockchipIOMMUResult rockchip_iommu_fault(RockchipIOMMUBank *b,
                                                uint32_t iova, bool is_write)
{
    RockchipIOMMUState *s = b->iommu;

    b->faulted = true;
    b->fault_was_write = is_write;
    b->fault_addr = iova;
    b->waiting = true;
    b->int_raw |= R_INT_RAWSTAT_PAGE_FAULT_MASK;
    s->page_faults++;
    rockchip_iommu_update_irq(s);
    return ROCKCHIP_IOMMU_WAIT;
}

static RockchipIOMMUResult rockchip_iommu_bus_error(RockchipIOMMUBank *b)
{
    b->int_raw |= R_INT_RAWSTAT_BUS_ERROR_MASK;
    b->iommu->bus_errors++;
    rockchip_iommu_update_irq(b->iommu);
    return ROCKCHIP_IOMMU_BUS_ERROR;
}

/*
 * Walk the two-level table and fill the TLB. Invalid entries are not cached:
 * software zaps only the ends of a new mapping (chapter 4), so the hardware
 * must look up again after a fault.
 */
static RockchipIOMMUResult rockchip_iommu_walk(RockchipIOMMUBank *b,
                                               uint32_t iova, bool is_write,
                                               uint32_t *pte)
{
    RockchipIOMMUState *s = b->iommu;
    uint32_t dte;

    s->tlb_misses++;
    if (!rockchip_iommu_read_entry(s, rockchip_iommu_unpack(s, b->dte_addr),
                                   iova >> IOMMU_DTE_SHIFT, &dte)) {
        return rockchip_iommu_bus_error(b);
    }
    if (!(dte & IOMMU_DTE_VALID)) {
        return rockchip_iommu_fault(b, iova, is_write);
    }
    if (!rockchip_iommu_read_entry(s, rockchip_iommu_unpack(s, dte),
                                   (iova >> IOMMU_PTE_SHIFT) %
                                   IOMMU_TABLE_ENTRIES, pte)) {
        return rockchip_iommu_bus_error(b);
    }
    if (!(*pte & IOMMU_PTE_VALID)) {
        return rockchip_iommu_fault(b, iova, is_write);
    }
    g_hash_table_insert(b->tlb, GUINT_TO_POINTER(iova >> IOMMU_PTE_SHIFT),
                        GUINT_TO_POINTER(*pte));
    return ROCKCHIP_IOMMU_OK;
}

RockchipIOMMUResult rockchip_iommu_translate(RockchipIOMMUState *s,
                                             unsigned port, uint32_t iova,
                                             bool is_write, hwaddr *pa)
{
    RockchipIOMMUBank *b = &s->bank[port % s->num_banks];
    RockchipIOMMUResult r;
    uint32_t pte;

    if (!rockchip_iommu_usable(s) || b->stalled || b->faulted) {
        b->waiting = true;
        return ROCKCHIP_IOMMU_WAIT;
    }
    if (!b->paging) {
        *pa = iova;
        return ROCKCHIP_IOMMU_OK;
    }
    if (s->fault_page) {
        s->fault_page--;
        return rockchip_iommu_fault(b, iova, is_write);
    }

    pte = GPOINTER_TO_UINT(
        g_hash_table_lookup(b->tlb, GUINT_TO_POINTER(iova >> IOMMU_PTE_SHIFT)));
    if (pte) {
        s->tlb_hits++;
    } else {
        r = rockchip_iommu_walk(b, iova, is_write, &pte);
        if (r != ROCKCHIP_IOMMU_OK) {
            return r;
        }
    }
    if (!(pte & (is_write ? IOMMU_PTE_WRITABLE : IOMMU_PTE_READABLE))) {
        return rockchip_iommu_fault(b, iova, is_write);
    }
    *pa = rockchip_iommu_unpack(s, pte) | (iova % ROCKCHIP_IOMMU_PAGE_SIZE);
    return rockchip_iommu_reaches(s, *pa) ? ROCKCHIP_IOMMU_OK
                                          : rockchip_iommu_bus_error(b);
}

RockchipIOMMUResult rockchip_iommu_access(RockchipIOMMUState *s,
                                          AddressSpace *as, unsigned port,
                                          uint32_t iova, void *buf,
                                          uint32_t len, bool is_write,
                                          uint32_t *done)
{
    /* masters reach memory only, no registers */
    MemTxAttrs attrs = { .memory = 1 };
    uint8_t *p = buf;

    while (*done < len) {
        uint32_t at = iova + *done;
        uint32_t chunk = MIN(len - *done, ROCKCHIP_IOMMU_PAGE_SIZE -
                                          at % ROCKCHIP_IOMMU_PAGE_SIZE);
        RockchipIOMMUResult r = ROCKCHIP_IOMMU_OK;
        hwaddr pa = at;

        if (s) {
            r = rockchip_iommu_translate(s, port, at, is_write, &pa);
        }
        if (r != ROCKCHIP_IOMMU_OK) {
            return r;
        }
        if (address_space_rw(as, pa, attrs, p + *done, chunk, is_write) !=
            MEMTX_OK) {
            return ROCKCHIP_IOMMU_BUS_ERROR;
        }
        *done += chunk;
    }
    return ROCKCHIP_IOMMU_OK;
}

void rockchip_iommu_limit_to_32bit(RockchipIOMMUState *s)
{
    s->memory_32bit = true;
}

void rockchip_iommu_set_retry(RockchipIOMMUState *s,
                              void (*retry)(void *opaque), void *opaque)
{
    s->retry = retry;
    s->retry_opaque = opaque;
}

static uint32_t rockchip_iommu_status(const RockchipIOMMUBank *b)
{
    uint32_t status = R_STATUS_IDLE_MASK;

    status = FIELD_DP32(status, STATUS, PAGING_ENABLED, b->paging);
    status = FIELD_DP32(status, STATUS, PAGE_FAULT_ACTIVE, b->faulted);
    status = FIELD_DP32(status, STATUS, STALL_ACTIVE, b->stalled);
    status = FIELD_DP32(status, STATUS, REPLAY_BUFFER_EMPTY, !b->faulted);
    status = FIELD_DP32(status, STATUS, PAGE_FAULT_IS_WRITE,
                        b->faulted && b->fault_was_write);
    return status;
}

static void rockchip_iommu_command(RockchipIOMMUBank *b, uint32_t command)
{
    RockchipIOMMUState *s = b->iommu;

    switch (command) {
    case IOMMU_CMD_ENABLE_PAGING:
        b->paging = true;
        break;
    case IOMMU_CMD_DISABLE_PAGING:
        b->paging = false;
        break;
    case IOMMU_CMD_ENABLE_STALL:
        /* needs paging, and a fault must be acknowledged first (chapter 2) */
        if (b->paging && !b->faulted && !s->fault_stuck_stall) {
            b->stalled = true;
        }
        break;
    case IOMMU_CMD_DISABLE_STALL:
        b->stalled = false;
        break;
    case IOMMU_CMD_ZAP_CACHE:
        s->zaps++;
        g_hash_table_remove_all(b->tlb);
        break;
    case IOMMU_CMD_PAGE_FAULT_DONE:
        b->faulted = false;
        break;
    case IOMMU_CMD_FORCE_RESET:
        rockchip_iommu_reset_bank(b);
        rockchip_iommu_update_irq(s);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "%s: unknown command %" PRIu32 "\n",
                      object_get_canonical_path_component(OBJECT(s)), command);
        break;
    }
    if (b->waiting && !b->stalled && !b->faulted) {
        rockchip_iommu_schedule_replay(s);
    }
}

/* Registers answer only with power, clocks and without reset. */
static bool rockchip_iommu_check_access(RockchipIOMMUState *s, hwaddr offset)
{
    if (rockchip_iommu_usable(s)) {
        return true;
    }
    s->bus_errors++;
    qemu_log_mask(LOG_GUEST_ERROR,
                  "%s: access to 0x%" HWADDR_PRIx " while %s\n",
                  object_get_canonical_path_component(OBJECT(s)), offset,
                  !s->powered ? "without power" :
                  s->in_reset ? "in reset" : "without clock");
    return false;
}

static MemTxResult rockchip_iommu_read(void *opaque, hwaddr offset,
                                       uint64_t *data, unsigned size,
                                       MemTxAttrs attrs)
{
    RockchipIOMMUBank *b = opaque;

    *data = 0;
    if (!rockchip_iommu_check_access(b->iommu, offset)) {
        return MEMTX_ERROR;
    }
    b->iommu->mmio_reads++;

    switch (offset) {
    case A_DTE_ADDR:
        *data = b->dte_addr;
        break;
    case A_STATUS:
        *data = rockchip_iommu_status(b);
        break;
    case A_PAGE_FAULT_ADDR:
        *data = b->fault_addr;
        break;
    case A_INT_RAWSTAT:
        *data = b->int_raw;
        break;
    case A_INT_MASK:
        *data = b->int_mask;
        break;
    case A_INT_STATUS:
        *data = b->int_raw & b->int_mask;
        break;
    case A_AUTO_GATING:
        *data = b->auto_gating;
        break;
    default:
        /* COMMAND, ZAP_ONE_LINE and INT_CLEAR are write only */
        break;
    }
    return MEMTX_OK;
}

static MemTxResult rockchip_iommu_write(void *opaque, hwaddr offset,
                                        uint64_t data, unsigned size,
                                        MemTxAttrs attrs)
{
    RockchipIOMMUBank *b = opaque;
    RockchipIOMMUState *s = b->iommu;
    uint32_t value = data;

    if (!rockchip_iommu_check_access(s, offset)) {
        return MEMTX_ERROR;
    }
    s->mmio_writes++;

    switch (offset) {
    case A_DTE_ADDR:
        /* flag bits are not stored; version 1 has no packed address bits */
        b->dte_addr = value & (s->version >= 2 ? ~0xfu : ~0xfffu);
        break;
    case A_COMMAND:
        rockchip_iommu_command(b, value);
        break;
    case A_ZAP_ONE_LINE:
        s->zaps++;
        g_hash_table_remove(b->tlb, GUINT_TO_POINTER(value >> IOMMU_PTE_SHIFT));
        break;
    case A_INT_RAWSTAT:
        b->int_raw = value & IOMMU_INT_ALL;
        rockchip_iommu_update_irq(s);
        break;
    case A_INT_CLEAR:
        b->int_raw &= ~value;
        rockchip_iommu_update_irq(s);
        break;
    case A_INT_MASK:
        b->int_mask = value & IOMMU_INT_ALL;
        rockchip_iommu_update_irq(s);
        break;
    case A_AUTO_GATING:
        b->auto_gating = value;
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR,
                      "%s: write to read-only register 0x%" HWADDR_PRIx "\n",
                      object_get_canonical_path_component(OBJECT(s)), offset);
        break;
    }
    return MEMTX_OK;
}

static const MemoryRegionOps rockchip_iommu_ops = {
    .read_with_attrs = rockchip_iommu_read,
    .write_with_attrs = rockchip_iommu_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .impl.min_access_size = 4,
    .impl.max_access_size = 4,
    .valid.min_access_size = 4,
    .valid.max_access_size = 4,
};

/* Power, reset and clocks decide together whether a waiting master goes on. */
static void rockchip_iommu_usability_changed(RockchipIOMMUState *s)
{
    unsigned i;

    if (!rockchip_iommu_usable(s)) {
        return;
    }
    for (i = 0; i < s->num_banks; i++) {
        if (s->bank[i].waiting && !s->bank[i].stalled && !s->bank[i].faulted) {
            rockchip_iommu_schedule_replay(s);
        }
    }
}

static void rockchip_iommu_clock_update(void *opaque, ClockEvent event)
{
    rockchip_iommu_usability_changed(opaque);
}

static void rockchip_iommu_set_power(void *opaque, int n, int level)
{
    RockchipIOMMUState *s = opaque;

    if (s->powered && !level) {
        rockchip_iommu_block_reset(s);
    }
    s->powered = level;
    rockchip_iommu_usability_changed(s);
}

static void rockchip_iommu_set_reset(void *opaque, int n, int level)
{
    RockchipIOMMUState *s = opaque;

    if (level && !s->in_reset) {
        rockchip_iommu_block_reset(s);
    }
    s->in_reset = level;
    rockchip_iommu_usability_changed(s);
}

static void rockchip_iommu_reset_hold(Object *obj, ResetType type)
{
    rockchip_iommu_block_reset(ROCKCHIP_IOMMU(obj));
}

static const RockchipCounter rockchip_iommu_counters[] = {
    ROCKCHIP_COUNTER("mmio-reads", RockchipIOMMUState, mmio_reads),
    ROCKCHIP_COUNTER("mmio-writes", RockchipIOMMUState, mmio_writes),
    ROCKCHIP_COUNTER("irqs", RockchipIOMMUState, irqs),
    ROCKCHIP_COUNTER("bus-errors", RockchipIOMMUState, bus_errors),
    ROCKCHIP_COUNTER("tlb-hits", RockchipIOMMUState, tlb_hits),
    ROCKCHIP_COUNTER("tlb-misses", RockchipIOMMUState, tlb_misses),
    ROCKCHIP_COUNTER("zaps", RockchipIOMMUState, zaps),
    ROCKCHIP_COUNTER("page-faults", RockchipIOMMUState, page_faults),
    { }
};

static bool rockchip_iommu_get_stuck_stall(Object *obj, Error **errp)
{
    return ROCKCHIP_IOMMU(obj)->fault_stuck_stall;
}

static void rockchip_iommu_set_stuck_stall(Object *obj, bool value,
                                           Error **errp)
{
    ROCKCHIP_IOMMU(obj)->fault_stuck_stall = value;
}

static void rockchip_iommu_init(Object *obj)
{
    RockchipIOMMUState *s = ROCKCHIP_IOMMU(obj);
    DeviceState *dev = DEVICE(obj);

    s->aclk = qdev_init_clock_in(dev, "aclk", rockchip_iommu_clock_update, s,
                                 ClockUpdate);
    s->iface = qdev_init_clock_in(dev, "iface", rockchip_iommu_clock_update, s,
                                  ClockUpdate);
    qdev_init_gpio_in_named(dev, rockchip_iommu_set_power, "power", 1);
    qdev_init_gpio_in_named(dev, rockchip_iommu_set_reset, "reset", 1);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);

    rockchip_add_counters(obj, rockchip_iommu_counters);
    object_property_add_uint32_ptr(obj, "fault-page", &s->fault_page,
                                   OBJ_PROP_FLAG_READWRITE);
    object_property_add_bool(obj, "fault-stuck-stall",
                             rockchip_iommu_get_stuck_stall,
                             rockchip_iommu_set_stuck_stall);
}

static void rockchip_iommu_realize(DeviceState *dev, Error **errp)
{
    RockchipIOMMUState *s = ROCKCHIP_IOMMU(dev);
    unsigned i;

    if (!s->dma_mr) {
        error_setg(errp, "property 'dma-memory' is not set");
        return;
    }
    if (s->version < 1 || s->version > 2) {
        error_setg(errp, "property 'version' must be 1 or 2");
        return;
    }
    if (s->num_banks < 1 || s->num_banks > ROCKCHIP_IOMMU_MAX_BANKS) {
        error_setg(errp, "property 'num-banks' must be 1 to %d",
                   ROCKCHIP_IOMMU_MAX_BANKS);
        return;
    }

    address_space_init(&s->dma_as, s->dma_mr, "rockchip-iommu-walk");
    s->replay_timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, rockchip_iommu_replay,
                                   s);
    for (i = 0; i < s->num_banks; i++) {
        s->bank[i].iommu = s;
        s->bank[i].tlb = g_hash_table_new(NULL, NULL);
        memory_region_init_io(&s->bank[i].mmio, OBJECT(dev),
                              &rockchip_iommu_ops, &s->bank[i],
                              TYPE_ROCKCHIP_IOMMU, ROCKCHIP_IOMMU_BANK_SIZE);
        sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->bank[i].mmio);
    }
}

static const Property rockchip_iommu_properties[] = {
    DEFINE_PROP_UINT32("version", RockchipIOMMUState, version, 2),
    DEFINE_PROP_UINT32("num-banks", RockchipIOMMUState, num_banks, 1),
    DEFINE_PROP_UINT32("replay-delay-ns", RockchipIOMMUState, replay_delay_ns,
                       2000),
    DEFINE_PROP_LINK("dma-memory", RockchipIOMMUState, dma_mr,
                     TYPE_MEMORY_REGION, MemoryRegion *),
};

/* Transactions in flight and the TLB cannot be carried over. */
static const VMStateDescription rockchip_iommu_vmstate = {
    .name = TYPE_ROCKCHIP_IOMMU,
    .unmigratable = 1,
};

static void rockchip_iommu_class_init(ObjectClass *klass, void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);
    ResettableClass *rc = RESETTABLE_CLASS(klass);

    dc->desc = "Rockchip IOMMU";
    dc->realize = rockchip_iommu_realize;
    dc->vmsd = &rockchip_iommu_vmstate;
    /* banks are mapped and wired by the machine */
    dc->user_creatable = false;
    device_class_set_props(dc, rockchip_iommu_properties);
    rc->phases.hold = rockchip_iommu_reset_hold;
}

static const TypeInfo rockchip_iommu_info = {
    .name = TYPE_ROCKCHIP_IOMMU,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(RockchipIOMMUState),
    .instance_init = rockchip_iommu_init,
    .class_init = rockchip_iommu_class_init,
};

static void rockchip_iommu_register_types(void)
{
    type_register_static(&rockchip_iommu_info);
}

type_init(rockchip_iommu_register_types)
