/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: registers that the kernel touches
 *
 * Only the program controller (PC) and the two block registers that a stream may
 * not write itself. Everything else is written by the streams (hardware notes,
 * NPU B.3, C.1, D.1).
 */
#ifndef _NPU_REGS_H_
#define _NPU_REGS_H_

#include <linux/bits.h>

/* PC window */
#define NPU_PC_VERSION			0x0000
#define NPU_PC_VERSION_NUM		0x0004
#define NPU_PC_OPERATION_ENABLE		0x0008
#define NPU_PC_BASE_ADDRESS		0x0010
#define   NPU_PC_SLAVE_MODE		BIT(0)
#define NPU_PC_REGISTER_AMOUNTS		0x0014
#define NPU_PC_INTERRUPT_MASK		0x0020
#define NPU_PC_INTERRUPT_CLEAR		0x0024
#define NPU_PC_INTERRUPT_STATUS		0x0028
#define NPU_PC_INTERRUPT_RAW		0x002c
#define NPU_PC_TASK_CON			0x0030
#define NPU_PC_TASK_DMA_BASE_ADDR	0x0034

/* CNA and CORE windows, offsets inside each */
#define NPU_S_STATUS			0x0000
#define NPU_S_POINTER			0x0004
#define   NPU_S_POINTER_PP_EN		BIT(1)
#define   NPU_S_EXECUTER_PP_EN		BIT(2)
#define   NPU_S_POINTER_PP_MODE		BIT(3)

/* Interrupt bits (NPU C.5); each pair is one event in register group 0 and 1. */
#define NPU_INT_DPU_DONE		(BIT(8) | BIT(9))
#define NPU_INT_PPU_DONE		(BIT(10) | BIT(11))
#define NPU_INT_DMA_READ_ERROR		BIT(12)
#define NPU_INT_DMA_WRITE_ERROR		BIT(13)
#define NPU_INT_DMA_ERROR		(NPU_INT_DMA_READ_ERROR | \
					 NPU_INT_DMA_WRITE_ERROR)
#define NPU_INT_ALL			0x1ffff

/* Register stream words (NPU B.3, B.4) */
#define NPU_WORD_TARGET_START		0x0081
#define NPU_WORD_TARGET(w)		((u16)((w) >> 48))
#define NPU_WORD_VALUE(w)		((u32)((w) >> 16))
#define NPU_BLOCK_DPU			BIT(3)
#define NPU_BLOCK_PPU			BIT(5)

#endif /* _NPU_REGS_H_ */
