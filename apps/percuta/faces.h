#pragma once

#include <string>

namespace CLI {
class App;
}

namespace percuta::app {

/// A script by which bash completes verbs, flags and files.
std::string bash_completion(const CLI::App&);

/// percuta(1) as roff.
std::string manual_page(const CLI::App&, const std::string& version);

}  // namespace percuta::app
