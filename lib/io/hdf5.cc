#include <cmath>
#include <set>
#include <stdexcept>

#include <fmt/format.h>
#include <hdf5.h>

#include "percuta/core/errors.h"
#include "percuta/io/document.h"

namespace percuta::io {

std::vector<Dataset> datasets(const Document& d) {
  std::vector<Dataset> out;
  const auto scale = [&](const config::OutputValue& of,
                         const std::string& path) -> const config::OutputValue& {
    for (const auto& v : d.outputs)
      if (v.output.path == path && v.output.form == config::Form::series) return v;
    throw std::logic_error(
        fmt::format("{} stands against {}, which is not there", of.output.path, path));
  };
  for (const auto& v : d.outputs) {
    Dataset set{config::dataset_path(v.output),
                v.output.unit,
                v.output.sentence,
                v.shape,
                v.values,
                {},
                v.text,
                v.output.where};
    if (v.output.form == config::Form::count || v.output.form == config::Form::flag ||
        set.unit.empty())
      set.unit = "1";
    if (v.output.form == config::Form::text) set.unit = "";
    std::size_t size = 1;
    for (std::size_t k = 0; k < v.output.axes.size(); ++k) {
      const auto& axis = scale(v, v.output.axes[k]);
      set.axes.push_back(config::dataset_path(axis.output));
      set.shape[k] = axis.values.size();  // an empty column has no rows to count its width by
      size *= set.shape[k];
    }
    if (!v.output.axes.empty() && size != v.values.size())
      throw std::logic_error(fmt::format("{} has {} values, its axes ask for {}", v.output.path,
                                         v.values.size(), size));
    out.push_back(std::move(set));
    if (v.spread > 0.0)
      out.push_back({config::dataset_path(v.output) + "_sd",
                     v.output.unit,
                     "standard deviation of " + v.output.sentence,
                     {},
                     {v.spread},
                     {}});
  }
  return out;
}

namespace {

template <class Status>
void check(Status status, const std::string& what) {
  if (status < 0) throw core::FileError("HDF5 could not " + what);
}

/// HDF5 identifier closed by its own function.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t), const std::string& what) : id_(id), close_(close) {
    check(id_, what);
  }
  ~Handle() { close_(id_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

// Variable-length UTF-8, which h5py reads as str.
void attribute(hid_t object, const char* name, const std::string& text) {
  const auto what = fmt::format("write the attribute {}", name);
  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose, what);
  check(H5Tset_size(type, H5T_VARIABLE), what);
  check(H5Tset_cset(type, H5T_CSET_UTF8), what);
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose, what);
  const Handle a(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, what);
  const char* pointer = text.c_str();
  check(H5Awrite(a, type, &pointer), what);
}

// Fixed-length, as the dimension-scale convention wants it.
void fixed_attribute(hid_t object, const char* name, const std::string& text) {
  const auto what = fmt::format("write the attribute {}", name);
  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose, what);
  check(H5Tset_size(type, text.size() + 1), what);
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose, what);
  const Handle a(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, what);
  check(H5Awrite(a, type, text.c_str()), what);
}

void number_attribute(hid_t object, const char* name, double value) {
  const auto what = fmt::format("write the attribute {}", name);
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose, what);
  const Handle a(H5Acreate2(object, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT),
                 H5Aclose, what);
  check(H5Awrite(a, H5T_NATIVE_DOUBLE, &value), what);
}

// A dimension scale as the netCDF convention wants it: xarray and h5py then label the axes.
void make_scale(hid_t dataset, const std::string& path) {
  fixed_attribute(dataset, "CLASS", "DIMENSION_SCALE");
  fixed_attribute(dataset, "NAME", path.substr(path.rfind('/') + 1));
}

void attach_scales(hid_t file, const Dataset& d, hid_t dataset) {
  std::vector<hvl_t> list(d.axes.size());
  std::vector<hobj_ref_t> references(d.axes.size());
  for (std::size_t k = 0; k < d.axes.size(); ++k) {
    check(H5Rcreate(&references[k], file, d.axes[k].c_str(), H5R_OBJECT, -1), "label " + d.path);
    list[k] = {1, &references[k]};
  }
  if (d.axes.empty()) return;
  const Handle type(H5Tvlen_create(H5T_STD_REF_OBJ), H5Tclose, "label " + d.path);
  const hsize_t rank = d.axes.size();
  const Handle space(H5Screate_simple(1, &rank, nullptr), H5Sclose, "label " + d.path);
  const Handle a(H5Acreate2(dataset, "DIMENSION_LIST", type, space, H5P_DEFAULT, H5P_DEFAULT),
                 H5Aclose, "label " + d.path);
  check(H5Awrite(a, type, list.data()), "label " + d.path);
}

std::string read_attribute(hid_t object, const char* name) {
  if (H5Aexists(object, name) <= 0) return "";
  const Handle a(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, "open an attribute");
  const Handle type(H5Aget_type(a), H5Tclose, "read a type");
  char* pointer = nullptr;
  H5Aread(a, type, &pointer);
  const std::string text = pointer != nullptr ? pointer : "";
  H5free_memory(pointer);
  return text;
}

}  // namespace

namespace {

void write_text(hid_t file, const Dataset& d) {
  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "write " + d.path);
  check(H5Tset_size(type, H5T_VARIABLE), "write " + d.path);
  check(H5Tset_cset(type, H5T_CSET_UTF8), "write " + d.path);
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose, "make a shape");
  const Handle set(
      H5Dcreate2(file, d.path.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
      H5Dclose, "create " + d.path);
  const char* pointer = d.text.c_str();
  check(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &pointer), "write " + d.path);
  attribute(set, "long_name", d.long_name);
}

void write_dataset(hid_t file, const Dataset& d) {
  if (d.values.empty() && d.shape.empty()) {
    write_text(file, d);
    return;
  }
  const std::vector<hsize_t> shape(d.shape.begin(), d.shape.end());
  const Handle space(shape.empty()
                         ? H5Screate(H5S_SCALAR)
                         : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
                     H5Sclose, "make a shape");
  const Handle set(H5Dcreate2(file, d.path.c_str(), H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT,
                              H5P_DEFAULT),
                   H5Dclose, "create " + d.path);
  if (!d.values.empty())
    check(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, d.values.data()),
          "write " + d.path);
  attribute(set, "units", d.unit);
  attribute(set, "long_name", d.long_name);
  if (!d.where.empty()) attribute(set, "where", d.where);
  if (!d.text.empty()) attribute(set, "word", d.text);
  if (d.axes.empty() && d.shape.size() == 1) make_scale(set, d.path);
}

void write_inputs(hid_t file, const std::vector<config::Used>& inputs) {
  const Handle group(H5Gopen2(file, "/input", H5P_DEFAULT), H5Gclose, "open /input");
  for (const auto& used : inputs) {
    attribute(group, used.path.c_str(), used.value);
    for (const auto& [what, text] : {std::pair{" source", used.source},
                                     {" evidence", used.evidence},
                                     {" spread", used.spread}})
      if (!text.empty()) attribute(group, (used.path + what).c_str(), text);
    if (std::isfinite(used.si))
      number_attribute(group, (used.path + " [" + used.unit + "]").c_str(), used.si);
  }
}

std::string image_of(hid_t file) {
  check(H5Fflush(file, H5F_SCOPE_GLOBAL), "finish a file in memory");
  const ssize_t size = H5Fget_file_image(file, nullptr, 0);
  check(size, "finish a file in memory");
  std::string bytes(static_cast<std::size_t>(size), '\0');
  check(H5Fget_file_image(file, bytes.data(), bytes.size()), "finish a file in memory");
  return bytes;
}

}  // namespace

std::string hdf5(const Document& d) {
  const std::vector<Dataset> all = datasets(d);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const Handle in_memory(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "set up a file in memory");
  check(H5Pset_fapl_core(in_memory, 1U << 18, 0), "set up a file in memory");
  const Handle file(H5Fcreate("results.h5", H5F_ACC_TRUNC, H5P_DEFAULT, in_memory), H5Fclose,
                    "set up a file in memory");
  std::set<std::string> groups{"/input", "/provenance"};  // in order: a group before those in it
  for (const auto& set : all)
    for (auto slash = set.path.find('/', 1); slash != std::string::npos;
         slash = set.path.find('/', slash + 1))
      groups.insert(set.path.substr(0, slash));
  for (const auto& group : groups)
    Handle(H5Gcreate2(file, group.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose,
           "create a group");
  for (const auto& set : all) write_dataset(file, set);
  for (const auto& set : all) {
    const Handle open(H5Dopen2(file, set.path.c_str(), H5P_DEFAULT), H5Dclose, "open " + set.path);
    attach_scales(file, set, open);
  }
  write_inputs(file, d.inputs);
  {
    const Handle provenance(H5Gopen2(file, "/provenance", H5P_DEFAULT), H5Gclose,
                            "open /provenance");
    for (const auto& [name, text] : d.provenance) attribute(provenance, name.c_str(), text);
  }
  return image_of(file);
}

namespace {

/// Text attributes of a group by name.
Provenance text_attributes(const std::string& path, const std::string& group_name) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose,
                    "open " + path + "; is it a result file?");
  const Handle group(H5Gopen2(file, group_name.c_str(), H5P_DEFAULT), H5Gclose,
                     "find " + group_name + " in " + path);
  Provenance out;
  const auto visit = [](hid_t object, const char* name, const H5A_info_t*, void* list) -> herr_t {
    try {  // nothing may be thrown through the library that calls us
      const Handle a(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, "open an attribute");
      const Handle type(H5Aget_type(a), H5Tclose, "read a type");
      if (H5Tget_class(type) == H5T_STRING)
        static_cast<Provenance*>(list)->emplace_back(name, read_attribute(object, name));
      return 0;
    } catch (const std::exception&) {
      return -1;
    }
  };
  check(H5Aiterate2(group, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, visit, &out), "read " + path);
  return out;
}

}  // namespace

Provenance read_provenance(const std::string& path) { return text_attributes(path, "/provenance"); }

std::vector<config::Used> read_inputs(const std::string& path) {
  const auto all = text_attributes(path, "/input");
  std::vector<config::Used> out;
  for (const auto& [name, text] : all) {
    if (name.find(' ') != std::string::npos) continue;  // of a path: its source, its number in SI
    config::Used used;
    used.path = name;
    used.value = text;
    used.source = fact(all, name + " source");
    used.evidence = fact(all, name + " evidence");
    used.spread = fact(all, name + " spread");
    out.push_back(std::move(used));
  }
  return out;
}

namespace {

Dataset read_dataset(hid_t root, const char* name) {
  const std::string what = fmt::format("read {}", name);
  const Handle set(H5Dopen2(root, name, H5P_DEFAULT), H5Dclose, what);
  const Handle space(H5Dget_space(set), H5Sclose, what);
  const int rank = H5Sget_simple_extent_ndims(space);
  check(rank, what);
  std::vector<hsize_t> shape(static_cast<std::size_t>(rank));
  check(H5Sget_simple_extent_dims(space, shape.data(), nullptr), what);
  Dataset d{"/" + std::string(name),
            read_attribute(set, "units"),
            read_attribute(set, "long_name"),
            {shape.begin(), shape.end()},
            {},
            {},
            read_attribute(set, "word"),
            read_attribute(set, "where")};
  const Handle type(H5Dget_type(set), H5Tclose, what);
  if (H5Tget_class(type) == H5T_STRING) {
    char* pointer = nullptr;
    check(H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &pointer), what);
    d.text = pointer != nullptr ? pointer : "";
    H5free_memory(pointer);
    return d;
  }
  d.values.resize(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  if (!d.values.empty())
    check(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, d.values.data()), what);
  return d;
}

}  // namespace

std::vector<Dataset> read_hdf5(const std::string& path) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose,
                    "open " + path + "; is it a result file?");
  std::vector<Dataset> out;
  // Nothing may be thrown through the library that calls us.
  const auto visit = [](hid_t root, const char* name, const H5O_info_t* info,
                        void* list) -> herr_t {
    try {
      if (info->type == H5O_TYPE_DATASET)
        static_cast<std::vector<Dataset>*>(list)->push_back(read_dataset(root, name));
      return 0;
    } catch (const std::exception&) {
      return -1;
    }
  };
  check(H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_NATIVE, visit, &out, H5O_INFO_BASIC),
        "read " + path);
  return out;
}

}  // namespace percuta::io
