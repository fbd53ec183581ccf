// SPDX-License-Identifier: GPL-2.0-only
/* kernel/gcov/fs.c with its init call under a name. */
#include "gcov_main.h"
#include "upstream/fs.c"
