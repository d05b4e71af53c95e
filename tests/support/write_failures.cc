// Results on a disk that fails at each of the calls by which they are written: the error names the
// folder, nothing is committed, the old result stays to the last byte, and nothing is left beside
// it. Run with failing_writes preloaded.

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>

#include <dlfcn.h>

#include "percuta/core/errors.h"
#include "percuta/report/report.h"
#include "percuta/study/case.h"
#include "percuta/study/run.h"
#include "support/synthetic_skin.h"

namespace {

namespace fs = std::filesystem;
using namespace percuta;

/// A whole run without finite elements: the skin answers by a power law.
study::Result result_of(const std::string& length) {
  const auto c = study::parse_case(
      "skin = \"cheek\"\n[device]\nbase = \"mf8-1.5mm\"\nneedle.length = \"" + length +
          "\"\n[channels]\nsample_side = \"3 mm\"\n[healing]\ndays = \"6 days\"\ncells = "
          "20\nmembers = 8\n[protocol]\npasses_per_direction = 1\n",
      "case.toml");
  test::answer_by_power_laws();
  return study::run(c);
}

/// Every file below a folder with its bytes.
std::map<std::string, std::string> content(const fs::path& folder) {
  std::map<std::string, std::string> out;
  for (const auto& item : fs::recursive_directory_iterator(folder)) {
    if (!item.is_regular_file()) continue;
    std::ifstream in(item.path(), std::ios::binary);
    out[fs::relative(item.path(), folder).string()] = {std::istreambuf_iterator<char>(in), {}};
  }
  return out;
}

void write(const study::Result& r, const fs::path& out, bool replace) {
  io::ResultFolder folder(out.string(), replace);
  for (const char* row : {"", "a"}) report::write_result(r, folder, row, "script", "style");
  folder.commit();
}

int complaints = 0;
void expect(bool fact, const std::string& what) {
  if (fact) return;
  ++complaints;
  std::cout << "not so: " << what << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  const auto arm =
      reinterpret_cast<void (*)(long, const char*, int)>(dlsym(RTLD_DEFAULT, "failing_writes_arm"));
  const auto seen = reinterpret_cast<long (*)()>(dlsym(RTLD_DEFAULT, "failing_writes_seen"));
  if (arm == nullptr || seen == nullptr || argc != 2)
    return std::cerr << "usage: LD_PRELOAD=failing_writes.so write_failures FOLDER\n", 2;
  const fs::path base = fs::absolute(argv[1]), out = base / "result";
  fs::remove_all(base);
  fs::create_directories(base);
  const auto old = result_of("1.5 mm"), fresh = result_of("1.0 mm");
  write(old, out, false);
  auto before = content(out);
  long failures = 0;
  for (const int stay : {0, 1})
    for (long n = 1;; ++n) {
      const std::string where =
          "call " + std::to_string(n) + (stay != 0 ? " and all after it" : "");
      arm(n, base.c_str(), stay);
      bool refused = false;
      try {
        write(fresh, out, true);
      } catch (const core::FileError& e) {
        refused = true;
        expect(std::string(e.what()).find("result") != std::string::npos,
               where + " is named: " + e.what());
      } catch (const std::exception& e) {
        expect(false, where + " ends in a file error: " + e.what());
      }
      const long calls = seen();
      arm(0, "", 0);
      if (calls < n) {  // no call is left that could fail
        if (n < 20) return std::cout << "only " << calls << " calls write a result\n", 1;
        fs::remove_all(base);
        fs::create_directories(base);
        write(old, out, false);
        before = content(out);  // of another moment
        break;
      }
      failures += refused ? 1 : 0;
      expect(refused, where + " is refused");
      expect(content(out) == before, where + " leaves the old result as it was");
      expect(std::distance(fs::directory_iterator(base), fs::directory_iterator()) == 1,
             where + " leaves nothing beside it");
      if (complaints > 20) return 1;
      if (content(out) != before) {
        fs::remove_all(base);
        fs::create_directories(base);
        write(old, out, false);
      }
    }
  write(fresh, out, true);
  expect(content(out) != before, "the next run writes its result");
  expect(std::distance(fs::directory_iterator(base), fs::directory_iterator()) == 1,
         "and leaves nothing beside it");
  std::cout << failures << " failures, " << complaints << " complaints\n";
  fs::remove_all(base);
  return complaints == 0 ? 0 : 1;
}
