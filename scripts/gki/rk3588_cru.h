/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _RK3588_CRU_H_
#define _RK3588_CRU_H_

#ifdef HAVE_GATE_LINK
int rk3588_gate_link_init(void);
#endif

#endif /* _RK3588_CRU_H_ */
