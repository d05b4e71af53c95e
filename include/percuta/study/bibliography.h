#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "percuta/config/record.h"
#include "percuta/core/registry.h"

namespace percuta::study {

/// One entry of data/references.bib.
struct Reference {
  std::string bibtex;    ///< as it stands in the file
  std::string citation;  ///< in one line, "Shergold, O. A. and Fleck, N. A. 2005, Journal of
                         ///< Biomechanical Engineering, doi ..."
};

/// BibTeX by key. Entries are @kind{key, name = {value}, ...} with values in braces; lines that
/// begin with % are remarks. Throws InputError with file and line for anything else, and for a key
/// that stands twice.
std::map<std::string, Reference> parse_bibtex(const std::string& text, const std::string& name);

/// The entries of data/references.bib, and of references.bib in one's own catalogue, by key
/// ("roemgens2014"). Throws FileError and InputError.
const std::map<std::string, Reference>& references();

/// Words of a source: runs of letters and digits.
std::vector<std::string> words_of(const std::string& source);

/// Whether a word is written as a key is, "roemgens2014": small letters, a year, and a letter or
/// none.
bool looks_like_key(const std::string& word);

/// Keys of the bibliography that inputs and models refer to, sorted, with their citations. Throws
/// std::logic_error for a key of a model that the bibliography does not have.
std::vector<std::pair<std::string, std::string>> sources_of(
    const std::vector<config::Used>& inputs, const std::vector<core::ModelCard>& models = {});

}  // namespace percuta::study
