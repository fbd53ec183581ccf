// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: the driver's sequences
 *
 * sunmao_pmdomain.ko refuses to load where a built-in driver has the domains, which
 * is no reason not to test it there.
 */

#include <linux/export.h>

#include <kunit/visibility.h>

#undef EXPORT_SYMBOL_IF_KUNIT
#define EXPORT_SYMBOL_IF_KUNIT(symbol)

#include "../../drivers/power/pd_genpd.c"
#include "../../drivers/power/pd_rail.c"
#include "../../drivers/power/pd_seq.c"
