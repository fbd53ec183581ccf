// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: registers, clocks and interrupts
 *
 * The only file that touches the hardware. Frames are started as ISP 2.3 has it,
 * with only those registers that differ from what the hardware holds. Everything
 * is written while the pipeline is idle, so nothing depends on the finer points
 * of shadow registers.
 */

#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/iommu.h>
#include <linux/of.h>
#include <linux/of_irq.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>

#include "isp_dev.h"

/* Held for this long in a soft reset (ISP 2.1). */
#define ISP_RESET_US		10

static u32 isp_read(struct isp_device *isp, u32 reg)
{
	return readl_relaxed(isp->regs + reg);
}

static void isp_write(void *priv, u32 reg, u32 val)
{
	struct isp_device *isp = priv;

	writel_relaxed(val, isp->regs + reg);
}

/* Nothing is known of the hardware any more. */
static void isp_hw_forget(struct isp_device *isp)
{
	unsigned int i;

	isp_shadow_forget(&isp->shadow);
	for (i = 0; i < ISP_WEIGHTS_NUM; i++)
		isp->weights[i].ctx = NULL;
	for (i = 0; i < 2; i++)
		isp->lsc[i].ctx = NULL;
	isp->last = NULL;
	isp->measuring = false;
}

/* What no context changes. */
static void isp_hw_init(struct isp_device *isp)
{
	unsigned int path, i;

	isp_write(isp, ISP_VI_ICCL, ISP_VI_ICCL_ON);
	isp_write(isp, ISP_VI_CLK_CTRL, ISP_VI_CLK_CTRL_ON);
	isp_write(isp, ISP_DBR_WR_SIZE, ISP_DDR_STATS_SIZE);

	isp_write(isp, ISP_CSI2RX_CTRL0, ISP_CSI2RX_CTRL0_RDBK_FRAME1);
	isp_write(isp, ISP_CSI2RX_MASK_PHY, 0);
	isp_write(isp, ISP_CSI2RX_MASK_PACKET, 0);
	isp_write(isp, ISP_CSI2RX_MASK_OVERFLOW, 0);
	isp_write(isp, ISP_CSI2RX_MASK_STAT, 0);
	isp_write(isp, ISP_3A_IMSC, 0);
	isp_write(isp, ISP_ICR, ~0);
	isp_write(isp, ISP_3A_ICR, ~0);
	isp_write(isp, ISP_MI_ICR, ~0);

	/* The unit table of the scalers: linear interpolation (ISP 3.3). */
	for (path = 0; path < ISP_NUM_PATHS; path++) {
		for (i = 0; i < ISP_RSZ_LUT_ENTRIES; i++) {
			isp_write(isp, ISP_RSZ(path) + ISP_RSZ_LUT_ADDR, i);
			isp_write(isp, ISP_RSZ(path) + ISP_RSZ_LUT, i);
		}
	}
	isp_hw_forget(isp);
}

/* What comes before a reset: no interrupts, no access to a table (ISP 2.6). */
static void isp_hw_silence(struct isp_device *isp)
{
	isp_write(isp, ISP_IMSC, 0);
	isp_write(isp, ISP_MI_IMSC, 0);
	isp_write(isp, ISP_3A_IMSC, 0);
	isp_write(isp, ISP_LSC_CTRL, 0);
}

static void isp_hw_soft_reset(struct isp_device *isp)
{
	isp_write(isp, ISP_VI_IRCL, ISP_VI_IRCL_ALL);
	isp_read(isp, ISP_VI_IRCL);
	udelay(ISP_RESET_US);
	isp_write(isp, ISP_VI_IRCL, 0);
}

/**
 * isp_hw_power_on() - clocks on, hardware in a known state
 * @isp: instance
 *
 * No reset here: isp_hw_power_off() left one behind, and the IOMMU, which is on
 * already, would be reset as well.
 *
 * Return: 0 or a negative error.
 */
int isp_hw_power_on(struct isp_device *isp)
{
	unsigned long flags;
	int ret;

	ret = clk_bulk_prepare_enable(isp->soc->num_clocks, isp->clks);
	if (ret)
		return ret;

	isp_hw_init(isp);
	spin_lock_irqsave(&isp->lock, flags);
	isp->powered = true;
	spin_unlock_irqrestore(&isp->lock, flags);

	return 0;
}

/**
 * isp_hw_power_off() - stop the hardware and its clocks
 * @isp: instance; no job runs
 */
void isp_hw_power_off(struct isp_device *isp)
{
	unsigned long flags;
	unsigned int i;

	/* The stop sequence (ISP 2.6) of an idle pipeline. */
	isp_hw_silence(isp);
	isp_write(isp, ISP_CTRL0, ISP_CTRL0_CFG_UPD);
	isp_write(isp, ISP_MI_RD_CTRL2, 0);
	isp_hw_soft_reset(isp);
	isp_write(isp, ISP_VI_CLK_CTRL, 0);
	isp_write(isp, ISP_VI_ICCL, 0);
	/* The last write has to arrive before the clocks stop. */
	isp_read(isp, ISP_VI_ICCL);

	spin_lock_irqsave(&isp->lock, flags);
	isp->powered = false;
	spin_unlock_irqrestore(&isp->lock, flags);
	for (i = 0; i < ARRAY_SIZE(isp->irqs); i++)
		synchronize_irq(isp->irqs[i]);
	clk_bulk_disable_unprepare(isp->soc->num_clocks, isp->clks);
}

/*
 * A reset of the ISP takes its IOMMU along (ISP 2.1). Attaching another domain and
 * going back makes the IOMMU driver program it again; without IOMMU there is
 * nothing to do.
 */
static void isp_hw_revive_iommu(struct isp_device *isp)
{
	struct iommu_domain *domain;
	int ret;

	if (!iommu_get_domain_for_dev(isp->dev))
		return;
	domain = iommu_paging_domain_alloc(isp->dev);
	if (IS_ERR(domain)) {
		dev_err_ratelimited(isp->dev,
				    "no address space for a reset: %pe\n",
				    domain);
		return;
	}
	ret = iommu_attach_device(domain, isp->dev);
	if (ret)
		dev_err_ratelimited(isp->dev, "cannot restart the IOMMU: %d\n",
				    ret);
	else
		iommu_detach_device(domain, isp->dev);
	iommu_domain_free(domain);
}

/**
 * isp_hw_reset() - bring a stuck pipeline back
 * @isp: instance; its running job has failed
 */
void isp_hw_reset(struct isp_device *isp)
{
	isp_hw_silence(isp);
	isp_hw_soft_reset(isp);
	isp_hw_revive_iommu(isp);
	isp_hw_init(isp);
}

static bool lsc_is_on(const struct isp_state *state)
{
	return isp_image_get(&state->image, ISP_LSC_CTRL) & ISP_LSC_CTRL_EN &&
	       state->lsc[state->lsc_active].generation;
}

/* Bank that holds the table in use, -1 when none does. */
static int lsc_find(const struct isp_device *isp, const struct isp_ctx *ctx)
{
	u32 generation = ctx->state.lsc[ctx->state.lsc_active].generation;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		if (isp->lsc[i].ctx == ctx &&
		    isp->lsc[i].generation == generation)
			return i;
	}

	return -1;
}

/**
 * isp_hw_is_slow() - does starting a frame take long?
 * @isp: instance
 * @job: frame, set up
 *
 * Return: true when a lens shading table has to be loaded, which is more than
 * an interrupt handler should do.
 */
bool isp_hw_is_slow(struct isp_device *isp, const struct isp_job *job)
{
	return lsc_is_on(&job->ctx->state) && lsc_find(isp, job->ctx) < 0;
}

/* Load the table in use into the bank that the frame before did not use. */
static void isp_hw_load_lsc(struct isp_device *isp, struct isp_ctx *ctx)
{
	const struct isp_lsc_bank *table;
	struct isp_state *state = &ctx->state;
	unsigned int ch, i;
	int bank;

	if (!lsc_is_on(state))
		return;

	table = &state->lsc[state->lsc_active];
	bank = lsc_find(isp, ctx);
	if (bank < 0) {
		bank = !isp->lsc_bank;
		for (ch = 0; ch < ISP_LSC_CHANNELS; ch++)
			isp_write(isp, ISP_LSC_ADDR(ch),
				  bank * ISP_LSC_BANK_WORDS);
		for (ch = 0; ch < ISP_LSC_CHANNELS; ch++) {
			for (i = 0; i < ISP_LSC_BANK_WORDS; i++)
				isp_write(isp, ISP_LSC_DATA(ch),
					  table->words[ch][i]);
		}
		isp->lsc[bank].ctx = ctx;
		isp->lsc[bank].generation = table->generation;
	}
	isp->lsc_bank = bank;
	isp_image_set(&state->image, ISP_LSC_TABLE_SEL, bank);
}

static void isp_hw_load_weights(struct isp_device *isp, struct isp_ctx *ctx)
{
	static const struct {
		u16 ctrl;
		u16 addr;
		u16 data;
	} ports[ISP_WEIGHTS_NUM] = {
		{ ISP_HIST_BIG0, ISP_HIST_BIG0 + ISP_HIST_BIG_WRAM_CTRL,
		  ISP_HIST_BIG0 + ISP_HIST_BIG_WEIGHT },
		{ ISP_HIST_BIG1, ISP_HIST_BIG1 + ISP_HIST_BIG_WRAM_CTRL,
		  ISP_HIST_BIG1 + ISP_HIST_BIG_WEIGHT },
		{ ISP_HIST_BIG2, ISP_HIST_BIG2 + ISP_HIST_BIG_WRAM_CTRL,
		  ISP_HIST_BIG2 + ISP_HIST_BIG_WEIGHT },
		{ ISP_AWB_CTRL, ISP_AWB_WRAM_CTRL, ISP_AWB_WRAM_DATA },
	};
	const struct isp_weight_table *table;
	unsigned int w, i;

	for (w = 0; w < ISP_WEIGHTS_NUM; w++) {
		table = &ctx->state.weights[w];
		if (!table->generation ||
		    !(isp_image_get(&ctx->state.image, ports[w].ctrl) &
		      ISP_UNIT_EN))
			continue;
		if (isp->weights[w].ctx == ctx &&
		    isp->weights[w].generation == table->generation)
			continue;
		isp_write(isp, ports[w].addr, 0);
		for (i = 0; i < ISP_WEIGHT_WORDS; i++)
			isp_write(isp, ports[w].data, table->words[i]);
		isp->weights[w].ctx = ctx;
		isp->weights[w].generation = table->generation;
	}
}

/**
 * isp_hw_program() - write what a frame needs
 * @isp: instance
 * @job: frame, set up; owns the registers
 */
void isp_hw_program(struct isp_device *isp, struct isp_job *job)
{
	struct isp_ctx *ctx = job->ctx;
	struct isp_image *image = &ctx->state.image;
	u32 writers = isp_image_get(image, ISP_MI_WR_CTRL);
	u32 i = ISP_MI_WR_CTRL / 4;
	bool new_writers;

	/* Statistics of frames that nobody measured may have left their mark. */
	if (job->measured.enabled && !isp->measuring)
		isp_write(isp, ISP_3A_ICR, ~0);
	isp->measuring = job->measured.enabled;
	if (isp->last != ctx)
		isp_image_touch(image);
	isp->last = ctx;
	new_writers = !test_bit(i, isp->shadow.known) ||
		      isp->shadow.val[i] != writers;

	/*
	 * The table memories can only be loaded while the core is on (ISP UAPI
	 * 9), so the registers go first; the bank is chosen after it is loaded.
	 */
	isp_image_flush(image, &isp->shadow, isp_write, isp);
	isp_hw_load_weights(isp, ctx);
	isp_hw_load_lsc(isp, ctx);
	isp_image_flush(image, &isp->shadow, isp_write, isp);

	/* Make the writers take their addresses now. */
	if (new_writers)
		isp_write(isp, ISP_MI_WR_INIT, ISP_MI_WR_INIT_SOFT_UPD |
			  (ctx->nodes[ISP_NODE_MAIN].out->chroma & 3) <<
			  ISP_MI_WR_INIT_MP_OUT_SHIFT);
	else if (job->wait_mi)
		isp_write(isp, ISP_MI_WR_CTRL2, job->wait_mi << 4);
}

/**
 * isp_hw_trigger() - start the frame whose registers are written
 * @isp: instance
 */
void isp_hw_trigger(struct isp_device *isp)
{
	/* Not relaxed: what the CPU wrote to buffers comes first. */
	writel(ISP_CSI2RX_CTRL0_RDBK_FRAME1 | ISP_CSI2RX_CTRL0_START,
	       isp->regs + ISP_CSI2RX_CTRL0);
}

/*
 * Which units finished, and results that are never written to memory. Done bits
 * stay set until acknowledged, which is left to isp_hw_ack_stats(): a unit keeps
 * its results until then.
 */
static void isp_hw_collect_stats(struct isp_device *isp, struct isp_job *job)
{
	struct isp_measured *m = &job->measured;
	u32 status, base;
	unsigned int i, j;

	status = isp_read(isp, ISP_3A_RIS);
	/* The small exposure grid never shows its done bit (R 5). */
	if (m->enabled & ISP_UNIT_AE_LITE && status & ISP_3A_AE_LITE)
		m->done |= ISP_UNIT_AE_LITE;
	for (i = 0; i < ISP_NUM_UNITS; i++) {
		if (m->enabled & isp_units[i].unit & ~ISP_UNIT_AE_LITE &&
		    isp_read(isp, isp_units[i].ctrl) & ISP_UNIT_DONE)
			m->done |= isp_units[i].unit;
	}

	for (i = 0; i < 3; i++) {
		if (!(m->done & ISP_UNIT_AE_BIG(i)))
			continue;
		base = isp_ae_big(i);
		for (j = 0; j < 12; j++)
			m->ae_sums[i][j] = isp_read(isp, base +
						    ISP_AE_BIG_SUMR + 4 * j);
	}
	if (m->done & ISP_UNIT_AF) {
		m->af[0] = isp_read(isp, ISP_AF_SUM_B);
		m->af[1] = isp_read(isp, ISP_AF_LUM_B);
		m->af[2] = isp_read(isp, ISP_AF_INT_STATE);
		m->af[3] = isp_read(isp, ISP_AF_HIGHLIT_CNT);
	}
	if (m->enabled & ISP_UNIT_BLS) {
		for (i = 0; i < 4; i++)
			m->bls[i] = isp_read(isp, ISP_BLS_MEASURED(i));
		m->done |= ISP_UNIT_BLS;
	}
}

static void isp_hw_ack_stats(struct isp_device *isp, struct isp_job *job)
{
	const struct isp_image *image = &job->ctx->state.image;
	unsigned int i;

	for (i = 0; i < ISP_NUM_UNITS; i++) {
		if (job->measured.done & isp_units[i].unit & ~ISP_UNIT_AE_LITE)
			isp_write(isp, isp_units[i].ctrl, ISP_UNIT_DONE |
				  isp_image_get(image, isp_units[i].ctrl));
	}
	isp_write(isp, ISP_3A_ICR, ~0);
}

static void isp_hw_read_port(struct isp_device *isp, u32 reg, u32 *words,
			     unsigned int num)
{
	while (num--)
		*words++ = isp_read(isp, reg);
}

/**
 * isp_hw_read_stats() - read results from registers, in the layout of memory
 * @isp: instance; the pipeline is idle
 * @job: frame
 *
 * Only units that finished are read (R 6).
 */
void isp_hw_read_stats(struct isp_device *isp, struct isp_job *job)
{
	u32 *words = job->stats_mem;
	u32 done = job->measured.done;
	unsigned int i;

	if (done & ISP_UNIT_AE_LITE) {
		for (i = 0; i < 25; i++)
			words[ISP_DDR_AE_LITE / 4 + i] =
				isp_read(isp, ISP_AE_LITE + ISP_AE_LITE_MEAN +
					 4 * i);
	}
	if (done & ISP_UNIT_HIST_LITE) {
		isp_write(isp, ISP_HIST_LITE + ISP_HIST_RAM_CTRL, 0);
		isp_hw_read_port(isp, ISP_HIST_LITE + ISP_HIST_BIN,
				 words + ISP_DDR_HIST_LITE / 4, 256);
	}
	for (i = 0; i < 3; i++) {
		if (done & ISP_UNIT_HIST_BIG(i)) {
			isp_write(isp, isp_hist_big(i) + ISP_HIST_RAM_CTRL, 0);
			isp_hw_read_port(isp, isp_hist_big(i) + ISP_HIST_BIN,
					 words + isp_ddr_hist_big(i) / 4, 256);
		}
		if (done & ISP_UNIT_AE_BIG(i)) {
			isp_write(isp, isp_ae_big(i) + ISP_AE_BIG_RAM_CTRL, 0);
			isp_hw_read_port(isp, isp_ae_big(i) + ISP_AE_BIG_MEAN,
					 words + ISP_DDR_AE_BIG(i) / 4, 225);
		}
	}
	if (done & ISP_UNIT_AWB) {
		isp_write(isp, ISP_AWB_RAM_CTRL, 0);
		isp_hw_read_port(isp, ISP_AWB_RAM_DATA,
				 words + ISP_DDR_AWB / 4, 450);
	}
	if (done & ISP_UNIT_AF)
		isp_hw_read_port(isp, ISP_AF_RAM_DATA,
				 words + ISP_DDR_AF / 4, 900);
	isp_hw_ack_stats(isp, job);
}

/*
 * At the end of a frame, before anything else runs. Units end with the last line of
 * their window; when one has not, nothing will come to memory.
 */
static void isp_hw_frame_end(struct isp_device *isp, struct isp_job *job)
{
	if (!job->measured.enabled)
		return;
	isp_hw_collect_stats(isp, job);
	if (!isp->stats_in_memory) {
		job->stats_by_registers = true;
	} else if (isp_read(isp, ISP_3A_RIS) & ISP_3A_DDR_DONE) {
		isp_hw_ack_stats(isp, job);
	} else if (job->measured.done == job->measured.enabled) {
		job->wait_stats = true;
		isp_write(isp, ISP_3A_IMSC, ISP_3A_DDR_DONE);
	} else {
		job->stats_by_registers = true;
	}
}

/* Statistics came after the frame: the last thing that a job waited for. */
static void isp_hw_stats_end(struct isp_device *isp, struct isp_job *job)
{
	isp_write(isp, ISP_3A_IMSC, 0);
	job->wait_stats = false;
	isp_hw_ack_stats(isp, job);
}

/* Write a register at once, and let images know. */
static void isp_hw_write_shadowed(struct isp_device *isp, u32 reg, u32 val)
{
	isp_write(isp, reg, val);
	isp->shadow.val[reg / 4] = val;
}

/* Ask for the interrupts of what is still missing. */
static void isp_hw_wait_for_rest(struct isp_device *isp, struct isp_job *job)
{
	struct isp_image *image = &job->ctx->state.image;

	if (job->wait_isp) {
		isp->frame_is_late = true;
		isp_hw_write_shadowed(isp, ISP_IMSC,
				      ISP_INT_ERRORS | job->wait_isp);
	}
	if (job->wait_mi)
		isp_hw_write_shadowed(isp, ISP_MI_IMSC,
				      ISP_MI_INT_BUS_ERR | job->wait_mi);
	/* The next frame has its own wishes. */
	isp_image_touch_reg(image, ISP_IMSC);
	isp_image_touch_reg(image, ISP_MI_IMSC);
}

/**
 * isp_hw_service() - take note of all that happened
 * @isp: instance, powered; isp.lock is held
 *
 * Looks at both lines: that saves the interrupts of what comes together.
 */
void isp_hw_service(struct isp_device *isp)
{
	struct isp_job *job = isp->running;
	u32 status, writers, error;
	bool failed, ended;

	status = isp_read(isp, ISP_RIS) & (ISP_INT_FRAME | ISP_INT_ERRORS);
	writers = isp_read(isp, ISP_MI_RIS) & ISP_MI_INT_ALL;
	if (status)
		isp_write(isp, ISP_ICR, status);
	if (writers)
		isp_write(isp, ISP_MI_ICR, writers);
	failed = status & ISP_INT_ERRORS || writers & ISP_MI_INT_BUS_ERR;
	if (status & ISP_INT_ERRORS) {
		error = isp_read(isp, ISP_ERR);
		isp_write(isp, ISP_ERR_CLR, error);
		dev_dbg(isp->dev, "interrupt %#x, size error %#x\n", status,
			error);
	}
	if (writers & ISP_MI_INT_BUS_ERR)
		dev_dbg(isp->dev, "bus error\n");

	if (!job || job->state != ISP_JOB_STARTED)
		return;
	ended = !job->wait_isp && !job->wait_mi;
	job->wait_isp &= ~status;
	job->wait_mi &= ~writers;
	if (!failed && (job->wait_isp || job->wait_mi)) {
		if (status || writers)
			isp_hw_wait_for_rest(isp, job);
		return;
	}
	if (!failed && !ended)
		isp_hw_frame_end(isp, job);
	else if (!failed && job->wait_stats &&
		 isp_read(isp, ISP_3A_RIS) & ISP_3A_DDR_DONE)
		isp_hw_stats_end(isp, job);
	isp_sched_progress(isp, failed);
}

static irqreturn_t isp_hw_irq(int irq, void *priv)
{
	struct isp_device *isp = priv;
	irqreturn_t ret = IRQ_NONE;

	spin_lock(&isp->lock);
	if (isp->powered) {
		isp_hw_service(isp);
		/* Perhaps it was the other line's handler that saw it. */
		ret = IRQ_HANDLED;
	}
	spin_unlock(&isp->lock);

	return ret;
}

/*
 * The IOMMU met a fault; its driver, which shares the line, answers it and has the
 * access tried again. A frame that nevertheless ends is not trusted, one that does
 * not is left to the watchdog.
 */
static irqreturn_t isp_hw_iommu_irq(int irq, void *priv)
{
	struct isp_device *isp = priv;

	spin_lock(&isp->lock);
	if (isp->running && isp->running->state == ISP_JOB_STARTED)
		isp->running->failed = true;
	spin_unlock(&isp->lock);

	return IRQ_NONE;
}

/**
 * isp_hw_request_irqs() - take the interrupts
 * @isp: instance
 *
 * Return: 0 or a negative error.
 */
int isp_hw_request_irqs(struct isp_device *isp)
{
	int ret;

	ret = request_irq(isp->irqs[0], isp_hw_irq, 0, dev_name(isp->dev), isp);
	if (ret)
		return ret;
	ret = request_irq(isp->irqs[1], isp_hw_irq, 0, dev_name(isp->dev), isp);
	if (ret)
		goto free_isp;
	if (isp->iommu_irq)
		ret = request_irq(isp->iommu_irq, isp_hw_iommu_irq, IRQF_SHARED,
				  dev_name(isp->dev), isp);
	if (ret)
		goto free_mi;

	return 0;

free_mi:
	free_irq(isp->irqs[1], isp);
free_isp:
	free_irq(isp->irqs[0], isp);

	return ret;
}

/**
 * isp_hw_free_irqs() - give the interrupts back
 * @isp: instance, off
 */
void isp_hw_free_irqs(struct isp_device *isp)
{
	if (isp->iommu_irq)
		free_irq(isp->iommu_irq, isp);
	free_irq(isp->irqs[1], isp);
	free_irq(isp->irqs[0], isp);
}

/*
 * An IOMMU's driver reports faults to whom the address space belongs. Here that is
 * the DMA API, which passes nothing on: so listen to the interrupt.
 */
static unsigned int isp_hw_find_iommu_irq(struct device *dev)
{
	struct device_node *iommu;
	unsigned int irq;

	if (!device_iommu_mapped(dev))
		return 0;
	iommu = of_parse_phandle(dev->of_node, "iommus", 0);
	irq = iommu ? irq_of_parse_and_map(iommu, 0) : 0;
	of_node_put(iommu);

	return irq;
}

/**
 * isp_hw_create() - find registers, interrupts and clocks
 * @isp: instance
 *
 * Return: 0 or a negative error.
 */
int isp_hw_create(struct isp_device *isp)
{
	struct platform_device *pdev = to_platform_device(isp->dev);
	unsigned int i;

	isp->regs = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(isp->regs))
		return PTR_ERR(isp->regs);

	isp->irqs[0] = platform_get_irq_byname(pdev, "isp_irq");
	if (isp->irqs[0] < 0)
		return isp->irqs[0];
	isp->irqs[1] = platform_get_irq_byname(pdev, "mi_irq");
	if (isp->irqs[1] < 0)
		return isp->irqs[1];
	isp->iommu_irq = isp_hw_find_iommu_irq(isp->dev);

	for (i = 0; i < isp->soc->num_clocks; i++)
		isp->clks[i].id = isp->soc->clocks[i];

	return devm_clk_bulk_get(isp->dev, isp->soc->num_clocks, isp->clks);
}

/**
 * isp_hw_update_rate() - choose the core clock from the contexts that stream
 * @isp: instance
 */
void isp_hw_update_rate(struct isp_device *isp)
{
	const struct isp_soc *soc = isp->soc;
	struct clk *core = isp->clks[soc->core_clock].clk;
	unsigned long flags, rate;
	unsigned int i;
	u32 width = 0;
	u64 pixels = 0;

	mutex_lock(&isp->rate_lock);
	spin_lock_irqsave(&isp->lock, flags);
	for (i = 0; i < isp->num_ctxs; i++) {
		const struct isp_ctx *ctx = isp->ctxs[i];

		if (!ctx->raw_node)
			continue;
		width = max_t(u32, width, ctx->env.width);
		pixels += (u64)ctx->env.width * ctx->env.height *
			  soc->assumed_fps;
	}
	spin_unlock_irqrestore(&isp->lock, flags);

	rate = isp_clock_rate(soc, width, pixels);
	if (rate != isp->rate && clk_set_rate(core, rate))
		dev_warn_ratelimited(isp->dev,
				     "cannot set the core clock to %lu Hz\n",
				     rate);
	isp->rate = rate;
	mutex_unlock(&isp->rate_lock);
}
