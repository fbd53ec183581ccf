/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: leaving the power domain framework
 */
#ifndef _SUNMAO_PD_GENPD_H_
#define _SUNMAO_PD_GENPD_H_

struct generic_pm_domain;

int rkpd_genpd_remove(struct generic_pm_domain *genpd);

#endif /* _SUNMAO_PD_GENPD_H_ */
