/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: what a parameter block may contain
 */
#ifndef _ISP_RULES_H_
#define _ISP_RULES_H_

#include "isp_blocks.h"

/* Cells of the large measuring grids in each direction. */
#define ISP_BIG_CELLS	15

extern const struct isp_field isp_fields_sunmao_isp_rk_bls[];
extern const struct isp_field isp_fields_sunmao_isp_rk_awb_gains[];
extern const struct isp_field isp_fields_sunmao_isp_rk_csm[];
extern const struct isp_field isp_fields_sunmao_isp_rk_ccm[];
extern const struct isp_field isp_fields_sunmao_isp_rk_goc[];
extern const struct isp_field isp_fields_sunmao_isp_rk_lsc[];
extern const struct isp_field isp_fields_sunmao_isp_rk_crop[];
extern const struct isp_field isp_fields_sunmao_isp_rk_ae_lite[];
extern const struct isp_field isp_fields_sunmao_isp_rk_hist_lite[];
extern const struct isp_field isp_fields_sunmao_isp_rk_hist_big[];
extern const struct isp_field isp_fields_sunmao_isp_rk_awb_meas[];
extern const struct isp_field isp_fields_sunmao_isp_params_dpcc[];
extern const struct isp_field isp_fields_sunmao_isp_params_debayer[];
extern const struct isp_field isp_fields_sunmao_isp_params_cproc[];
extern const struct isp_field isp_fields_sunmao_isp_params_ie[];
extern const struct isp_field isp_fields_sunmao_isp_params_gic[];
extern const struct isp_field isp_fields_sunmao_isp_params_baynr[];
extern const struct isp_field isp_fields_sunmao_isp_params_ynr[];
extern const struct isp_field isp_fields_sunmao_isp_params_cnr[];
extern const struct isp_field isp_fields_sunmao_isp_params_sharp[];
extern const struct isp_field isp_fields_sunmao_isp_params_drc[];
extern const struct isp_field isp_fields_sunmao_isp_params_ae_big[];
extern const struct isp_field isp_fields_sunmao_isp_params_af[];

const char *isp_check_bls(const void *data, const struct isp_env *env);
const char *isp_check_csm(const void *data, const struct isp_env *env);
const char *isp_check_ccm(const void *data, const struct isp_env *env);
const char *isp_check_lsc(const void *data, const struct isp_env *env);
const char *isp_check_crop(const void *data, const struct isp_env *env);
const char *isp_check_ae_lite(const void *data, const struct isp_env *env);
const char *isp_check_hist_lite(const void *data, const struct isp_env *env);
const char *isp_check_hist_big(const void *data, const struct isp_env *env);
const char *isp_check_awb_meas(const void *data, const struct isp_env *env);
const char *isp_check_ynr(const void *data, const struct isp_env *env);
const char *isp_check_ae_big(const void *data, const struct isp_env *env);
const char *isp_check_af(const void *data, const struct isp_env *env);

u16 isp_ccm_offset(u16 raw);
unsigned int isp_ae_cells(u8 window_num);
unsigned int isp_hist_cells(u8 window_num);

#endif /* _ISP_RULES_H_ */
