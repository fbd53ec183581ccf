// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: the driver's data (see under_test.c)
 */

#include <linux/export.h>

#include <kunit/visibility.h>

#undef EXPORT_SYMBOL_IF_KUNIT
#define EXPORT_SYMBOL_IF_KUNIT(symbol)

#include "../../drivers/power/soc-rk3562.c"
