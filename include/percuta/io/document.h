#pragma once

#include <string>
#include <utility>
#include <vector>

#include "percuta/config/output.h"
#include "percuta/config/record.h"

namespace percuta::io {

/// Texts that say where a file comes from: name, value.
using Provenance = std::vector<std::pair<std::string, std::string>>;

/// The text of a fact, "" when there is none of that name.
std::string fact(const Provenance&, const std::string& name);

/// Records of one kind, as the events of an insertion; the path of a value is its name in the
/// record.
struct Table {
  std::string name;
  std::vector<std::vector<config::OutputValue>> rows;
};

/// Everything that a run gave and where it comes from. Files, terminal, report and Python read it
/// in loops.
struct Document {
  std::vector<config::OutputValue> outputs;
  std::vector<Table> tables;
  std::vector<config::Used> inputs;
  std::vector<std::string> warnings;
  std::vector<std::pair<std::string, std::string>> sources;  ///< tag, citation
  Provenance provenance;
  std::vector<std::string> limits{};  ///< what the models behind it leave out
};

/// The output at a path, or nullptr. Of a single value and a column at one path it is the value.
const config::OutputValue* find(const Document&, const std::string& path);

/// summary.json: what is no column.
std::string summary_json(const Document&);

/// JSON Schema of the summary.json of such outputs.
std::string summary_schema(const std::vector<config::Output>&);

/// One dataset of a result file.
struct Dataset {
  std::string path;  ///< "/healing/collagen"
  std::string unit;
  std::string long_name;
  std::vector<std::size_t> shape;  ///< empty for a scalar
  std::vector<double> values;
  std::vector<std::string> axes;  ///< paths of the scales of each dimension
  std::string text{};             ///< of a text, which has no values
  std::string where{};            ///< where there is a value, in words; "" = everywhere
};

/// Everything that results.h5 holds of the outputs; the file and the Python arrays are made from
/// this list.
std::vector<Dataset> datasets(const Document&);

/// The bytes of results.h5: datasets with units, names and scales, inputs and provenance. Made in
/// memory, so that a disk that fills up meets one checked write and not the library that made them.
/// Throws FileError.
std::string hdf5(const Document&);

/// Reads the texts that say where a result file comes from. Throws FileError.
Provenance read_provenance(const std::string& path);

/// Reads the inputs of a result file: path, value as written, source, class of evidence and spread.
/// Throws FileError.
std::vector<config::Used> read_inputs(const std::string& path);

/// Reads the datasets of results.h5 back, without their axes. Throws FileError.
std::vector<Dataset> read_hdf5(const std::string& path);

}  // namespace percuta::io
