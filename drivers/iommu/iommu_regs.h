/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: registers of a bank (hardware notes, IOMMU 2)
 */
#ifndef _SUNMAO_IOMMU_REGS_H_
#define _SUNMAO_IOMMU_REGS_H_

#include <linux/bits.h>

#define RKMMU_DTE_ADDR		0x00
#define RKMMU_STATUS		0x04
#define   RKMMU_STATUS_PAGING		BIT(0)
#define   RKMMU_STATUS_FAULT		BIT(1)
#define   RKMMU_STATUS_STALL		BIT(2)
#define   RKMMU_STATUS_FAULT_WRITE	BIT(5)
#define RKMMU_COMMAND		0x08
#define   RKMMU_CMD_ENABLE_PAGING	0
#define   RKMMU_CMD_DISABLE_PAGING	1
#define   RKMMU_CMD_ENABLE_STALL	2
#define   RKMMU_CMD_DISABLE_STALL	3
#define   RKMMU_CMD_ZAP_CACHE		4
#define   RKMMU_CMD_FAULT_DONE		5
#define   RKMMU_CMD_FORCE_RESET		6
#define RKMMU_FAULT_ADDR	0x0c
#define RKMMU_ZAP_ONE_LINE	0x10
#define RKMMU_INT_CLEAR		0x18
#define RKMMU_INT_MASK		0x1c
#define RKMMU_INT_STATUS	0x20
#define   RKMMU_INT_PAGE_FAULT		BIT(0)
#define   RKMMU_INT_BUS_ERROR		BIT(1)
#define RKMMU_AUTO_GATING	0x24
#define   RKMMU_GATING_NO_FETCH_LIMIT	BIT(31)

/* Any address that is neither zero nor all ones: is the register there? */
#define RKMMU_DTE_PROBE		0xcafeb000

#endif /* _SUNMAO_IOMMU_REGS_H_ */
