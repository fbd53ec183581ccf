// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: power sequences of a domain
 *
 * The order is that of power 1.5. Every wait has a limit, and what was begun is
 * taken back when it runs out: a domain that does not become idle stays on and
 * usable, one that does not come up is tried once more and then left off. The
 * caller is told, so that the framework's idea of the domain stays true.
 *
 * QoS settings live in the domain and are lost with its power. They are written
 * back only if they were read from it: a domain that was off when the driver came
 * keeps what the hardware starts with, instead of zeroes, the lowest urgency.
 *
 * The firmware call that newer drivers make after each transition is left out:
 * open firmware does not know it and complains on the console each time.
 */

#include <linux/bits.h>
#include <linux/device.h>
#include <linux/errno.h>

#include <kunit/visibility.h>

#include "pd_seq.h"

/* Each poll has 10 ms (power 1.5). */
#define POLL_US		10
#define LIMIT_US	10000
/* Between the power chain and the memory: 20 us here, 60 us there; the longer. */
#define MEMORY_US	60

#define ATTEMPTS	2

/* PRIORITY, MODE, BANDWIDTH, SATURATION, EXTCONTROL (power 1.6) */
static const u8 qos_regs[RKPD_QOS_REGS] = { 0x08, 0x0c, 0x10, 0x14, 0x18 };

/* Upper half: which bits of the lower half are meant. */
static int hiword(struct rkpd_seq *s, unsigned int reg, u32 mask, bool set)
{
	return s->bus->write(s->ctx, reg, mask << 16 | (set ? mask : 0));
}

static int wait_bits(struct rkpd_seq *s, unsigned int reg, u32 mask, u32 want,
		     const char *what)
{
	unsigned int waited;
	u32 value;
	int ret;

	for (waited = 0; ; waited += POLL_US) {
		ret = s->bus->read(s->ctx, reg, &value);
		if (ret)
			return ret;
		if ((value & mask) == want)
			return 0;
		if (waited >= LIMIT_US)
			break;
		s->bus->wait(s->ctx, POLL_US);
	}

	dev_err_ratelimited(s->dev,
			    "%s: %s timed out, register %#x is %#x, want %#x of %#x\n",
			    s->info->name, what, reg, value, want, mask);
	return -ETIMEDOUT;
}

/* The register, bit and value that tell whether the domain is on. */
static void on_indicator(const struct rkpd_seq *s, unsigned int *reg, u32 *mask,
			 u32 *on)
{
	if (s->info->repair) {
		*reg = s->soc->repair_reg;
		*mask = s->info->repair;
		*on = *mask;
	} else {
		*reg = s->soc->status_reg;
		*mask = s->info->status;
		*on = 0;
	}
}

/**
 * rkpd_is_on() - does the domain have power?
 * @s: the domain
 *
 * Return: 1, 0, or an error of the bus.
 */
int rkpd_is_on(struct rkpd_seq *s)
{
	unsigned int reg;
	u32 mask, on, value;
	int ret;

	on_indicator(s, &reg, &mask, &on);
	ret = s->bus->read(s->ctx, reg, &value);

	return ret ?: (value & mask) == on;
}
EXPORT_SYMBOL_IF_KUNIT(rkpd_is_on);

static int wait_power(struct rkpd_seq *s, bool up)
{
	unsigned int reg;
	u32 mask, on;

	on_indicator(s, &reg, &mask, &on);
	return wait_bits(s, reg, mask, up ? on : on ^ mask, up ? "power-up" : "power-down");
}

static int request_idle(struct rkpd_seq *s, bool idle)
{
	u32 want = idle ? s->info->idle : 0;
	int ret;

	if (!s->info->req)
		return 0;

	ret = hiword(s, s->soc->req + s->info->req_offset, s->info->req, idle);
	if (!ret)
		ret = wait_bits(s, s->soc->ack, s->info->idle, want,
				idle ? "idle acknowledge" : "end of idle acknowledge");
	if (!ret)
		ret = wait_bits(s, s->soc->idle, s->info->idle, want,
				idle ? "idle" : "end of idle");
	return ret;
}

static int is_idle(struct rkpd_seq *s)
{
	u32 value;
	int ret;

	if (!s->info->req)
		return 0;
	ret = s->bus->read(s->ctx, s->soc->idle, &value);

	return ret ?: (value & s->info->idle) == s->info->idle;
}

static int ungate(struct rkpd_seq *s, bool open)
{
	if (!s->soc->ungate || !s->info->ungate)
		return 0;
	return hiword(s, s->soc->ungate, s->info->ungate, open);
}

/* Reading a block inside an idle domain would be an external abort. */
static int save_qos(struct rkpd_seq *s)
{
	unsigned int i, j;
	int ret;

	s->qos_saved = false;
	for (i = 0; i < s->num_qos; i++) {
		for (j = 0; j < RKPD_QOS_REGS; j++) {
			ret = s->bus->qos_read(s->ctx, i, qos_regs[j], &s->qos[i].reg[j]);
			if (ret)
				return ret;
		}
	}
	s->qos_saved = true;

	return 0;
}

static int restore_qos(struct rkpd_seq *s)
{
	unsigned int i, j;
	int ret;

	for (i = 0; s->qos_saved && i < s->num_qos; i++) {
		for (j = 0; j < RKPD_QOS_REGS; j++) {
			ret = s->bus->qos_write(s->ctx, i, qos_regs[j], s->qos[i].reg[j]);
			if (ret)
				return ret;
		}
	}

	return 0;
}

/*
 * Memory that stayed on while the domain was off has to be switched off and on
 * again. A chain that never reports is known from a warm start (power 1.8); then
 * the power state decides whether the domain is usable.
 */
static int cycle_memory(struct rkpd_seq *s)
{
	unsigned int gate = s->soc->mem_pwr + s->info->pwr_offset;
	unsigned int state = s->soc->mem + s->info->mem_offset;
	int ret;

	ret = wait_bits(s, s->soc->chain + s->info->mem_offset, s->info->mem,
			s->info->mem, "power chain");
	if (ret == -ETIMEDOUT)
		return 0;
	if (ret)
		return ret;

	s->bus->wait(s->ctx, MEMORY_US);
	ret = hiword(s, gate, s->info->pwr, true);
	if (ret)
		return ret;
	ret = wait_bits(s, state, s->info->mem, s->info->mem, "memory off");
	/* Never leave the gate closed. */
	return hiword(s, gate, s->info->pwr, false) ?: ret ?:
	       wait_bits(s, state, s->info->mem, 0, "memory on");
}

static int gate_on(struct rkpd_seq *s)
{
	bool mem_on = false;
	u32 value;
	int ret;

	if (s->info->mem) {
		ret = s->bus->read(s->ctx, s->soc->mem + s->info->mem_offset, &value);
		if (ret)
			return ret;
		mem_on = !(value & s->info->mem);
	}

	ret = hiword(s, s->soc->pwr + s->info->pwr_offset, s->info->pwr, false);
	if (!ret && mem_on)
		ret = cycle_memory(s);

	return ret ?: wait_power(s, true);
}

static int gate_off(struct rkpd_seq *s)
{
	return hiword(s, s->soc->pwr + s->info->pwr_offset, s->info->pwr, true) ?:
	       wait_power(s, false);
}

/* The interconnect goes back to sleep before the gate closes, if it can. */
static void give_up(struct rkpd_seq *s)
{
	request_idle(s, true);
	gate_off(s);
}

static int bring_up(struct rkpd_seq *s)
{
	int ret = gate_on(s);

	return ret ?: request_idle(s, false);
}

/**
 * rkpd_power_on() - power a domain and let its bus go
 * @s: the domain; supply and clocks are on
 *
 * Sleeps. Tries twice.
 *
 * Return: 0; -ETIMEDOUT when the hardware does not answer, the domain is off then
 * as far as it can be; an error of the bus.
 */
int rkpd_power_on(struct rkpd_seq *s)
{
	unsigned int attempt;
	int ret, err, on;

	on = rkpd_is_on(s);
	if (on < 0)
		return on;
	if (on) {
		ret = is_idle(s);
		if (ret <= 0)
			return ret;
	}

	ret = ungate(s, true);
	if (ret)
		return ret;

	for (attempt = 1; attempt <= ATTEMPTS; attempt++) {
		ret = on ? request_idle(s, false) : bring_up(s);
		if (!ret)
			break;
		give_up(s);
		on = false;
		if (attempt < ATTEMPTS)
			dev_warn_ratelimited(s->dev,
					     "%s: power-on failed (%d), once more\n",
					     s->info->name, ret);
	}

	if (!ret) {
		if (s->info->settle_us)
			s->bus->wait(s->ctx, s->info->settle_us);
		ret = restore_qos(s);
	}
	err = ungate(s, false);

	return ret ?: err;
}
EXPORT_SYMBOL_IF_KUNIT(rkpd_power_on);

static int take_down(struct rkpd_seq *s)
{
	int ret;

	ret = is_idle(s);
	if (ret < 0)
		return ret;
	if (!ret) {
		ret = save_qos(s);
		if (ret)
			return ret;
	}

	ret = request_idle(s, true);
	if (ret)
		goto stay;
	ret = gate_off(s);
	if (ret)
		goto reopen;
	return 0;

reopen:
	hiword(s, s->soc->pwr + s->info->pwr_offset, s->info->pwr, false);
	wait_power(s, true);
stay:
	request_idle(s, false);
	restore_qos(s);
	return ret;
}

/**
 * rkpd_power_off() - save what is lost, idle the bus, cut power
 * @s: the domain; its clocks are on
 *
 * Sleeps.
 *
 * Return: 0; -ETIMEDOUT when the hardware does not answer, the domain is on and
 * usable then as far as it can be; an error of the bus.
 */
int rkpd_power_off(struct rkpd_seq *s)
{
	int ret, err, on;

	on = rkpd_is_on(s);
	if (on <= 0)
		return on;

	ret = ungate(s, true);
	if (ret)
		return ret;
	ret = take_down(s);
	err = ungate(s, false);

	return ret ?: err;
}
EXPORT_SYMBOL_IF_KUNIT(rkpd_power_off);
