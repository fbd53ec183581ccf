// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: voltage and frequency scaling
 *
 * There is one clock for all cores, so there is one object, which the first core that
 * is bound makes and the last one frees. It feeds the owner of the clock
 * (npu_rate.h) with what the frameworks know: clock, regulators, GRF, temperature.
 *
 * Scaling begins with the core whose node has operating points and ends with it.
 * Without operating points, or if none of them is fit, the clock stays at the rate
 * at which the NPU is powered on: slow, but right on every board.
 *
 * devfreq decides about rates, with any of its governors; limits of user space and
 * cooling arrive through it. It polls only while a core is powered. Two locks:
 *
 * - idle_lock is held while a core comes or goes, devfreq is told about it then;
 * - lock is held for a transition. devfreq's target() takes it, so nothing that
 *   waits for devfreq may hold it. The thermal framework calls devfreq with a zone's
 *   lock held, so temperatures are read outside of it.
 */

#include <linux/clk.h>
#include <linux/delay.h>
#include <linux/devfreq.h>
#include <linux/devfreq_cooling.h>
#include <linux/device.h>
#include <linux/ktime.h>
#include <linux/mfd/syscon.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/nvmem-consumer.h>
#include <linux/of.h>
#include <linux/pm_opp.h>
#include <linux/regmap.h>
#include <linux/regulator/consumer.h>
#include <linux/slab.h>
#include <linux/thermal.h>
#include <linux/workqueue.h>

#include <sunmao/compat.h>

#include "npu_core.h"
#include "npu_device.h"
#include "npu_dvfs.h"
#include "npu_load.h"
#include "npu_rate.h"
#include "npu_soc.h"

/* How often devfreq looks, as the vendor's driver does (power 2.7). */
#define NPU_POLL_MS		50

/*
 * Load in percent above which the clock goes to the top, and how far below it has to
 * fall. A client prepares its next job on the CPU while the NPU rests, so a load of
 * half means that the client waits for the NPU half of the time.
 */
#define NPU_UP_THRESHOLD	45
#define NPU_DOWN_DIFFERENCE	5

/* How often the temperature is looked at, and for how long it holds. */
#define NPU_WATCH_MS		1000
#define NPU_TEMP_STALE_MS	10000
#define NPU_THERMAL_ZONE	"npu-thermal"

/**
 * struct npu_dvfs - the shared clock and all that goes with it
 * @idle_lock: outer lock, see above
 * @lock: inner lock, see above
 * @rate: owner of the clock; under @lock, its users under both locks
 * @load: busy time of all cores
 * @clk: the clock
 * @cores: cores that joined, by core number; under @lock
 * @joined: number of them; under npu_dvfs_mutex
 * @anchor: core whose node has the operating points, NULL without scaling
 * @vdd: supply of the logic, NULL when it is not ours to set
 * @mem: supply of the memories, likewise
 * @grf: read margins and the result of the speed measurement, may be NULL
 * @grf_clk: register clock of @grf, on while a core is powered; may be NULL
 * @profile: for devfreq
 * @governor_data: thresholds of simple_ondemand
 * @freqs: rates of the operating points, rising
 * @devfreq: devfreq device; under @idle_lock
 * @cooling: cooling device, NULL when there is none
 * @watch: looks at the temperature
 * @temp_known: there was a temperature; under @lock
 * @temp_at: when, jiffies; under @lock
 */
struct npu_dvfs {
	struct mutex idle_lock; /* users coming and going, devfreq */
	struct mutex lock; /* rate */
	struct npu_rate rate;
	struct npu_load load;
	struct clk *clk;
	struct npu_core *cores[NPU_MAX_CORES];
	unsigned int joined;

	struct npu_core *anchor;
	struct regulator *vdd;
	struct regulator *mem;
	struct regmap *grf;
	struct clk *grf_clk;
	struct devfreq_dev_profile profile;
	struct devfreq_simple_ondemand_data governor_data;
	unsigned long freqs[NPU_MAX_OPPS];
	struct devfreq *devfreq;
	struct thermal_cooling_device *cooling;

	struct delayed_work watch;
	bool temp_known;
	unsigned long temp_at;
};

/* The one object; it exists while cores are bound. */
static DEFINE_MUTEX(npu_dvfs_mutex);
static struct npu_dvfs *npu_dvfs;

static struct npu_dvfs *to_npu_dvfs(struct npu_rate *rate)
{
	return container_of(rate, struct npu_dvfs, rate);
}

/* Some core that is bound, for messages. */
static struct device *npu_dvfs_dev(struct npu_dvfs *dvfs)
{
	unsigned int i;

	if (dvfs->anchor)
		return dvfs->anchor->dev;
	for (i = 0; i < NPU_MAX_CORES; i++) {
		if (dvfs->cores[i])
			return dvfs->cores[i]->dev;
	}

	return NULL;
}

static int npu_dvfs_set_supply(struct npu_dvfs *dvfs, struct regulator *supply,
			       unsigned long uv)
{
	if (!supply)
		return 0;

	return regulator_set_voltage(supply, uv,
				     max_t(int, uv, dvfs->rate.soc->stands_uv));
}

static int npu_dvfs_set_margin(struct npu_dvfs *dvfs, u32 margin)
{
	const struct npu_opp_soc *soc = dvfs->rate.soc;
	const struct npu_margin_reg *reg;
	unsigned int i;
	int ret = 0;

	for (i = 0; dvfs->grf && !ret && i < soc->num_margin_regs; i++) {
		reg = &soc->margin_reg[i];
		if (soc->margin_hiword)
			ret = regmap_write(dvfs->grf, reg->offset,
					   reg->mask << 16 |
					   margin << reg->shift);
		else
			ret = regmap_update_bits(dvfs->grf, reg->offset,
						 reg->mask,
						 margin << reg->shift);
	}

	return ret;
}

static int npu_dvfs_set(struct npu_rate *rate, const struct npu_step *step)
{
	struct npu_dvfs *dvfs = to_npu_dvfs(rate);

	switch (step->kind) {
	case NPU_STEP_MEM:
		return npu_dvfs_set_supply(dvfs, dvfs->mem, step->value);
	case NPU_STEP_VDD:
		return npu_dvfs_set_supply(dvfs, dvfs->vdd, step->value);
	case NPU_STEP_MARGIN:
		return npu_dvfs_set_margin(dvfs, step->value);
	case NPU_STEP_CLOCK:
		return clk_set_rate(dvfs->clk, step->value);
	}

	return -EINVAL;
}

/* The firmware measures the ring, in the NPU's power domain (power 2.2). */
static unsigned long npu_dvfs_measure(struct npu_rate *rate)
{
	return clk_get_rate(to_npu_dvfs(rate)->clk);
}

static void npu_dvfs_announce(struct npu_rate *rate, unsigned long hz)
{
	struct npu_dvfs *dvfs = to_npu_dvfs(rate);
	unsigned int i;

	for (i = 0; i < NPU_MAX_CORES; i++) {
		if (dvfs->cores[i])
			npu_core_set_rate(dvfs->cores[i], hz);
	}
}

static void npu_dvfs_complain(struct npu_rate *rate,
			      enum npu_rate_trouble trouble,
			      unsigned long wanted, unsigned long got)
{
	struct device *dev = npu_dvfs_dev(to_npu_dvfs(rate));

	switch (trouble) {
	case NPU_RATE_SUPPLY:
		dev_warn_ratelimited(dev, "cannot set the supplies to %lu uV, the clock stays low\n",
				     wanted);
		break;
	case NPU_RATE_REFUSED:
		dev_warn(dev, "the firmware refuses %lu Hz, it stays at %lu Hz\n",
			 wanted, got);
		break;
	case NPU_RATE_WRONG:
		dev_warn(dev, "the clock runs at %lu Hz instead of %lu Hz, keeping to lower rates\n",
			 got, wanted);
		break;
	case NPU_RATE_STUCK:
		dev_err_ratelimited(dev, "the clock stays at %lu Hz instead of %lu Hz, the NPU cannot be powered off\n",
				    got, wanted);
		break;
	}
}

static int npu_dvfs_open(struct npu_rate *rate)
{
	return clk_prepare_enable(to_npu_dvfs(rate)->grf_clk);
}

static void npu_dvfs_close(struct npu_rate *rate)
{
	clk_disable_unprepare(to_npu_dvfs(rate)->grf_clk);
}

static const struct npu_rate_ops npu_dvfs_rate_ops = {
	.open = npu_dvfs_open,
	.close = npu_dvfs_close,
	.set = npu_dvfs_set,
	.measure = npu_dvfs_measure,
	.announce = npu_dvfs_announce,
	.complain = npu_dvfs_complain,
};

static int npu_dvfs_read_temp(int *temp_mc)
{
	struct thermal_zone_device *zone;

	zone = thermal_zone_get_zone_by_name(NPU_THERMAL_ZONE);
	if (IS_ERR(zone))
		return PTR_ERR(zone);

	return thermal_zone_get_temp(zone, temp_mc);
}

/* @lock is held. */
static void npu_dvfs_use_temp(struct npu_dvfs *dvfs, int temp_mc)
{
	npu_rate_temperature(&dvfs->rate, temp_mc);
	dvfs->temp_known = true;
	dvfs->temp_at = jiffies;
}

static void npu_dvfs_watch_work(struct work_struct *work)
{
	struct npu_dvfs *dvfs = container_of(work, struct npu_dvfs, watch.work);
	int temp_mc, ret = npu_dvfs_read_temp(&temp_mc);

	mutex_lock(&dvfs->lock);
	if (!ret)
		npu_dvfs_use_temp(dvfs, temp_mc);
	else
		npu_rate_retry(&dvfs->rate);
	if (dvfs->rate.users && dvfs->rate.list.num)
		queue_delayed_work(npu_wq, &dvfs->watch,
				   msecs_to_jiffies(NPU_WATCH_MS));
	mutex_unlock(&dvfs->lock);
}

/* devfreq */

static int npu_devfreq_target(struct device *dev, unsigned long *freq,
			      u32 flags)
{
	struct npu_dvfs *dvfs = npu_dvfs;
	struct npu_opp_list *list = &dvfs->rate.list;
	unsigned int index;

	mutex_lock(&dvfs->lock);
	if (!list->num) {
		mutex_unlock(&dvfs->lock);
		return -ENODEV;
	}
	index = flags & DEVFREQ_FLAG_LEAST_UPPER_BOUND ?
		npu_opp_at_most(list, *freq) : npu_opp_at_least(list, *freq);
	index = npu_rate_request(&dvfs->rate, index);
	*freq = list->opp[index].hz;
	mutex_unlock(&dvfs->lock);

	return 0;
}

static int npu_devfreq_get_status(struct device *dev,
				  struct devfreq_dev_status *status)
{
	struct npu_dvfs *dvfs = npu_dvfs;
	u64 busy, total;

	npu_load_sample(&dvfs->load, ktime_get_ns(), &busy, &total);
	status->busy_time = busy;
	status->total_time = total;

	mutex_lock(&dvfs->lock);
	status->current_frequency = dvfs->rate.list.num ?
		dvfs->rate.list.opp[npu_rate_opp(&dvfs->rate)].hz : 0;
	mutex_unlock(&dvfs->lock);

	return 0;
}

/* Parked counts as the lowest operating point, which is all that devfreq knows. */
static int npu_devfreq_get_cur_freq(struct device *dev, unsigned long *freq)
{
	struct npu_dvfs *dvfs = npu_dvfs;
	struct npu_rate *rate = &dvfs->rate;

	mutex_lock(&dvfs->lock);
	if (rate->list.num)
		*freq = rate->list.opp[rate->users ? rate->current_opp : 0].hz;
	mutex_unlock(&dvfs->lock);

	return 0;
}

/* what the chip is */

static void *npu_dvfs_read_cell(struct device_node *np, const char *name,
				size_t *size)
{
	struct nvmem_cell *cell = of_nvmem_cell_get(np, name);
	void *data;

	if (IS_ERR(cell))
		return NULL;
	data = nvmem_cell_read(cell, size);
	nvmem_cell_put(cell);

	return IS_ERR(data) ? NULL : data;
}

static bool npu_dvfs_read_number(struct device_node *np, const char *name,
				 u32 *value)
{
	size_t i, size;
	u8 *data = npu_dvfs_read_cell(np, name, &size);

	if (!data)
		return false;
	*value = 0;
	for (i = 0; i < size && i < sizeof(*value); i++)
		*value |= (u32)data[i] << (8 * i);
	kfree(data);

	return true;
}

/*
 * Run the NPU at the rate and voltage of the measurement, and let the ring be
 * counted. The NPU is powered.
 */
static u32 npu_dvfs_measure_speed(struct npu_dvfs *dvfs)
{
	const struct npu_pvtm *pvtm = &dvfs->rate.soc->pvtm;
	struct npu_opp_list list = {
		.opp = { {
			.hz = pvtm->mhz * NPU_HZ_PER_MHZ,
			.vdd_uv = pvtm->uv,
			.mem_uv = pvtm->uv,
			.may_be_fast = true,
		} },
		.num = 1,
	};
	unsigned int measured = 0;
	u32 value = 0;

	if (!pvtm->mhz || !dvfs->grf || !dvfs->vdd || !dvfs->mem)
		return 0;

	mutex_lock(&dvfs->lock);
	npu_rate_set_opps(&dvfs->rate, &list, regulator_get_voltage(dvfs->vdd),
			  regulator_get_voltage(dvfs->mem));
	if (dvfs->rate.now.hz == list.opp[0].hz &&
	    dvfs->rate.now.vdd_uv == pvtm->uv) {
		fsleep(pvtm->sample_us);
		measured = npu_dvfs_measure(&dvfs->rate) / NPU_HZ_PER_MHZ;
		if (regmap_read(dvfs->grf, pvtm->offset, &value))
			value = 0;
	}
	npu_rate_set_opps(&dvfs->rate, NULL, 0, 0);
	mutex_unlock(&dvfs->lock);

	return npu_pvtm_believable(value, measured) ? value : 0;
}

/* The NPU is powered. Returns whether the bin is known. */
static bool npu_dvfs_identify(struct npu_dvfs *dvfs, struct device_node *np,
			      struct npu_chip *chip, int temp_mc)
{
	const struct npu_opp_soc *soc = dvfs->rate.soc;
	u32 value = 0;
	size_t size;
	u8 *data;

	memset(chip, 0, sizeof(*chip));
	if (npu_dvfs_read_number(np, "specification_serial_number", &value))
		chip->part = npu_part_of_serial(value);

	data = npu_dvfs_read_cell(np, "opp-info", &size);
	if (data)
		npu_opp_info_parse(&chip->info, data, size);
	kfree(data);

	value = 0;
	if (!npu_dvfs_read_number(np, "pvtm", &value) || !value) {
		value = npu_dvfs_measure_speed(dvfs);
		if (value)
			value = npu_pvtm_at_reference(&soc->pvtm, value,
						      temp_mc);
	}
	chip->bin = npu_bin_of_pvtm(npu_opp_table_of(soc, chip->part), value);

	return value;
}

/* what the device tree wants */

/* One value for both supplies, one for each, or the same as triplets. */
static void npu_dvfs_read_voltage(struct device_node *np, const char *name,
				  struct npu_opp_desc *desc)
{
	u32 uv[6] = {};
	int count = of_property_count_u32_elems(np, name);

	if (count <= 0)
		return;
	if ((count > 3 && count != 6) ||
	    of_property_read_u32_array(np, name, uv, count)) {
		/* No voltage that any chip stands. */
		desc->vdd_uv = U32_MAX;
		return;
	}
	desc->vdd_uv = uv[0];
	desc->mem_uv = count == 6 ? uv[3] : count == 2 ? uv[1] : uv[0];
}

static void npu_dvfs_read_opp(struct device_node *np, unsigned int bin,
			      bool binned, struct npu_opp_desc *desc)
{
	char name[24];

	memset(desc, 0, sizeof(*desc));
	if (of_property_read_u64_index(np, "opp-hz", 0, &desc->hz))
		desc->hz = 0;

	npu_dvfs_read_voltage(np, "opp-microvolt", desc);
	if (binned) {
		snprintf(name, sizeof(name), "opp-microvolt-L%u", bin);
		npu_dvfs_read_voltage(np, name, desc);
	}

	desc->parts = U32_MAX;
	desc->bins = U32_MAX;
	of_property_read_u32_index(np, "opp-supported-hw", 0, &desc->parts);
	of_property_read_u32_index(np, "opp-supported-hw", 1, &desc->bins);
}

static void npu_dvfs_read_table(struct npu_dvfs *dvfs, struct device *dev,
				struct device_node *table,
				const struct npu_chip *chip, bool binned,
				struct npu_opp_list *list)
{
	enum npu_opp_verdict verdict;
	struct npu_opp_desc desc;
	struct device_node *np;

	for_each_available_child_of_node(table, np) {
		npu_dvfs_read_opp(np, chip->bin, binned, &desc);
		verdict = npu_opp_add(list, dvfs->rate.soc, chip, &desc);
		if (verdict != NPU_OPP_FINE && verdict != NPU_OPP_OTHER_PART)
			dev_warn(dev, "%pOF: %llu Hz, %u uV: %s\n", np, desc.hz,
				 desc.vdd_uv, npu_opp_verdict_text(verdict));
	}
}

/*
 * Set every voltage once, while the clock is slow enough for all of them: what the
 * board's regulator cannot do is better known now. Without operating points nobody
 * else sets them.
 */
static void npu_dvfs_try_voltages(struct npu_dvfs *dvfs, struct device *dev,
				  struct npu_opp_list *list)
{
	const struct npu_opp *opp;
	unsigned int i = 0;
	int ret;

	while (i < list->num) {
		opp = &list->opp[i];
		ret = npu_dvfs_set_supply(dvfs, dvfs->mem, opp->mem_uv);
		if (!ret)
			ret = npu_dvfs_set_supply(dvfs, dvfs->vdd, opp->vdd_uv);
		if (!ret) {
			i++;
			continue;
		}
		dev_warn(dev, "%lu Hz: the supplies cannot be set to %u uV: %pe\n",
			 opp->hz, opp->vdd_uv, ERR_PTR(ret));
		if (!i)
			return;
		npu_opp_drop(list, i);
	}
}

/* Keep what any voltage that a boot loader may have left is good for (power 2.10). */
static void npu_dvfs_go_blind(struct npu_dvfs *dvfs, struct device *dev,
			      struct npu_opp_list *list)
{
	unsigned long most = dvfs->rate.soc->blind_mhz * NPU_HZ_PER_MHZ;
	unsigned int i;

	while (list->num && list->opp[list->num - 1].hz > most)
		npu_opp_drop(list, list->num - 1);
	for (i = 0; i < list->num; i++) {
		list->opp[i].vdd_uv = 0;
		list->opp[i].mem_uv = 0;
		list->opp[i].may_be_fast = true;
	}
	dev_warn(dev, "the supplies cannot be set, at most %lu Hz\n", most);
}

static struct regulator *npu_dvfs_get_supply(struct device *dev,
					     const char *name)
{
	struct regulator *supply = regulator_get_optional(dev, name);

	if (IS_ERR(supply)) {
		dev_warn(dev, "no %s-supply: %pe\n", name, supply);
		return NULL;
	}

	return supply;
}

static void npu_dvfs_put_supplies(struct npu_dvfs *dvfs)
{
	if (dvfs->vdd)
		regulator_put(dvfs->vdd);
	if (dvfs->mem)
		regulator_put(dvfs->mem);
	dvfs->vdd = NULL;
	dvfs->mem = NULL;
}

/* Needed for as long as a core is powered, which it may be already. */
static int npu_dvfs_set_grf_clk(struct npu_dvfs *dvfs, struct clk *clk)
{
	int ret = 0;

	mutex_lock(&dvfs->lock);
	if (dvfs->rate.users)
		ret = clk_prepare_enable(clk);
	if (!ret)
		swap(dvfs->grf_clk, clk);
	if (!ret && dvfs->rate.users)
		clk_disable_unprepare(clk);
	mutex_unlock(&dvfs->lock);
	clk_put(clk);

	return ret;
}

/* Neither is needed for a working NPU; both are for a fast one. */
static void npu_dvfs_get_resources(struct npu_dvfs *dvfs, struct device *dev)
{
	struct device_node *grf;
	struct clk *clk;

	dvfs->vdd = npu_dvfs_get_supply(dev, "npu");
	dvfs->mem = npu_dvfs_get_supply(dev, "sram");
	if (!dvfs->vdd || !dvfs->mem)
		npu_dvfs_put_supplies(dvfs);

	grf = of_parse_phandle(dev->of_node, "rockchip,grf", 0);
	if (!grf) {
		dev_warn(dev, "no rockchip,grf: read margins stay as they are\n");
		return;
	}
	dvfs->grf = syscon_node_to_regmap(grf);
	clk = of_clk_get(grf, 0);
	of_node_put(grf);
	if (IS_ERR(dvfs->grf)) {
		dev_warn(dev, "rockchip,grf: %pe\n", dvfs->grf);
		dvfs->grf = NULL;
	}
	if (!IS_ERR(clk) && npu_dvfs_set_grf_clk(dvfs, clk)) {
		dev_warn(dev, "cannot switch the clock of rockchip,grf on\n");
		dvfs->grf = NULL;
	}
}

/* There are no operating points, so nobody uses them. */
static void npu_dvfs_put_resources(struct npu_dvfs *dvfs)
{
	npu_dvfs_put_supplies(dvfs);
	npu_dvfs_set_grf_clk(dvfs, NULL);
	dvfs->grf = NULL;
}

/* For devfreq, cooling and the energy model. */
static int npu_dvfs_publish_opps(struct npu_dvfs *dvfs, struct device *dev)
{
	struct dev_pm_opp_data data = {};
	const struct npu_opp *opp;
	unsigned int i;
	int ret;

	for (i = 0; i < dvfs->rate.list.num; i++) {
		opp = &dvfs->rate.list.opp[i];
		data.freq = opp->hz;
		data.u_volt = opp->vdd_uv;
		ret = dev_pm_opp_add_dynamic(dev, &data);
		if (ret) {
			dev_pm_opp_remove_all_dynamic(dev);
			return ret;
		}
		dvfs->freqs[i] = opp->hz;
	}

	return 0;
}

static struct devfreq *npu_dvfs_add_devfreq(struct npu_dvfs *dvfs,
					    struct device *dev)
{
	struct devfreq *devfreq;

	dvfs->governor_data = (struct devfreq_simple_ondemand_data) {
		.upthreshold = NPU_UP_THRESHOLD,
		.downdifferential = NPU_DOWN_DIFFERENCE,
	};
	dvfs->profile = (struct devfreq_dev_profile) {
		.initial_freq = dvfs->freqs[0],
		.polling_ms = NPU_POLL_MS,
		/* A CPU that waits for the NPU sleeps. */
		.timer = DEVFREQ_TIMER_DELAYED,
		.target = npu_devfreq_target,
		.get_dev_status = npu_devfreq_get_status,
		.get_cur_freq = npu_devfreq_get_cur_freq,
		.freq_table = dvfs->freqs,
		.max_state = dvfs->rate.list.num,
	};

	devfreq = devfreq_add_device(dev, &dvfs->profile,
				     DEVFREQ_GOV_SIMPLE_ONDEMAND,
				     &dvfs->governor_data);
	if (IS_ERR(devfreq))
		devfreq = devfreq_add_device(dev, &dvfs->profile,
					     DEVFREQ_GOV_PERFORMANCE, NULL);

	return devfreq;
}

static void npu_dvfs_set_devfreq(struct npu_dvfs *dvfs,
				 struct devfreq *devfreq)
{
	mutex_lock(&dvfs->idle_lock);
	dvfs->devfreq = devfreq;
	if (devfreq && !dvfs->rate.users)
		devfreq_suspend_device(devfreq);
	mutex_unlock(&dvfs->idle_lock);
}

/*
 * The caller has made sure that @core is powered. Until there are operating points the
 * clock is parked and nobody looks at supplies and GRF, so they need no lock: what
 * allocates memory must not hold one that jobs wait for (npu_device.h).
 */
static int npu_dvfs_make_opps(struct npu_dvfs *dvfs, struct npu_core *core,
			      struct device_node *table)
{
	struct device *dev = core->dev;
	struct npu_opp_list list = {};
	struct npu_chip chip;
	int temp_mc = 0;
	u32 vdd = 0, mem = 0;
	bool binned;

	if (npu_dvfs_read_temp(&temp_mc)) {
		temp_mc = dvfs->rate.soc->pvtm.ref_celsius * 1000;
	} else {
		mutex_lock(&dvfs->lock);
		npu_dvfs_use_temp(dvfs, temp_mc);
		mutex_unlock(&dvfs->lock);
	}

	npu_dvfs_get_resources(dvfs, dev);
	binned = npu_dvfs_identify(dvfs, dev->of_node, &chip, temp_mc);
	npu_dvfs_read_table(dvfs, dev, table, &chip, binned, &list);

	if (dvfs->vdd && list.num) {
		npu_dvfs_try_voltages(dvfs, dev, &list);
		if (npu_dvfs_set_supply(dvfs, dvfs->vdd, list.opp[0].vdd_uv) ||
		    npu_dvfs_set_supply(dvfs, dvfs->mem, list.opp[0].mem_uv)) {
			npu_dvfs_put_supplies(dvfs);
		} else {
			vdd = list.opp[0].vdd_uv;
			mem = list.opp[0].mem_uv;
		}
	}
	if (!list.num) {
		npu_dvfs_put_resources(dvfs);
		return -ENODEV;
	}
	if (!dvfs->vdd)
		npu_dvfs_go_blind(dvfs, dev, &list);

	dev_info(dev, "%u operating points, %lu to %lu MHz, part %u, bin L%u%s\n",
		 list.num, list.opp[0].hz / NPU_HZ_PER_MHZ,
		 list.opp[list.num - 1].hz / NPU_HZ_PER_MHZ, chip.part,
		 chip.bin, binned ? "" : " (not known)");
	mutex_lock(&dvfs->lock);
	dvfs->anchor = core;
	npu_rate_set_opps(&dvfs->rate, &list, vdd, mem);
	mutex_unlock(&dvfs->lock);

	return 0;
}

static void npu_dvfs_drop_opps(struct npu_dvfs *dvfs)
{
	mutex_lock(&dvfs->lock);
	npu_rate_set_opps(&dvfs->rate, NULL, 0, 0);
	dvfs->anchor = NULL;
	mutex_unlock(&dvfs->lock);
	npu_dvfs_put_resources(dvfs);
}

/**
 * npu_dvfs_start() - scale the clock, if the core's node says how
 * @core: core that joined, powered
 *
 * Whatever is wrong with the operating points is said, and the clock stays where it
 * is safe; it is no reason for the NPU not to work.
 *
 * Context: may sleep.
 */
void npu_dvfs_start(struct npu_core *core)
{
	struct npu_dvfs *dvfs = core->dvfs;
	struct device *dev = core->dev;
	struct device_node *table;
	struct devfreq *devfreq;
	int ret = -ENOENT;

	mutex_lock(&npu_dvfs_mutex);
	if (dvfs->anchor)
		goto unlock;
	if (!of_property_present(dev->of_node, "operating-points-v2")) {
		if (dvfs->joined == 1)
			dev_info(dev, "no operating points, the clock stays at %u MHz\n",
				 dvfs->rate.soc->park_mhz);
		goto unlock;
	}
	table = of_parse_phandle(dev->of_node, "operating-points-v2", 0);
	if (table && of_device_is_compatible(table, "operating-points-v2"))
		ret = npu_dvfs_make_opps(dvfs, core, table);
	of_node_put(table);
	if (ret) {
		dev_warn(dev, "no usable operating points, the clock stays at %u MHz\n",
			 dvfs->rate.soc->park_mhz);
		goto unlock;
	}

	ret = npu_dvfs_publish_opps(dvfs, dev);
	if (ret) {
		dev_warn(dev, "cannot publish operating points: %pe\n",
			 ERR_PTR(ret));
		goto err_drop;
	}

	devfreq = npu_dvfs_add_devfreq(dvfs, dev);
	if (IS_ERR(devfreq)) {
		dev_warn(dev, "cannot register with devfreq: %pe\n", devfreq);
		goto err_opps;
	}
	npu_dvfs_set_devfreq(dvfs, devfreq);

	dvfs->cooling = devfreq_cooling_em_register(devfreq, NULL);
	if (IS_ERR(dvfs->cooling)) {
		dev_warn(dev, "cannot register for cooling: %pe\n",
			 dvfs->cooling);
		dvfs->cooling = NULL;
	}
	queue_delayed_work(npu_wq, &dvfs->watch, 0);
	goto unlock;

err_opps:
	dev_pm_opp_remove_all_dynamic(dev);
err_drop:
	npu_dvfs_drop_opps(dvfs);
unlock:
	mutex_unlock(&npu_dvfs_mutex);
}

/**
 * npu_dvfs_stop() - end of npu_dvfs_start()
 * @core: core, still joined
 *
 * The clock goes back to where it is without scaling.
 *
 * Context: may sleep.
 */
void npu_dvfs_stop(struct npu_core *core)
{
	struct npu_dvfs *dvfs = core->dvfs;
	struct devfreq *devfreq;

	mutex_lock(&npu_dvfs_mutex);
	if (dvfs->anchor != core)
		goto unlock;

	if (dvfs->cooling)
		devfreq_cooling_unregister(dvfs->cooling);
	dvfs->cooling = NULL;
	devfreq = dvfs->devfreq;
	npu_dvfs_set_devfreq(dvfs, NULL);
	devfreq_remove_device(devfreq);
	npu_dvfs_drop_opps(dvfs);
	cancel_delayed_work_sync(&dvfs->watch);
	dev_pm_opp_remove_all_dynamic(core->dev);
unlock:
	mutex_unlock(&npu_dvfs_mutex);
}

/* users */

/**
 * npu_dvfs_get() - a core was powered
 * @core: core that joined, with its clocks on
 *
 * Context: may sleep.
 *
 * Return: 0, or an error; the core has to be powered off again then.
 */
int npu_dvfs_get(struct npu_core *core)
{
	struct npu_dvfs *dvfs = core->dvfs;
	bool first;
	int ret;

	mutex_lock(&dvfs->idle_lock);
	mutex_lock(&dvfs->lock);
	first = !dvfs->rate.users;
	if (first && dvfs->temp_known &&
	    time_after(jiffies,
		       dvfs->temp_at + msecs_to_jiffies(NPU_TEMP_STALE_MS)))
		npu_rate_assume_cold(&dvfs->rate);
	ret = npu_rate_get(&dvfs->rate);
	if (!ret) {
		npu_core_set_rate(core, dvfs->rate.now.hz);
		if (first && dvfs->rate.list.num)
			queue_delayed_work(npu_wq, &dvfs->watch, 0);
	}
	mutex_unlock(&dvfs->lock);
	if (!ret && first && dvfs->devfreq)
		devfreq_resume_device(dvfs->devfreq);
	mutex_unlock(&dvfs->idle_lock);

	return ret;
}

/**
 * npu_dvfs_put() - a core is about to be powered off
 * @core: core that joined, with its clocks on
 *
 * Context: may sleep.
 *
 * Return: 0, or -EBUSY if it must stay on because of the clock.
 */
int npu_dvfs_put(struct npu_core *core)
{
	struct npu_dvfs *dvfs = core->dvfs;
	bool last;
	int ret;

	mutex_lock(&dvfs->idle_lock);
	last = dvfs->rate.users == 1;
	if (last && dvfs->devfreq)
		devfreq_suspend_device(dvfs->devfreq);

	mutex_lock(&dvfs->lock);
	ret = npu_rate_put(&dvfs->rate);
	mutex_unlock(&dvfs->lock);

	if (ret && dvfs->devfreq)
		devfreq_resume_device(dvfs->devfreq);
	mutex_unlock(&dvfs->idle_lock);

	return ret;
}

static struct npu_dvfs *npu_dvfs_create(struct npu_core *core)
{
	struct npu_dvfs *dvfs = kzalloc_obj(*dvfs);

	if (!dvfs)
		return ERR_PTR(-ENOMEM);

	dvfs->clk = of_clk_get_by_name(core->dev->of_node, "npu");
	if (IS_ERR(dvfs->clk)) {
		struct clk *clk = dvfs->clk;

		kfree(dvfs);
		return ERR_CAST(clk);
	}

	mutex_init(&dvfs->idle_lock);
	mutex_init(&dvfs->lock);
	INIT_DELAYED_WORK(&dvfs->watch, npu_dvfs_watch_work);
	npu_load_init(&dvfs->load, ktime_get_ns());
	npu_rate_init(&dvfs->rate, core->soc->opp, &npu_dvfs_rate_ops);

	return dvfs;
}

/**
 * npu_dvfs_join() - a core begins to use the shared clock
 * @core: core that is not powered yet and belongs to no device
 *
 * Its jobs count as load from the first to the last: operating points, devfreq and its
 * governors may come and go in between.
 *
 * Context: may sleep.
 *
 * Return: the shared clock, or an ERR_PTR.
 */
struct npu_dvfs *npu_dvfs_join(struct npu_core *core)
{
	struct npu_dvfs *dvfs;
	int ret = 0;

	mutex_lock(&npu_dvfs_mutex);
	dvfs = npu_dvfs;
	if (!dvfs) {
		dvfs = npu_dvfs_create(core);
		if (IS_ERR(dvfs))
			goto unlock;
		npu_dvfs = dvfs;
	}
	dvfs->joined++;

	mutex_lock(&dvfs->lock);
	dvfs->cores[core->id] = core;
	core->load = &dvfs->load;
	/* Binding a core sets its assigned-clock-rates. */
	if (dvfs->rate.users)
		npu_rate_resync(&dvfs->rate);
	else
		ret = npu_rate_defuse(&dvfs->rate);
	mutex_unlock(&dvfs->lock);
	if (ret)
		dev_warn(core->dev, "cannot set the clock to %u MHz: %pe\n",
			 dvfs->rate.soc->park_mhz, ERR_PTR(ret));
unlock:
	mutex_unlock(&npu_dvfs_mutex);

	return dvfs;
}

/**
 * npu_dvfs_leave() - end of npu_dvfs_join()
 * @core: core that is not powered any more and belongs to no device
 *
 * Context: may sleep.
 */
void npu_dvfs_leave(struct npu_core *core)
{
	struct npu_dvfs *dvfs = core->dvfs;

	mutex_lock(&npu_dvfs_mutex);
	mutex_lock(&dvfs->lock);
	dvfs->cores[core->id] = NULL;
	mutex_unlock(&dvfs->lock);
	core->load = NULL;

	if (!--dvfs->joined) {
		npu_dvfs = NULL;
		clk_put(dvfs->clk);
		mutex_destroy(&dvfs->lock);
		mutex_destroy(&dvfs->idle_lock);
		kfree(dvfs);
	}
	mutex_unlock(&npu_dvfs_mutex);
}
