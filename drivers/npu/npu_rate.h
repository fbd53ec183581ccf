/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: the one owner of the clock that all cores share
 *
 * Only the owner sets the clock. It counts the cores that are powered: the clock
 * leaves its parking rate when the first one is, and is back at it before the last
 * one may be powered off, because the ring oscillator that makes all other rates
 * dies with the power, and a domain that is powered up with a dead clock never
 * answers (hardware notes, power 2.4). Between that, the clock goes where devfreq
 * wants it, as far as temperature and experience allow.
 *
 * After every change the rate is measured. One that the firmware refused is not
 * tried again; after one that came out wrong, only rates that are known to be
 * easy remain.
 *
 * The owner knows no register and no framework; both are behind operations. Its
 * caller serialises all calls.
 */
#ifndef _NPU_RATE_H_
#define _NPU_RATE_H_

#include <linux/types.h>

#include "npu_opp.h"

struct npu_rate;

/**
 * enum npu_rate_trouble - what went wrong
 * @NPU_RATE_SUPPLY: a supply or a margin could not be set; the clock stays lower
 * @NPU_RATE_REFUSED: the firmware did not take a rate; it will not be asked again
 * @NPU_RATE_WRONG: a rate came out wrong; the clock stays at easy rates from now on
 * @NPU_RATE_STUCK: the clock does not slow down; until it is parked, the NPU must not
 *	be powered off
 */
enum npu_rate_trouble {
	NPU_RATE_SUPPLY,
	NPU_RATE_REFUSED,
	NPU_RATE_WRONG,
	NPU_RATE_STUCK,
};

/**
 * struct npu_rate_ops - what the owner needs from the hardware
 * @open: make margins and measurement reachable, the first core was powered; 0 or an
 *	error. May be NULL
 * @close: end of @open, the last core is about to be powered off; may be NULL
 * @set: do one step of a transition, returns when it is in force; 0 or an error
 * @measure: rate of the clock, Hz
 * @announce: the clock will be at least this slow, before it slows down, and what it
 *	is, after every transition; may be NULL
 * @complain: say what went wrong; wanted and got are in the unit of the trouble;
 *	may be NULL
 *
 * @set and @measure are called while a core is powered, except for the parking rate
 * in npu_rate_defuse().
 */
struct npu_rate_ops {
	int (*open)(struct npu_rate *rate);
	void (*close)(struct npu_rate *rate);
	int (*set)(struct npu_rate *rate, const struct npu_step *step);
	unsigned long (*measure)(struct npu_rate *rate);
	void (*announce)(struct npu_rate *rate, unsigned long hz);
	void (*complain)(struct npu_rate *rate, enum npu_rate_trouble trouble,
			 unsigned long wanted, unsigned long got);
};

/**
 * struct npu_rate - the owner
 * @soc: operating points of the SoC
 * @ops: the hardware
 * @list: operating points; without any the clock stays at the parking rate
 * @users: cores that are powered
 * @target: operating point that is wanted, index
 * @limit: highest one that works, index
 * @current_opp: operating point in force while there are users, index
 * @broken: not even the lowest one works; the clock stays at the parking rate
 * @settled: there is nothing to try again
 * @cold: low-temperature rule
 * @hot: high-temperature rule
 * @now: what is set
 */
struct npu_rate {
	const struct npu_opp_soc *soc;
	const struct npu_rate_ops *ops;
	struct npu_opp_list list;
	unsigned int users;
	unsigned int target;
	unsigned int limit;
	unsigned int current_opp;
	bool broken;
	bool settled;
	bool cold;
	bool hot;
	struct npu_level now;
};

void npu_rate_init(struct npu_rate *rate, const struct npu_opp_soc *soc,
		   const struct npu_rate_ops *ops);
int npu_rate_defuse(struct npu_rate *rate);
void npu_rate_set_opps(struct npu_rate *rate, const struct npu_opp_list *list,
		       u32 vdd_uv, u32 mem_uv);
int npu_rate_get(struct npu_rate *rate);
int npu_rate_put(struct npu_rate *rate);
unsigned int npu_rate_request(struct npu_rate *rate, unsigned int index);
void npu_rate_temperature(struct npu_rate *rate, int temp_mc);
void npu_rate_retry(struct npu_rate *rate);
void npu_rate_assume_cold(struct npu_rate *rate);
void npu_rate_resync(struct npu_rate *rate);
unsigned int npu_rate_opp(const struct npu_rate *rate);

#endif /* _NPU_RATE_H_ */
