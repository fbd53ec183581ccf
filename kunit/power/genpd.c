// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: leaving the power domain framework
 */

#include <linux/pm_domain.h>

#include "pd_genpd.h"
#include "suites.h"

struct pair {
	struct generic_pm_domain domain;
	struct generic_pm_domain child;
};

static int on_or_off(struct generic_pm_domain *genpd)
{
	return 0;
}

static int attach(struct generic_pm_domain *genpd, struct device *dev)
{
	return 0;
}

static void detach(struct generic_pm_domain *genpd, struct device *dev)
{
}

static int genpd_init(struct kunit *test)
{
	struct pair *pair = kunit_kzalloc(test, sizeof(*pair), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, pair);
	test->priv = pair;
	pair->domain.name = "sunmao-kunit-domain";
	pair->domain.power_on = on_or_off;
	pair->domain.power_off = on_or_off;
	pair->domain.attach_dev = attach;
	pair->domain.detach_dev = detach;
	pair->child.name = "sunmao-kunit-child";

	return pm_genpd_init(&pair->domain, NULL, true);
}

static void a_domain_leaves(struct kunit *test)
{
	struct pair *pair = test->priv;

	KUNIT_EXPECT_EQ(test, 0, rkpd_genpd_remove(&pair->domain));
}

/* The driver's code may be gone when the framework gets to it again. */
static void a_domain_that_cannot_leave_calls_nobody(struct kunit *test)
{
	struct pair *pair = test->priv;

	KUNIT_ASSERT_EQ(test, 0, pm_genpd_init(&pair->child, NULL, true));
	KUNIT_ASSERT_EQ(test, 0, pm_genpd_add_subdomain(&pair->domain, &pair->child));
	KUNIT_EXPECT_EQ(test, -EBUSY, rkpd_genpd_remove(&pair->domain));
	KUNIT_EXPECT_NULL(test, pair->domain.power_on);
	KUNIT_EXPECT_NULL(test, pair->domain.power_off);
	KUNIT_EXPECT_NULL(test, pair->domain.attach_dev);
	KUNIT_EXPECT_NULL(test, pair->domain.detach_dev);

	KUNIT_EXPECT_EQ(test, 0, pm_genpd_remove(&pair->child));
	KUNIT_EXPECT_EQ(test, 0, pm_genpd_remove(&pair->domain));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_domain_leaves),
	KUNIT_CASE(a_domain_that_cannot_leave_calls_nobody),
	{ }
};

struct kunit_suite power_genpd_suite = {
	.name = "sunmao_power_genpd",
	.init = genpd_init,
	.test_cases = cases,
};
