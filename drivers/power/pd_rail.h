/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: the rail of a domain
 */
#ifndef _SUNMAO_PD_RAIL_H_
#define _SUNMAO_PD_RAIL_H_

#include <linux/types.h>

struct regulator;

/**
 * struct rkpd_rail - the rail of a domain
 * @supply: regulator, NULL where there is none or it was not needed yet
 * @on: held because the domain is on
 * @asleep: held because the system sleeps
 */
struct rkpd_rail {
	struct regulator *supply;
	bool on;
	bool asleep;
};

int rkpd_rail_on(struct rkpd_rail *rail);
void rkpd_rail_off(struct rkpd_rail *rail);
int rkpd_rail_fall_asleep(struct rkpd_rail *rail);
void rkpd_rail_wake_up(struct rkpd_rail *rail);

#endif /* _SUNMAO_PD_RAIL_H_ */
