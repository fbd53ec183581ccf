/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: operating points: which rate needs which voltage
 *
 * The device tree says at which rates a board may run its NPU and at which
 * voltages. What the SoC itself needs, by part and by speed bin, is kept here as
 * data (hardware notes, power 2.2 - 2.7), and the device tree is checked against
 * it: a rate that the firmware does not have, or a voltage that the silicon does
 * not stand, is refused; a voltage that is too low is raised.
 *
 * Parts are graded at the factory. A chip that is known to be fast may run at less
 * voltage; one of which nothing is known gets the column for the slowest, which
 * is valid for every chip.
 *
 * All functions here are pure: they touch neither hardware nor locks.
 */
#ifndef _NPU_OPP_H_
#define _NPU_OPP_H_

#include <linux/bits.h>
#include <linux/types.h>

/* Most speed bins of any SoC (RK3576), operating points, and table rows. */
#define NPU_MAX_BINS		11
#define NPU_MAX_OPPS		16

#define NPU_MARGIN_REGS		3
#define NPU_MARGINS		4

#define NPU_HZ_PER_MHZ		1000000UL

/**
 * enum npu_part - kind of part, as the OTP's specification serial tells
 * @NPU_PART_NORMAL: consumer
 * @NPU_PART_M: extended temperature
 * @NPU_PART_J: industrial
 * @NPU_PART_S: reduced
 */
enum npu_part {
	NPU_PART_NORMAL,
	NPU_PART_M,
	NPU_PART_J,
	NPU_PART_S,
};

/**
 * struct npu_opp_row - what one rate needs
 * @mhz: rate
 * @level: voltage by bin, in units of 100 uV
 */
struct npu_opp_row {
	unsigned int mhz;
	u16 level[NPU_MAX_BINS];
};

/**
 * struct npu_opp_table - what the parts of one kind need
 * @parts: bitmap of enum npu_part
 * @rows: by rising rate
 * @num_rows: entries of @rows
 * @num_bins: entries of npu_opp_row.level that are in use
 * @pvtm_min: smallest measurement of bin 1, 2, ...; @num_bins - 1 entries. NULL when
 *	the unit of the measurement is not known.
 */
struct npu_opp_table {
	u32 parts;
	const struct npu_opp_row *rows;
	unsigned int num_rows;
	unsigned int num_bins;
	const u32 *pvtm_min;
};

/**
 * struct npu_margin - read margin of the memories at a voltage
 * @min_uv: from this voltage on
 * @margin: the margin
 */
struct npu_margin {
	u32 min_uv;
	u32 margin;
};

/**
 * struct npu_margin_reg - where a read margin is written
 * @offset: in the NPU's GRF
 * @mask: the field
 * @shift: its place
 */
struct npu_margin_reg {
	u32 offset;
	u32 mask;
	unsigned int shift;
};

/**
 * struct npu_pvtm - how the speed of a chip is measured
 * @mhz: NPU clock during the measurement, 0 when it cannot be measured
 * @uv: voltage during the measurement
 * @sample_us: time to wait
 * @offset: result in the NPU's GRF, MHz
 * @ref_celsius: temperature for which the thresholds hold
 * @per_mille: change of the result per degree, thousandths
 */
struct npu_pvtm {
	unsigned int mhz;
	u32 uv;
	unsigned int sample_us;
	u32 offset;
	int ref_celsius;
	int per_mille;
};

/**
 * struct npu_opp_soc - operating points of one SoC
 * @tables: by kind of part
 * @num_tables: entries of @tables
 * @rates: rates in MHz that the firmware takes, exactly these, rising
 * @num_rates: entries of @rates
 * @park_mhz: rate that does not come from the ring oscillator, the only one at
 *	which the NPU may be powered on or off (power 2.4)
 * @fallback_mhz: highest rate after one that did not come out as asked for
 * @blind_mhz: highest rate when the supplies are not ours to set
 * @least_uv: a lower voltage is no voltage for this silicon
 * @max_uv: highest voltage of any operating point
 * @stands_uv: highest voltage that a device tree may ask for
 * @margins: by falling voltage
 * @margin_reg: where margins go
 * @num_margin_regs: entries of @margin_reg, 0 when there are none
 * @margin_hiword: the upper half of these registers is a write mask
 * @cold_mc: below this temperature, millidegrees, the NPU needs more voltage
 * @cold_uv: at least this much
 * @cold_add_uv: or this much more
 * @hot_mc: from this temperature on
 * @hot_mhz: the rate is at most this, 0 when there is no such rule
 * @hysteresis_mc: how far the temperature has to come back
 * @pvtm: measuring the speed bin
 */
struct npu_opp_soc {
	const struct npu_opp_table *tables;
	unsigned int num_tables;
	const u16 *rates;
	unsigned int num_rates;
	unsigned int park_mhz;
	unsigned int fallback_mhz;
	unsigned int blind_mhz;
	u32 least_uv;
	u32 max_uv;
	u32 stands_uv;
	struct npu_margin margins[NPU_MARGINS];
	struct npu_margin_reg margin_reg[NPU_MARGIN_REGS];
	unsigned int num_margin_regs;
	bool margin_hiword;
	int cold_mc;
	u32 cold_uv;
	u32 cold_add_uv;
	int hot_mc;
	unsigned int hot_mhz;
	int hysteresis_mc;
	struct npu_pvtm pvtm;
};

extern const struct npu_opp_soc npu_opp_rk3588;
extern const struct npu_opp_soc npu_opp_rk3576;
extern const struct npu_opp_soc npu_opp_rk3568;

/**
 * struct npu_opp_info - correction that the factory wrote for one chip
 * @min_mhz: first rate that it concerns
 * @max_mhz: last rate
 * @extra_uv: voltage to add
 */
struct npu_opp_info {
	unsigned int min_mhz;
	unsigned int max_mhz;
	u32 extra_uv;
};

/**
 * struct npu_chip - what is known about this chip
 * @part: kind of part
 * @bin: speed bin; 0, the slowest, when it is not known
 * @info: correction, all 0 when there is none
 */
struct npu_chip {
	enum npu_part part;
	unsigned int bin;
	struct npu_opp_info info;
};

/**
 * struct npu_opp_desc - an operating point as the device tree has it
 * @hz: rate, 0 when it is missing
 * @vdd_uv: voltage of the logic for this chip's bin, 0 when it is missing
 * @mem_uv: voltage of the memories, likewise
 * @parts: bitmap of enum npu_part that may use it
 * @bins: bitmap of bins that may use it
 */
struct npu_opp_desc {
	u64 hz;
	u32 vdd_uv;
	u32 mem_uv;
	u32 parts;
	u32 bins;
};

/**
 * struct npu_opp - an operating point that is fit for use
 * @hz: rate
 * @vdd_uv: voltage of the logic
 * @mem_uv: voltage of the memories
 * @may_be_fast: the voltage is more than this chip needs, or not ours to set, so
 *	the ring oscillator may be ahead of @hz
 */
struct npu_opp {
	unsigned long hz;
	u32 vdd_uv;
	u32 mem_uv;
	bool may_be_fast;
};

/**
 * struct npu_opp_list - operating points by rising rate
 * @opp: the points
 * @num: entries of @opp
 */
struct npu_opp_list {
	struct npu_opp opp[NPU_MAX_OPPS];
	unsigned int num;
};

/**
 * enum npu_opp_verdict - is an operating point of the device tree fit for use?
 * @NPU_OPP_FINE: yes
 * @NPU_OPP_RAISED: yes, with more voltage
 * @NPU_OPP_OTHER_PART: it is not for this chip
 * @NPU_OPP_NO_RATE: it has no rate
 * @NPU_OPP_BAD_RATE: the firmware has no such rate
 * @NPU_OPP_NO_LEVEL: the voltage that this chip needs at that rate is not known
 * @NPU_OPP_NO_VOLTAGE: it has no voltage, or one that is none
 * @NPU_OPP_BAD_VOLTAGE: the silicon does not stand the voltage
 * @NPU_OPP_AGAIN: the list has that rate
 * @NPU_OPP_FULL: the list has no room
 */
enum npu_opp_verdict {
	NPU_OPP_FINE,
	NPU_OPP_RAISED,
	NPU_OPP_OTHER_PART,
	NPU_OPP_NO_RATE,
	NPU_OPP_BAD_RATE,
	NPU_OPP_NO_LEVEL,
	NPU_OPP_NO_VOLTAGE,
	NPU_OPP_BAD_VOLTAGE,
	NPU_OPP_AGAIN,
	NPU_OPP_FULL,
};

/**
 * struct npu_level - everything that is set for one rate
 * @hz: rate, 0 when it is not known
 * @vdd_uv: voltage of the logic, 0 when it is not ours to set
 * @mem_uv: voltage of the memories, likewise
 * @margin: read margin, 0 when it is not known or not set
 */
struct npu_level {
	unsigned long hz;
	u32 vdd_uv;
	u32 mem_uv;
	u32 margin;
};

/**
 * enum npu_step_kind - what a step of a transition sets
 * @NPU_STEP_MEM: supply of the memories
 * @NPU_STEP_VDD: supply of the logic
 * @NPU_STEP_MARGIN: read margin
 * @NPU_STEP_CLOCK: clock
 */
enum npu_step_kind {
	NPU_STEP_MEM,
	NPU_STEP_VDD,
	NPU_STEP_MARGIN,
	NPU_STEP_CLOCK,
};

/**
 * struct npu_step - one step of a transition
 * @kind: what to set
 * @value: to what: uV, margin or Hz
 */
struct npu_step {
	enum npu_step_kind kind;
	unsigned long value;
};

#define NPU_PLAN_STEPS	7

/**
 * struct npu_plan - a transition
 * @step: in this order
 * @num: entries of @step
 */
struct npu_plan {
	struct npu_step step[NPU_PLAN_STEPS];
	unsigned int num;
};

/* the chip */
enum npu_part npu_part_of_serial(u32 serial);
const struct npu_opp_table *npu_opp_table_of(const struct npu_opp_soc *soc,
					     enum npu_part part);
unsigned int npu_bin_of_pvtm(const struct npu_opp_table *table, u32 value);
u32 npu_pvtm_at_reference(const struct npu_pvtm *pvtm, u32 value, int temp_mc);
bool npu_pvtm_believable(u32 value, unsigned int measured_mhz);
bool npu_opp_info_parse(struct npu_opp_info *info, const u8 *data, size_t size);

/* its operating points */
bool npu_opp_rate_ok(const struct npu_opp_soc *soc, u64 hz);
u32 npu_opp_needs_uv(const struct npu_opp_soc *soc, const struct npu_chip *chip,
		     unsigned long hz);
enum npu_opp_verdict npu_opp_add(struct npu_opp_list *list,
				 const struct npu_opp_soc *soc,
				 const struct npu_chip *chip,
				 const struct npu_opp_desc *desc);
const char *npu_opp_verdict_text(enum npu_opp_verdict verdict);
unsigned int npu_opp_at_most(const struct npu_opp_list *list, unsigned long hz);
unsigned int npu_opp_at_least(const struct npu_opp_list *list,
			      unsigned long hz);
void npu_opp_drop(struct npu_opp_list *list, unsigned int index);

/* and going from one to another */
u32 npu_margin_of_uv(const struct npu_opp_soc *soc, u32 uv);
void npu_level_of_opp(struct npu_level *level, const struct npu_opp_soc *soc,
		      const struct npu_opp *opp, bool cold);
void npu_plan_make(struct npu_plan *plan, const struct npu_opp_soc *soc,
		   const struct npu_level *from, const struct npu_level *to);
bool npu_opp_cold(const struct npu_opp_soc *soc, bool cold, int temp_mc);
bool npu_opp_hot(const struct npu_opp_soc *soc, bool hot, int temp_mc);

#endif /* _NPU_OPP_H_ */
