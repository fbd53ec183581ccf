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

static initcall_t register_driver __initdata;

#undef core_initcall
#define core_initcall(fn)						\
	static void __init take_initcall(void)				\
	{								\
		register_driver = fn;					\
	}

#include "upstream/gate-link.c"

/**
 * rk3588_gate_link_init() - what the driver does while a kernel boots that has it built in
 *
 * Return: 0 or an error of the driver core.
 */
int __init rk3588_gate_link_init(void)
{
	take_initcall();
	return register_driver();
}
