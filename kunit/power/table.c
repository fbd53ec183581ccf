// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: every row of the driver's tables against the notes
 */

#include "fake.h"
#include "suites.h"

KUNIT_ARRAY_PARAM(domain, fake_domains, fake_domain_name);

static void a_row_is_the_notes_row(struct kunit *test)
{
	const struct fake_domain *d = test->param_value;
	const struct rkpd_soc *soc = d->soc;
	const struct rkpd_info *info;

	KUNIT_ASSERT_LT(test, d->id, soc->num);
	info = &soc->domains[d->id];
	KUNIT_ASSERT_TRUE(test, info->present);
	KUNIT_EXPECT_STREQ(test, info->name, d->name);
	KUNIT_EXPECT_EQ(test, soc->pwr + info->pwr_offset, d->pwr_reg);
	KUNIT_EXPECT_EQ(test, info->pwr, d->pwr);
	KUNIT_EXPECT_EQ(test, info->repair, d->state_on);
	KUNIT_EXPECT_EQ(test, info->repair ? soc->repair_reg : soc->status_reg,
			d->state_reg);
	KUNIT_EXPECT_EQ(test, info->repair ?: info->status, d->state);
	KUNIT_EXPECT_EQ(test, info->mem, d->mem);
	if (d->mem) {
		KUNIT_EXPECT_EQ(test, soc->chain + info->mem_offset, d->chain_reg);
		KUNIT_EXPECT_EQ(test, soc->mem + info->mem_offset, d->mem_reg);
		KUNIT_EXPECT_EQ(test, soc->mem_pwr + info->pwr_offset, d->mem_pwr_reg);
	}
	KUNIT_EXPECT_EQ(test, info->req, d->req);
	KUNIT_EXPECT_EQ(test, info->idle, d->idle);
	if (d->req) {
		KUNIT_EXPECT_EQ(test, soc->req + info->req_offset, d->req_reg);
		KUNIT_EXPECT_EQ(test, soc->ack, d->ack_reg);
		KUNIT_EXPECT_EQ(test, soc->idle, d->idle_reg);
	}
	KUNIT_EXPECT_EQ(test, info->ungate, d->ungate);
	if (d->ungate)
		KUNIT_EXPECT_EQ(test, soc->ungate, d->ungate_reg);
}

static const struct rkpd_soc * const socs[] = {
	&rkpd_rk3588, &rkpd_rk3576, &rkpd_rk3568, &rkpd_rk3562,
};

static void no_row_is_invented(struct kunit *test)
{
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(socs); i++) {
		for (j = 0; j < socs[i]->num; j++)
			KUNIT_EXPECT_EQ_MSG(test, socs[i]->domains[j].present,
					    !!fake_domain(socs[i], j), "%s %u",
					    socs[i]->name, j);
	}
}

static void expect_flag(struct kunit *test, const char *want, bool wakeup)
{
	const struct rkpd_info *info;
	char found[128] = "";
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(socs); i++) {
		for (j = 0; j < socs[i]->num; j++) {
			info = &socs[i]->domains[j];
			if (wakeup ? !info->wakeup : !info->supply)
				continue;
			snprintf(found + strlen(found), sizeof(found) - strlen(found),
				 "%s %s, ", socs[i]->name, info->name);
		}
	}
	KUNIT_EXPECT_STREQ(test, found, want);
}

static void domains_with_rails_are_known(struct kunit *test)
{
	expect_flag(test, "RK3588 npu, RK3588 gpu, RK3588 vcodec, RK3568 npu, ", false);
}

static void domains_that_wake_are_known(struct kunit *test)
{
	expect_flag(test, "RK3588 usb, RK3588 pcie, RK3576 usb, ", true);
}

/* power 1.8: the NPU of RK3576 takes 15 us before it answers. */
static void pauses_are_known(struct kunit *test)
{
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(socs); i++) {
		for (j = 0; j < socs[i]->num; j++)
			KUNIT_EXPECT_EQ(test, socs[i]->domains[j].settle_us,
					socs[i] == &rkpd_rk3576 && j >= 1 && j <= 3 ?
					15 : 0);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(a_row_is_the_notes_row, domain_gen_params),
	KUNIT_CASE(no_row_is_invented),
	KUNIT_CASE(domains_with_rails_are_known),
	KUNIT_CASE(domains_that_wake_are_known),
	KUNIT_CASE(pauses_are_known),
	{ }
};

struct kunit_suite power_table_suite = {
	.name = "sunmao_power_table",
	.test_cases = cases,
};
