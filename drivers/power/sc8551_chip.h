/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DOC: a SC8551 on its bus: start, stop, and what happened meanwhile
 *
 * Nothing here locks; the caller does.
 */
#ifndef _SC8551_CHIP_H_
#define _SC8551_CHIP_H_

#include <linux/types.h>

#include "sc8551_enc.h"

struct device;
struct regmap;

/**
 * struct sc8551_chip - a charge pump
 * @dev: for messages
 * @regmap: its registers
 * @setup: what the board wants
 * @image: the same as register values
 * @wanted: charging was started, and neither ended nor stopped
 * @charging: the chip may be charging; that it is not takes a transfer that succeeded
 * @events: what happened since it was started
 * @unseen: what was read from the chip, and sc8551_chip_look() has not seen yet
 */
struct sc8551_chip {
	struct device *dev;
	struct regmap *regmap;
	struct sc8551_setup setup;
	struct sc8551_image image;
	bool wanted;
	bool charging;
	struct sc8551_events events;
	struct sc8551_events unseen;
};

int sc8551_chip_program(struct sc8551_chip *chip);
int sc8551_chip_start(struct sc8551_chip *chip);
int sc8551_chip_stop(struct sc8551_chip *chip);
bool sc8551_chip_look(struct sc8551_chip *chip);
int sc8551_chip_charging(struct sc8551_chip *chip, bool *charging, bool *tell);
int sc8551_chip_health(const struct sc8551_chip *chip);

#endif /* _SC8551_CHIP_H_ */
