#pragma once

#include <string>

#include "console.h"

namespace percuta::app {

// Each verb returns the exit code; errors travel as exceptions to main.
int run(const std::string& case_file, const std::string& out, const Options&);
int compare(const std::string& case_file, const std::string& out, const Options&);
int check(const std::string& case_file, const Options&);
int list(const std::string& kind, const Options&);
int calibrate(bool write, const Options&);
int validate(const Options&);
int make_table(const std::string& name, const std::string& alphas, const Options&);
int version(const Options&);

}  // namespace percuta::app
