// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: the one owner of the clock that all cores share
 *
 * See npu_rate.h.
 *
 * How far a measured rate may be off: a tenth below is wrong (power 2.10). Above,
 * the ring is no danger, since it slows down with everything else; a chip of the
 * fastest bin at the voltage of the slowest runs 14 % fast (power 2.6), so a quarter
 * is allowed (inferred). With a voltage on top, as in the cold, it may be any rate.
 */

#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <kunit/visibility.h>

#include "npu_rate.h"

static unsigned long npu_rate_park_hz(const struct npu_rate *rate)
{
	return rate->soc->park_mhz * NPU_HZ_PER_MHZ;
}

static bool npu_rate_is(unsigned long hz, unsigned long wanted, bool may_be_fast)
{
	return hz >= wanted - wanted / 10 &&
	       (may_be_fast || hz <= wanted + wanted / 4);
}

static bool npu_rate_is_parked(const struct npu_rate *rate, unsigned long hz)
{
	return hz <= npu_rate_park_hz(rate) + npu_rate_park_hz(rate) / 10;
}

static void npu_rate_announce(struct npu_rate *rate, unsigned long hz)
{
	if (rate->ops->announce)
		rate->ops->announce(rate, hz);
}

static void npu_rate_complain(struct npu_rate *rate,
			      enum npu_rate_trouble trouble,
			      unsigned long wanted, unsigned long got)
{
	if (rate->ops->complain)
		rate->ops->complain(rate, trouble, wanted, got);
}

/* Voltages of 0 in a level leave supplies and margins alone. */
static void npu_rate_park_level(const struct npu_rate *rate,
				struct npu_level *level)
{
	memset(level, 0, sizeof(*level));
	if (rate->list.num)
		npu_level_of_opp(level, rate->soc, &rate->list.opp[0],
				 rate->cold);
	level->hz = npu_rate_park_hz(rate);
}

static u32 *npu_rate_field(struct npu_level *level, enum npu_step_kind kind)
{
	switch (kind) {
	case NPU_STEP_MEM:
		return &level->mem_uv;
	case NPU_STEP_VDD:
		return &level->vdd_uv;
	default:
		return &level->margin;
	}
}

/*
 * Set the clock. When it has to slow down it must have done so before a supply
 * follows. Twice the rate is allowed, because the ring still has the higher voltage.
 */
static int npu_rate_step_clock(struct npu_rate *rate,
			       const struct npu_step *step)
{
	bool slower = step->value < rate->now.hz;

	if (rate->ops->set(rate, step))
		return slower ? -EBUSY : -EIO;
	if (slower && rate->ops->measure(rate) > 2 * step->value)
		return -EBUSY;
	rate->now.hz = step->value;

	return 0;
}

/*
 * Do a transition up to the point where something fails: -EIO when the clock was
 * refused, -EBUSY when it did not slow down, -EAGAIN when something that it needs did
 * not follow.
 */
static int npu_rate_transition(struct npu_rate *rate,
			       const struct npu_plan *plan)
{
	unsigned int i;
	u32 *field;
	int ret;

	for (i = 0; i < plan->num; i++) {
		const struct npu_step *step = &plan->step[i];

		if (step->kind == NPU_STEP_CLOCK) {
			ret = npu_rate_step_clock(rate, step);
			if (ret)
				return ret;
			continue;
		}

		field = npu_rate_field(&rate->now, step->kind);
		ret = rate->ops->set(rate, step);
		if (!ret)
			*field = step->value;
		else if (step->kind == NPU_STEP_MARGIN || step->value > *field)
			return -EAGAIN;
		/* A supply that stays high only costs power. */
	}

	return 0;
}

/*
 * Do a transition and measure. -ENODATA when the clock is what it was, so that the
 * firmware has refused; -ERANGE when it is something else.
 */
static int npu_rate_apply(struct npu_rate *rate, const struct npu_level *to,
			  bool may_be_fast)
{
	struct npu_step again = { NPU_STEP_CLOCK, to->hz };
	unsigned long before, measured;
	struct npu_plan plan;
	int ret;

	npu_plan_make(&plan, rate->soc, &rate->now, to);
	if (!plan.num)
		return 0;
	if (to->hz < rate->now.hz)
		npu_rate_announce(rate, to->hz);

	before = rate->ops->measure(rate);
	ret = npu_rate_transition(rate, &plan);
	if (ret)
		return ret;

	measured = rate->ops->measure(rate);
	if (npu_rate_is(measured, to->hz, may_be_fast))
		return 0;

	/* Somebody who does not know better may have set it at the same time. */
	ret = rate->ops->set(rate, &again);
	measured = rate->ops->measure(rate);
	if (!ret && npu_rate_is(measured, to->hz, may_be_fast))
		return 0;

	rate->now.hz = measured;

	return ret || measured == before ? -ENODATA : -ERANGE;
}

static unsigned int npu_rate_choose(const struct npu_rate *rate)
{
	unsigned int index = min(rate->target, rate->limit);

	if (rate->hot)
		index = min(index, npu_opp_at_most(&rate->list,
						   rate->soc->hot_mhz *
						   NPU_HZ_PER_MHZ));

	return index;
}

static int npu_rate_go_to(struct npu_rate *rate, unsigned int index)
{
	const struct npu_opp *opp = &rate->list.opp[index];
	struct npu_level level;
	int ret;

	npu_level_of_opp(&level, rate->soc, opp, rate->cold);
	ret = npu_rate_apply(rate, &level, rate->cold || opp->may_be_fast);
	if (ret == -EAGAIN)
		npu_rate_complain(rate, NPU_RATE_SUPPLY, level.vdd_uv,
				  rate->now.vdd_uv);
	if (ret)
		return ret;

	rate->current_opp = index;
	npu_rate_announce(rate, rate->now.hz);

	return 0;
}

static void npu_rate_go_park(struct npu_rate *rate)
{
	struct npu_level park;

	npu_rate_park_level(rate, &park);
	npu_rate_apply(rate, &park, false);
	rate->current_opp = 0;
	npu_rate_announce(rate, rate->now.hz);
}

/* A rate did not come out. Which ones are left? */
static void npu_rate_learn(struct npu_rate *rate, unsigned int index, int error)
{
	unsigned int fallback;

	npu_rate_complain(rate, error == -ERANGE ? NPU_RATE_WRONG :
			  NPU_RATE_REFUSED, rate->list.opp[index].hz,
			  rate->now.hz);
	if (!index) {
		rate->broken = true;
		return;
	}

	rate->limit = index - 1;
	if (error == -ERANGE) {
		fallback = npu_opp_at_most(&rate->list,
					   rate->soc->fallback_mhz *
					   NPU_HZ_PER_MHZ);
		rate->limit = min(rate->limit, fallback);
	}
}

/* Bring the clock where it should be. Ends: every round but the last lowers limit. */
static void npu_rate_go(struct npu_rate *rate)
{
	unsigned int index = 0, before = rate->current_opp;
	int ret = -ENOENT;

	while (rate->list.num && !rate->broken) {
		index = npu_rate_choose(rate);
		ret = npu_rate_go_to(rate, index);
		if (!ret || ret == -EAGAIN || ret == -EBUSY)
			break;
		npu_rate_learn(rate, index, ret);
	}
	rate->settled = !ret || !rate->list.num || rate->broken;

	/* That says nothing about the rate that it was to slow down to. */
	if (ret == -EBUSY)
		npu_rate_complain(rate, NPU_RATE_STUCK,
				  rate->list.opp[index].hz, rate->now.hz);
	/* If a supply failed: what did work a moment ago, or else what always does. */
	if (ret == -EAGAIN && before < index)
		ret = npu_rate_go_to(rate, before);
	if (ret)
		npu_rate_go_park(rate);
}

/**
 * npu_rate_init() - make an owner without operating points
 * @rate: zeroed
 * @soc: operating points of the SoC
 * @ops: the hardware
 */
void npu_rate_init(struct npu_rate *rate, const struct npu_opp_soc *soc,
		   const struct npu_rate_ops *ops)
{
	rate->soc = soc;
	rate->ops = ops;
	rate->now.hz = npu_rate_park_hz(rate);
}
EXPORT_SYMBOL_IF_KUNIT(npu_rate_init);

/**
 * npu_rate_defuse() - select the parking rate before the NPU is powered for the first time
 * @rate: owner without users
 *
 * A boot loader may have left the ring selected. The parking rate touches nothing in
 * the NPU, so it may be set without power (power 2.2).
 *
 * Return: 0 or an error.
 */
int npu_rate_defuse(struct npu_rate *rate)
{
	struct npu_step step = { NPU_STEP_CLOCK, npu_rate_park_hz(rate) };

	return rate->ops->set(rate, &step);
}
EXPORT_SYMBOL_IF_KUNIT(npu_rate_defuse);

/**
 * npu_rate_set_opps() - exchange the operating points
 * @rate: owner
 * @list: operating points, or NULL for none
 * @vdd_uv: voltage of the logic now, 0 when it is not ours to set
 * @mem_uv: voltage of the memories now, likewise
 *
 * Begins at the lowest.
 */
void npu_rate_set_opps(struct npu_rate *rate, const struct npu_opp_list *list,
		       u32 vdd_uv, u32 mem_uv)
{
	/* While the supplies are still ours. */
	if (rate->users && rate->list.num)
		npu_rate_go_park(rate);

	if (list)
		rate->list = *list;
	else
		rate->list.num = 0;
	rate->target = 0;
	rate->current_opp = 0;
	rate->limit = rate->list.num ? rate->list.num - 1 : 0;
	rate->broken = false;
	rate->now.vdd_uv = vdd_uv;
	rate->now.mem_uv = mem_uv;

	if (rate->users)
		npu_rate_go(rate);
}
EXPORT_SYMBOL_IF_KUNIT(npu_rate_set_opps);

/**
 * npu_rate_get() - a core was powered
 * @rate: owner
 *
 * What lies in the NPU's power domain, the margins, was lost while it was off.
 *
 * Return: 0, or an error; the core does not count then.
 */
int npu_rate_get(struct npu_rate *rate)
{
	int ret;

	if (!rate->users && rate->ops->open) {
		ret = rate->ops->open(rate);
		if (ret)
			return ret;
	}
	if (rate->users++)
		return 0;

	rate->now.margin = 0;
	npu_rate_go(rate);

	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(npu_rate_get);

/**
 * npu_rate_put() - a core is about to be powered off
 * @rate: owner
 *
 * Return: 0, or -EBUSY if it must not be, because the clock cannot be parked. The
 * core still counts then.
 */
int npu_rate_put(struct npu_rate *rate)
{
	struct npu_level park;
	unsigned long hz;

	if (rate->users > 1) {
		rate->users--;
		return 0;
	}

	npu_rate_park_level(rate, &park);
	if (npu_rate_apply(rate, &park, false)) {
		hz = rate->ops->measure(rate);
		if (!npu_rate_is_parked(rate, hz)) {
			npu_rate_complain(rate, NPU_RATE_STUCK, park.hz, hz);
			npu_rate_announce(rate, hz);
			return -EBUSY;
		}
		rate->now.hz = park.hz;
	}
	rate->users = 0;
	if (rate->ops->close)
		rate->ops->close(rate);

	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(npu_rate_put);

/**
 * npu_rate_request() - say which operating point is wanted
 * @rate: owner with operating points
 * @index: the wanted one
 *
 * Without users it is remembered.
 *
 * Return: index of the one that is in force, or will be.
 */
unsigned int npu_rate_request(struct npu_rate *rate, unsigned int index)
{
	rate->target = min(index, rate->list.num - 1);
	if (!rate->users)
		return npu_rate_choose(rate);
	if (npu_rate_choose(rate) != rate->current_opp || !rate->settled)
		npu_rate_go(rate);

	return rate->current_opp;
}
EXPORT_SYMBOL_IF_KUNIT(npu_rate_request);

/**
 * npu_rate_temperature() - look at the temperature
 * @rate: owner
 * @temp_mc: temperature of the NPU, millidegrees
 *
 * A transition that failed because of a supply, or of a clock that did not slow down,
 * is tried again.
 */
void npu_rate_temperature(struct npu_rate *rate, int temp_mc)
{
	bool cold = npu_opp_cold(rate->soc, rate->cold, temp_mc);
	bool hot = npu_opp_hot(rate->soc, rate->hot, temp_mc);
	bool changed = cold != rate->cold || hot != rate->hot;

	rate->cold = cold;
	rate->hot = hot;
	if (rate->users && (changed || !rate->settled))
		npu_rate_go(rate);
}
EXPORT_SYMBOL_IF_KUNIT(npu_rate_temperature);

/**
 * npu_rate_retry() - try again what may work now
 * @rate: owner
 */
void npu_rate_retry(struct npu_rate *rate)
{
	if (rate->users && !rate->settled)
		npu_rate_go(rate);
}
EXPORT_SYMBOL_IF_KUNIT(npu_rate_retry);

/**
 * npu_rate_assume_cold() - the temperature is not known any more
 * @rate: owner without users
 *
 * More voltage than necessary does no harm for as long as it takes to look.
 */
void npu_rate_assume_cold(struct npu_rate *rate)
{
	rate->cold = rate->soc->cold_uv || rate->soc->cold_add_uv;
}
EXPORT_SYMBOL_IF_KUNIT(npu_rate_assume_cold);

/**
 * npu_rate_resync() - somebody else has set the clock
 * @rate: owner
 *
 * The driver core sets the rate in assigned-clock-rates whenever a core is bound.
 */
void npu_rate_resync(struct npu_rate *rate)
{
	unsigned long hz;

	if (!rate->users)
		return;

	hz = rate->ops->measure(rate);
	if (npu_rate_is(hz, rate->now.hz, true))
		return;

	rate->now.hz = hz;
	npu_rate_go(rate);
}
EXPORT_SYMBOL_IF_KUNIT(npu_rate_resync);

/**
 * npu_rate_opp() - which operating point is in force?
 * @rate: owner with operating points
 *
 * Return: its index, or that of the one that will be when there are users.
 */
unsigned int npu_rate_opp(const struct npu_rate *rate)
{
	return rate->users ? rate->current_opp : npu_rate_choose(rate);
}
EXPORT_SYMBOL_IF_KUNIT(npu_rate_opp);
