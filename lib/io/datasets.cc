#include <array>
#include <set>

#include <fmt/format.h>
#include <hdf5.h>

#include "percuta/core/errors.h"
#include "percuta/io/result.h"

namespace percuta::io {
namespace {

Dataset series(std::string path, std::string unit, std::string long_name, const std::vector<double>& values, const std::string& axis) {
  return {std::move(path), std::move(unit), std::move(long_name), {values.size()}, values, axis.empty() ? std::vector<std::string>{} : std::vector{axis}};
}

// Numbers of the entries of a list, so that its columns share an axis.
Dataset numbering(const std::string& path, const std::string& long_name, std::size_t size) {
  std::vector<double> values;
  for (std::size_t k = 0; k < size; ++k) values.push_back(static_cast<double>(k));
  return series(path, "1", long_name, values, "");
}

/// Points on the skin as columns under a group, of the landings of needles or of the channels among them.
void add_points(std::vector<Dataset>& out, const std::string& group, const std::string& of, const std::vector<std::array<double, 2>>& positions,
                const std::vector<int>& direction, const std::vector<double>& depth) {
  out.push_back(numbering(group + "/number", "number of the " + of, positions.size()));
  out.push_back(series(group + "/xy", "1", "coordinate of the sample square, 0 for x and 1 for y", {0.0, 1.0}, ""));
  Dataset at{group + "/position", "m", of + " positions on the sample square, x and y", {positions.size(), 2}, {}, {group + "/number", group + "/xy"}};
  for (const auto& p : positions) at.values.insert(at.values.end(), p.begin(), p.end());
  out.push_back(std::move(at));
  out.push_back(series(group + "/direction", "1", "index of the rolling direction of each " + of, {direction.begin(), direction.end()}, group + "/number"));
  out.push_back(series(group + "/depth", "m", "depth pierced by each " + of + ", 0 where the surface held", depth, group + "/number"));
}

}  // namespace

std::vector<Dataset> datasets(const Result& r) {
  std::vector<Dataset> out;
  const auto& c = r.insertion;
  const std::string d = "/insertion/displacement";
  out.push_back(series(d, "m", "tip displacement", c.displacement, ""));
  out.push_back(series("/insertion/force", "N", "force on one needle under a growing load on its cell", c.force, d));
  out.push_back(series("/insertion/pierced_depth", "m", "pierced depth", c.pierced_depth, d));
  out.push_back(series("/insertion/deflection", "m", "deflection of the skin surface", c.deflection, d));
  const std::string s = "/insertion/indentation_displacement";
  out.push_back(series(s, "m", "tip displacement on unpierced skin in the device cell, slow, finite elements", r.indentation.displacement, ""));
  out.push_back(series("/insertion/indentation_force", "N", "force on unpierced skin in the device cell, slow, finite elements", r.indentation.force, s));

  const std::string sample = "/insertion/sample";
  out.push_back(numbering(sample, "number of the needle and place of the scatter", r.depths.depth.size()));
  out.push_back(series("/insertion/sample_depth", "m", "pierced depth over the scatter of needles and skin, 0 where the surface held", r.depths.depth, sample));

  add_points(out, "/landings", "landing", r.field.positions, r.field.direction, r.field.depth);
  channel::ChannelField channels;
  for (std::size_t k = 0; k < r.field.positions.size(); ++k) {
    if (!(r.field.depth[k] > 0.0)) continue;
    channels.positions.push_back(r.field.positions[k]);
    channels.direction.push_back(r.field.direction[k]);
    channels.depth.push_back(r.field.depth[k]);
  }
  add_points(out, "/channels", "channel", channels.positions, channels.direction, channels.depth);

  const auto& h = r.healing;
  const std::string t = "/healing/time";
  std::vector<double> seconds;
  for (const double day : h.days) seconds.push_back(day * 86400.0);
  out.push_back(series(t, "s", "time after the first session", seconds, ""));
  const auto add = [&](const char* name, const char* long_name, const std::vector<double>& v) {
    out.push_back(series(fmt::format("/healing/{}", name), "1", long_name, v, t));
  };
  add("damage", "damage signal S, mean of the unit cell", h.damage);
  add("clot", "clot and provisional matrix F", h.clot);
  add("neutrophils", "neutrophils n", h.neutrophils);
  add("macrophages_1", "inflammatory macrophages M1", h.macrophages_1);
  add("macrophages_2", "repair macrophages M2", h.macrophages_2);
  add("alarm", "pro-inflammatory signal alpha", h.alarm);
  add("growth_factor", "growth signal c, healthy 1", h.growth_factor);
  add("fibroblasts", "fibroblasts rho, healthy 1", h.fibroblasts);
  add("myofibroblasts", "myofibroblasts m", h.myofibroblasts);
  add("collagen_i", "collagen I, healthy 0.8", h.collagen_i);
  add("collagen_iii", "collagen III, healthy 0.2", h.collagen_iii);
  add("collagen", "collagen over the needled depth, healthy 1", h.collagen);
  add("maturity", "cross-link maturity psi, healthy 1", h.maturity);
  add("stiffness", "stiffness over the needled depth, healthy 1", h.stiffness);
  add("strength", "strength over the needled depth, healthy 1", h.strength);
  add("whole_dermis_collagen", "collagen over the whole dermis, healthy 1", h.whole_dermis_collagen);
  add("whole_dermis_stiffness", "stiffness over the whole dermis, healthy 1", h.whole_dermis_stiffness);
  add("whole_dermis_strength", "strength over the whole dermis, healthy 1", h.whole_dermis_strength);
  add("epithelial_gap", "epithelial gap over the channel radius", h.epithelial_gap);
  add("barrier_open", "open share of the stratum corneum channel", h.barrier_open);
  add("erythema", "erythema index", h.erythema);
  if (!h.collagen_profile.empty()) {
    std::vector<double> days, values;
    for (const double day : h.profile_days) days.push_back(day * 86400.0);
    out.push_back(series("/healing/profile_time", "s", "times of the radial profiles", days, ""));
    out.push_back(series("/healing/radius", "m", "distance from the channel axis", h.radius, ""));
    for (const auto& row : h.collagen_profile) values.insert(values.end(), row.begin(), row.end());
    out.push_back({"/healing/collagen_profile",
                   "1",
                   "collagen around the channel, healthy 1",
                   {days.size(), h.radius.size()},
                   values,
                   {"/healing/profile_time", "/healing/radius"}});
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
  Handle(hid_t id, herr_t (*close)(hid_t), const std::string& what) : id_(id), close_(close) { check(id_, what); }
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
  const Handle a(H5Acreate2(object, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, what);
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
  const Handle a(H5Acreate2(dataset, "DIMENSION_LIST", type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose, "label " + d.path);
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

void write_dataset(hid_t file, const Dataset& d) {
  const std::vector<hsize_t> shape(d.shape.begin(), d.shape.end());
  const Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose, "make a shape");
  const Handle set(H5Dcreate2(file, d.path.c_str(), H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose, "create " + d.path);
  if (!d.values.empty()) check(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, d.values.data()), "write " + d.path);
  attribute(set, "units", d.unit);
  attribute(set, "long_name", d.long_name);
  if (d.axes.empty()) make_scale(set, d.path);
}

void write_inputs(hid_t file, const std::vector<config::Used>& inputs) {
  const Handle group(H5Gopen2(file, "/input", H5P_DEFAULT), H5Gclose, "open /input");
  for (const auto& used : inputs) {
    attribute(group, used.path.c_str(), used.value);
    if (std::isfinite(used.si)) number_attribute(group, (used.path + " [" + used.unit + "]").c_str(), used.si);
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

std::string hdf5(const std::vector<Dataset>& all, const std::vector<config::Used>& inputs, const Provenance& facts) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const Handle in_memory(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "set up a file in memory");
  check(H5Pset_fapl_core(in_memory, 1U << 18, 0), "set up a file in memory");
  const Handle file(H5Fcreate("results.h5", H5F_ACC_TRUNC, H5P_DEFAULT, in_memory), H5Fclose, "set up a file in memory");
  std::set<std::string> groups{"/input", "/provenance"};
  for (const auto& d : all) groups.insert(d.path.substr(0, d.path.rfind('/')));
  for (const auto& group : groups) Handle(H5Gcreate2(file, group.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose, "create a group");
  for (const auto& d : all) write_dataset(file, d);
  for (const auto& d : all) {
    const Handle set(H5Dopen2(file, d.path.c_str(), H5P_DEFAULT), H5Dclose, "open " + d.path);
    attach_scales(file, d, set);
  }
  write_inputs(file, inputs);
  {
    const Handle provenance(H5Gopen2(file, "/provenance", H5P_DEFAULT), H5Gclose, "open /provenance");
    for (const auto& [name, text] : facts) attribute(provenance, name.c_str(), text);
  }
  return image_of(file);
}

std::string hdf5(const Result& r) {
  return hdf5(datasets(r), r.inputs,
              {{"type", "percuta result"},
               {"format", "1"},
               {"version", r.version},
               {"case", r.title},
               {"level", r.level},
               {"seed", std::to_string(r.seed)},
               {"cell_key", r.cell_key},
               {"cell_table", r.cell_table},
               {"drum_key", r.drum_key},
               {"drum_table", r.drum_table},
               {"summary", summary_json(r)}});
}

std::string fact(const Provenance& facts, const std::string& name) {
  for (const auto& [key, text] : facts)
    if (key == name) return text;
  return "";
}

Provenance read_provenance(const std::string& path) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "open " + path + "; is it a result file?");
  const Handle group(H5Gopen2(file, "/provenance", H5P_DEFAULT), H5Gclose, "find /provenance in " + path);
  Provenance out;
  for (const char* name : {"type", "format", "version", "case", "level", "seed", "cell_key", "cell_table", "drum_key", "drum_table", "summary"})
    if (auto text = read_attribute(group, name); !text.empty()) out.emplace_back(name, std::move(text));
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
  Dataset d{"/" + std::string(name), read_attribute(set, "units"), read_attribute(set, "long_name"), {shape.begin(), shape.end()}, {}, {}};
  d.values.resize(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  if (!d.values.empty()) check(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, d.values.data()), what);
  return d;
}

}  // namespace

std::vector<Dataset> read_hdf5(const std::string& path) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "open " + path + "; is it a result file?");
  std::vector<Dataset> out;
  // Nothing may be thrown through the library that calls us.
  const auto visit = [](hid_t root, const char* name, const H5O_info_t* info, void* list) -> herr_t {
    try {
      if (info->type == H5O_TYPE_DATASET) static_cast<std::vector<Dataset>*>(list)->push_back(read_dataset(root, name));
      return 0;
    } catch (const std::exception&) {
      return -1;
    }
  };
  check(H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_NATIVE, visit, &out, H5O_INFO_BASIC), "read " + path);
  return out;
}

}  // namespace percuta::io
