// SPDX-License-Identifier: GPL-2.0-only
/*
 * DOC: SC8551 charge pump
 *
 * Halves the voltage of a programmable adapter and doubles its current, straight
 * into the battery. What the adapter gives is not this driver's affair: user space
 * asks the adapter for a voltage, tells the pump to start, watches what flows, and
 * corrects the adapter (Documentation/sc8551.rst). The driver sees to it that
 * nothing is exceeded: it programs all protections, proves that they are
 * programmed before it starts, ends charging after a fault, and keeps the chip's
 * watchdog content only while it runs itself.
 *
 * A chip is two power supplies: the bus side, which is switched on and off by its
 * status, and the battery side, which can only be read.
 */

#include <linux/delay.h>
#include <linux/i2c.h>
#include <linux/interrupt.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pm.h>
#include <linux/power_supply.h>
#include <linux/property.h>
#include <linux/regmap.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "sc8551_chip.h"

/* How often a chip is looked at while it charges, its interrupt line apart. */
#define SC8551_LOOK_MS		1000

/* How often a chip is asked to stop when nobody can ask it later. */
#define SC8551_REST_TRIES	5

/**
 * struct sc8551 - a charge pump and its supplies
 * @dev: its I2C device
 * @bus: bus side
 * @battery: battery side
 * @bus_desc: description of @bus
 * @battery_desc: description of @battery
 * @lock: protects all below, and sequences of registers
 * @closed: charging may not be started any more
 * @chip: the chip
 * @look: looks at the chip while it charges
 */
struct sc8551 {
	struct device *dev;
	struct power_supply *bus;
	struct power_supply *battery;
	struct power_supply_desc bus_desc;
	struct power_supply_desc battery_desc;

	struct mutex lock; /* registers, state */
	bool closed;
	struct sc8551_chip chip;
	struct delayed_work look;
};

static unsigned long sc8551_look_delay(struct sc8551 *sc)
{
	unsigned int ms = SC8551_LOOK_MS;

	/* Looking feeds the watchdog, and has to come twice in its time. */
	if (sc->chip.setup.watchdog_ms)
		ms = min(ms, sc->chip.setup.watchdog_ms / 2);

	return msecs_to_jiffies(ms);
}

/* As long as it may charge there is a next look. */
static void sc8551_look_later(struct sc8551 *sc)
{
	lockdep_assert_held(&sc->lock);

	if (sc->chip.charging && !sc->closed)
		mod_delayed_work(system_power_efficient_wq, &sc->look,
				 sc8551_look_delay(sc));
}

static bool sc8551_look(struct sc8551 *sc)
{
	bool tell;

	mutex_lock(&sc->lock);
	tell = sc8551_chip_look(&sc->chip);
	sc8551_look_later(sc);
	mutex_unlock(&sc->lock);

	return tell;
}

static void sc8551_tell(struct sc8551 *sc)
{
	if (!IS_ERR_OR_NULL(sc->bus))
		power_supply_changed(sc->bus);
	if (!IS_ERR_OR_NULL(sc->battery))
		power_supply_changed(sc->battery);
}

static void sc8551_look_work(struct work_struct *work)
{
	struct sc8551 *sc = container_of(work, struct sc8551, look.work);

	if (sc8551_look(sc))
		sc8551_tell(sc);
}

static irqreturn_t sc8551_irq(int irq, void *data)
{
	struct sc8551 *sc = data;

	sc8551_look(sc);
	sc8551_tell(sc);

	return IRQ_HANDLED;
}

static int sc8551_set_status(struct sc8551 *sc, int status)
{
	int ret;

	mutex_lock(&sc->lock);
	switch (status) {
	case POWER_SUPPLY_STATUS_CHARGING:
		ret = sc->closed ? -ENODEV : sc8551_chip_start(&sc->chip);
		break;
	case POWER_SUPPLY_STATUS_NOT_CHARGING:
		ret = sc8551_chip_stop(&sc->chip);
		break;
	default:
		ret = -EINVAL;
		break;
	}
	sc8551_look_later(sc);
	mutex_unlock(&sc->lock);
	if (ret != -EINVAL)
		sc8551_tell(sc);

	return ret;
}

static int sc8551_measure(struct sc8551 *sc, enum sc8551_adc adc, int *value)
{
	u8 data[2];
	int ret = regmap_bulk_read(sc->chip.regmap, sc8551_adc_reg(adc), data,
				   sizeof(data));

	if (!ret)
		*value = sc8551_adc_value(adc, data);

	return ret;
}

static int sc8551_get_present(struct sc8551 *sc, u8 what, int *value)
{
	unsigned int status;
	int ret = regmap_read(sc->chip.regmap, SC8551_ALARM_STATUS, &status);

	if (!ret)
		*value = !!(status & what);

	return ret;
}

static int sc8551_get_charging(struct sc8551 *sc, bool *charging)
{
	bool tell;
	int ret;

	mutex_lock(&sc->lock);
	ret = sc8551_chip_charging(&sc->chip, charging, &tell);
	mutex_unlock(&sc->lock);
	if (tell)
		sc8551_tell(sc);

	return ret;
}

static int sc8551_get_health(struct sc8551 *sc)
{
	int health;

	mutex_lock(&sc->lock);
	health = sc8551_chip_health(&sc->chip);
	mutex_unlock(&sc->lock);

	return health;
}

static const enum power_supply_property sc8551_bus_props[] = {
	POWER_SUPPLY_PROP_STATUS,
	POWER_SUPPLY_PROP_CHARGE_TYPE,
	POWER_SUPPLY_PROP_HEALTH,
	POWER_SUPPLY_PROP_PRESENT,
	POWER_SUPPLY_PROP_ONLINE,
	POWER_SUPPLY_PROP_VOLTAGE_NOW,
	POWER_SUPPLY_PROP_VOLTAGE_MAX,
	POWER_SUPPLY_PROP_CURRENT_NOW,
	POWER_SUPPLY_PROP_CURRENT_MAX,
	POWER_SUPPLY_PROP_CONSTANT_CHARGE_VOLTAGE_MAX,
	POWER_SUPPLY_PROP_CONSTANT_CHARGE_CURRENT_MAX,
	POWER_SUPPLY_PROP_TEMP,
	POWER_SUPPLY_PROP_MODEL_NAME,
	POWER_SUPPLY_PROP_MANUFACTURER,
};

static int sc8551_bus_get(struct power_supply *psy,
			  enum power_supply_property prop,
			  union power_supply_propval *val)
{
	struct sc8551 *sc = power_supply_get_drvdata(psy);
	bool charging;
	int ret;

	switch (prop) {
	case POWER_SUPPLY_PROP_STATUS:
		ret = sc8551_get_charging(sc, &charging);
		val->intval = charging ? POWER_SUPPLY_STATUS_CHARGING :
					 POWER_SUPPLY_STATUS_NOT_CHARGING;
		return ret;
	case POWER_SUPPLY_PROP_CHARGE_TYPE:
		ret = sc8551_get_charging(sc, &charging);
		val->intval = !charging ? POWER_SUPPLY_CHARGE_TYPE_NONE :
			      sc->chip.setup.bypass ? POWER_SUPPLY_CHARGE_TYPE_BYPASS :
			      POWER_SUPPLY_CHARGE_TYPE_FAST;
		return ret;
	case POWER_SUPPLY_PROP_HEALTH:
		val->intval = sc8551_get_health(sc);
		return 0;
	case POWER_SUPPLY_PROP_PRESENT:
		return sc8551_get_present(sc, SC8551_ADAPTER, &val->intval);
	case POWER_SUPPLY_PROP_ONLINE:
		ret = sc8551_get_charging(sc, &charging);
		val->intval = charging;
		return ret;
	case POWER_SUPPLY_PROP_VOLTAGE_NOW:
		return sc8551_measure(sc, SC8551_VBUS, &val->intval);
	case POWER_SUPPLY_PROP_VOLTAGE_MAX:
		val->intval = sc->chip.setup.bus_ovp_uv;
		return 0;
	case POWER_SUPPLY_PROP_CURRENT_NOW:
		return sc8551_measure(sc, SC8551_IBUS, &val->intval);
	case POWER_SUPPLY_PROP_CURRENT_MAX:
		val->intval = sc->chip.setup.bus_ocp_ua;
		return 0;
	case POWER_SUPPLY_PROP_CONSTANT_CHARGE_VOLTAGE_MAX:
		val->intval = sc->chip.setup.bat_ovp_uv;
		return 0;
	case POWER_SUPPLY_PROP_CONSTANT_CHARGE_CURRENT_MAX:
		val->intval = sc->chip.setup.bat_ocp_ua;
		return 0;
	case POWER_SUPPLY_PROP_TEMP:
		return sc8551_measure(sc, SC8551_DIE, &val->intval);
	case POWER_SUPPLY_PROP_MODEL_NAME:
		val->strval = "SC8551";
		return 0;
	case POWER_SUPPLY_PROP_MANUFACTURER:
		val->strval = "Southchip";
		return 0;
	default:
		return -EINVAL;
	}
}

static int sc8551_bus_set(struct power_supply *psy,
			  enum power_supply_property prop,
			  const union power_supply_propval *val)
{
	if (prop != POWER_SUPPLY_PROP_STATUS)
		return -EINVAL;

	return sc8551_set_status(power_supply_get_drvdata(psy), val->intval);
}

static int sc8551_bus_is_writeable(struct power_supply *psy,
				   enum power_supply_property prop)
{
	return prop == POWER_SUPPLY_PROP_STATUS;
}

static const enum power_supply_property sc8551_battery_props[] = {
	POWER_SUPPLY_PROP_STATUS,
	POWER_SUPPLY_PROP_HEALTH,
	POWER_SUPPLY_PROP_PRESENT,
	POWER_SUPPLY_PROP_VOLTAGE_NOW,
	POWER_SUPPLY_PROP_CURRENT_NOW,
};

static int sc8551_battery_get(struct power_supply *psy,
			      enum power_supply_property prop,
			      union power_supply_propval *val)
{
	struct sc8551 *sc = power_supply_get_drvdata(psy);

	switch (prop) {
	case POWER_SUPPLY_PROP_STATUS:
	case POWER_SUPPLY_PROP_HEALTH:
		return sc8551_bus_get(psy, prop, val);
	case POWER_SUPPLY_PROP_PRESENT:
		return sc8551_get_present(sc, SC8551_BATTERY, &val->intval);
	case POWER_SUPPLY_PROP_VOLTAGE_NOW:
		return sc8551_measure(sc, SC8551_VBAT, &val->intval);
	case POWER_SUPPLY_PROP_CURRENT_NOW:
		return sc8551_measure(sc, SC8551_IBAT, &val->intval);
	default:
		return -EINVAL;
	}
}

/* Offset of a number in struct sc8551_setup, and whether a board has to have it. */
struct sc8551_property {
	const char *name;
	size_t offset;
	bool needed;
	u32 fallback;
};

#define SC8551_NEEDED(name, field) \
	{ name, offsetof(struct sc8551_setup, field), true, 0 }
#define SC8551_OPTIONAL(name, field, fallback) \
	{ name, offsetof(struct sc8551_setup, field), false, fallback }

/*
 * There is no limit that is right for every board. What is optional protects nothing
 * by itself; its fall-backs are a choice of ours among what the chip offers.
 */
static const struct sc8551_property sc8551_properties[] = {
	SC8551_NEEDED("southchip,bat-ovp-microvolt", bat_ovp_uv),
	SC8551_NEEDED("southchip,bat-ocp-microamp", bat_ocp_ua),
	SC8551_NEEDED("southchip,ac-ovp-microvolt", ac_ovp_uv),
	SC8551_NEEDED("southchip,bus-ovp-microvolt", bus_ovp_uv),
	SC8551_NEEDED("southchip,bus-ocp-microamp", bus_ocp_ua),
	SC8551_NEEDED("southchip,switching-frequency-hz", switching_hz),
	SC8551_NEEDED("shunt-resistor-micro-ohms", shunt_uohm),
	SC8551_OPTIONAL("southchip,bat-ovp-alarm-microvolt", bat_ovp_alarm_uv, 0),
	SC8551_OPTIONAL("southchip,bat-ocp-alarm-microamp", bat_ocp_alarm_ua, 0),
	SC8551_OPTIONAL("southchip,ac-drop-microvolt", ac_drop_uv, 300000),
	SC8551_OPTIONAL("southchip,bus-ucp-microamp", bus_ucp_ua, 250000),
	SC8551_OPTIONAL("southchip,watchdog-timeout-ms", watchdog_ms, 5000),
	SC8551_OPTIONAL("southchip,soft-start-timeout-us", soft_start_us, 400000),
	SC8551_OPTIONAL("southchip,ibat-regulation-microamp", ibat_regulation_ua, 0),
	SC8551_OPTIONAL("southchip,vbat-regulation-microvolt", vbat_regulation_uv, 0),
	SC8551_OPTIONAL("southchip,ibus-regulation-microamp", ibus_regulation_ua, 0),
};

static int sc8551_read_role(struct sc8551 *sc)
{
	static const char * const names[] = {
		[SC8551_STANDALONE] = "standalone",
		[SC8551_SLAVE] = "slave",
		[SC8551_MASTER] = "master",
	};
	const char *name;
	unsigned int i;

	if (device_property_read_string(sc->dev, "southchip,role", &name))
		return 0;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(name, names[i])) {
			sc->chip.setup.role = i;
			return 0;
		}
	}

	return dev_err_probe(sc->dev, -EINVAL, "southchip,role: %s?\n", name);
}

static int sc8551_read_setup(struct sc8551 *sc)
{
	struct sc8551_setup *setup = &sc->chip.setup;
	const struct sc8551_property *prop;
	struct device *dev = sc->dev;
	const char *what;
	unsigned int i;
	u32 *value;
	int ret;

	for (i = 0; i < ARRAY_SIZE(sc8551_properties); i++) {
		prop = &sc8551_properties[i];
		value = (void *)setup + prop->offset;
		ret = device_property_read_u32(dev, prop->name, value);
		if (!ret)
			continue;
		if (prop->needed)
			return dev_err_probe(dev, ret, "%s: not there\n",
					     prop->name);
		*value = prop->fallback;
	}
	ret = sc8551_read_role(sc);
	if (ret)
		return ret;
	setup->bypass = device_property_read_bool(dev, "southchip,bypass");
	setup->no_tsbus = device_property_read_bool(dev, "southchip,no-tsbus");
	setup->no_tsbat = device_property_read_bool(dev, "southchip,no-tsbat");

	ret = sc8551_encode(&sc->chip.image, setup, &what);
	if (ret)
		return dev_err_probe(dev, ret, "%s: the chip cannot do that\n",
				     what);

	return 0;
}

static int sc8551_wake_up(struct sc8551 *sc)
{
	unsigned int id;
	int ret;

	ret = regmap_read(sc->chip.regmap, SC8551_DEVICE_ID, &id);
	if (ret)
		return dev_err_probe(sc->dev, ret, "does not answer\n");

	/* The acknowledge of the last byte can be lost in the reset. */
	regmap_write(sc->chip.regmap, SC8551_CONTROL, SC8551_RESET);
	fsleep(1000);

	ret = sc8551_chip_stop(&sc->chip);
	if (!ret)
		ret = sc8551_chip_program(&sc->chip);
	if (!ret)
		ret = regmap_write(sc->chip.regmap, SC8551_ADC_CONTROL,
				   SC8551_ADC_ENABLE);
	if (ret)
		return dev_err_probe(sc->dev, ret, "cannot be programmed\n");
	dev_info(sc->dev, "SC8551, id %#x\n", id);

	return 0;
}

static int sc8551_register(struct sc8551 *sc)
{
	struct power_supply_config config = {
		.drv_data = sc,
		.fwnode = dev_fwnode(sc->dev),
	};
	struct device *dev = sc->dev;

	sc->bus_desc = (struct power_supply_desc) {
		.name = devm_kasprintf(dev, GFP_KERNEL, "sc8551-%s",
				       dev_name(dev)),
		.type = POWER_SUPPLY_TYPE_USB,
		.properties = sc8551_bus_props,
		.num_properties = ARRAY_SIZE(sc8551_bus_props),
		.get_property = sc8551_bus_get,
		.set_property = sc8551_bus_set,
		.property_is_writeable = sc8551_bus_is_writeable,
	};
	sc->battery_desc = (struct power_supply_desc) {
		.name = devm_kasprintf(dev, GFP_KERNEL, "sc8551-%s-battery",
				       dev_name(dev)),
		.type = POWER_SUPPLY_TYPE_BATTERY,
		.properties = sc8551_battery_props,
		.num_properties = ARRAY_SIZE(sc8551_battery_props),
		.get_property = sc8551_battery_get,
	};
	if (!sc->bus_desc.name || !sc->battery_desc.name)
		return -ENOMEM;

	sc->bus = devm_power_supply_register(dev, &sc->bus_desc, &config);
	if (IS_ERR(sc->bus))
		return dev_err_probe(dev, PTR_ERR(sc->bus),
				     "cannot register\n");
	sc->battery = devm_power_supply_register(dev, &sc->battery_desc,
						 &config);
	if (IS_ERR(sc->battery))
		return dev_err_probe(dev, PTR_ERR(sc->battery),
				     "cannot register\n");

	return 0;
}

static void sc8551_put_to_rest(struct sc8551 *sc, bool for_good)
{
	unsigned int tries;
	int ret = -EIO;

	mutex_lock(&sc->lock);
	sc->closed = for_good;
	for (tries = 0; ret && tries < SC8551_REST_TRIES; tries++)
		ret = sc8551_chip_stop(&sc->chip);
	mutex_unlock(&sc->lock);
	if (ret)
		dev_err(sc->dev, "cannot be switched off: %pe\n", ERR_PTR(ret));
	cancel_delayed_work_sync(&sc->look);
}

/* Charging does not outlive the driver. */
static void sc8551_rest_action(void *data)
{
	struct sc8551 *sc = data;

	sc8551_put_to_rest(sc, true);
	regmap_write(sc->chip.regmap, SC8551_ADC_CONTROL, 0);
}

static const struct regmap_config sc8551_regmap_config = {
	.reg_bits = 8,
	.val_bits = 8,
	.max_register = SC8551_LAST,
};

static int sc8551_probe(struct i2c_client *client)
{
	struct device *dev = &client->dev;
	struct sc8551 *sc;
	int ret;

	sc = devm_kzalloc(dev, sizeof(*sc), GFP_KERNEL);
	if (!sc)
		return -ENOMEM;
	sc->dev = dev;
	sc->chip.dev = dev;
	mutex_init(&sc->lock);
	INIT_DELAYED_WORK(&sc->look, sc8551_look_work);
	i2c_set_clientdata(client, sc);

	ret = sc8551_read_setup(sc);
	if (ret)
		return ret;

	sc->chip.regmap = devm_regmap_init_i2c(client, &sc8551_regmap_config);
	if (IS_ERR(sc->chip.regmap))
		return dev_err_probe(dev, PTR_ERR(sc->chip.regmap),
				     "cannot map registers\n");
	ret = sc8551_wake_up(sc);
	if (ret)
		return ret;

	ret = sc8551_register(sc);
	if (ret)
		return ret;
	/* After the supplies, so that it comes before them on the way back. */
	ret = devm_add_action_or_reset(dev, sc8551_rest_action, sc);
	if (ret)
		return ret;

	if (client->irq) {
		ret = devm_request_threaded_irq(dev, client->irq, NULL,
						sc8551_irq, IRQF_ONESHOT,
						dev_name(dev), sc);
		if (ret)
			return dev_err_probe(dev, ret,
					     "cannot get the interrupt\n");
	}

	return 0;
}

static void sc8551_shutdown(struct i2c_client *client)
{
	sc8551_put_to_rest(i2c_get_clientdata(client), true);
}

/* Nobody watches while the system sleeps. */
static int sc8551_suspend(struct device *dev)
{
	struct sc8551 *sc = dev_get_drvdata(dev);
	bool was = sc->chip.charging;

	sc8551_put_to_rest(sc, false);
	if (was)
		sc8551_tell(sc);

	return 0;
}

static DEFINE_SIMPLE_DEV_PM_OPS(sc8551_pm_ops, sc8551_suspend, NULL);

static const struct of_device_id sc8551_of_match[] = {
	{ .compatible = "southchip,sc8551" },
	{ }
};
MODULE_DEVICE_TABLE(of, sc8551_of_match);

static const struct i2c_device_id sc8551_ids[] = {
	{ "sc8551" },
	{ }
};
MODULE_DEVICE_TABLE(i2c, sc8551_ids);

static struct i2c_driver sc8551_driver = {
	.probe = sc8551_probe,
	.shutdown = sc8551_shutdown,
	.id_table = sc8551_ids,
	.driver = {
		.name = "sunmao-sc8551",
		.of_match_table = sc8551_of_match,
		.pm = pm_sleep_ptr(&sc8551_pm_ops),
	},
};
module_i2c_driver(sc8551_driver);

MODULE_DESCRIPTION("Sunmao driver for SC8551 charge pumps");
MODULE_AUTHOR("Sunmao developers");
MODULE_LICENSE("GPL");
