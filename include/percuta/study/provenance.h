#pragma once

#include <string>
#include <vector>

#include "percuta/io/document.h"

namespace percuta::study {

/// Where a result comes from: type and format of the file, what this build is, libraries of the
/// finite elements where they are loaded, date, fingerprint of the inputs, and what is given
/// besides.
io::Provenance provenance(const std::string& type, const std::vector<config::Used>& inputs,
                          io::Provenance more);

}  // namespace percuta::study
