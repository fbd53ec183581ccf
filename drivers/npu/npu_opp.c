// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: choosing operating points, and the order of a transition
 *
 * See npu_opp.h.
 */

#include <linux/array_size.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <kunit/visibility.h>

#include "npu_opp.h"

/* Specification serial in the OTP (power 2.6). */
#define NPU_SERIAL_J		0x0a
#define NPU_SERIAL_M		0x0d
#define NPU_SERIAL_S		0x13

/* Layout of the correction in the OTP (power 2.6, soc 7). */
#define NPU_OPP_INFO_SIZE	6
#define NPU_OPP_INFO_MV		4

/* Units of npu_opp_row.level. */
#define NPU_LEVEL_UV		100

/**
 * npu_part_of_serial() - what kind of part is it?
 * @serial: specification serial, five bits of the OTP
 *
 * Return: the kind; consumer when the number means nothing to us.
 */
enum npu_part npu_part_of_serial(u32 serial)
{
	switch (serial) {
	case NPU_SERIAL_M:
		return NPU_PART_M;
	case NPU_SERIAL_J:
		return NPU_PART_J;
	case NPU_SERIAL_S:
		return NPU_PART_S;
	default:
		return NPU_PART_NORMAL;
	}
}
EXPORT_SYMBOL_IF_KUNIT(npu_part_of_serial);

/**
 * npu_opp_table_of() - what does a kind of part need?
 * @soc: constants of the SoC
 * @part: kind of part
 *
 * Return: the table; that of consumer parts, which is the SoC's first, when there is
 * none of its own.
 */
const struct npu_opp_table *npu_opp_table_of(const struct npu_opp_soc *soc,
					     enum npu_part part)
{
	unsigned int i;

	for (i = 0; i < soc->num_tables; i++) {
		if (soc->tables[i].parts & BIT(part))
			return &soc->tables[i];
	}

	return &soc->tables[0];
}
EXPORT_SYMBOL_IF_KUNIT(npu_opp_table_of);

/**
 * npu_bin_of_pvtm() - choose the speed bin
 * @table: what this kind of part needs
 * @value: measurement at the reference temperature, 0 when there is none
 *
 * Return: the bin, 0 for the slowest.
 */
unsigned int npu_bin_of_pvtm(const struct npu_opp_table *table, u32 value)
{
	unsigned int bin = 0;

	if (!table->pvtm_min)
		return 0;
	while (bin + 1 < table->num_bins && value >= table->pvtm_min[bin])
		bin++;

	return bin;
}
EXPORT_SYMBOL_IF_KUNIT(npu_bin_of_pvtm);

/**
 * npu_pvtm_at_reference() - what a measurement would be at the reference temperature
 * @pvtm: how it was measured
 * @value: measurement
 * @temp_mc: temperature during the measurement, millidegrees
 *
 * Return: the corrected measurement.
 */
u32 npu_pvtm_at_reference(const struct npu_pvtm *pvtm, u32 value, int temp_mc)
{
	s64 delta = (s64)temp_mc - (s64)pvtm->ref_celsius * 1000;
	s64 corrected = value + div_s64(delta * pvtm->per_mille, 1000000);

	return clamp_t(s64, corrected, 0, U32_MAX);
}
EXPORT_SYMBOL_IF_KUNIT(npu_pvtm_at_reference);

/**
 * npu_pvtm_believable() - is a number that was read a measurement?
 * @value: the number
 * @measured_mhz: rate that the firmware measured at the same time
 *
 * Whether the register holds what we think is not certain (power 2.6). Both count
 * the same ring, so they have to agree to a tenth; if they do not, the number is
 * not used.
 *
 * Return: whether it is.
 */
bool npu_pvtm_believable(u32 value, unsigned int measured_mhz)
{
	u32 slack = measured_mhz / 10;

	return measured_mhz && value >= measured_mhz - slack &&
	       value <= measured_mhz + slack;
}
EXPORT_SYMBOL_IF_KUNIT(npu_pvtm_believable);

/**
 * npu_opp_info_parse() - decode the factory's correction
 * @info: receives it; all 0 if there is none
 * @data: bytes of the OTP
 * @size: number of bytes
 *
 * Return: whether there is one. An OTP that was never written reads as zeros.
 */
bool npu_opp_info_parse(struct npu_opp_info *info, const u8 *data, size_t size)
{
	memset(info, 0, sizeof(*info));
	if (size < NPU_OPP_INFO_SIZE || !data[NPU_OPP_INFO_MV])
		return false;

	info->min_mhz = get_unaligned_le16(data);
	info->max_mhz = get_unaligned_le16(data + 2);
	info->extra_uv = data[NPU_OPP_INFO_MV] * 1000;
	if (info->min_mhz > info->max_mhz) {
		memset(info, 0, sizeof(*info));
		return false;
	}

	return true;
}
EXPORT_SYMBOL_IF_KUNIT(npu_opp_info_parse);

/**
 * npu_opp_rate_ok() - does the firmware have a rate?
 * @soc: constants of the SoC
 * @hz: rate
 *
 * The clock framework hands every number through and does not report that the
 * firmware refused it (power 2.2).
 *
 * Return: whether it has.
 */
bool npu_opp_rate_ok(const struct npu_opp_soc *soc, u64 hz)
{
	unsigned int i;

	for (i = 0; i < soc->num_rates; i++) {
		if (hz == (u64)soc->rates[i] * NPU_HZ_PER_MHZ)
			return true;
	}

	return false;
}
EXPORT_SYMBOL_IF_KUNIT(npu_opp_rate_ok);

/**
 * npu_opp_needs_uv() - least voltage of a chip at a rate
 * @soc: constants of the SoC
 * @chip: what is known about the chip
 * @hz: rate
 *
 * A rate between two rows needs what the upper one needs.
 *
 * Return: uV, or 0 when it is not known.
 */
u32 npu_opp_needs_uv(const struct npu_opp_soc *soc, const struct npu_chip *chip,
		     unsigned long hz)
{
	const struct npu_opp_table *table = npu_opp_table_of(soc, chip->part);
	unsigned int bin = min(chip->bin, table->num_bins - 1);
	unsigned int i;
	u32 uv;

	for (i = 0; i < table->num_rows; i++) {
		if (table->rows[i].mhz * NPU_HZ_PER_MHZ >= hz)
			break;
	}
	if (i == table->num_rows)
		return 0;

	uv = table->rows[i].level[bin] * NPU_LEVEL_UV;
	if (hz >= chip->info.min_mhz * NPU_HZ_PER_MHZ &&
	    hz <= chip->info.max_mhz * NPU_HZ_PER_MHZ)
		uv += chip->info.extra_uv;

	return min(uv, soc->stands_uv);
}
EXPORT_SYMBOL_IF_KUNIT(npu_opp_needs_uv);

static enum npu_opp_verdict npu_opp_insert(struct npu_opp_list *list,
					   const struct npu_opp *opp)
{
	unsigned int i, at = 0;

	for (i = 0; i < list->num; i++) {
		if (list->opp[i].hz == opp->hz)
			return NPU_OPP_AGAIN;
		if (list->opp[i].hz < opp->hz)
			at = i + 1;
	}
	if (list->num == NPU_MAX_OPPS)
		return NPU_OPP_FULL;

	for (i = list->num++; i > at; i--)
		list->opp[i] = list->opp[i - 1];
	list->opp[at] = *opp;

	return NPU_OPP_FINE;
}

/**
 * npu_opp_add() - check an operating point of the device tree and keep it if it is fit
 * @list: list it goes to, if it is
 * @soc: constants of the SoC
 * @chip: what is known about the chip
 * @desc: the operating point
 *
 * Return: the verdict; it was added if that is %NPU_OPP_FINE or %NPU_OPP_RAISED.
 */
enum npu_opp_verdict npu_opp_add(struct npu_opp_list *list,
				 const struct npu_opp_soc *soc,
				 const struct npu_chip *chip,
				 const struct npu_opp_desc *desc)
{
	enum npu_opp_verdict verdict;
	struct npu_opp opp;
	bool raised;
	u32 needs;

	if (!(desc->parts & BIT(chip->part)) || !(desc->bins & BIT(chip->bin)))
		return NPU_OPP_OTHER_PART;
	if (!desc->hz)
		return NPU_OPP_NO_RATE;
	if (!npu_opp_rate_ok(soc, desc->hz))
		return NPU_OPP_BAD_RATE;
	needs = npu_opp_needs_uv(soc, chip, desc->hz);
	if (!needs)
		return NPU_OPP_NO_LEVEL;
	if (desc->vdd_uv < soc->least_uv || desc->mem_uv < soc->least_uv)
		return NPU_OPP_NO_VOLTAGE;
	if (desc->vdd_uv > soc->stands_uv || desc->mem_uv > soc->stands_uv)
		return NPU_OPP_BAD_VOLTAGE;

	opp.hz = desc->hz;
	opp.vdd_uv = max(desc->vdd_uv, needs);
	opp.mem_uv = max(desc->mem_uv, needs);
	opp.may_be_fast = opp.vdd_uv > needs;
	raised = desc->vdd_uv < needs || desc->mem_uv < needs;

	verdict = npu_opp_insert(list, &opp);

	return verdict == NPU_OPP_FINE && raised ? NPU_OPP_RAISED : verdict;
}
EXPORT_SYMBOL_IF_KUNIT(npu_opp_add);

/**
 * npu_opp_verdict_text() - a verdict in words
 * @verdict: verdict
 *
 * Return: the words.
 */
const char *npu_opp_verdict_text(enum npu_opp_verdict verdict)
{
	static const char * const text[] = {
		[NPU_OPP_FINE] = "fine",
		[NPU_OPP_RAISED] = "too low a voltage for this chip, raised",
		[NPU_OPP_OTHER_PART] = "not for this chip",
		[NPU_OPP_NO_RATE] = "no rate, ignored",
		[NPU_OPP_BAD_RATE] = "a rate that the firmware does not have, ignored",
		[NPU_OPP_NO_LEVEL] = "too high a rate for this chip, ignored",
		[NPU_OPP_NO_VOLTAGE] = "no voltage that the chip could work at, ignored",
		[NPU_OPP_BAD_VOLTAGE] = "more voltage than the chip stands, ignored",
		[NPU_OPP_AGAIN] = "the same rate again, ignored",
		[NPU_OPP_FULL] = "one operating point too many, ignored",
	};

	return (unsigned int)verdict < ARRAY_SIZE(text) ? text[verdict] : "?";
}
EXPORT_SYMBOL_IF_KUNIT(npu_opp_verdict_text);

/**
 * npu_opp_at_most() - highest operating point that is not above a rate
 * @list: operating points, not empty
 * @hz: rate
 *
 * Return: index; the lowest when all are above.
 */
unsigned int npu_opp_at_most(const struct npu_opp_list *list, unsigned long hz)
{
	unsigned int i = list->num - 1;

	while (i && list->opp[i].hz > hz)
		i--;

	return i;
}
EXPORT_SYMBOL_IF_KUNIT(npu_opp_at_most);

/**
 * npu_opp_at_least() - lowest operating point that is not below a rate
 * @list: operating points, not empty
 * @hz: rate
 *
 * Return: index; the highest when all are below.
 */
unsigned int npu_opp_at_least(const struct npu_opp_list *list,
			      unsigned long hz)
{
	unsigned int i = 0;

	while (i + 1 < list->num && list->opp[i].hz < hz)
		i++;

	return i;
}
EXPORT_SYMBOL_IF_KUNIT(npu_opp_at_least);

/**
 * npu_opp_drop() - take an operating point out of a list
 * @list: operating points
 * @index: which
 */
void npu_opp_drop(struct npu_opp_list *list, unsigned int index)
{
	if (index >= list->num)
		return;
	for (list->num--; index < list->num; index++)
		list->opp[index] = list->opp[index + 1];
}
EXPORT_SYMBOL_IF_KUNIT(npu_opp_drop);

/**
 * npu_margin_of_uv() - read margin that the memories need
 * @soc: constants of the SoC
 * @uv: their voltage
 *
 * Return: the margin, 0 when it is not known or the SoC has none.
 */
u32 npu_margin_of_uv(const struct npu_opp_soc *soc, u32 uv)
{
	unsigned int i;

	if (!soc->num_margin_regs)
		return 0;
	for (i = 0; i < ARRAY_SIZE(soc->margins); i++) {
		if (soc->margins[i].min_uv && uv >= soc->margins[i].min_uv)
			return soc->margins[i].margin;
	}

	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(npu_margin_of_uv);

static u32 npu_cold_uv(const struct npu_opp_soc *soc, u32 uv)
{
	if (!uv)
		return 0;

	return min(max(uv + soc->cold_add_uv, soc->cold_uv),
		   max(uv, soc->max_uv));
}

/**
 * npu_level_of_opp() - everything that is to be set for an operating point
 * @level: receives it
 * @soc: constants of the SoC
 * @opp: operating point; voltages of 0 are not set, and then margins are not either
 * @cold: the low-temperature rule is in force
 */
void npu_level_of_opp(struct npu_level *level, const struct npu_opp_soc *soc,
		      const struct npu_opp *opp, bool cold)
{
	level->hz = opp->hz;
	level->vdd_uv = cold ? npu_cold_uv(soc, opp->vdd_uv) : opp->vdd_uv;
	level->mem_uv = cold ? npu_cold_uv(soc, opp->mem_uv) : opp->mem_uv;
	level->margin = npu_margin_of_uv(soc, level->mem_uv);
}
EXPORT_SYMBOL_IF_KUNIT(npu_level_of_opp);

static void npu_plan_step(struct npu_plan *plan, enum npu_step_kind kind,
			  unsigned long value)
{
	plan->step[plan->num++] = (struct npu_step) {
		.kind = kind, .value = value,
	};
}

/**
 * npu_plan_make() - put the steps of a transition in order
 * @plan: receives the steps
 * @soc: constants of the SoC
 * @from: what is set now; the rate is known
 * @to: what is to be set
 *
 * The order of power 2.5: supplies before a rising clock, after a falling one. A
 * margin is never tighter than the voltage of the moment allows: it follows a rising
 * supply and goes ahead of a falling one. It changes only at a slow clock; all rates
 * but the one for parking come from a ring that speeds up with the supply on the
 * way, so it is that one.
 */
void npu_plan_make(struct npu_plan *plan, const struct npu_opp_soc *soc,
		   const struct npu_level *from, const struct npu_level *to)
{
	unsigned long safe = soc->park_mhz * NPU_HZ_PER_MHZ, hz = from->hz;
	bool margin = to->margin && to->margin != from->margin;

	plan->num = 0;

	if (margin && hz > safe)
		hz = safe;
	else if (to->hz < hz)
		hz = to->hz;
	if (hz != from->hz)
		npu_plan_step(plan, NPU_STEP_CLOCK, hz);

	if (to->mem_uv > from->mem_uv)
		npu_plan_step(plan, NPU_STEP_MEM, to->mem_uv);
	if (to->vdd_uv > from->vdd_uv)
		npu_plan_step(plan, NPU_STEP_VDD, to->vdd_uv);
	if (margin)
		npu_plan_step(plan, NPU_STEP_MARGIN, to->margin);
	if (hz != to->hz)
		npu_plan_step(plan, NPU_STEP_CLOCK, to->hz);
	if (to->vdd_uv && to->vdd_uv < from->vdd_uv)
		npu_plan_step(plan, NPU_STEP_VDD, to->vdd_uv);
	if (to->mem_uv && to->mem_uv < from->mem_uv)
		npu_plan_step(plan, NPU_STEP_MEM, to->mem_uv);
}
EXPORT_SYMBOL_IF_KUNIT(npu_plan_make);

/**
 * npu_opp_cold() - is the low-temperature rule in force?
 * @soc: constants of the SoC
 * @cold: it was
 * @temp_mc: temperature, millidegrees
 *
 * Return: whether it is.
 */
bool npu_opp_cold(const struct npu_opp_soc *soc, bool cold, int temp_mc)
{
	if (!soc->cold_uv && !soc->cold_add_uv)
		return false;
	if (cold)
		return temp_mc < soc->cold_mc + soc->hysteresis_mc;

	return temp_mc < soc->cold_mc;
}
EXPORT_SYMBOL_IF_KUNIT(npu_opp_cold);

/**
 * npu_opp_hot() - is the high-temperature rule in force?
 * @soc: constants of the SoC
 * @hot: it was
 * @temp_mc: temperature, millidegrees
 *
 * Return: whether it is.
 */
bool npu_opp_hot(const struct npu_opp_soc *soc, bool hot, int temp_mc)
{
	if (!soc->hot_mhz)
		return false;
	if (hot)
		return temp_mc > soc->hot_mc - soc->hysteresis_mc;

	return temp_mc >= soc->hot_mc;
}
EXPORT_SYMBOL_IF_KUNIT(npu_opp_hot);
