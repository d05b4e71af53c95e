#pragma once

#include <string>
#include <vector>

#include "console.h"
#include "percuta/study/insert.h"
#include "percuta/study/run.h"
#include "percuta/study/sensitivity.h"

namespace percuta::app {

/// What `insert` takes beside the case.
struct InsertOptions {
  study::Overrides choices;  ///< keys of [insertion]
  int threads = 0;           ///< 0 = every core, shared by the processes
  bool resume = false;
};

/// What `compare` takes beside the case.
struct CompareOptions {
  std::vector<std::string> vary;  ///< "key=value,value"
  bool fail_fast = false;
  study::Until until = study::Until::healing;
};

/// What `sensitivity` takes beside the case.
struct SensitivityOptions {
  std::string of;            ///< "healing.collagen_change"
  std::vector<double> days;  ///< after the first session [days]
  int members = study::kSensitivityMembers;
};

/// What `calibrate` takes.
struct CalibrateOptions {
  std::string what = "toughness", data;
  std::vector<std::string> constants;
};

/// Our place among the processes that a launcher started (mpirun -n N), 0 for the first or only
/// one, and how many there are.
struct Place {
  int rank = 0, size = 1;
};
Place place();

// Each verb returns the exit code; errors travel as exceptions to main.
int run(const std::string& case_file, const std::string& out, const Options&);
int run(const study::Case&, const std::string& out, study::Until, const Options&);
int heal(const std::string& case_file, const std::string& out, const Options&);
int roll(const std::string& case_file, const std::string& out, const CompareOptions&,
         const Options&);
int measure(const std::string& case_file, const std::string& table, const std::string& out,
            const Options&);
int sensitivity(const std::string& case_file, const std::string& out, const SensitivityOptions&,
                const Options&);
int rerun(const std::string& results, const std::string& out, const Options&);
int insert(const std::string& case_file, const std::string& out, const InsertOptions&,
           const Options&);
int insert(const study::Case&, const std::string& out, const InsertOptions&, const Options&);
int deliver(const std::string& case_file, const std::string& out, const Options&);
int deliver(const study::Case&, const std::string& out, const Options&);
int compare(const std::vector<std::string>& case_files, const std::string& out,
            const CompareOptions&, const Options&);
int size(const std::string& target_file, const std::string& out, const Options&);
int check(const std::string& case_file, const Options&);
int claims(const std::string& case_file, const Options&);
int claims_table(const Options&);
int rules_table(const Options&);
int list(const std::string& kind, const Options&);
int outputs(const std::string& of, const Options&);
int cite(const std::string& result);
int keys(const Options&);
int schema(const std::string& of, const Options&);
int calibrate(const CalibrateOptions&, bool write, const std::string& out, const Options&);
int calibrate_healing(const CalibrateOptions&, bool write, const std::string& out, const Options&);
int law_plot(const std::string& case_file, const std::string& out, const Options&);
int verify(const Options&);
int validate(const std::string& level, const Options&);
int make_depths(bool write, const Options&);
int make_evidence(const std::string& table, bool write, const Options&);
int make_responses(const std::string& skins, bool missing, bool write, const Options&);
int make_table(const std::string& name, const std::string& alphas, const Options&);
int version(const Options&);

}  // namespace percuta::app
