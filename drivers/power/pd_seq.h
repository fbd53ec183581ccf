/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: power sequences of a domain, against a small interface
 *
 * Supplies and clocks are the caller's; so is serializing calls for one domain.
 */
#ifndef _SUNMAO_PD_SEQ_H_
#define _SUNMAO_PD_SEQ_H_

#include <linux/types.h>

/* Registers of a QoS block that survive only here (hardware notes, power 1.6). */
#define RKPD_QOS_REGS	5

/**
 * struct rkpd_info - a domain of an SoC
 * @name: as in the hardware notes
 * @present: the SoC has a domain with this index
 * @supply: has a rail of its own, which may have to be switched
 * @wakeup: may hold a device that wakes the system
 * @pwr_offset: of the word with its power bits, from &rkpd_soc.pwr
 * @pwr: power bit: 1 = off
 * @status: bit that is 0 when on; only where @repair is 0
 * @repair: bit that is 1 when on
 * @mem_offset: of the word with its memory bits, from &rkpd_soc.chain, &rkpd_soc.mem
 * @mem: bit of its power chain and of its memory
 * @req_offset: of the word with its idle request, from &rkpd_soc.req
 * @req: idle requests
 * @idle: what acknowledges them, and what says idle
 * @ungate: clocks of the interconnect that must run during transitions
 * @settle_us: pause before registers inside may be touched
 */
struct rkpd_info {
	const char *name;
	bool present;
	bool supply;
	bool wakeup;
	u16 pwr_offset;
	u32 pwr;
	u32 status;
	u32 repair;
	u16 mem_offset;
	u32 mem;
	u16 req_offset;
	u32 req;
	u32 idle;
	u32 ungate;
	u16 settle_us;
};

/**
 * struct rkpd_soc - the power management unit of an SoC
 * @name: for messages
 * @domains: by device tree index
 * @num: of @domains
 * @pwr: power gates; hiword
 * @status_reg: power state
 * @chain: power chains; 0 where there is no memory control
 * @mem: memory state
 * @mem_pwr: memory gates, laid out as @pwr; hiword
 * @repair_reg: memory repair done
 * @req: idle requests; hiword
 * @ack: acknowledges
 * @idle: idle state
 * @ungate: interconnect clocks; hiword; 0 where there is none
 */
struct rkpd_soc {
	const char *name;
	const struct rkpd_info *domains;
	unsigned int num;
	u16 pwr;
	u16 status_reg;
	u16 chain;
	u16 mem;
	u16 mem_pwr;
	u16 repair_reg;
	u16 req;
	u16 ack;
	u16 idle;
	u16 ungate;
};

extern const struct rkpd_soc rkpd_rk3588;
extern const struct rkpd_soc rkpd_rk3576;
extern const struct rkpd_soc rkpd_rk3568;
extern const struct rkpd_soc rkpd_rk3562;

/**
 * struct rkpd_bus - access to the unit and to a domain's QoS blocks
 * @read: a register of the unit
 * @write: a register of the unit
 * @qos_read: a register of a QoS block
 * @qos_write: a register of a QoS block
 * @wait: sleep, microseconds
 */
struct rkpd_bus {
	int (*read)(void *ctx, unsigned int reg, u32 *value);
	int (*write)(void *ctx, unsigned int reg, u32 value);
	int (*qos_read)(void *ctx, unsigned int block, unsigned int reg, u32 *value);
	int (*qos_write)(void *ctx, unsigned int block, unsigned int reg, u32 value);
	void (*wait)(void *ctx, unsigned int us);
};

/**
 * struct rkpd_qos - saved settings of a QoS block
 * @reg: in the order of addresses
 */
struct rkpd_qos {
	u32 reg[RKPD_QOS_REGS];
};

/**
 * struct rkpd_seq - a domain at run time
 * @soc: what it belongs to
 * @info: what it is
 * @bus: access
 * @ctx: passed to @bus
 * @dev: for messages
 * @qos: room for @num_qos blocks
 * @num_qos: QoS blocks of the domain
 * @qos_saved: @qos has been read from the hardware
 */
struct rkpd_seq {
	const struct rkpd_soc *soc;
	const struct rkpd_info *info;
	const struct rkpd_bus *bus;
	void *ctx;
	struct device *dev;
	struct rkpd_qos *qos;
	unsigned int num_qos;
	bool qos_saved;
};

int rkpd_is_on(struct rkpd_seq *s);
int rkpd_power_on(struct rkpd_seq *s);
int rkpd_power_off(struct rkpd_seq *s);

#endif /* _SUNMAO_PD_SEQ_H_ */
