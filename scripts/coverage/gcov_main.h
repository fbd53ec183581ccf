/* SPDX-License-Identifier: GPL-2.0-only */
/* Each part has its init call; in a module there is one for all. */
#ifndef SUNMAO_GCOV_MAIN_H
#define SUNMAO_GCOV_MAIN_H

#include <linux/module.h>

int sunmao_gcov_init(void);
int sunmao_gcov_fs_init(void);

#undef device_initcall
#define device_initcall(fn)		\
	int __init sunmao_##fn(void)	\
	{				\
		return fn();		\
	}

#endif
