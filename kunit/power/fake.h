/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: a fake power management unit
 *
 * What it knows of a domain it is told by the test, in plain numbers, so that a
 * wrong row in the driver's table shows.
 */
#ifndef _SUNMAO_KUNIT_POWER_FAKE_H_
#define _SUNMAO_KUNIT_POWER_FAKE_H_

#include <kunit/test.h>

#include "pd_seq.h"

/* Rows of the notes' tables: 29, 19, 9, 8. */
#define FAKE_DOMAINS	65
#define FAKE_WORDS	0x200
#define FAKE_LOG	128u
#define FAKE_QOS	3

/**
 * struct fake_domain - a domain as the hardware notes list it
 * @soc: the driver's data it is compared with
 * @name: in the notes
 * @id: device tree index
 * @pwr_reg: address of its power gate word
 * @pwr: power bit
 * @state_reg: address of what tells that it is on
 * @state: bits there
 * @state_on: their value when on
 * @chain_reg: address of its chain status, 0 for none
 * @mem_reg: address of its memory status
 * @mem: bit in both
 * @mem_pwr_reg: address of its memory gate word
 * @req_reg: address of its idle request word, 0 for none
 * @req: bits there
 * @ack_reg: address of its acknowledge
 * @idle_reg: address of its idle state
 * @idle: bits in both
 * @ungate_reg: address of the clock word, 0 for none
 * @ungate: bits there
 */
struct fake_domain {
	const struct rkpd_soc *soc;
	const char *name;
	unsigned int id;
	u16 pwr_reg;
	u32 pwr;
	u16 state_reg;
	u32 state;
	u32 state_on;
	u16 chain_reg;
	u16 mem_reg;
	u32 mem;
	u16 mem_pwr_reg;
	u16 req_reg;
	u32 req;
	u16 ack_reg;
	u16 idle_reg;
	u32 idle;
	u16 ungate_reg;
	u32 ungate;
};

extern const struct fake_domain fake_domains[FAKE_DOMAINS];

/**
 * struct fake_unit - registers that behave as power 1.10 says
 * @test: fails on misuse
 * @d: the domain that is played
 * @word: the registers
 * @memory_stays: memory is left on when the domain is off
 * @stuck_chain: the chain never reports
 * @stuck_memory: memory never goes off
 * @stuck_on: the gate does not close
 * @stuck_off: the gate does not open; counts down per attempt when positive
 * @stuck_ack: requests are not acknowledged
 * @stuck_idle: the bus does not become idle
 * @stuck_wake: the bus does not leave idle
 * @fail_reads: every read is an error
 * @waited: microseconds
 * @reads: of the unit
 * @writes: of the unit
 * @log: addresses of @writes in order
 * @qos: the domain's QoS blocks
 * @qos_reads: accesses
 * @qos_writes: accesses
 * @qos_abort: accesses while the domain was off or idle
 * @seq: what is tested
 * @saved: room of @seq
 */
struct fake_unit {
	struct kunit *test;
	const struct fake_domain *d;
	u32 word[FAKE_WORDS];
	bool memory_stays;
	bool stuck_chain;
	bool stuck_memory;
	bool stuck_on;
	int stuck_off;
	bool stuck_ack;
	bool stuck_idle;
	int stuck_wake;
	bool fail_reads;
	unsigned int waited;
	unsigned int reads;
	unsigned int writes;
	u16 log[FAKE_LOG];
	u32 qos[FAKE_QOS][8];
	unsigned int qos_reads;
	unsigned int qos_writes;
	unsigned int qos_abort;
	struct rkpd_seq seq;
	struct rkpd_qos saved[FAKE_QOS];
};

struct fake_unit *fake_unit_new(struct kunit *test, const struct fake_domain *d,
				bool on);
bool fake_unit_on(struct fake_unit *u);
bool fake_unit_usable(struct fake_unit *u);
bool fake_unit_wrote(struct fake_unit *u, u16 reg);
const struct fake_domain *fake_domain(const struct rkpd_soc *soc, unsigned int id);
void fake_domain_name(const struct fake_domain *d, char *desc);

#endif /* _SUNMAO_KUNIT_POWER_FAKE_H_ */
