/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: registers of the SC8551 charge pump, and numbers in and out of them
 *
 * Hardware notes, power 6.2. Everything here is pure: no bus, no locks.
 *
 * Inferred there: that the alarm thresholds are coded like the limits they belong to,
 * and that a 1 in a mask register keeps an event from the interrupt line.
 */
#ifndef _SC8551_ENC_H_
#define _SC8551_ENC_H_

#include <linux/bits.h>
#include <linux/types.h>

#define SC8551_BAT_OVP			0x00
#define SC8551_BAT_OVP_ALARM		0x01
#define SC8551_BAT_OCP			0x02
#define SC8551_BAT_OCP_ALARM		0x03
#define   SC8551_BAT_OFF		BIT(7)
#define SC8551_AC_OVP			0x05
#define   SC8551_AC_OVP_STATUS		BIT(7)
#define   SC8551_AC_OVP_FLAG		BIT(6)
#define SC8551_BUS_OVP			0x06
#define SC8551_BUS_OCP			0x08
#define   SC8551_UCP_FALL_FLAG		BIT(4)
#define SC8551_CONVERTER		0x0a
#define   SC8551_TSHUT_FLAG		BIT(7)
#define   SC8551_TSHUT_STATUS		BIT(6)
#define   SC8551_VBUS_LOW		BIT(5)
#define   SC8551_VBUS_HIGH		BIT(4)
#define   SC8551_SOFT_START_FLAG	BIT(3)
#define   SC8551_SWITCHING		BIT(2)
#define   SC8551_CONVERTER_OCP		BIT(1)
#define   SC8551_PIN_FAIL		BIT(0)
#define SC8551_CONTROL			0x0b
#define   SC8551_RESET			BIT(7)
#define   SC8551_WATCHDOG_FLAG		BIT(3)
#define   SC8551_WATCHDOG_OFF		BIT(2)
#define SC8551_CHARGE			0x0c
#define   SC8551_ENABLE			BIT(7)
#define SC8551_ALARM_STATUS		0x0d
#define   SC8551_ADAPTER		BIT(2)
#define   SC8551_BATTERY		BIT(1)
#define SC8551_ALARM_FLAG		0x0e
#define   SC8551_ADC_DONE		BIT(0)
#define SC8551_ALARM_MASK		0x0f
#define SC8551_FAULT_STATUS		0x10
#define SC8551_FAULT_FLAG		0x11
#define SC8551_FAULT_MASK		0x12
#define   SC8551_FAULT_BAT_OVP		BIT(7)
#define   SC8551_FAULT_BAT_OCP		BIT(6)
#define   SC8551_FAULT_BUS_OVP		BIT(5)
#define   SC8551_FAULT_BUS_OCP		BIT(4)
#define   SC8551_FAULT_TS_ALARM		BIT(3)
#define   SC8551_FAULT_TSBAT		BIT(2)
#define   SC8551_FAULT_TSBUS		BIT(1)
#define   SC8551_FAULT_DIE		BIT(0)
#define SC8551_DEVICE_ID		0x13
#define SC8551_ADC_CONTROL		0x14
#define   SC8551_ADC_ENABLE		BIT(7)
#define SC8551_ADC_DISABLE		0x15
#define SC8551_ADC_IBUS			0x16
#define SC8551_ADC_VBUS			0x18
#define SC8551_ADC_VAC			0x1a
#define SC8551_ADC_VOUT			0x1c
#define SC8551_ADC_VBAT			0x1e
#define SC8551_ADC_IBAT			0x20
#define SC8551_ADC_DIE			0x26
#define SC8551_REGULATION		0x2b
#define SC8551_REGULATION_LIMITS	0x2c
#define SC8551_REGULATION_FLAGS		0x2d
#define SC8551_PMID			0x2f
#define   SC8551_PMID_FLAGS		(BIT(3) | BIT(2))
#define SC8551_IBUS_REGULATION		0x30
#define SC8551_MODE			0x31
#define SC8551_LAST			0x36

/**
 * enum sc8551_role - place of a chip among others
 * @SC8551_STANDALONE: there is no other
 * @SC8551_SLAVE: follows a master
 * @SC8551_MASTER: leads a slave
 */
enum sc8551_role {
	SC8551_STANDALONE,
	SC8551_SLAVE,
	SC8551_MASTER,
};

/**
 * struct sc8551_setup - what a board wants
 * @bat_ovp_uv: battery voltage that ends charging
 * @bat_ovp_alarm_uv: battery voltage that is reported, 0 for none
 * @bat_ocp_ua: battery current that ends charging
 * @bat_ocp_alarm_ua: battery current that is reported, 0 for none
 * @ac_ovp_uv: adapter voltage that ends charging
 * @ac_drop_uv: drop between adapter and bus that counts as one
 * @bus_ovp_uv: bus voltage that ends charging
 * @bus_ocp_ua: bus current that ends charging
 * @bus_ucp_ua: bus current from which on charging has begun
 * @switching_hz: switching frequency
 * @watchdog_ms: silence on the bus that ends charging, 0 for ever
 * @soft_start_us: time in which the converter has to start, 0 for ever
 * @shunt_uohm: sense resistor
 * @ibat_regulation_ua: hold the battery current this far below @bat_ocp_ua, 0: do not
 * @vbat_regulation_uv: hold the battery voltage this far below @bat_ovp_uv, 0: do not
 * @ibus_regulation_ua: hold the bus current here, 0: do not
 * @role: place among others
 * @bypass: 1:1 instead of 2:1
 * @no_tsbus: no thermistor at the bus
 * @no_tsbat: no thermistor at the battery
 */
struct sc8551_setup {
	u32 bat_ovp_uv;
	u32 bat_ovp_alarm_uv;
	u32 bat_ocp_ua;
	u32 bat_ocp_alarm_ua;
	u32 ac_ovp_uv;
	u32 ac_drop_uv;
	u32 bus_ovp_uv;
	u32 bus_ocp_ua;
	u32 bus_ucp_ua;
	u32 switching_hz;
	u32 watchdog_ms;
	u32 soft_start_us;
	u32 shunt_uohm;
	u32 ibat_regulation_ua;
	u32 vbat_regulation_uv;
	u32 ibus_regulation_ua;
	enum sc8551_role role;
	bool bypass;
	bool no_tsbus;
	bool no_tsbat;
};

/**
 * struct sc8551_write - bits of one register
 * @reg: register
 * @mask: the bits
 * @value: what they are to be
 */
struct sc8551_write {
	u8 reg;
	u8 mask;
	u8 value;
};

#define SC8551_WRITES	16

/**
 * struct sc8551_image - everything that a setup sets, except to start
 * @write: in this order
 * @num: entries of @write
 */
struct sc8551_image {
	struct sc8551_write write[SC8551_WRITES];
	unsigned int num;
};

/**
 * struct sc8551_events - what happened, as the chip reports it
 * @ac: register AC_OVP
 * @bus: register BUS_OCP
 * @converter: register CONVERTER
 * @control: register CONTROL
 * @alarm: register ALARM_FLAG
 * @fault: registers FAULT_FLAG and FAULT_STATUS
 * @pmid: register PMID
 */
struct sc8551_events {
	u8 ac;
	u8 bus;
	u8 converter;
	u8 control;
	u8 alarm;
	u8 fault;
	u8 pmid;
};

/**
 * enum sc8551_adc - what can be measured
 * @SC8551_IBUS: bus current, uA
 * @SC8551_VBUS: bus voltage, uV
 * @SC8551_VAC: adapter voltage, uV
 * @SC8551_VOUT: output voltage, uV
 * @SC8551_VBAT: battery voltage, uV
 * @SC8551_IBAT: battery current, uA
 * @SC8551_DIE: temperature of the chip, tenths of a degree
 */
enum sc8551_adc {
	SC8551_IBUS,
	SC8551_VBUS,
	SC8551_VAC,
	SC8551_VOUT,
	SC8551_VBAT,
	SC8551_IBAT,
	SC8551_DIE,
};

int sc8551_encode(struct sc8551_image *image, struct sc8551_setup *setup,
		  const char **what);
u8 sc8551_adc_reg(enum sc8551_adc adc);
int sc8551_adc_value(enum sc8551_adc adc, const u8 *data);
int sc8551_health(const struct sc8551_events *events);
bool sc8551_is_fault(const struct sc8551_events *events);
void sc8551_events_add(struct sc8551_events *sum,
		       const struct sc8551_events *events);

#endif /* _SC8551_ENC_H_ */
