/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A quantised network under construction, with the values that every tensor takes
 * for one pseudo-random input.
 *
 * The values are computed here, in plain integer arithmetic, while the network is
 * being built. They serve twice: each layer's output scale and bias are chosen from
 * its real accumulators, so that results use the whole 8-bit range; and they predict
 * bit by bit what the accelerator must deliver, independently of TensorFlow Lite
 * (see the numerics at accelerator_scale()).
 *
 * All activations and weights are uint8 with one scale and zero point per tensor:
 * Mesa's rocket driver re-bases bytes by 0x80 and so takes unsigned data only.
 */
#ifndef SUNMAO_TEFLON_GRAPH_H
#define SUNMAO_TEFLON_GRAPH_H

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rng.hh"

namespace tflite {
struct ModelT;
}

enum class Padding { same, valid };
enum class Activation { none, relu, relu6 };

/* What a layer is to look like; 0 or negative: the builder chooses. */
struct Conv {
	int channels;			/* output channels; ignored for depthwise */
	int kernel = 1;
	int stride = 1;
	Padding padding = Padding::same;
	Activation activation = Activation::none;
	bool depthwise = false;
	float weight_scale = 0;		/* real value of one weight step */
	int weight_zero = -1;
	float output_scale = 0;		/* real value of one output step */
	int output_zero = -1;		/* only together with output_scale */
	/*
	 * Give each output channel a mean of its own, about a deviation above zero, so
	 * that a following rectifier cuts little. Deep random networks need it: without,
	 * either all positions of a plane end up equal or the tiniest rounding
	 * difference grows from layer to layer.
	 */
	bool balanced = false;
};

/* One of the additions that Mesa can program; see residual(). */
struct AddConstants {
	float operand_scale;		/* scale of the earlier tensor */
	float operand_gain;		/* operand steps to accumulator steps */
	int output_gain;		/* numerator of accumulator to output steps */
	int output_shift;		/* its power of two */
	int output_zero;		/* fixed zero point, or -1: any */
};

extern const AddConstants add_free_zero;
extern const AddConstants add_fixed_zero;

class Graph {
public:
	Graph(const std::string &name, uint64_t seed);
	~Graph();

	/* A network input filled with random bytes; square, NHWC, batch 1. */
	int input(int size, int channels, int zero_point = 128);

	int conv(int from, const Conv &spec);
	/*
	 * A 1x1 convolution of @inner and the addition of @earlier to its result, which
	 * the accelerator does in one operation. @earlier must be a convolution's
	 * output with the operand_scale of @constants.
	 */
	int residual(int inner, int earlier, const AddConstants &constants);

	/* These run on the CPU: Mesa's driver does not take them. */
	int max_pool(int from, int kernel, int stride);
	int average_pool(int from);
	int concatenate(const std::vector<int> &from);
	int reshape_flat(int from);
	int softmax(int from);

	void output(int tensor);

	/* The finished network as a TensorFlow Lite model file. */
	std::vector<uint8_t> serialise() const;

	int operations() const;
	int expect_delegated() const { return delegated_; }
	uint64_t macs() const { return macs_; }
	/* One line per convolution: what Mesa's task splitter gets. */
	const std::vector<std::string> &layers() const { return layers_; }

	int inputs() const { return static_cast<int>(inputs_.size()); }
	int outputs() const { return static_cast<int>(outputs_.size()); }
	const std::vector<uint8_t> &input_values(int i) const;
	/* Predicted output, empty when not computed (softmax). */
	const std::vector<uint8_t> &output_values(int i) const;

private:
	struct Tensor {
		std::vector<int> shape;
		float scale;
		int zero_point;
		std::vector<uint8_t> values;

		int height() const { return shape[1]; }
		int width() const { return shape[2]; }
		int channels() const { return shape[3]; }
	};
	struct Window;

	int add_tensor(const std::string &name, const std::vector<int> &shape, int type,
		       float scale, int zero_point, const void *data, size_t size);
	int add_operation(int builtin, const std::vector<int> &in,
			  const std::vector<int> &out);
	std::vector<int> accumulate(const Tensor &in, const Window &window,
				    const std::vector<uint8_t> &weights,
				    int weight_zero) const;
	Window window_of(const Tensor &in, const Conv &spec) const;

	std::unique_ptr<tflite::ModelT> model_;
	std::vector<Tensor> tensors_;
	std::vector<int> inputs_, outputs_;
	std::vector<std::string> layers_;
	Rng rng_;
	int delegated_ = 0;
	uint64_t macs_ = 0;
};

#endif
