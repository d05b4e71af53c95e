// Attacks what users can write: case files, overrides, keys, comparison values, checkpoints.
// Whatever comes in, only errors of ours may come out, short, readable and soon.
//
//   fuzz_tests [--count N] [--seed S] [--replay FILE]
//
// The input at hand lies in fuzz-input.bin while it is tried, so that a crash leaves it behind.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "percuta/core/errors.h"
#include "percuta/core/text.h"
#include "percuta/study/case.h"
#include "percuta/study/insert.h"

namespace {

using namespace percuta;
using Random = std::mt19937_64;

constexpr double kSlowest = 2.0;  // of one call [s]
constexpr std::size_t kLines = 40, kBytes = 20000;
constexpr std::size_t kSlot = 8U << 20;

std::size_t below(Random& random, std::size_t n) {
  return n == 0 ? 0 : std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
}

template <class List>
const auto& one_of(Random& random, const List& list) {
  return *(std::begin(list) + static_cast<std::ptrdiff_t>(below(random, std::size(list))));
}

std::string repeated(const std::string& piece, std::size_t n) {
  std::string out;
  for (std::size_t k = 0; k < n; ++k) out += piece;
  return out;
}

/// Words that mean something somewhere.
const std::vector<std::string>& words() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> out{"cheek",
                                 "mf8-1.5mm",
                                 "[",
                                 "]",
                                 "{",
                                 "}",
                                 "=",
                                 ".",
                                 ",",
                                 "\"",
                                 "'''",
                                 "\"\"\"",
                                 "#",
                                 "\n",
                                 "\r\n",
                                 "\t",
                                 "\\u0000",
                                 "\x1b[31m",
                                 "\xff\xfe",
                                 "\xc0\xaf",
                                 "value",
                                 "source",
                                 "base",
                                 "[[skin]]",
                                 "[compare]",
                                 "nan",
                                 "inf",
                                 "-0",
                                 "1e308",
                                 "1e-308",
                                 "-1",
                                 "9007199254740993",
                                 "0x10",
                                 "1_000",
                                 "true",
                                 "1979-05-27",
                                 "1,5 mm",
                                 "5 \u03bcm",
                                 "1e400 mm",
                                 "1 furlong",
                                 "mm",
                                 "N",
                                 "kPa",
                                 "<!--<script>",
                                 "../..",
                                 "%s%n",
                                 "skin",
                                 "device",
                                 "compare.values"};
    for (const auto& key : study::case_keys()) out.push_back(key.path);
    return out;
  }();
  return all;
}

std::string huge(Random& random) {
  switch (below(random, 8)) {
    case 0:
      return repeated("a.", 1 + below(random, 10000)) + "a = 1\n";
    case 1:
      return "[" + repeated("a.", 1 + below(random, 10000)) + "a]\n";
    case 2:
      return "x = " + repeated("[", 1 + below(random, 5000)) + "\n";
    case 3:
      return "x = " + repeated("{a=", 1 + below(random, 2000)) + "1" +
             repeated("}", below(random, 2000)) + "\n";
    case 4:
      return repeated("k", 1 + below(random, 200000)) + " = 1\n";
    case 5:
      return "title = \"" + repeated("t", 1 + below(random, 200000)) + "\"\n";
    case 6:
      return "[protocol]\ndirections = [" + repeated("\"sideways\", ", 1 + below(random, 20000)) +
             "]\n";
    default: {
      std::string out;
      const std::size_t n = below(random, 10000);
      for (std::size_t k = 0; k < n; ++k) out += "u" + std::to_string(k) + " = 1\n";
      return out;
    }
  }
}

/// A few mistakes, from a slipped finger to a hostile one.
std::string mutated(std::string text, Random& random) {
  const std::size_t mistakes = 1 + below(random, 4);
  for (std::size_t m = 0; m < mistakes; ++m) {
    const std::size_t at = below(random, text.size() + 1);
    switch (below(random, 8)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(below(random, 256));
        break;
      case 1:
        text.insert(at, 1, static_cast<char>(below(random, 256)));
        break;
      case 2:
        text.erase(at, 1 + below(random, 12));
        break;
      case 3:
      case 4:
        text.insert(at, one_of(random, words()));
        break;
      case 5: {
        const std::string piece = text.substr(at, below(random, 200));
        text.insert(below(random, text.size() + 1), piece);
        break;
      }
      case 6:
        if (below(random, 20) == 0) text.insert(at, huge(random));
        else text += "\n" + one_of(random, words()) + " = " + one_of(random, words()) + "\n";
        break;
      default:
        for (std::size_t k = at; k < text.size() && k < at + 6; ++k)
          if (text[k] >= '0' && text[k] <= '9')
            text[k] = static_cast<char>('0' + below(random, 10));
    }
  }
  return text;
}

struct Input {
  std::string kind, text,
      key;  // the text is what varies; the key goes with overrides and comparisons
};

const std::string kGood = "skin = \"cheek\"\ndevice = \"mf8-1.5mm\"\n";

const std::vector<std::string>& case_texts() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> out{kGood, study::case_template()};
    for (const auto& item : std::filesystem::directory_iterator(
             std::filesystem::path(PERCUTA_SOURCE) / "data/cases")) {
      std::ifstream in(item.path());
      out.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    std::sort(out.begin(), out.end());  // the order of a folder is nobody's
    return out;
  }();
  return all;
}

std::string value(Random& random) {
  static const std::vector<std::string> values{
      "1.0 mm", "5 N", "3",       "true", "[\"vertical\"]", "[\"0.4, 0.3 s\"]", "\"0.5 mm\"", "'x'",
      "",       " ",   "28 days", "0.2",  "[1, 2",          "neo-hookean",      "lancet"};
  return below(random, 3) == 0 ? one_of(random, words()) : mutated(one_of(random, values), random);
}

std::string key(Random& random) {
  const auto& known = one_of(random, study::case_keys()).path;
  return below(random, 4) == 0 ? mutated(known, random) : known;
}

Input make(std::uint64_t seed, std::size_t index) {
  Random random(seed * 0x9e3779b97f4a7c15ULL + index);
  switch (index % 5) {
    case 0:
      return {"case", mutated(one_of(random, case_texts()), random), ""};
    case 1: {
      const auto& known = one_of(random, study::case_keys());
      if (below(random, 2) == 0)
        return {"override",
                below(random, 2) == 0 ? known.fallback : mutated(known.fallback, random),
                known.path};
      return {"override", value(random), key(random)};
    }
    case 2:
      return {"explain", mutated(one_of(random, study::case_keys()).path, random), ""};
    case 3:
      return {"compare", value(random), key(random)};
    default: {
      std::string state(below(random, 300), '\0');
      for (char& c : state) c = static_cast<char>(below(random, 256));
      return {"checkpoint", mutated(study::sealed(state), random), state};
    }
  }
}

void attempt(const Input& in) {
  if (in.kind == "case") study::parse_case(in.text, "case.toml");
  if (in.kind == "override") study::parse_case(kGood, "case.toml", {{in.key, in.text}});
  if (in.kind == "explain") study::explain(in.text);
  if (in.kind == "compare")
    study::parse_case(kGood, "case.toml", {{"compare.key", in.key}, {"compare.values", in.text}});
  if (in.kind == "checkpoint" && study::unsealed("checkpoint", in.text) != in.key)
    throw std::logic_error("a damaged state was taken");
}

/// What is wrong with a message, "" when nothing is.
std::string flaw(const std::string& message) {
  if (message.empty()) return "an empty message";
  if (message.size() > kBytes) return "a message of " + std::to_string(message.size()) + " bytes";
  if (static_cast<std::size_t>(std::count(message.begin(), message.end(), '\n')) >= kLines)
    return "a message of too many lines";
  if (!core::valid_utf8(message)) return "a message that is not UTF-8";
  if (core::printable(message) != message) return "a message with control characters";
  return "";
}

struct Verdict {
  std::string outcome, fault;
};

Verdict judge(const Input& in) {
  Verdict v{"taken", ""};
  const auto start = std::chrono::steady_clock::now();
  try {
    attempt(in);
  } catch (const core::Error& e) {
    v.outcome = "refused (" + std::to_string(static_cast<int>(e.exit())) + ")";
    v.fault = flaw(e.what());
    if (e.exit() == core::Exit::bug || e.exit() == core::Exit::done ||
        e.exit() == core::Exit::interrupted)
      v.fault = "an exit code that is not for input";
  } catch (const std::exception& e) {
    v.fault = std::string("an exception of another kind: ") + e.what();
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (v.fault.empty() && seconds > kSlowest) v.fault = std::to_string(seconds) + " s";
  return v;
}

/// Where the input at hand lies, whatever becomes of us.
class Slot {
 public:
  Slot() {
    const int file = ::open("fuzz-input.bin", O_RDWR | O_CREAT | O_TRUNC, 0644);
    if (file < 0 || ::ftruncate(file, kSlot) != 0)
      throw std::runtime_error("fuzz-input.bin cannot be made");
    at_ = static_cast<char*>(::mmap(nullptr, kSlot, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
    ::close(file);
    if (at_ == MAP_FAILED) throw std::runtime_error("fuzz-input.bin cannot be mapped");
  }
  ~Slot() {
    ::munmap(at_, kSlot);
    ::unlink("fuzz-input.bin");
  }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  void keep(const Input& in) const {
    const std::array<std::uint64_t, 3> sizes{in.kind.size(), in.key.size(), in.text.size()};
    std::string bytes(reinterpret_cast<const char*>(sizes.data()), sizeof sizes);
    bytes += in.kind + in.key + in.text;
    std::memcpy(at_, bytes.data(), std::min(bytes.size(), kSlot));
  }

 private:
  char* at_;
};

Input read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::array<std::uint64_t, 3> sizes{};
  if (bytes.size() < sizeof sizes) throw std::runtime_error(path + ": no input of ours");
  std::memcpy(sizes.data(), bytes.data(), sizeof sizes);
  std::size_t at = sizeof sizes;
  const auto next = [&](std::size_t n) {
    const auto piece = bytes.substr(at, n);
    at += n;
    return piece;
  };
  Input in;
  in.kind = next(sizes[0]);
  in.key = next(sizes[1]);
  in.text = next(sizes[2]);
  return in;
}

int replay(const std::string& path) {
  const Input in = read(path);
  std::cout << in.kind << " key=" << core::printable(in.key, 200) << "\n"
            << core::printable(in.text, 2000) << "\n";
  const Verdict v = judge(in);
  std::cout << v.outcome << (v.fault.empty() ? "" : ": " + v.fault) << "\n";
  return v.fault.empty() ? 0 : 1;
}

int attack(std::uint64_t seed, std::size_t count) {
  std::map<std::string, std::size_t> outcomes;
  std::size_t faults = 0;
  const Slot slot;
  for (std::size_t k = 0; k < count; ++k) {
    const Input in = make(seed, k);
    slot.keep(in);
    const Verdict v = judge(in);
    ++outcomes[in.kind + " " + v.outcome];
    if (v.fault.empty()) continue;
    const std::string name =
        "fuzz-fault-" + std::to_string(seed) + "-" + std::to_string(k) + ".bin";
    std::filesystem::copy_file("fuzz-input.bin", name,
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(name, 24 + in.kind.size() + in.key.size() + in.text.size());
    std::cout << "seed " << seed << ", input " << k << " (" << in.kind
              << "): " << core::printable(v.fault, 300) << "; kept in " << name << "\n";
    if (++faults >= 20) break;
  }
  for (const auto& [outcome, n] : outcomes) std::cout << outcome << ": " << n << "\n";
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::cout << "memory " << usage.ru_maxrss / 1024 << " MB\n";
  return faults == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seed = 1;
  std::size_t count = 20000;
  for (int k = 1; k + 1 < argc; k += 2) {
    const std::string option = argv[k];
    if (option == "--seed") seed = std::stoull(argv[k + 1]);
    else if (option == "--count") count = std::stoull(argv[k + 1]);
    else if (option == "--replay") return replay(argv[k + 1]);
    else return std::cerr << "usage: fuzz_tests [--count N] [--seed S] [--replay FILE]\n", 2;
  }
#ifndef __SANITIZE_ADDRESS__  // whose shadow alone takes terabytes of addresses
  const rlimit memory{2UL << 30, 2UL << 30};
  setrlimit(RLIMIT_AS, &memory);
#endif
  return attack(seed, count);
}
