// SPDX-License-Identifier: GPL-2.0-only
/* Construction of quantised networks and prediction of their values. */

#include "graph.hh"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tensorflow/lite/schema/schema_generated.h"

namespace {

[[noreturn]] void fail(const char *what)
{
	fprintf(stderr, "sunmao-nets: %s\n", what);
	exit(2);
}

uint32_t float_bits(float x)
{
	uint32_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

uint8_t clamp_byte(int64_t x)
{
	return static_cast<uint8_t>(std::min<int64_t>(std::max<int64_t>(x, 0), 255));
}

/*
 * The accelerator scales by an integer and a shift, rounding to nearest, ties to
 * even (hardware notes, NPU E.8 and E.9).
 */
struct IntegerScale {
	int32_t factor;
	unsigned int shift;

	int64_t apply(int64_t x) const
	{
		const int64_t product = x * factor;
		const int64_t half = int64_t(1) << (shift - 1);
		int64_t quotient = product >> shift;
		const int64_t rest = product - (quotient << shift);

		if (rest > half || (rest == half && (quotient & 1)))
			quotient++;
		return quotient;
	}
};

/*
 * How Mesa turns a real gain into factor and shift: 15 significant bits of the
 * mantissa. One is added for the output converter, none for the operand of an
 * addition.
 */
IntegerScale mesa_scale(float gain, int32_t plus)
{
	const uint32_t bits = float_bits(gain);
	int32_t factor = static_cast<int32_t>((bits >> 9) & 0x7fff) + plus;

	if (factor < 0x4000)
		factor |= 0x4000;
	return { factor, 141 - (bits >> 23) };
}

/* The gains for which Mesa's addition of one carries into the exponent (E.9). */
bool mesa_loses_carry(float gain)
{
	return ((float_bits(gain) >> 9) & 0x3fff) == 0x3fff;
}

/* The weight scales for which Mesa drops one accumulator bit (E.9). */
unsigned int mesa_truncate_bits(float weight_scale)
{
	static const uint32_t scales[] = {
		0x3a88323f, 0x3c0060de, 0x3c06022d, 0x3c1642e3, 0x3c1e3f51,
		0x3c5c8aa8, 0x3c615e93, 0x3c7326a2, 0x3c783013, 0x3d1748e6,
		0x3d282992, 0x3d2e87ae, 0x3d77f5f6, 0x3a9a5956, 0x3caebc56,
	};

	for (uint32_t scale : scales) {
		if (scale == float_bits(weight_scale))
			return 1;
	}
	return 0;
}

struct Moments {
	double mean, deviation;
	int lowest, highest;
};

Moments moments_of(const std::vector<int> &values)
{
	double sum = 0, squares = 0;
	Moments m;

	for (int x : values) {
		sum += x;
		squares += static_cast<double>(x) * x;
	}
	m.mean = sum / values.size();
	m.deviation = std::sqrt(std::max(squares / values.size() - m.mean * m.mean, 1.0));
	m.lowest = *std::min_element(values.begin(), values.end());
	m.highest = *std::max_element(values.begin(), values.end());
	return m;
}

std::string number(const char *format, int n)
{
	char text[32];

	snprintf(text, sizeof(text), format, n);
	return text;
}

/* Beyond this many deviations an output saturates: about one element in a hundred. */
const double range_deviations = 2.6;

} // namespace

/*
 * Mesa knows the constants of additions by the scale of one operand only, from the
 * networks it was developed with. For the first of these two the output's zero point
 * is free, for the second one it is part of the constants.
 */
const AddConstants add_free_zero = { 0.100618f, 313.671875f, 16874, 23, -1 };
const AddConstants add_fixed_zero = { 0.171151f, 602.90625f, 28937, 24, 125 };

/* Geometry of one convolution. */
struct Graph::Window {
	int kernel, stride, out, before;
	int in_channels, out_channels;
	bool depthwise;
};

Graph::Graph(const std::string &name, uint64_t seed)
	: model_(new tflite::ModelT), rng_(seed, name)
{
	model_->version = 3;
	model_->description = name;
	model_->subgraphs.emplace_back(new tflite::SubGraphT);
	model_->subgraphs[0]->name = name;
	/* Buffer 0 is the empty one of tensors without constant data. */
	model_->buffers.emplace_back(new tflite::BufferT);
}

Graph::~Graph() = default;

int Graph::operations() const
{
	return static_cast<int>(model_->subgraphs[0]->operators.size());
}

const std::vector<uint8_t> &Graph::input_values(int i) const
{
	return tensors_[inputs_[i]].values;
}

const std::vector<uint8_t> &Graph::output_values(int i) const
{
	return tensors_[outputs_[i]].values;
}

int Graph::add_tensor(const std::string &name, const std::vector<int> &shape, int type,
		      float scale, int zero_point, const void *data, size_t size)
{
	auto &graph = *model_->subgraphs[0];
	auto tensor = std::make_unique<tflite::TensorT>();

	tensor->name = name;
	tensor->shape.assign(shape.begin(), shape.end());
	tensor->type = static_cast<tflite::TensorType>(type);
	if (scale != 0) {
		tensor->quantization = std::make_unique<tflite::QuantizationParametersT>();
		tensor->quantization->scale = { scale };
		tensor->quantization->zero_point = { zero_point };
	}
	if (data) {
		auto buffer = std::make_unique<tflite::BufferT>();
		const uint8_t *bytes = static_cast<const uint8_t *>(data);

		buffer->data.assign(bytes, bytes + size);
		tensor->buffer = static_cast<uint32_t>(model_->buffers.size());
		model_->buffers.push_back(std::move(buffer));
	}
	graph.tensors.push_back(std::move(tensor));
	tensors_.push_back({ shape, scale, zero_point, {} });
	return static_cast<int>(tensors_.size()) - 1;
}

/* Append an operation; returns its index, for the caller to set the options. */
int Graph::add_operation(int builtin, const std::vector<int> &in,
			 const std::vector<int> &out)
{
	auto &graph = *model_->subgraphs[0];
	auto operation = std::make_unique<tflite::OperatorT>();
	size_t code;

	for (code = 0; code < model_->operator_codes.size(); code++) {
		if (model_->operator_codes[code]->builtin_code == builtin)
			break;
	}
	if (code == model_->operator_codes.size()) {
		auto entry = std::make_unique<tflite::OperatorCodeT>();

		entry->builtin_code = static_cast<tflite::BuiltinOperator>(builtin);
		entry->deprecated_builtin_code = static_cast<int8_t>(std::min(builtin, 127));
		entry->version = 1;
		model_->operator_codes.push_back(std::move(entry));
	}
	operation->opcode_index = static_cast<uint32_t>(code);
	operation->inputs.assign(in.begin(), in.end());
	operation->outputs.assign(out.begin(), out.end());
	graph.operators.push_back(std::move(operation));
	return static_cast<int>(graph.operators.size()) - 1;
}

int Graph::input(int size, int channels, int zero_point)
{
	const int index = add_tensor("input" + number("%d", inputs()),
				     { 1, size, size, channels },
				     tflite::TensorType_UINT8, 1.0f / 128, zero_point,
				     nullptr, 0);
	auto &values = tensors_[index].values;

	values.resize(static_cast<size_t>(size) * size * channels);
	for (auto &v : values)
		v = static_cast<uint8_t>(rng_.range(0, 255));
	inputs_.push_back(index);
	return index;
}

void Graph::output(int tensor)
{
	outputs_.push_back(tensor);
}

/* TensorFlow's rules for SAME and VALID; planes and kernels are square. */
Graph::Window Graph::window_of(const Tensor &in, const Conv &spec) const
{
	Window w;

	w.kernel = spec.kernel;
	w.stride = spec.stride;
	w.in_channels = in.channels();
	w.out_channels = spec.depthwise ? in.channels() : spec.channels;
	w.depthwise = spec.depthwise;
	if (spec.padding == Padding::same) {
		w.out = (in.height() + spec.stride - 1) / spec.stride;
		w.before = std::max((w.out - 1) * spec.stride + spec.kernel - in.height(),
				    0) / 2;
	} else {
		w.out = (in.height() - spec.kernel) / spec.stride + 1;
		w.before = 0;
	}
	return w;
}

/* Exact sums of (input - zero)(weight - zero), NHWC order, without bias. */
std::vector<int> Graph::accumulate(const Tensor &in, const Window &window,
				   const std::vector<uint8_t> &weights,
				   int weight_zero) const
{
	const int depth = window.in_channels;
	const int row = window.kernel * depth;
	const int padded = std::max((window.out - 1) * window.stride + window.kernel,
				    window.before + in.height());
	const int taps = window.kernel * row;
	std::vector<int16_t> plane(static_cast<size_t>(padded) * padded * depth);
	std::vector<int16_t> coefficients(weights.size());
	std::vector<int16_t> patch(taps);
	std::vector<int> sums(static_cast<size_t>(window.out) * window.out *
			      window.out_channels);
	int *sum = sums.data();

	for (size_t i = 0; i < weights.size(); i++)
		coefficients[i] = static_cast<int16_t>(weights[i] - weight_zero);
	for (int y = 0; y < in.height(); y++) {
		const uint8_t *from = &in.values[static_cast<size_t>(y) * in.width() * depth];
		int16_t *to = &plane[(static_cast<size_t>(y + window.before) * padded +
				      window.before) * depth];

		for (int i = 0; i < in.width() * depth; i++)
			to[i] = static_cast<int16_t>(from[i] - in.zero_point);
	}

	for (int y = 0; y < window.out; y++) {
		for (int x = 0; x < window.out; x++, sum += window.out_channels) {
			for (int k = 0; k < window.kernel; k++) {
				const int16_t *from =
					&plane[(static_cast<size_t>(y * window.stride + k) *
						padded + x * window.stride) * depth];

				std::copy(from, from + row, &patch[k * row]);
			}
			if (window.depthwise) {
				for (int t = 0; t < taps; t += depth) {
					const int16_t *p = &patch[t];
					const int16_t *w = &coefficients[t];

					for (int c = 0; c < depth; c++)
						sum[c] += p[c] * w[c];
				}
				continue;
			}
			for (int c = 0; c < window.out_channels; c++) {
				const int16_t *p = patch.data();
				const int16_t *w = &coefficients[static_cast<size_t>(c) * taps];
				int total = 0;

				for (int t = 0; t < taps; t++)
					total += p[t] * w[t];
				sum[c] = total;
			}
		}
	}
	return sums;
}

int Graph::conv(int from, const Conv &spec)
{
	const Tensor in = tensors_[from];
	const Window window = window_of(in, spec);
	const int channels = window.out_channels;
	const int depth = spec.depthwise ? 1 : in.channels();
	const int taps = spec.kernel * spec.kernel * depth;
	const int weight_zero = spec.weight_zero >= 0 ? spec.weight_zero :
							 rng_.range(118, 138);
	const int here = operations();
	std::vector<uint8_t> weights(static_cast<size_t>(channels) * taps);
	std::vector<int> bias(channels), added(channels), sums;
	std::vector<double> mean(channels);
	float weight_scale = spec.weight_scale;
	float output_scale = spec.output_scale;
	int output_zero = spec.output_zero;
	double low, high;

	for (auto &w : weights)
		w = static_cast<uint8_t>(rng_.range(0, 255));
	sums = accumulate(in, window, weights, weight_zero);
	macs_ += static_cast<uint64_t>(sums.size()) * taps;

	/* Without balance the bias is of the size of the sums themselves. */
	for (size_t i = 0; i < sums.size(); i++)
		mean[i % channels] += sums[i];
	if (spec.balanced) {
		for (int c = 0; c < channels; c++) {
			mean[c] /= static_cast<double>(sums.size() / channels);
			bias[c] = -static_cast<int>(std::lround(mean[c]));
		}
		for (size_t i = 0; i < sums.size(); i++)
			sums[i] += bias[i % channels];
	}

	const double spread = moments_of(sums).deviation;

	for (int c = 0; c < channels; c++) {
		const double shift = spec.balanced ? 0.2 + 2 * rng_.unit() : rng_.unit() - 0.5;

		added[c] = static_cast<int>(std::lround(shift * spread));
		bias[c] += added[c];
	}
	for (size_t i = 0; i < sums.size(); i++)
		sums[i] += added[i % channels];

	/* The part of the accumulator's range that the 8 bits of the output cover. */
	const Moments m = moments_of(sums);

	low = std::max<double>(m.lowest, m.mean - range_deviations * m.deviation);
	high = std::min<double>(m.highest, m.mean + range_deviations * m.deviation);
	low = std::min(low, 0.0);
	high = std::max(high, m.deviation);
	if (spec.activation != Activation::none)
		low = 0;

	if (spec.activation == Activation::relu6) {
		/* 255 steps must not exceed 6, or Teflon declines the layer. */
		output_scale = 6.0f / 255;
		while (255 * output_scale > 6.0f)
			output_scale = std::nextafter(output_scale, 0.0f);
	}
	if (output_scale == 0) {
		if (weight_scale == 0)
			weight_scale = static_cast<float>(0.002 + 0.02 * rng_.unit());
		output_scale = static_cast<float>((high - low) / 255 * in.scale * weight_scale);
	} else if (weight_scale == 0) {
		weight_scale = static_cast<float>(255 * static_cast<double>(output_scale) /
						  ((high - low) * in.scale));
	}
	while (mesa_loses_carry(in.scale * weight_scale / output_scale)) {
		if (spec.weight_scale == 0)
			weight_scale *= 1.001f;
		else
			output_scale *= 1.001f;
	}
	if (output_zero < 0) {
		output_zero = static_cast<int>(std::lround(-low * in.scale * weight_scale /
							   output_scale));
		output_zero = clamp_byte(output_zero);
	}
	if (spec.activation != Activation::none && output_zero != 0)
		fail("rectified outputs need zero point 0: Mesa relies on saturation");

	const std::vector<int> weight_shape = spec.depthwise ?
		std::vector<int>{ 1, spec.kernel, spec.kernel, channels } :
		std::vector<int>{ channels, spec.kernel, spec.kernel, depth };
	const int weight_tensor = add_tensor("weights" + number("%d", here), weight_shape,
					     tflite::TensorType_UINT8, weight_scale,
					     weight_zero, weights.data(), weights.size());
	const int bias_tensor = add_tensor("bias" + number("%d", here), { channels },
					   tflite::TensorType_INT32,
					   in.scale * weight_scale, 0, bias.data(),
					   bias.size() * sizeof(bias[0]));
	const int out = add_tensor("conv" + number("%d", here),
				   { 1, window.out, window.out, channels },
				   tflite::TensorType_UINT8, output_scale, output_zero,
				   nullptr, 0);
	const int builtin = spec.depthwise ? tflite::BuiltinOperator_DEPTHWISE_CONV_2D :
					     tflite::BuiltinOperator_CONV_2D;
	const int index = add_operation(builtin, { from, weight_tensor, bias_tensor },
					{ out });
	auto &options = model_->subgraphs[0]->operators[index]->builtin_options;
	const tflite::Padding padding = spec.padding == Padding::same ?
					tflite::Padding_SAME : tflite::Padding_VALID;
	const tflite::ActivationFunctionType activation =
		spec.activation == Activation::none ? tflite::ActivationFunctionType_NONE :
		spec.activation == Activation::relu ? tflite::ActivationFunctionType_RELU :
						      tflite::ActivationFunctionType_RELU6;

	if (spec.depthwise) {
		tflite::DepthwiseConv2DOptionsT o;

		o.padding = padding;
		o.stride_w = spec.stride;
		o.stride_h = spec.stride;
		o.depth_multiplier = 1;
		o.fused_activation_function = activation;
		options.Set(std::move(o));
	} else {
		tflite::Conv2DOptionsT o;

		o.padding = padding;
		o.stride_w = spec.stride;
		o.stride_h = spec.stride;
		o.fused_activation_function = activation;
		options.Set(std::move(o));
	}
	delegated_++;

	const unsigned int truncate = mesa_truncate_bits(weight_scale);
	IntegerScale scale = mesa_scale(in.scale * weight_scale / output_scale, 1);
	auto &values = tensors_[out].values;

	scale.shift -= truncate;
	values.resize(sums.size());
	for (size_t i = 0; i < sums.size(); i++) {
		int64_t sum = sums[i];

		if (truncate) {
			/* The bias is halved on its own, towards zero (E.6). */
			const int b = bias[i % channels];

			sum = IntegerScale{ 1, 1 }.apply(sum - b) + b / 2;
		}
		values[i] = clamp_byte(scale.apply(sum) + output_zero);
	}

	char line[160];

	snprintf(line, sizeof(line),
		 "%s in=%d ic=%d out=%d oc=%d k=%d s=%d pad=%s zp=%d out_zp=%d",
		 spec.depthwise ? "dw" : "conv", in.height(), in.channels(), window.out,
		 channels, spec.kernel, spec.stride,
		 spec.padding == Padding::same ? "same" : "valid", in.zero_point,
		 output_zero);
	layers_.push_back(line);
	return out;
}

int Graph::residual(int inner, int earlier, const AddConstants &constants)
{
	const Tensor in = tensors_[inner];
	const Tensor other = tensors_[earlier];
	const int channels = other.channels();
	const int depth = in.channels();
	const int here = operations();
	const int weight_zero = rng_.range(118, 138);
	const float step = constants.operand_scale / constants.operand_gain;
	const float weight_scale = step / in.scale;
	const double gain = std::ldexp(constants.output_gain, -constants.output_shift);
	const float output_scale = static_cast<float>(step / gain);
	Conv spec = { channels };
	std::vector<uint8_t> weights(static_cast<size_t>(channels) * depth);
	std::vector<int> bias(channels);
	double power = 0;

	if (other.scale != constants.operand_scale || in.height() != other.height())
		fail("the operands of an addition do not fit");

	/* All scales are given: the weights' size brings the sums into range. */
	for (uint8_t v : in.values)
		power += (v - in.zero_point) * (v - in.zero_point);
	power = std::sqrt(power / in.values.size() * depth / 3);
	const int span = std::min(static_cast<int>(40 / gain / power), 117);

	if (span < 16)
		fail("the weights of an addition's convolution are too small");
	for (auto &w : weights)
		w = static_cast<uint8_t>(rng_.range(weight_zero - span, weight_zero + span));

	const Window window = window_of(in, spec);
	std::vector<int> sums = accumulate(in, window, weights, weight_zero);

	macs_ += static_cast<uint64_t>(sums.size()) * depth;
	for (auto &b : bias)
		b = static_cast<int>((rng_.unit() - 0.5) * 40 / gain);
	for (size_t i = 0; i < sums.size(); i++)
		sums[i] += bias[i % channels];

	/* The CPU rounds the convolution to 8 bits in between: nothing may saturate. */
	const Moments m = moments_of(sums);
	const double low = std::min(m.lowest, 0), high = std::max(m.highest, 1);
	const float inner_scale = static_cast<float>((high - low) / 253 * step);
	const int inner_zero = static_cast<int>(std::lround(-low / (high - low) * 253)) + 1;
	/* Where the zero point is free, Mesa takes the one of the convolution's output. */
	const int output_zero = constants.output_zero >= 0 ? constants.output_zero : inner_zero;

	const int weight_tensor = add_tensor("weights" + number("%d", here),
					     { channels, 1, 1, depth },
					     tflite::TensorType_UINT8, weight_scale,
					     weight_zero, weights.data(), weights.size());
	const int bias_tensor = add_tensor("bias" + number("%d", here), { channels },
					   tflite::TensorType_INT32,
					   in.scale * weight_scale, 0, bias.data(),
					   bias.size() * sizeof(bias[0]));
	const std::vector<int> shape = { 1, window.out, window.out, channels };
	const int between = add_tensor("conv" + number("%d", here), shape,
				       tflite::TensorType_UINT8, inner_scale, inner_zero,
				       nullptr, 0);
	const int out = add_tensor("add" + number("%d", here + 1), shape,
				   tflite::TensorType_UINT8, output_scale, output_zero,
				   nullptr, 0);
	tflite::Conv2DOptionsT conv_options;
	tflite::AddOptionsT add_options;
	int index;

	conv_options.stride_w = 1;
	conv_options.stride_h = 1;
	index = add_operation(tflite::BuiltinOperator_CONV_2D,
			      { inner, weight_tensor, bias_tensor }, { between });
	model_->subgraphs[0]->operators[index]->builtin_options.Set(std::move(conv_options));
	/* Mesa executes the addition in the convolution that makes the first operand. */
	index = add_operation(tflite::BuiltinOperator_ADD, { between, earlier }, { out });
	model_->subgraphs[0]->operators[index]->builtin_options.Set(std::move(add_options));
	delegated_ += 2;

	const IntegerScale operand = mesa_scale(constants.operand_gain, 0);
	const IntegerScale scale = { constants.output_gain,
				     static_cast<unsigned int>(constants.output_shift) };
	auto &values = tensors_[out].values;

	values.resize(sums.size());
	for (size_t i = 0; i < sums.size(); i++) {
		const int64_t e = operand.apply(other.values[i] - other.zero_point);

		values[i] = clamp_byte(scale.apply(sums[i] + e) + output_zero);
	}

	char line[160];

	snprintf(line, sizeof(line), "add in=%d ic=%d out=%d oc=%d k=1 s=1 pad=same zp=%d out_zp=%d",
		 in.height(), depth, window.out, channels, in.zero_point, output_zero);
	layers_.push_back(line);
	return out;
}

int Graph::max_pool(int from, int kernel, int stride)
{
	const Tensor in = tensors_[from];
	const int depth = in.channels();
	const int out_size = (in.height() - kernel) / stride + 1;
	const int out = add_tensor("pool" + number("%d", operations()),
				   { 1, out_size, out_size, depth },
				   tflite::TensorType_UINT8, in.scale, in.zero_point,
				   nullptr, 0);
	const int index = add_operation(tflite::BuiltinOperator_MAX_POOL_2D, { from }, { out });
	auto &values = tensors_[out].values;
	tflite::Pool2DOptionsT o;

	o.padding = tflite::Padding_VALID;
	o.stride_w = stride;
	o.stride_h = stride;
	o.filter_width = kernel;
	o.filter_height = kernel;
	model_->subgraphs[0]->operators[index]->builtin_options.Set(std::move(o));

	values.resize(static_cast<size_t>(out_size) * out_size * depth);
	for (size_t i = 0; i < values.size(); i++) {
		const int c = static_cast<int>(i % depth);
		const int x = static_cast<int>(i / depth % out_size) * stride;
		const int y = static_cast<int>(i / depth / out_size) * stride;

		for (int k = 0; k < kernel * kernel; k++) {
			const int at = ((y + k / kernel) * in.width() + x + k % kernel) * depth + c;

			values[i] = std::max(values[i], in.values[at]);
		}
	}
	return out;
}

int Graph::average_pool(int from)
{
	const Tensor in = tensors_[from];
	const int depth = in.channels();
	const int area = in.height() * in.width();
	const int out = add_tensor("pool" + number("%d", operations()), { 1, 1, 1, depth },
				   tflite::TensorType_UINT8, in.scale, in.zero_point,
				   nullptr, 0);
	const int index = add_operation(tflite::BuiltinOperator_AVERAGE_POOL_2D, { from },
					{ out });
	auto &values = tensors_[out].values;
	std::vector<int> sums(depth);
	tflite::Pool2DOptionsT o;

	o.padding = tflite::Padding_VALID;
	o.stride_w = 1;
	o.stride_h = 1;
	o.filter_width = in.width();
	o.filter_height = in.height();
	model_->subgraphs[0]->operators[index]->builtin_options.Set(std::move(o));

	for (size_t i = 0; i < in.values.size(); i++)
		sums[i % depth] += in.values[i];
	for (int sum : sums)
		values.push_back(static_cast<uint8_t>((sum + area / 2) / area));
	return out;
}

/* Along the channels; TensorFlow Lite wants equal quantisation for a plain copy. */
int Graph::concatenate(const std::vector<int> &from)
{
	const Tensor first = tensors_[from[0]];
	int depth = 0;

	for (int f : from) {
		if (tensors_[f].scale != first.scale ||
		    tensors_[f].zero_point != first.zero_point)
			fail("concatenation of different scales");
		depth += tensors_[f].channels();
	}

	const int out = add_tensor("concat" + number("%d", operations()),
				   { 1, first.height(), first.width(), depth },
				   tflite::TensorType_UINT8, first.scale, first.zero_point,
				   nullptr, 0);
	const int index = add_operation(tflite::BuiltinOperator_CONCATENATION, from, { out });
	auto &values = tensors_[out].values;
	tflite::ConcatenationOptionsT o;

	o.axis = 3;
	model_->subgraphs[0]->operators[index]->builtin_options.Set(std::move(o));
	for (int i = 0; i < first.height() * first.width(); i++) {
		for (int f : from) {
			const int c = tensors_[f].channels();
			const auto at = tensors_[f].values.begin() + static_cast<long>(i) * c;

			values.insert(values.end(), at, at + c);
		}
	}
	return out;
}

int Graph::reshape_flat(int from)
{
	const Tensor in = tensors_[from];
	const int shape[2] = { 1, static_cast<int>(in.values.size()) };
	const int shape_tensor = add_tensor("shape" + number("%d", operations()), { 2 },
					    tflite::TensorType_INT32, 0, 0, shape,
					    sizeof(shape));
	const int out = add_tensor("reshape" + number("%d", operations()),
				   { shape[0], shape[1] }, tflite::TensorType_UINT8,
				   in.scale, in.zero_point, nullptr, 0);
	const int index = add_operation(tflite::BuiltinOperator_RESHAPE,
					{ from, shape_tensor }, { out });
	tflite::ReshapeOptionsT o;

	o.new_shape = { shape[0], shape[1] };
	model_->subgraphs[0]->operators[index]->builtin_options.Set(std::move(o));
	tensors_[out].values = in.values;
	return out;
}

/* Values are not predicted: the CPU's table is the only definition. */
int Graph::softmax(int from)
{
	const Tensor in = tensors_[from];
	const int out = add_tensor("softmax" + number("%d", operations()), in.shape,
				   tflite::TensorType_UINT8, 1.0f / 256, 0, nullptr, 0);
	const int index = add_operation(tflite::BuiltinOperator_SOFTMAX, { from }, { out });
	tflite::SoftmaxOptionsT o;

	o.beta = 1;
	model_->subgraphs[0]->operators[index]->builtin_options.Set(std::move(o));
	return out;
}

std::vector<uint8_t> Graph::serialise() const
{
	flatbuffers::FlatBufferBuilder builder;
	auto &graph = *model_->subgraphs[0];

	graph.inputs.assign(inputs_.begin(), inputs_.end());
	graph.outputs.assign(outputs_.begin(), outputs_.end());
	builder.Finish(tflite::Model::Pack(builder, model_.get()), tflite::ModelIdentifier());
	return std::vector<uint8_t>(builder.GetBufferPointer(),
				    builder.GetBufferPointer() + builder.GetSize());
}
