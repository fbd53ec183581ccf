// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: the gates of mainline's RK3588 clock driver that depend on a second clock
 *
 * A driver of its own in mainline; here a part of the clock module.
 */

#include <linux/init.h>
#include <linux/module.h>

#define HAVE_GATE_LINK
#include "rk3588_cru.h"

#undef core_initcall
#define core_initcall(fn)		\
	int __init rk3588_gate_link_init(void)	\
	{				\
		return fn();		\
	}

#include "upstream/gate-link.c"
