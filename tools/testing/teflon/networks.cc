// SPDX-License-Identifier: GPL-2.0-only
/*
 * The catalogue of networks.
 *
 * Shapes stay inside what Mesa's rocket driver computes correctly; where it does not,
 * the reason stands with the network that comes nearest. In general: planes are
 * square; inputs of a padded depthwise layer have zero point 0 or 0x8b (padding
 * differs by lane otherwise); depthwise layers have 32 channels or a multiple of 64;
 * more than 16 input channels means 32 or more; a rectified output has zero point 0;
 * the plane of a residual addition is neither 3 nor 8 wide.
 */

#include "networks.hh"

namespace {

/* A layer on its own: an input, one operation, its output. */
void single(Graph &g, int size, int channels, const Conv &spec, int zero_point = 128)
{
	g.output(g.conv(g.input(size, channels, zero_point), spec));
}

Conv make(int channels, int kernel, int stride = 1, Padding padding = Padding::same,
	  Activation activation = Activation::none)
{
	Conv c = { channels };

	c.kernel = kernel;
	c.stride = stride;
	c.padding = padding;
	c.activation = activation;
	return c;
}

Conv depthwise(int kernel, int stride = 1, Padding padding = Padding::same,
	       Activation activation = Activation::none)
{
	Conv c = make(0, kernel, stride, padding, activation);

	c.depthwise = true;
	return c;
}

/* Layers inside of a graph: rectified as MobileNet does it. */
Conv inner(Conv c)
{
	c.activation = Activation::relu6;
	c.balanced = true;
	return c;
}

/*
 * MobileNetV1, width 1.0: one full convolution, 13 depthwise-separable blocks, the
 * average over the plane, 1001 classes. All 28 convolutions go to the accelerator;
 * pooling, reshape and softmax stay on the CPU.
 */
void mobilenet_v1(Graph &g, int size)
{
	static const struct {
		int channels, stride;
	} blocks[13] = {
		{ 64, 1 }, { 128, 2 }, { 128, 1 }, { 256, 2 }, { 256, 1 },
		{ 512, 2 }, { 512, 1 }, { 512, 1 }, { 512, 1 }, { 512, 1 },
		{ 512, 1 }, { 1024, 2 }, { 1024, 1 },
	};
	int t = g.conv(g.input(size, 3), inner(make(32, 3, 2)));

	for (const auto &block : blocks) {
		t = g.conv(t, inner(depthwise(3, block.stride)));
		t = g.conv(t, inner(make(block.channels, 1)));
	}
	/* The last plane is a result too: an average would hide single wrong pixels. */
	g.output(t);
	t = g.conv(g.average_pool(t), make(1001, 1));
	g.output(t);
	g.output(g.softmax(g.reshape_flat(t)));
}

/* A convolution whose output can be the earlier operand of a residual addition. */
Conv addend(Conv c, const AddConstants &constants)
{
	c.output_scale = constants.operand_scale;
	return c;
}

} // namespace

const std::vector<Network> networks = {
	/* Pointwise. */
	{ "conv1x1", "1x1, 32 to 64 channels", 1, [](Graph &g) {
		single(g, 28, 32, make(64, 1)); } },
	{ "conv1x1-s2", "1x1, stride 2", 1, [](Graph &g) {
		single(g, 28, 64, make(32, 1, 2)); } },
	{ "conv1x1-odd", "1x1, 40 to 50 channels", 1, [](Graph &g) {
		single(g, 14, 40, make(50, 1)); } },
	{ "conv1x1-deep", "1x1, sums over 1024 channels", 1, [](Graph &g) {
		single(g, 7, 1024, make(128, 1)); } },
	{ "conv1x1-classes", "1x1 on a single pixel, 1024 to 1001 channels", 1, [](Graph &g) {
		single(g, 1, 1024, make(1001, 1)); } },

	/*
	 * Mesa makes one job for each task then; with a plane that needs several tasks
	 * it frees their common list of buffers several times, so this one needs one.
	 */
	{ "conv1x1-big", "1x1, weights beyond the convolution buffer", 1, [](Graph &g) {
		single(g, 14, 640, make(512, 1, 2)); } },

	/* 3x3. */
	{ "conv3x3", "3x3 SAME", 1, [](Graph &g) {
		single(g, 28, 32, make(32, 3)); } },
	{ "conv3x3-valid", "3x3 VALID", 1, [](Graph &g) {
		single(g, 28, 32, make(64, 3, 1, Padding::valid), 117); } },
	{ "conv3x3-zp", "3x3 SAME, padding with another zero point", 1, [](Graph &g) {
		single(g, 20, 32, make(32, 3), 93); } },
	{ "conv3x3-s2", "3x3 SAME, stride 2, padded on one side", 1, [](Graph &g) {
		single(g, 28, 32, make(64, 3, 2)); } },
	{ "conv3x3-s2-both", "3x3 SAME, stride 2, padded on both sides", 1, [](Graph &g) {
		single(g, 29, 16, make(32, 3, 2), 140); } },
	{ "conv3x3-s2-valid", "3x3 VALID, stride 2", 1, [](Graph &g) {
		single(g, 29, 32, make(32, 3, 2, Padding::valid)); } },
	{ "conv3x3-relu", "3x3 SAME, ReLU", 1, [](Graph &g) {
		single(g, 20, 32, make(32, 3, 1, Padding::same, Activation::relu), 0); } },
	{ "conv3x3-relu6", "3x3 SAME, ReLU6", 1, [](Graph &g) {
		single(g, 20, 48, make(64, 3, 1, Padding::same, Activation::relu6)); } },
	/*
	 * Mesa packs the weights of an odd last output channel wrongly when the last
	 * group of 32 input channels is at most half full: 33 to 35 channels fail.
	 */
	{ "conv3x3-odd", "3x3 SAME, 33 to 38 channels", 1, [](Graph &g) {
		single(g, 15, 33, make(38, 3)); } },
	{ "conv3x3-odd-out", "3x3 SAME, 50 to 35 channels", 1, [](Graph &g) {
		single(g, 15, 50, make(35, 3)); } },
	{ "conv3x3-narrow", "3x3 SAME, 5 to 7 channels", 1, [](Graph &g) {
		single(g, 17, 5, make(7, 3)); } },
	{ "conv3x3-one", "3x3 SAME, a single output channel", 1, [](Graph &g) {
		single(g, 20, 16, make(1, 3)); } },
	{ "conv3x3-100", "3x3 SAME, 100 to 90 channels", 1, [](Graph &g) {
		single(g, 13, 100, make(90, 3)); } },
	{ "conv3x3-gray", "3x3 SAME, a single input channel", 1, [](Graph &g) {
		single(g, 64, 1, make(16, 3)); } },
	{ "conv3x3-truncate", "3x3 SAME, a weight scale for which Mesa drops a bit", 1,
	  [](Graph &g) {
		Conv c = make(32, 3);

		/* Zero points of 128: how dropping mixes with corrections is not known. */
		c.weight_scale = 0x1.00c1bcp-7f;
		c.weight_zero = 128;
		single(g, 20, 32, c); } },
	{ "conv3x3-rgb224", "first layer: 224x224x3, 3x3, stride 2, ReLU6", 1, [](Graph &g) {
		single(g, 224, 3, make(32, 3, 2, Padding::same, Activation::relu6)); } },

	/* 5x5 and 7x7. */
	{ "conv5x5", "5x5 SAME", 1, [](Graph &g) {
		single(g, 20, 16, make(32, 5)); } },
	{ "conv5x5-valid", "5x5 VALID, 32 to 24 channels", 1, [](Graph &g) {
		single(g, 20, 32, make(24, 5, 1, Padding::valid)); } },
	{ "conv5x5-s2", "5x5 SAME, stride 2", 1, [](Graph &g) {
		single(g, 24, 16, make(32, 5, 2)); } },
	{ "conv5x5-s2-valid", "5x5 VALID, stride 2", 1, [](Graph &g) {
		single(g, 25, 16, make(16, 5, 2, Padding::valid)); } },
	{ "conv7x7-rgb", "7x7 SAME, stride 2, 3 channels", 1, [](Graph &g) {
		single(g, 64, 3, make(32, 7, 2)); } },

	/* Depthwise. */
	{ "dw3x3", "depthwise 3x3 SAME", 1, [](Graph &g) {
		single(g, 28, 64, depthwise(3), 0); } },
	{ "dw3x3-s2", "depthwise 3x3 SAME, stride 2", 1, [](Graph &g) {
		single(g, 28, 64, depthwise(3, 2), 0); } },
	{ "dw3x3-s2-both", "depthwise 3x3 SAME, stride 2, padded on both sides, ReLU6", 1,
	  [](Graph &g) {
		single(g, 27, 128, depthwise(3, 2, Padding::same, Activation::relu6), 0); } },
	{ "dw3x3-32", "depthwise 3x3 SAME, 32 channels, ReLU6", 1, [](Graph &g) {
		single(g, 28, 32, depthwise(3, 1, Padding::same, Activation::relu6), 0); } },
	{ "dw3x3-valid", "depthwise 3x3 VALID, 128 channels", 1, [](Graph &g) {
		single(g, 20, 128, depthwise(3, 1, Padding::valid)); } },
	{ "dw3x3-zp", "depthwise 3x3 SAME, zero point 0x8b", 1, [](Graph &g) {
		single(g, 20, 64, depthwise(3), 0x8b); } },
	{ "dw5x5", "depthwise 5x5 SAME", 1, [](Graph &g) {
		single(g, 20, 64, depthwise(5), 0); } },

	/* Planes that do not fit into the convolution buffer: several tasks each. */
	{ "split-3x3", "3x3 SAME in several tasks of one job", 1, [](Graph &g) {
		single(g, 80, 64, make(8, 3)); } },
	{ "split-3x3-s2", "3x3 SAME, stride 2, in several tasks", 1, [](Graph &g) {
		single(g, 80, 64, make(16, 3, 2)); } },
	{ "split-1x1", "1x1 in several tasks", 1, [](Graph &g) {
		single(g, 64, 128, make(32, 1)); } },
	{ "split-5x5-valid", "5x5 VALID in several tasks", 1, [](Graph &g) {
		single(g, 84, 48, make(4, 5, 1, Padding::valid)); } },
	{ "split-dw3x3-s2", "depthwise 3x3, stride 2, in several tasks", 1, [](Graph &g) {
		single(g, 112, 64, depthwise(3, 2, Padding::same, Activation::relu6), 0); } },

	/*
	 * Graphs. An addition is rounded once here, but three times on the CPU: hence 2.
	 */
	{ "chain", "three convolutions in a row", -1, [](Graph &g) {
		int t = g.conv(g.input(24, 3), inner(make(32, 3, 2)));

		t = g.conv(t, inner(make(48, 1)));
		g.output(g.conv(t, make(10, 3, 1, Padding::valid))); } },
	{ "separable", "two depthwise-separable blocks", -1, [](Graph &g) {
		int t = g.conv(g.input(32, 16), inner(make(32, 1)));

		t = g.conv(t, inner(depthwise(3)));
		t = g.conv(t, inner(make(64, 1)));
		t = g.conv(t, inner(depthwise(3, 2)));
		g.output(g.conv(t, inner(make(128, 1)))); } },
	{ "residual", "a residual addition", 2, [](Graph &g) {
		const int t = g.conv(g.input(20, 16), addend(make(32, 1), add_free_zero));

		g.output(g.residual(g.conv(t, inner(make(64, 1))), t, add_free_zero)); } },
	{ "residual-fixed", "a residual addition with Mesa's fixed output offset", 2,
	  [](Graph &g) {
		const int t = g.conv(g.input(14, 32), addend(make(48, 1), add_fixed_zero));

		g.output(g.residual(g.conv(t, inner(make(40, 3))), t, add_fixed_zero)); } },
	{ "residual-same", "a residual addition of a convolution and its own input", 2,
	  [](Graph &g) {
		const int t = g.conv(g.input(20, 16), addend(make(32, 1), add_free_zero));

		g.output(g.residual(t, t, add_free_zero)); },
	  "a job with one buffer twice is dropped without an error" },
	{ "inverted-residual", "MobileNetV2's block, twice", -1, [](Graph &g) {
		int t = g.input(28, 3);

		t = g.conv(t, inner(make(32, 3, 2)));
		for (const auto *constants : { &add_free_zero, &add_fixed_zero }) {
			const int x = g.conv(t, addend(make(32, 1), *constants));
			const int e = g.conv(x, inner(make(128, 1)));

			t = g.residual(g.conv(e, inner(depthwise(3))), x, *constants);
		}
		g.output(t); } },
	{ "branches", "one input, two results", -1, [](Graph &g) {
		const int t = g.conv(g.input(20, 8), inner(make(32, 3)));

		g.output(g.conv(t, make(16, 1)));
		g.output(g.conv(t, make(64, 3, 2))); } },
	{ "partitions", "pooling on the CPU between two delegated parts", -1, [](Graph &g) {
		int t = g.conv(g.input(40, 3), inner(make(32, 5)));

		t = g.conv(g.max_pool(t, 2, 2), inner(make(64, 3)));
		g.output(g.conv(g.average_pool(t), make(20, 1))); } },
	{ "inception", "three branches joined on the CPU", -1, [](Graph &g) {
		const int in = g.input(16, 48);
		const int a = g.conv(in, inner(make(32, 1)));
		const int b = g.conv(g.conv(in, inner(make(16, 1))), inner(make(32, 3)));
		const int c = g.conv(g.conv(in, inner(make(16, 1))), inner(make(16, 5)));

		g.output(g.conv(g.concatenate({ a, b, c }), make(40, 1))); } },
	{ "mobilenet-v1-96", "MobileNetV1 at 96x96", -1, [](Graph &g) {
		mobilenet_v1(g, 96); } },
	{ "mobilenet-v1", "MobileNetV1 at 224x224, 28 layers", -1, [](Graph &g) {
		mobilenet_v1(g, 224); } },
};

const Network *find_network(const std::string &name)
{
	for (const auto &n : networks) {
		if (name == n.name)
			return &n;
	}
	return nullptr;
}
