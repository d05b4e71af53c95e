#pragma once

#include <string>
#include <vector>

#include "percuta/config/statement.h"
#include "percuta/config/tree.h"
#include "percuta/io/document.h"

namespace percuta::study {

/// What a run says of a claim.
enum class Verdict { supported, mixed, not_supported, not_covered };

/// "supported", "depends on the measure", "not supported" or "the model does not cover this".
std::string name(Verdict);

/// A common statement about needling, with what would show it in a result and what is known of it.
struct Claim {
  std::string name;                          ///< of its file, "firmer-in-five-days"
  double place = 0.0;                        ///< among the others, the first at 1 [-]
  std::string statement;                     ///< as people say it
  std::vector<config::Statement> needs;      ///< else the run has nothing to say
  std::vector<config::Statement> supported;  ///< all of them; none: no output bears on it
  std::vector<config::Statement> refuted;    ///< all of them; none: whatever does not support it
  std::string if_supported, if_refuted, if_uncovered, without;  ///< words, with {outputs} in them
  std::string if_mixed;  ///< words where some of `supported` hold and some do not; none: refuted
  std::string known, known_words;    ///< what the evidence says: answer and sentences
  std::vector<std::string> sources;  ///< keys of the bibliography
  std::string evidence;              ///< class
};

/// A claim answered.
struct Answer {
  std::string name, statement;
  Verdict run = Verdict::not_covered;
  std::string run_words;           ///< why, with the figures of the result
  std::string known, known_words;  ///< "supported", "supported in part", "not supported", "no data"
  std::vector<std::string> sources;  ///< keys of the bibliography
  std::string evidence;              ///< class
};

/// A claim from its file. Throws InputError.
Claim claim_of(const config::Tree&, const std::string& name);

/// The claims of data/claims, by name. Throws InputError and FileError.
const std::vector<Claim>& claims();

/// What a result says of a claim; statements about outputs that it does not have make it not
/// covered.
Answer answer(const Claim&, const io::Document&);

/// Every claim answered from one result.
std::vector<Answer> answers(const io::Document&);

}  // namespace percuta::study
