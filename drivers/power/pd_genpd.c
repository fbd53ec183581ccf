// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: leaving the power domain framework
 */

#include <linux/pm_domain.h>

#include <kunit/visibility.h>

#include "pd_genpd.h"

/**
 * rkpd_genpd_remove() - take a domain away from the framework
 * @genpd: without devices and subdomains
 *
 * If the framework does not let go of it, it stays in the state it is in, and
 * nothing of the driver is called any more. Then its memory, its name too, has to stay.
 *
 * Return: 0, or the framework's error.
 */
int rkpd_genpd_remove(struct generic_pm_domain *genpd)
{
	int ret = pm_genpd_remove(genpd);

	if (ret) {
		genpd->power_on = NULL;
		genpd->power_off = NULL;
		genpd->attach_dev = NULL;
		genpd->detach_dev = NULL;
	}

	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(rkpd_genpd_remove);
