// SPDX-License-Identifier: GPL-2.0-only
/*
 * sunmao-nets: run generated quantised networks through a TensorFlow Lite delegate
 * and on the CPU, and compare.
 *
 * Three independent results meet here: the delegate's, TensorFlow Lite's own kernels
 * and the prediction made while the network was generated (graph.hh). The prediction
 * must be met bit by bit; the CPU kernels round differently, so each network states
 * how far they may be off.
 */

#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "networks.hh"
#include "sha256.hh"

#include "tensorflow/lite/builtin_ops.h"
#include "tensorflow/lite/interpreter.h"
#include "tensorflow/lite/interpreter_builder.h"
#include "tensorflow/lite/kernels/register.h"
#include "tensorflow/lite/model_builder.h"

namespace {

const char usage_text[] =
	"usage: sunmao-nets list [--layers]\n"
	"       sunmao-nets run NET [OPTION]...\n"
	"       sunmao-nets tap [OPTION]... NET...|all|rocket\n"
	"       sunmao-nets save NET FILE [--seed N]\n"
	"  --delegate PATH  shared library of the delegate; fails unless it takes every\n"
	"                   operation that it is expected to take\n"
	"  --seed N         other weights and inputs (default 1)\n"
	"  --repeat N       run the delegate N times; all results must be equal\n"
	"  --threads N      of the CPU kernels (default 1)\n"
	"  --no-cpu         do not compare with the CPU kernels\n"
	"  --max-diff N     largest difference to the CPU kernels (default: the network's)\n"
	"  --no-predict     differences to the prediction do not fail\n"
	"  --out FILE       write the outputs, one after the other\n"
	"all: the whole catalogue; rocket: those that mainline's driver can run\n"
	"exit status: 0 passed, 1 failed, 2 cannot run\n";

struct Options {
	std::string delegate, out;
	uint64_t seed = 1;
	int repeat = 1;
	int threads = 1;
	int max_diff = -1;
	bool cpu = true;
	bool predict = true;
};

[[noreturn]] __attribute__((format(printf, 1, 2))) void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("sunmao-nets: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(2);
}

/* A delegate from a shared library with TensorFlow Lite's plugin interface. */
class Plugin {
public:
	explicit Plugin(const std::string &path)
	{
		library_ = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
		if (!library_) {
			error_ = dlerror();
			return;
		}
		auto create = reinterpret_cast<Create>(
			dlsym(library_, "tflite_plugin_create_delegate"));
		destroy_ = reinterpret_cast<Destroy>(
			dlsym(library_, "tflite_plugin_destroy_delegate"));
		if (!create || !destroy_) {
			error_ = path + " is not a delegate plugin";
			return;
		}
		delegate_ = create(nullptr, nullptr, 0, report);
		if (!delegate_)
			error_ = path + " made no delegate (is there a device?)";
	}

	~Plugin()
	{
		if (delegate_)
			destroy_(delegate_);
		/* The library stays: drivers do not expect to be unmapped. */
	}

	Plugin(const Plugin &) = delete;
	Plugin &operator=(const Plugin &) = delete;

	TfLiteDelegate *get() const { return delegate_; }
	const std::string &error() const { return error_; }

private:
	using Create = TfLiteDelegate *(*)(char **, char **, size_t, void (*)(const char *));
	using Destroy = void (*)(TfLiteDelegate *);

	static void report(const char *message)
	{
		fprintf(stderr, "delegate: %s\n", message);
	}

	void *library_ = nullptr;
	Destroy destroy_ = nullptr;
	TfLiteDelegate *delegate_ = nullptr;
	std::string error_;
};

using Bytes = std::vector<uint8_t>;
using Outputs = std::vector<Bytes>;

struct Run {
	std::string error;	/* empty: it worked */
	Outputs outputs;
	int partitions = 0;	/* nodes that stand for delegated parts */
	int left = 0;		/* operations left to the CPU */
	double seconds = 0;	/* of the last invocation */
};

Run execute(const Graph &graph, const Bytes &model_bytes, TfLiteDelegate *delegate,
	    const Options &options)
{
	Run run;
	auto model = tflite::FlatBufferModel::VerifyAndBuildFromBuffer(
		reinterpret_cast<const char *>(model_bytes.data()), model_bytes.size());
	tflite::ops::builtin::BuiltinOpResolverWithoutDefaultDelegates resolver;
	std::unique_ptr<tflite::Interpreter> interpreter;

	if (!model) {
		run.error = "the model is malformed";
		return run;
	}
	tflite::InterpreterBuilder(*model, resolver)(&interpreter, options.threads);
	if (!interpreter) {
		run.error = "no interpreter";
		return run;
	}
	if (delegate && interpreter->ModifyGraphWithDelegate(delegate) != kTfLiteOk) {
		run.error = "the delegate failed to take the graph";
		return run;
	}
	if (interpreter->AllocateTensors() != kTfLiteOk) {
		run.error = "no memory for tensors";
		return run;
	}
	for (int node : interpreter->execution_plan()) {
		const auto *registration = &interpreter->node_and_registration(node)->second;

		if (registration->builtin_code == kTfLiteBuiltinDelegate)
			run.partitions++;
		else
			run.left++;
	}

	for (int r = 0; r < (delegate ? options.repeat : 1); r++) {
		Outputs outputs;

		for (int i = 0; i < graph.inputs(); i++) {
			const Bytes &values = graph.input_values(i);

			if (interpreter->input_tensor(i)->bytes != values.size()) {
				run.error = "input size";
				return run;
			}
			memcpy(interpreter->input_tensor(i)->data.raw, values.data(),
			       values.size());
		}

		const auto start = std::chrono::steady_clock::now();
		const TfLiteStatus status = interpreter->Invoke();
		const auto stop = std::chrono::steady_clock::now();

		if (status != kTfLiteOk) {
			run.error = "inference failed";
			return run;
		}
		run.seconds = std::chrono::duration<double>(stop - start).count();
		for (int i = 0; i < graph.outputs(); i++) {
			const TfLiteTensor *tensor = interpreter->output_tensor(i);

			outputs.emplace_back(tensor->data.uint8,
					     tensor->data.uint8 + tensor->bytes);
		}
		if (r > 0 && outputs != run.outputs) {
			run.error = "repetition " + std::to_string(r + 1) +
				    " gave another result";
			return run;
		}
		run.outputs = std::move(outputs);
	}
	return run;
}

std::string digest(const Outputs &outputs)
{
	Sha256 sha;

	for (const auto &o : outputs)
		sha.update(o.data(), o.size());
	return sha.hex();
}

bool write_bytes(const std::string &path, const Outputs &outputs)
{
	FILE *f = fopen(path.c_str(), "wb");
	bool good = f;

	for (const auto &o : outputs)
		good = good && fwrite(o.data(), 1, o.size(), f) == o.size();
	if (f && fclose(f))
		good = false;
	if (!good)
		remove(path.c_str());
	return good;
}

struct Difference {
	int largest = 0;
	size_t count = 0, compared = 0;
	std::string each;	/* the largest of every output, "14,3,-": - not compared */
};

/* Outputs whose counterpart is empty are not compared. */
Difference compare(const Outputs &a, const Outputs &b)
{
	Difference d;

	for (size_t o = 0; o < a.size(); o++) {
		int largest = 0;

		if (o)
			d.each += ',';
		if (b[o].empty()) {
			d.each += '-';
			continue;
		}
		for (size_t i = 0; i < a[o].size(); i++) {
			const int difference = std::abs(a[o][i] - b[o][i]);

			largest = std::max(largest, difference);
			d.count += difference != 0;
		}
		d.each += std::to_string(largest);
		d.largest = std::max(d.largest, largest);
		d.compared += a[o].size();
	}
	return d;
}

double milliseconds_since(std::chrono::steady_clock::time_point start)
{
	return std::chrono::duration<double, std::milli>(
		std::chrono::steady_clock::now() - start).count();
}

/* Build and run one network; returns the reason of a failure, or nothing. */
std::string run_network(const Network &network, const Options &options, const char *prefix)
{
	const auto start = std::chrono::steady_clock::now();
	Graph graph(network.name, options.seed);

	network.build(graph);

	const Bytes model = graph.serialise();
	const double built = milliseconds_since(start);
	const int limit = options.max_diff >= 0 ? options.max_diff : network.limit;
	Outputs predicted;
	Run cpu, run;
	std::string reason;
	size_t bytes = 0;

	for (int i = 0; i < graph.outputs(); i++)
		predicted.push_back(graph.output_values(i));

	printf("%snet=%s seed=%llu nodes=%d macs=%llu build-ms=%.0f", prefix, network.name,
	       static_cast<unsigned long long>(options.seed), graph.operations(),
	       static_cast<unsigned long long>(graph.macs()), built);
	fflush(stdout);

	if (!options.delegate.empty()) {
		/* A delegate of its own for each network, as a program would have it. */
		Plugin plugin(options.delegate);

		if (plugin.get())
			run = execute(graph, model, plugin.get(), options);
		else
			run.error = plugin.error();
		if (!run.error.empty()) {
			printf("\n");
			return run.error;
		}
		const int delegated = graph.operations() - run.left;

		printf(" delegated=%d partitions=%d npu-ms=%.0f", delegated, run.partitions,
		       run.seconds * 1e3);
		if (delegated != graph.expect_delegated())
			reason = "delegated " + std::to_string(delegated) +
				 " operations instead of " +
				 std::to_string(graph.expect_delegated());
	}
	if (options.cpu || options.delegate.empty()) {
		cpu = execute(graph, model, nullptr, options);
		if (!cpu.error.empty()) {
			printf("\n");
			return "CPU: " + cpu.error;
		}
		printf(" cpu-ms=%.0f cpu-sha256=%s", cpu.seconds * 1e3,
		       digest(cpu.outputs).c_str());
	}
	if (options.delegate.empty())
		run = cpu;

	for (const auto &o : run.outputs)
		bytes += o.size();
	printf(" outputs=%zu bytes=%zu sha256=%s", run.outputs.size(), bytes,
	       digest(run.outputs).c_str());

	const Difference rule = compare(run.outputs, predicted);

	printf(" predict-diff=%d predict-count=%zu/%zu", rule.largest, rule.count,
	       rule.compared);
	if (!options.delegate.empty()) {
		if (options.predict && rule.count && reason.empty())
			reason = std::to_string(rule.count) +
				 " elements are not as predicted, by up to " +
				 std::to_string(rule.largest);
		if (options.cpu) {
			const Difference d = compare(run.outputs, cpu.outputs);

			printf(" max-diff=%d diff-count=%zu/%zu diff-each=%s", d.largest,
			       d.count, d.compared, d.each.c_str());
			if (limit >= 0 && d.largest > limit && reason.empty())
				reason = "differs from the CPU by " +
					 std::to_string(d.largest);
		}
	} else if (network.limit >= 0 && rule.largest > network.limit) {
		reason = "the CPU differs from the prediction by " +
			 std::to_string(rule.largest);
	}
	printf("\n");

	if (!options.out.empty() && !write_bytes(options.out, run.outputs) && reason.empty())
		reason = "cannot write " + options.out;
	return reason;
}

int list(bool layers)
{
	for (const auto &n : networks) {
		printf("%-20s %s\n", n.name, n.what);
		if (n.not_on_rocket)
			printf("\tnot on rocket: %s\n", n.not_on_rocket);
		if (!layers)
			continue;
		Graph graph(n.name, 1);

		n.build(graph);
		for (const auto &layer : graph.layers())
			printf("\t%s\n", layer.c_str());
		printf("\toperations=%d delegated=%d macs=%llu\n", graph.operations(),
		       graph.expect_delegated(),
		       static_cast<unsigned long long>(graph.macs()));
	}
	return 0;
}

int run_tap(const std::vector<const Network *> &chosen, const Options &options)
{
	int failed = 0;
	int n = 0;

	printf("1..%zu\n", chosen.size());
	for (const Network *network : chosen) {
		const std::string reason = run_network(*network, options, "# ");

		if (!reason.empty()) {
			printf("# %s\n", reason.c_str());
			failed++;
		}
		printf("%s %d - %s\n", reason.empty() ? "ok" : "not ok", ++n, network->name);
		fflush(stdout);
	}
	return failed ? 1 : 0;
}

int save(const Network &network, const std::string &path, const Options &options)
{
	Graph graph(network.name, options.seed);

	network.build(graph);
	if (!write_bytes(path, { graph.serialise() }))
		die("cannot write %s", path.c_str());
	return 0;
}

uint64_t number(const char *text, uint64_t least, uint64_t most)
{
	char *end;
	const unsigned long long value = strtoull(text, &end, 0);

	if (end == text || *end || *text == '-' || value < least || value > most)
		die("%s is not a number in %llu..%llu", text,
		    static_cast<unsigned long long>(least),
		    static_cast<unsigned long long>(most));
	return value;
}

const Network &network_or_die(const std::string &name)
{
	const Network *network = find_network(name);

	if (!network)
		die("there is no network %s, see: sunmao-nets list", name.c_str());
	return *network;
}

} // namespace

int main(int argc, char **argv)
{
	std::vector<std::string> words;
	Options options;
	bool layers = false;

	for (int i = 1; i < argc; i++) {
		const std::string word = argv[i];
		auto value = [&]() -> const char * {
			if (++i == argc)
				die("%s needs a value", word.c_str());
			return argv[i];
		};

		if (word == "--delegate")
			options.delegate = value();
		else if (word == "--seed")
			options.seed = number(value(), 0, UINT64_MAX);
		else if (word == "--repeat")
			options.repeat = static_cast<int>(number(value(), 1, 1000000));
		else if (word == "--threads")
			options.threads = static_cast<int>(number(value(), 1, 64));
		else if (word == "--max-diff")
			options.max_diff = static_cast<int>(number(value(), 0, 255));
		else if (word == "--out")
			options.out = value();
		else if (word == "--no-cpu")
			options.cpu = false;
		else if (word == "--no-predict")
			options.predict = false;
		else if (word == "--layers")
			layers = true;
		else if (word[0] == '-')
			die("unknown option %s\n%s", word.c_str(), usage_text);
		else
			words.push_back(word);
	}

	if (words.size() == 1 && words[0] == "list")
		return list(layers);
	if (words.size() == 3 && words[0] == "save")
		return save(network_or_die(words[1]), words[2], options);
	if (words.size() == 2 && words[0] == "run") {
		const std::string reason = run_network(network_or_die(words[1]), options, "");

		if (!reason.empty())
			printf("FAIL %s: %s\n", words[1].c_str(), reason.c_str());
		return reason.empty() ? 0 : 1;
	}
	if (words.size() >= 2 && words[0] == "tap") {
		std::vector<const Network *> chosen;

		for (size_t i = 1; i < words.size(); i++) {
			if (words[i] == "all" || words[i] == "rocket") {
				for (const auto &n : networks) {
					if (words[i] == "all" || !n.not_on_rocket)
						chosen.push_back(&n);
				}
			} else {
				chosen.push_back(&network_or_die(words[i]));
			}
		}
		return run_tap(chosen, options);
	}
	fputs(usage_text, stderr);
	return 2;
}
