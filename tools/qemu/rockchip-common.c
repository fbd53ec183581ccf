/*
 * Helpers shared by the Rockchip device models
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/visitor.h"
#include "rockchip-common.h"

static uint64_t *counter_ptr(Object *obj, const RockchipCounter *c)
{
    return (uint64_t *)((char *)obj + c->offset);
}

static void get_counter(Object *obj, Visitor *v, const char *name,
                        void *opaque, Error **errp)
{
    const RockchipCounter *c = opaque;

    if (c->sync) {
        c->sync(obj);
    }
    visit_type_uint64(v, name, counter_ptr(obj, c), errp);
}

static void reset_counters(Object *obj, Visitor *v, const char *name,
                           void *opaque, Error **errp)
{
    const RockchipCounter *table = opaque;
    uint64_t val;

    if (!visit_type_uint64(v, name, &val, errp)) {
        return;
    }
    if (val) {
        error_setg(errp, "only 0 can be written to '%s'", name);
        return;
    }
    for (; table->name; table++) {
        if (table->sync) {
            table->sync(obj);
        }
        *counter_ptr(obj, table) = 0;
    }
}

void rockchip_add_counters(Object *obj, const RockchipCounter *table)
{
    const RockchipCounter *c;

    for (c = table; c->name; c++) {
        object_property_add(obj, c->name, "uint64", get_counter, NULL, NULL,
                            (void *)c);
    }
    object_property_add(obj, "reset-counters", "uint64", NULL, reset_counters,
                        NULL, (void *)table);
}
