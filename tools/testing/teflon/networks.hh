/* SPDX-License-Identifier: GPL-2.0-only */
/* The catalogue of networks. */
#ifndef SUNMAO_TEFLON_NETWORKS_H
#define SUNMAO_TEFLON_NETWORKS_H

#include <string>
#include <vector>

#include "graph.hh"

struct Network {
	const char *name;
	const char *what;
	/*
	 * Largest difference to TensorFlow Lite's CPU kernels that is right, per
	 * element; negative where rounding differences travel through many layers and
	 * no bound exists (the prediction still holds bit by bit).
	 */
	int limit;
	void (*build)(Graph &graph);
	/* Why mainline's rocket 7.3 cannot run it; NULL: it can. */
	const char *not_on_rocket = nullptr;
};

extern const std::vector<Network> networks;

/* NULL if there is none of that name. */
const Network *find_network(const std::string &name);

#endif
