// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: the owner of the shared clock, on a fake board
 *
 * The board behaves as power 2.2 to 2.4 say: the parking rate comes from a PLL, all
 * others from a ring in the NPU's power domain; firmware that is asked while the
 * domain is off never returns; a domain that loses power with the ring selected is
 * dead. Each such thing is counted, and the count is 0 after every test.
 */

#include "npu_load.h"
#include "npu_rate.h"
#include "suites.h"

#define MHZ		1000000UL
#define STEPS		64

struct board {
	struct kunit *test;
	struct npu_rate rate;
	bool powered;
	unsigned long hz;	/* what the firmware was told last */
	unsigned int percent;	/* how much of a rate above 200 MHz comes out */
	u32 vdd;
	u32 mem;
	u32 margin;
	unsigned long refuses;	/* a rate that the firmware does not take */
	unsigned long stuck;	/* rates below this one are not taken */
	int supply_error;
	unsigned int supply_errors;
	int margin_error;
	int open_error;
	bool open;
	struct npu_step log[STEPS];
	unsigned int steps;
	unsigned int hazards;
	unsigned int complaints[NPU_RATE_STUCK + 1];
	unsigned long announced;
	unsigned long slowest;
};

static struct board *to_board(struct npu_rate *rate)
{
	return container_of(rate, struct board, rate);
}

static void hazard(struct board *b, const char *what)
{
	kunit_err(b->test, "%s\n", what);
	b->hazards++;
}

static void check(struct board *b)
{
	struct npu_chip chip = {};
	u32 needs = npu_opp_needs_uv(&npu_opp_rk3588, &chip, b->hz);

	if (b->rate.list.num && b->rate.list.opp[0].vdd_uv &&
	    (b->vdd < needs || b->mem < needs))
		hazard(b, "a supply is below the level of the clock");
	if (b->hz > 500 * MHZ && b->margin && b->margin < npu_margin_of_uv(&npu_opp_rk3588, b->mem))
		hazard(b, "the margin is too tight");
}

static int board_open(struct npu_rate *rate)
{
	struct board *b = to_board(rate);

	if (b->open)
		hazard(b, "opened twice");
	b->open = !b->open_error;
	return b->open_error;
}

static void board_close(struct npu_rate *rate)
{
	struct board *b = to_board(rate);

	if (!b->open)
		hazard(b, "closed what is not open");
	b->open = false;
}

static int board_set(struct npu_rate *rate, const struct npu_step *step)
{
	struct board *b = to_board(rate);

	if (b->steps < STEPS)
		b->log[b->steps++] = *step;

	switch (step->kind) {
	case NPU_STEP_MEM:
	case NPU_STEP_VDD:
		if (b->supply_error) {
			b->supply_errors++;
			return b->supply_error;
		}
		*(step->kind == NPU_STEP_VDD ? &b->vdd : &b->mem) = step->value;
		break;
	case NPU_STEP_MARGIN:
		if (!b->powered || !b->open)
			hazard(b, "GRF written without power or clock");
		if (b->hz != 200 * MHZ)
			hazard(b, "a margin changed at a rate that follows the supply");
		if (b->margin_error)
			return b->margin_error;
		b->margin = step->value;
		break;
	case NPU_STEP_CLOCK:
		if (!b->powered && step->value != 200 * MHZ)
			hazard(b, "the firmware never returns");
		if (!npu_opp_rate_ok(rate->soc, step->value))
			hazard(b, "not a rate of the firmware");
		/* Nobody is told that the firmware refused (2.2). */
		if (step->value != b->refuses && step->value >= b->stuck)
			b->hz = step->value;
		break;
	}
	check(b);
	return 0;
}

static unsigned long board_measure(struct npu_rate *rate)
{
	struct board *b = to_board(rate);

	if (!b->powered && b->hz != 200 * MHZ)
		hazard(b, "the ring was measured without power");
	return b->hz == 200 * MHZ ? b->hz : b->hz / 100 * b->percent;
}

static void board_announce(struct npu_rate *rate, unsigned long hz)
{
	struct board *b = to_board(rate);

	b->announced = hz;
	b->slowest = min(b->slowest, hz);
}

static void board_complain(struct npu_rate *rate, enum npu_rate_trouble trouble,
			   unsigned long wanted, unsigned long got)
{
	to_board(rate)->complaints[trouble]++;
}

static const struct npu_rate_ops board_ops = {
	.open = board_open,
	.close = board_close,
	.set = board_set,
	.measure = board_measure,
	.announce = board_announce,
	.complain = board_complain,
};

static const unsigned int all_mhz[] = { 200, 300, 400, 500, 600, 700, 800, 900, 1000 };

#define TOP	8

static void make_list(struct npu_opp_list *list)
{
	struct npu_opp_desc desc = { .parts = U32_MAX, .bins = U32_MAX };
	struct npu_chip chip = {};
	unsigned int i;

	memset(list, 0, sizeof(*list));
	for (i = 0; i < ARRAY_SIZE(all_mhz); i++) {
		desc.hz = all_mhz[i] * MHZ;
		desc.vdd_uv = npu_opp_needs_uv(&npu_opp_rk3588, &chip, desc.hz);
		desc.mem_uv = desc.vdd_uv;
		npu_opp_add(list, &npu_opp_rk3588, &chip, &desc);
	}
}

static int rate_init(struct kunit *test)
{
	struct board *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, b);
	test->priv = b;
	b->test = test;
	b->hz = 200 * MHZ;
	b->percent = 100;
	b->vdd = 800000;
	b->mem = 800000;
	b->slowest = ULONG_MAX;
	npu_rate_init(&b->rate, &npu_opp_rk3588, &board_ops);
	return 0;
}

static void rate_exit(struct kunit *test)
{
	struct board *b = test->priv;

	if (b)
		KUNIT_EXPECT_EQ(test, b->hazards, 0);
}

static int try_on(struct board *b)
{
	int ret;

	if (!b->rate.users) {
		b->powered = true;
		b->margin = 0;
	}
	ret = npu_rate_get(&b->rate);
	if (!b->rate.users)
		b->powered = false;
	return ret;
}

static void on(struct board *b)
{
	KUNIT_EXPECT_EQ(b->test, try_on(b), 0);
}

static int off(struct board *b)
{
	int ret = npu_rate_put(&b->rate);

	if (!ret && !b->rate.users) {
		if (b->hz != 200 * MHZ)
			hazard(b, "no power for the ring that is selected");
		b->powered = false;
	}
	return ret;
}

/* As at probe: with a table, powered. */
static struct board *start(struct kunit *test)
{
	struct board *b = test->priv;
	struct npu_opp_list list;

	make_list(&list);
	on(b);
	npu_rate_set_opps(&b->rate, &list, b->vdd, b->mem);
	b->steps = 0;
	return b;
}

/* without operating points */

static void without_a_table_the_clock_is_parked(struct kunit *test)
{
	struct board *b = test->priv;

	on(b);
	on(b);
	KUNIT_EXPECT_EQ(test, b->hz, 200 * MHZ);
	KUNIT_EXPECT_EQ(test, b->announced, 200 * MHZ);
	KUNIT_EXPECT_EQ(test, off(b), 0);
	KUNIT_EXPECT_EQ(test, off(b), 0);
	KUNIT_EXPECT_EQ(test, b->vdd, 800000);
	KUNIT_EXPECT_EQ(test, b->steps, 0);
}

/* The boot loader left the ring selected, and the NPU is off. */
static void a_ring_from_before_is_parked_without_power(struct kunit *test)
{
	struct board *b = test->priv;

	b->hz = 600 * MHZ;
	KUNIT_EXPECT_EQ(test, npu_rate_defuse(&b->rate), 0);
	KUNIT_EXPECT_EQ(test, b->hz, 200 * MHZ);
}

static void temperatures_without_a_table_do_nothing(struct kunit *test)
{
	struct board *b = test->priv;

	on(b);
	npu_rate_temperature(&b->rate, 90000);
	npu_rate_temperature(&b->rate, -10000);
	npu_rate_retry(&b->rate);
	KUNIT_EXPECT_EQ(test, b->steps, 0);
	KUNIT_EXPECT_EQ(test, off(b), 0);
}

/* users */

static void a_table_begins_at_its_lowest(struct kunit *test)
{
	struct board *b = start(test);

	KUNIT_EXPECT_EQ(test, npu_rate_opp(&b->rate), 0);
	KUNIT_EXPECT_EQ(test, b->hz, 200 * MHZ);
	KUNIT_EXPECT_EQ(test, b->vdd, 700000);
	KUNIT_EXPECT_EQ(test, b->mem, 700000);
}

static void a_request_is_carried_out(struct kunit *test)
{
	struct board *b = start(test);

	KUNIT_EXPECT_EQ(test, npu_rate_request(&b->rate, TOP), TOP);
	KUNIT_EXPECT_EQ(test, b->hz, 1000 * MHZ);
	KUNIT_EXPECT_EQ(test, b->vdd, 850000);
	KUNIT_EXPECT_EQ(test, b->mem, 850000);
	KUNIT_EXPECT_EQ(test, b->margin, 2);
	KUNIT_EXPECT_EQ(test, b->announced, 1000 * MHZ);
}

static void the_same_request_again_costs_nothing(struct kunit *test)
{
	struct board *b = start(test);

	npu_rate_request(&b->rate, TOP);
	b->steps = 0;
	KUNIT_EXPECT_EQ(test, npu_rate_request(&b->rate, TOP), TOP);
	KUNIT_EXPECT_EQ(test, b->steps, 0);
}

static void a_request_beyond_the_table_is_its_highest(struct kunit *test)
{
	struct board *b = start(test);

	KUNIT_EXPECT_EQ(test, npu_rate_request(&b->rate, 100), TOP);
	KUNIT_EXPECT_EQ(test, b->hz, 1000 * MHZ);
}

static void the_last_user_parks(struct kunit *test)
{
	struct board *b = start(test);

	npu_rate_request(&b->rate, TOP);
	KUNIT_EXPECT_EQ(test, off(b), 0);
	KUNIT_EXPECT_EQ(test, b->hz, 200 * MHZ);
	KUNIT_EXPECT_EQ(test, b->vdd, 700000);
	KUNIT_EXPECT_EQ(test, b->mem, 700000);
}

/* F2: a core that goes to sleep must not slow the others down. */
static void other_users_keep_the_clock_up(struct kunit *test)
{
	struct board *b = start(test);

	on(b);
	on(b);
	npu_rate_request(&b->rate, TOP);
	b->steps = 0;
	KUNIT_EXPECT_EQ(test, off(b), 0);
	KUNIT_EXPECT_EQ(test, off(b), 0);
	KUNIT_EXPECT_EQ(test, b->hz, 1000 * MHZ);
	KUNIT_EXPECT_EQ(test, b->steps, 0);
	KUNIT_EXPECT_EQ(test, off(b), 0);
	KUNIT_EXPECT_EQ(test, b->hz, 200 * MHZ);
}

static void the_first_user_gets_the_wanted_rate_back(struct kunit *test)
{
	struct board *b = start(test);

	npu_rate_request(&b->rate, TOP);
	off(b);
	on(b);
	KUNIT_EXPECT_EQ(test, b->hz, 1000 * MHZ);
	KUNIT_EXPECT_EQ(test, b->margin, 2);
	on(b);
	KUNIT_EXPECT_EQ(test, b->hz, 1000 * MHZ);
}

static void a_request_without_users_waits(struct kunit *test)
{
	struct board *b = start(test);

	off(b);
	b->steps = 0;
	KUNIT_EXPECT_EQ(test, npu_rate_request(&b->rate, TOP), TOP);
	KUNIT_EXPECT_EQ(test, b->steps, 0);
	KUNIT_EXPECT_EQ(test, npu_rate_opp(&b->rate), TOP);
	on(b);
	KUNIT_EXPECT_EQ(test, b->hz, 1000 * MHZ);
}

static void margins_are_written_after_every_power_on(struct kunit *test)
{
	struct board *b = start(test);

	npu_rate_request(&b->rate, 4);
	KUNIT_EXPECT_EQ(test, b->margin, 3);
	off(b);
	on(b);
	KUNIT_EXPECT_EQ(test, b->margin, 3);
}

static void the_end_of_the_table_parks(struct kunit *test)
{
	struct board *b = start(test);

	npu_rate_request(&b->rate, TOP);
	npu_rate_set_opps(&b->rate, NULL, 0, 0);
	KUNIT_EXPECT_EQ(test, b->hz, 200 * MHZ);
	KUNIT_EXPECT_EQ(test, b->vdd, 700000);
	KUNIT_EXPECT_EQ(test, b->rate.now.hz, 200 * MHZ);
	KUNIT_EXPECT_EQ(test, off(b), 0);
}

/* A core whose first step fails stays off, and the clock with it. */
static void what_cannot_be_opened_has_no_user(struct kunit *test)
{
	struct board *b = start(test);

	npu_rate_request(&b->rate, TOP);
	KUNIT_EXPECT_EQ(test, off(b), 0);
	KUNIT_EXPECT_FALSE(test, b->open);
	b->open_error = -EIO;
	b->steps = 0;
	KUNIT_EXPECT_EQ(test, try_on(b), -EIO);
	KUNIT_EXPECT_EQ(test, b->rate.users, 0);
	KUNIT_EXPECT_EQ(test, b->steps, 0);
	KUNIT_EXPECT_EQ(test, b->hz, 200 * MHZ);
	b->open_error = 0;
	on(b);
	on(b);
	KUNIT_EXPECT_EQ(test, b->hz, 1000 * MHZ);
	KUNIT_EXPECT_EQ(test, off(b), 0);
	KUNIT_EXPECT_TRUE(test, b->open);
	KUNIT_EXPECT_EQ(test, off(b), 0);
	KUNIT_EXPECT_FALSE(test, b->open);
}

/* Time limits get longer before the clock gets slower. */
static void a_slower_clock_is_announced_beforehand(struct kunit *test)
{
	struct board *b = start(test);

	npu_rate_request(&b->rate, TOP);
	b->slowest = ULONG_MAX;
	b->stuck = 1000 * MHZ;
	npu_rate_request(&b->rate, 1);
	KUNIT_EXPECT_LE(test, b->slowest, 300 * MHZ);
	b->stuck = 0;
}

/* a board without supplies that can be set */

static void blind_only_the_clock_moves(struct kunit *test)
{
	struct board *b = test->priv;
	struct npu_opp_list list;
	unsigned int i;

	make_list(&list);
	for (i = 0; i < list.num; i++) {
		list.opp[i].vdd_uv = 0;
		list.opp[i].mem_uv = 0;
		list.opp[i].may_be_fast = true;
	}
	on(b);
	npu_rate_set_opps(&b->rate, &list, 0, 0);
	npu_rate_request(&b->rate, 4);
	KUNIT_EXPECT_EQ(test, b->hz, 600 * MHZ);
	for (i = 0; i < b->steps; i++)
		KUNIT_EXPECT_EQ(test, b->log[i].kind, NPU_STEP_CLOCK);
	KUNIT_EXPECT_EQ(test, off(b), 0);
}

/* what came out */

static void a_slow_ring_falls_back_to_600(struct kunit *test)
{
	struct board *b = start(test);

	b->percent = 85;
	KUNIT_EXPECT_EQ(test, npu_rate_request(&b->rate, TOP), 0);
	KUNIT_EXPECT_GE(test, b->complaints[NPU_RATE_WRONG], 1);
	KUNIT_EXPECT_LE(test, b->hz, 600 * MHZ);
	KUNIT_EXPECT_EQ(test, off(b), 0);
}

static void one_rate_that_comes_out_slow(struct kunit *test)
{
	struct board *b = start(test);

	/* 1000 MHz comes out as 800, and everything else right. */
	b->percent = 80;
	npu_rate_request(&b->rate, TOP);
	b->percent = 100;
	KUNIT_EXPECT_EQ(test, npu_rate_request(&b->rate, TOP), npu_rate_opp(&b->rate));
	KUNIT_EXPECT_LE(test, b->hz, 600 * MHZ);
	KUNIT_EXPECT_EQ(test, off(b), 0);
	on(b);
	KUNIT_EXPECT_LE(test, b->hz, 600 * MHZ);
}

static void a_tenth_too_slow_is_accepted(struct kunit *test)
{
	struct board *b = start(test);

	b->percent = 90;
	KUNIT_EXPECT_EQ(test, npu_rate_request(&b->rate, TOP), TOP);
	KUNIT_EXPECT_EQ(test, b->complaints[NPU_RATE_WRONG], 0);
}

/* Bin L5 at the voltage of L0 (2.6). */
static void fast_silicon_is_accepted(struct kunit *test)
{
	struct board *b = start(test);

	b->percent = 120;
	KUNIT_EXPECT_EQ(test, npu_rate_request(&b->rate, TOP), TOP);
	KUNIT_EXPECT_EQ(test, b->complaints[NPU_RATE_WRONG], 0);
	KUNIT_EXPECT_EQ(test, off(b), 0);
}

static void much_too_fast_is_not(struct kunit *test)
{
	struct board *b = start(test);

	b->percent = 140;
	KUNIT_EXPECT_LT(test, npu_rate_request(&b->rate, TOP), TOP);
	KUNIT_EXPECT_GE(test, b->complaints[NPU_RATE_WRONG], 1);
}

static void a_refused_rate_is_not_asked_for_again(struct kunit *test)
{
	struct board *b = start(test);
	unsigned int i;

	b->refuses = 1000 * MHZ;
	KUNIT_EXPECT_EQ(test, npu_rate_request(&b->rate, TOP), TOP - 1);
	KUNIT_EXPECT_EQ(test, b->hz, 900 * MHZ);
	KUNIT_EXPECT_EQ(test, b->complaints[NPU_RATE_REFUSED], 1);
	b->steps = 0;
	KUNIT_EXPECT_EQ(test, npu_rate_request(&b->rate, TOP), TOP - 1);
	for (i = 0; i < b->steps; i++)
		KUNIT_EXPECT_NE(test, b->log[i].value, 1000 * MHZ);
	KUNIT_EXPECT_EQ(test, off(b), 0);
}

static void the_lowest_refused_leaves_the_parking_rate(struct kunit *test)
{
	struct board *b = test->priv;
	struct npu_opp_list list;

	make_list(&list);
	npu_opp_drop(&list, 0);
	b->refuses = 300 * MHZ;
	on(b);
	npu_rate_set_opps(&b->rate, &list, b->vdd, b->mem);
	KUNIT_EXPECT_EQ(test, b->hz, 200 * MHZ);
	npu_rate_request(&b->rate, 4);
	KUNIT_EXPECT_EQ(test, b->hz, 200 * MHZ);
	KUNIT_EXPECT_EQ(test, off(b), 0);
}

/* The NPU must stay powered as long as the ring is selected. */
static void a_clock_that_cannot_be_parked_keeps_the_power(struct kunit *test)
{
	struct board *b = start(test);

	npu_rate_request(&b->rate, TOP);
	b->stuck = 1000 * MHZ;
	KUNIT_EXPECT_EQ(test, off(b), -EBUSY);
	KUNIT_EXPECT_EQ(test, off(b), -EBUSY);
	KUNIT_EXPECT_EQ(test, b->rate.users, 1);
	KUNIT_EXPECT_EQ(test, b->complaints[NPU_RATE_STUCK], 2);
	KUNIT_EXPECT_EQ(test, b->vdd, 850000);
	b->stuck = 0;
	KUNIT_EXPECT_EQ(test, off(b), 0);
	KUNIT_EXPECT_EQ(test, b->hz, 200 * MHZ);
}

/* Once is no reason to give a rate up for good. */
static void a_clock_that_did_not_slow_down_is_asked_again(struct kunit *test)
{
	struct board *b = start(test);

	npu_rate_request(&b->rate, TOP);
	b->stuck = 1000 * MHZ;
	npu_rate_request(&b->rate, 1);
	KUNIT_EXPECT_EQ(test, b->hz, 1000 * MHZ);
	KUNIT_EXPECT_EQ(test, b->vdd, 850000);
	KUNIT_EXPECT_EQ(test, b->announced, 1000 * MHZ);
	KUNIT_EXPECT_EQ(test, b->complaints[NPU_RATE_STUCK], 1);
	KUNIT_EXPECT_EQ(test, b->complaints[NPU_RATE_REFUSED], 0);
	b->stuck = 0;
	npu_rate_retry(&b->rate);
	KUNIT_EXPECT_EQ(test, b->hz, 300 * MHZ);
	KUNIT_EXPECT_EQ(test, b->vdd, 700000);
	KUNIT_EXPECT_EQ(test, npu_rate_request(&b->rate, TOP), TOP);
	KUNIT_EXPECT_EQ(test, b->hz, 1000 * MHZ);
	KUNIT_EXPECT_EQ(test, off(b), 0);
}

/* On the way down it looks like a clock that is stuck, on the way up it does not. */
static void a_rate_refused_on_the_way_down_is_noticed(struct kunit *test)
{
	struct board *b = start(test);

	npu_rate_request(&b->rate, 5);
	b->refuses = 300 * MHZ;
	npu_rate_request(&b->rate, 1);
	KUNIT_EXPECT_EQ(test, b->hz, 200 * MHZ);
	npu_rate_retry(&b->rate);
	KUNIT_EXPECT_EQ(test, b->complaints[NPU_RATE_REFUSED], 1);
	KUNIT_EXPECT_EQ(test, b->hz, 200 * MHZ);
	b->steps = 0;
	npu_rate_retry(&b->rate);
	KUNIT_EXPECT_EQ(test, b->steps, 0);
	KUNIT_EXPECT_EQ(test, off(b), 0);
}

/* supplies */

static void a_supply_that_fails_leaves_the_clock_low(struct kunit *test)
{
	struct board *b = start(test);

	npu_rate_request(&b->rate, 4);
	b->supply_error = -EIO;
	KUNIT_EXPECT_EQ(test, npu_rate_request(&b->rate, TOP), 4);
	KUNIT_EXPECT_EQ(test, b->hz, 600 * MHZ);
	KUNIT_EXPECT_GE(test, b->complaints[NPU_RATE_SUPPLY], 1);
	b->supply_error = 0;
	KUNIT_EXPECT_EQ(test, npu_rate_request(&b->rate, TOP), TOP);
	KUNIT_EXPECT_EQ(test, b->hz, 1000 * MHZ);
}

static void what_failed_is_tried_again(struct kunit *test)
{
	struct board *b = start(test);

	b->supply_error = -EIO;
	npu_rate_request(&b->rate, TOP);
	b->supply_error = 0;
	npu_rate_retry(&b->rate);
	KUNIT_EXPECT_EQ(test, b->hz, 1000 * MHZ);
	b->steps = 0;
	npu_rate_retry(&b->rate);
	KUNIT_EXPECT_EQ(test, b->steps, 0);
}

static void a_supply_that_stays_high_is_harmless(struct kunit *test)
{
	struct board *b = start(test);

	npu_rate_request(&b->rate, TOP);
	b->supply_error = -EIO;
	KUNIT_EXPECT_EQ(test, npu_rate_request(&b->rate, 0), 0);
	KUNIT_EXPECT_EQ(test, b->hz, 200 * MHZ);
	KUNIT_EXPECT_EQ(test, b->vdd, 850000);
	KUNIT_EXPECT_EQ(test, off(b), 0);
	b->supply_error = 0;
	on(b);
	KUNIT_EXPECT_EQ(test, b->vdd, 700000);
}

static void a_margin_that_fails_leaves_the_clock_low(struct kunit *test)
{
	struct board *b = start(test);

	b->margin_error = -EIO;
	npu_rate_request(&b->rate, TOP);
	KUNIT_EXPECT_LE(test, b->hz, 500 * MHZ);
	KUNIT_EXPECT_EQ(test, off(b), 0);
	b->margin_error = 0;
	on(b);
	KUNIT_EXPECT_EQ(test, b->hz, 1000 * MHZ);
}

/* temperature */

static void heat_limits_to_800(struct kunit *test)
{
	struct board *b = start(test);

	npu_rate_request(&b->rate, TOP);
	npu_rate_temperature(&b->rate, 85000);
	KUNIT_EXPECT_EQ(test, b->hz, 800 * MHZ);
	KUNIT_EXPECT_EQ(test, npu_rate_request(&b->rate, TOP), 6);
	npu_rate_temperature(&b->rate, 81000);
	KUNIT_EXPECT_EQ(test, b->hz, 800 * MHZ);
	npu_rate_temperature(&b->rate, 80000);
	KUNIT_EXPECT_EQ(test, b->hz, 1000 * MHZ);
}

static void cold_raises_the_supplies(struct kunit *test)
{
	struct board *b = start(test);

	npu_rate_request(&b->rate, 4);
	npu_rate_temperature(&b->rate, 0);
	KUNIT_EXPECT_EQ(test, b->hz, 600 * MHZ);
	KUNIT_EXPECT_EQ(test, b->vdd, 750000);
	KUNIT_EXPECT_EQ(test, b->mem, 750000);
	npu_rate_temperature(&b->rate, 20000);
	KUNIT_EXPECT_EQ(test, b->vdd, 700000);
}

static void temperature_while_off_waits(struct kunit *test)
{
	struct board *b = start(test);

	npu_rate_request(&b->rate, TOP);
	off(b);
	b->steps = 0;
	npu_rate_temperature(&b->rate, 90000);
	KUNIT_EXPECT_EQ(test, b->steps, 0);
	on(b);
	KUNIT_EXPECT_EQ(test, b->hz, 800 * MHZ);
}

static void an_old_temperature_counts_as_cold(struct kunit *test)
{
	struct board *b = start(test);

	npu_rate_request(&b->rate, 4);
	off(b);
	npu_rate_assume_cold(&b->rate);
	on(b);
	KUNIT_EXPECT_EQ(test, b->vdd, 750000);
	npu_rate_temperature(&b->rate, 30000);
	KUNIT_EXPECT_EQ(test, b->vdd, 700000);
	KUNIT_EXPECT_EQ(test, b->hz, 600 * MHZ);
}

static void a_fast_ring_in_the_cold_is_accepted(struct kunit *test)
{
	struct board *b = start(test);

	b->percent = 130;
	npu_rate_temperature(&b->rate, 0);
	KUNIT_EXPECT_EQ(test, npu_rate_request(&b->rate, 4), 4);
	KUNIT_EXPECT_EQ(test, b->complaints[NPU_RATE_WRONG], 0);
}

/* others */

static void a_clock_that_somebody_set_is_put_right(struct kunit *test)
{
	struct board *b = start(test);

	npu_rate_request(&b->rate, TOP);
	b->hz = 200 * MHZ;
	npu_rate_resync(&b->rate);
	KUNIT_EXPECT_EQ(test, b->hz, 1000 * MHZ);
	b->steps = 0;
	npu_rate_resync(&b->rate);
	KUNIT_EXPECT_EQ(test, b->steps, 0);
}

static void resync_while_off_touches_nothing(struct kunit *test)
{
	struct board *b = start(test);

	npu_rate_request(&b->rate, TOP);
	off(b);
	b->steps = 0;
	npu_rate_resync(&b->rate);
	KUNIT_EXPECT_EQ(test, b->steps, 0);
}

/* Random sequences; the board counts what silicon would not survive. */
static void random_sequences(struct kunit *test)
{
	struct board *b = start(test);
	unsigned int i, state = 12345;

	for (i = 0; i < 20000; i++) {
		state = state * 1103515245 + 12345;
		switch ((state >> 16) % 8) {
		case 0:
		case 1:
			if (b->rate.users < 3)
				on(b);
			break;
		case 2:
		case 3:
			if (b->rate.users)
				KUNIT_ASSERT_EQ(test, off(b), 0);
			break;
		case 4:
		case 5:
			npu_rate_request(&b->rate, (state >> 8) % 9);
			break;
		case 6:
			npu_rate_temperature(&b->rate, (int)((state >> 8) % 120) * 1000 - 20000);
			break;
		case 7:
			b->supply_error = (state >> 8) % 4 ? 0 : -EIO;
			break;
		}
		b->steps = 0;
		KUNIT_ASSERT_EQ(test, b->hazards, 0);
	}
	b->supply_error = 0;
	while (b->rate.users)
		KUNIT_ASSERT_EQ(test, off(b), 0);
	KUNIT_EXPECT_EQ(test, b->hz, 200 * MHZ);
}

/* load */

static void load_of_nobody(struct kunit *test)
{
	struct npu_load load = {};
	u64 busy, total;

	npu_load_init(&load, 1000);
	npu_load_sample(&load, 1500, &busy, &total);
	KUNIT_EXPECT_EQ(test, busy, 0);
	KUNIT_EXPECT_EQ(test, total, 500);
}

static void load_of_one_core(struct kunit *test)
{
	struct npu_load load = {};
	u64 busy, total;

	npu_load_init(&load, 0);
	npu_load_begin(&load, 100);
	npu_load_end(&load, 400);
	npu_load_sample(&load, 1000, &busy, &total);
	KUNIT_EXPECT_EQ(test, busy, 300);
	KUNIT_EXPECT_EQ(test, total, 1000);
	npu_load_sample(&load, 1100, &busy, &total);
	KUNIT_EXPECT_EQ(test, busy, 0);
	KUNIT_EXPECT_EQ(test, total, 100);
}

/* One clock: two cores that take turns keep the NPU as busy as one that never rests. */
static void load_of_overlapping_cores(struct kunit *test)
{
	struct npu_load load = {};
	u64 busy, total;

	npu_load_init(&load, 0);
	npu_load_begin(&load, 100);
	npu_load_begin(&load, 200);
	npu_load_end(&load, 300);
	npu_load_end(&load, 600);
	npu_load_sample(&load, 1000, &busy, &total);
	KUNIT_EXPECT_EQ(test, busy, 500);
}

static void load_of_a_job_that_outlasts_the_sample(struct kunit *test)
{
	struct npu_load load = {};
	u64 busy, total;

	npu_load_init(&load, 0);
	npu_load_begin(&load, 100);
	npu_load_sample(&load, 500, &busy, &total);
	KUNIT_EXPECT_EQ(test, busy, 400);
	npu_load_sample(&load, 700, &busy, &total);
	KUNIT_EXPECT_EQ(test, busy, 200);
	KUNIT_EXPECT_EQ(test, total, 200);
	npu_load_end(&load, 800);
	npu_load_sample(&load, 900, &busy, &total);
	KUNIT_EXPECT_EQ(test, busy, 100);
}

/* Two CPUs read the time in one order and come here in the other. */
static void load_when_time_seems_to_go_back(struct kunit *test)
{
	struct npu_load load = {};
	u64 busy, total;

	npu_load_init(&load, 1000);
	npu_load_begin(&load, 1000);
	npu_load_sample(&load, 2000, &busy, &total);
	npu_load_end(&load, 1990);
	npu_load_sample(&load, 1980, &busy, &total);
	KUNIT_EXPECT_EQ(test, busy, 0);
	KUNIT_EXPECT_EQ(test, total, 0);
	npu_load_sample(&load, 2100, &busy, &total);
	KUNIT_EXPECT_EQ(test, busy, 0);
	KUNIT_EXPECT_EQ(test, total, 100);
}

static void load_of_an_end_without_a_beginning(struct kunit *test)
{
	struct npu_load load = {};
	u64 busy, total;

	npu_load_init(&load, 0);
	npu_load_end(&load, 300);
	npu_load_begin(&load, 400);
	npu_load_end(&load, 500);
	npu_load_sample(&load, 1000, &busy, &total);
	KUNIT_EXPECT_EQ(test, busy, 100);
	KUNIT_EXPECT_EQ(test, load.running, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(without_a_table_the_clock_is_parked),
	KUNIT_CASE(a_ring_from_before_is_parked_without_power),
	KUNIT_CASE(temperatures_without_a_table_do_nothing),
	KUNIT_CASE(a_table_begins_at_its_lowest),
	KUNIT_CASE(a_request_is_carried_out),
	KUNIT_CASE(the_same_request_again_costs_nothing),
	KUNIT_CASE(a_request_beyond_the_table_is_its_highest),
	KUNIT_CASE(the_last_user_parks),
	KUNIT_CASE(other_users_keep_the_clock_up),
	KUNIT_CASE(the_first_user_gets_the_wanted_rate_back),
	KUNIT_CASE(a_request_without_users_waits),
	KUNIT_CASE(margins_are_written_after_every_power_on),
	KUNIT_CASE(the_end_of_the_table_parks),
	KUNIT_CASE(what_cannot_be_opened_has_no_user),
	KUNIT_CASE(a_slower_clock_is_announced_beforehand),
	KUNIT_CASE(blind_only_the_clock_moves),
	KUNIT_CASE(a_slow_ring_falls_back_to_600),
	KUNIT_CASE(one_rate_that_comes_out_slow),
	KUNIT_CASE(a_tenth_too_slow_is_accepted),
	KUNIT_CASE(fast_silicon_is_accepted),
	KUNIT_CASE(much_too_fast_is_not),
	KUNIT_CASE(a_refused_rate_is_not_asked_for_again),
	KUNIT_CASE(the_lowest_refused_leaves_the_parking_rate),
	KUNIT_CASE(a_clock_that_cannot_be_parked_keeps_the_power),
	KUNIT_CASE(a_clock_that_did_not_slow_down_is_asked_again),
	KUNIT_CASE(a_rate_refused_on_the_way_down_is_noticed),
	KUNIT_CASE(a_supply_that_fails_leaves_the_clock_low),
	KUNIT_CASE(what_failed_is_tried_again),
	KUNIT_CASE(a_supply_that_stays_high_is_harmless),
	KUNIT_CASE(a_margin_that_fails_leaves_the_clock_low),
	KUNIT_CASE(heat_limits_to_800),
	KUNIT_CASE(cold_raises_the_supplies),
	KUNIT_CASE(temperature_while_off_waits),
	KUNIT_CASE(an_old_temperature_counts_as_cold),
	KUNIT_CASE(a_fast_ring_in_the_cold_is_accepted),
	KUNIT_CASE(a_clock_that_somebody_set_is_put_right),
	KUNIT_CASE(resync_while_off_touches_nothing),
	KUNIT_CASE(random_sequences),
	KUNIT_CASE(load_of_nobody),
	KUNIT_CASE(load_of_one_core),
	KUNIT_CASE(load_of_overlapping_cores),
	KUNIT_CASE(load_of_a_job_that_outlasts_the_sample),
	KUNIT_CASE(load_when_time_seems_to_go_back),
	KUNIT_CASE(load_of_an_end_without_a_beginning),
	{}
};

struct kunit_suite npu_rate_suite = {
	.name = "sunmao-npu-rate",
	.init = rate_init,
	.exit = rate_exit,
	.test_cases = cases,
};
