/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: one place for kernel versions
 *
 * Drivers of the suite are written against the newest kernel's interfaces. This
 * header makes the same source build on every kernel from 6.12 on; no other file
 * looks at LINUX_VERSION_CODE. What was backported to some stable trees only is
 * found by Kbuild in the kernel's headers and arrives here as SUNMAO_HAVE_*.
 */
#ifndef _SUNMAO_COMPAT_H_
#define _SUNMAO_COMPAT_H_

#include <linux/module.h>
#include <linux/slab.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#error "the Sunmao drivers need Linux 6.12 or newer"
#endif

/* Symbol namespaces became string literals in 6.13. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define SUNMAO_IMPORT_NS(ns)	MODULE_IMPORT_NS(#ns)
#else
#define SUNMAO_IMPORT_NS(ns)	MODULE_IMPORT_NS(ns)
#endif

/* Typed allocation arrived after 6.12.0 and was backported to later 6.12.y. */
#ifndef kzalloc_obj
#define SUNMAO_SECOND(first, second, ...)	((void)(first), (second))
#define kzalloc_obj(obj, ...) \
	kzalloc(sizeof(obj), SUNMAO_SECOND(0, ##__VA_ARGS__, GFP_KERNEL, 0))
#define kvzalloc_obj(obj, ...) \
	kvzalloc(sizeof(obj), SUNMAO_SECOND(0, ##__VA_ARGS__, GFP_KERNEL, 0))
#endif

/*
 * The DRM version ioctl warns when it finds no date, up to the kernel that
 * dropped the field (6.14).
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
#define SUNMAO_DRM_DRIVER_DATE(d)	.date = (d),
#else
#define SUNMAO_DRM_DRIVER_DATE(d)
#endif

/*
 * From 7.3 on a signalled fence forgets the ops of its issuer (if they have
 * neither a release nor a wait hook), so it may outlive the issuer's module.
 * Before that every live fence has to hold the module.
 */
#define SUNMAO_FENCE_PINS_MODULE \
	(LINUX_VERSION_CODE < KERNEL_VERSION(7, 3, 0))

/*
 * The built-in Rockchip power-domain driver switches the rail that an NPU domain
 * names in domain-supply. A kernel that can but is not counted here only keeps
 * the rail on for longer.
 */
#define SUNMAO_PMDOMAIN_SWITCHES_RAIL \
	(LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0))

/*
 * A videobuf2 queue that has a lock drops it by itself while it waits since
 * 6.13; before it needs to be told how.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define SUNMAO_VB2_WAIT_OPS			\
	.wait_prepare = vb2_ops_wait_prepare,	\
	.wait_finish = vb2_ops_wait_finish,
#else
#define SUNMAO_VB2_WAIT_OPS
#endif

/*
 * An IOMMU driver's attach_dev is told the old domain. Our drivers know
 * it themselves.
 */
#ifdef SUNMAO_HAVE_ATTACH_OLD
#define SUNMAO_ATTACH_DEV(fn)	fn##_from
#define SUNMAO_DEFINE_ATTACH_DEV(fn)					\
	static int fn##_from(struct iommu_domain *domain,		\
			     struct device *dev, struct iommu_domain *old) \
	{								\
		return fn(domain, dev);					\
	}								\
	static_assert(true, #fn)
#else
#define SUNMAO_ATTACH_DEV(fn)	fn
#define SUNMAO_DEFINE_ATTACH_DEV(fn)	static_assert(true, #fn)
#endif

/*
 * Newer kernels keep a domain that the boot loader left on until all its consumers
 * have drivers, which on a board with partial support is never.
 */
#ifdef GENPD_FLAG_NO_STAY_ON
#define SUNMAO_GENPD_NO_STAY_ON	GENPD_FLAG_NO_STAY_ON
#else
#define SUNMAO_GENPD_NO_STAY_ON	0
#endif

#ifdef SUNMAO_NEED_DRM_SCHED
#include <drm/gpu_scheduler.h>

/* drm_sched_init() takes its parameters in a structure since 6.15. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
struct drm_sched_init_args {
	const struct drm_sched_backend_ops *ops;
	struct workqueue_struct *submit_wq;
	struct workqueue_struct *timeout_wq;
	u32 num_rqs;
	u32 credit_limit;
	unsigned int hang_limit;
	long timeout;
	atomic_t *score;
	const char *name;
	struct device *dev;
};

static inline int sunmao_sched_init(struct drm_gpu_scheduler *sched,
				    const struct drm_sched_init_args *args)
{
	return drm_sched_init(sched, args->ops, args->submit_wq, args->num_rqs,
			      args->credit_limit, args->hang_limit,
			      args->timeout, args->timeout_wq, args->score,
			      args->name, args->dev);
}
#else
#define sunmao_sched_init	drm_sched_init
#endif

/* The owner's client id is for tracing only; it was backported to later 6.12.y. */
#ifdef SUNMAO_HAVE_SCHED_CLIENT_ID
#define sunmao_sched_job_init	drm_sched_job_init
#else
static inline int sunmao_sched_job_init(struct drm_sched_job *job,
					struct drm_sched_entity *entity,
					u32 credits, void *owner, u64 client_id)
{
	return drm_sched_job_init(job, entity, credits, owner);
}
#endif
#endif /* SUNMAO_NEED_DRM_SCHED */

#ifdef SUNMAO_NEED_POWER_SUPPLY
#include <linux/power_supply.h>

/* A health of its own for too little voltage is newer than 6.12. */
#ifdef SUNMAO_HAVE_HEALTH_UNDERVOLTAGE
#define SUNMAO_HEALTH_UNDERVOLTAGE	POWER_SUPPLY_HEALTH_UNDERVOLTAGE
#else
#define SUNMAO_HEALTH_UNDERVOLTAGE	POWER_SUPPLY_HEALTH_UNSPEC_FAILURE
#endif
#endif /* SUNMAO_NEED_POWER_SUPPLY */

#ifdef SUNMAO_NEED_HRTIMER
#include <linux/hrtimer.h>

/* hrtimer_setup() took over from hrtimer_init() in 6.13. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
static inline void
hrtimer_setup(struct hrtimer *timer,
	      enum hrtimer_restart (*function)(struct hrtimer *),
	      clockid_t clock_id, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock_id, mode);
	timer->function = function;
}
#endif
#endif /* SUNMAO_NEED_HRTIMER */

#endif /* _SUNMAO_COMPAT_H_ */
