#include "transport/patch_state.h"

#include <cstring>
#include <type_traits>

namespace percuta::fem {
namespace {

/// Goes through everything in one order, for writing and for reading.
template <class Self, class Visit>
void walk(Self& s, Visit visit) {
  visit(s.processes);
  visit(s.boxes);
  visit(s.stop);
  visit(s.sessions);
  visit(s.time);
  visit(s.step);
  visit(s.since_session);
  visit(s.ascorbate);
  visit(s.cost);
  visit(s.fields);
  visit(s.bleeding);
  visit(s.moments);
  visit(s.read.profile_time);
  visit(s.read.radius);
  visit(s.read.collagen_profile);
  visit(s.read.map.collagen);
}

struct Writer {
  std::string& bytes;
  template <class T>
  void operator()(const T& v) const {
    static_assert(std::is_trivially_copyable_v<T>);
    bytes.append(reinterpret_cast<const char*>(&v), sizeof v);
  }
  template <class T>
  void operator()(const std::vector<T>& all) const {
    (*this)(static_cast<std::uint64_t>(all.size()));
    for (const auto& v : all) (*this)(v);
  }
};

struct Reader {
  const std::string& bytes;
  std::size_t& at;
  bool& whole;
  template <class T>
  void operator()(T& v) const {
    static_assert(std::is_trivially_copyable_v<T>);
    whole = whole && bytes.size() - at >= sizeof v;
    if (!whole) return;
    std::memcpy(&v, &bytes[at], sizeof v);
    at += sizeof v;
  }
  template <class T>
  void operator()(std::vector<T>& all) const {
    std::uint64_t count = 0;
    (*this)(count);
    whole = whole && count <= bytes.size() - at;
    all.resize(whole ? count : 0);
    for (auto& v : all) (*this)(v);
  }
};

}  // namespace

std::string pack(const PatchState& s) {
  std::string bytes;
  walk(s, Writer{bytes});
  return bytes;
}

bool unpack(const std::string& bytes, PatchState& s) {
  std::size_t at = 0;
  bool whole = true;
  walk(s, Reader{bytes, at, whole});
  return whole && at == bytes.size();
}

}  // namespace percuta::fem
