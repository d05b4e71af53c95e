#include "percuta/study/case.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "checks.h"
#include "loader.h"
#include "percuta/core/quantity.h"
#include "percuta/core/text.h"
#include "percuta/delivery/record.h"
#include "percuta/device/record.h"
#include "percuta/healing/record.h"
#include "percuta/protocol/record.h"
#include "percuta/skin/record.h"
#include "percuta/study/bibliography.h"
#include "percuta/study/catalogue.h"
#include "records.h"
#include "size_tables.h"
#include "stack.h"

namespace percuta::study {
namespace {

namespace fs = std::filesystem;
using config::Leaf;
using config::Scalar;
using config::Tree;

/// The list of the model, without constants that the case gives: those are known; those of a set
/// moved with it; and what the case says of any.
std::vector<healing::Prior> priors_of(const HealingOptions& options,
                                      const healing::Parameters& constants,
                                      config::Reader& reader) {
  static const auto usual = healing::default_parameters();
  std::vector<healing::Prior> out;
  const auto given = [&](const std::string& name) {
    return std::any_of(reader.used().begin(), reader.used().end(), [&](const auto& used) {
      return used.given && used.path == "healing.parameters." + name;
    });
  };
  for (const auto& prior : healing::default_priors())
    if (!given(prior.name)) {
      const double own = constants.*prior.member, before = usual.*prior.member;
      out.push_back(before > 0.0 ? healing::moved(prior, own / before) : prior);
    }
  std::set<std::string> named;
  for (const auto& row : options.given_priors) {
    healing::Refusal refusal;
    const auto prior = healing::read_prior(row.name, row.low, row.high, refusal);
    if (!prior) {
      reader.error("healing.priors", refusal.message, refusal.hint);
      continue;
    }
    if (!named.insert(row.name).second)
      reader.error("healing.priors", "names " + row.name + " twice", "keep one of them");
    std::erase_if(out, [&](const auto& p) { return p.name == row.name; });
    out.push_back(*prior);
    out.back().source = "the case";
  }
  return out;
}

/// Constants without their units, as files before version 0.2 wrote them, are one mistake: what
/// each is now is said once.
void read_healing_parameters(healing::Parameters& p, const config::Tree& tree,
                             config::Reader& reader) {
  const auto& record = healing::parameters_record();
  std::string first, now;
  for (const auto& key : record.keys("healing.parameters")) {
    const auto* leaf = key.kind == config::Kind::quantity ? tree.find(key.path) : nullptr;
    const auto* scalar = leaf != nullptr ? std::get_if<config::Scalar>(&leaf->value) : nullptr;
    const auto* number = scalar != nullptr ? std::get_if<double>(scalar) : nullptr;
    if (number == nullptr) continue;
    // They were counted in days and millimetres.
    const std::string written = fmt::format("{:g} {}", *number,
                                            key.unit == "um"  ? "mm"
                                            : key.unit == "h" ? "days"
                                                              : key.unit);
    now += fmt::format("{}{} = \"{}\"", first.empty() ? "" : ", ",
                       key.path.substr(key.path.rfind('.') + 1), written);
    if (first.empty()) first = key.path;
  }
  if (first.empty()) {
    record.read(p, reader, "healing.parameters");
    return;
  }
  for (const auto& key : record.keys("healing.parameters")) reader.know(key.path);
  reader.error(first, "needs a unit", fmt::format("healing constants carry units: write {}", now));
}

/// Everything under [healing].
void read_healing(Case& c, const config::Tree& tree, config::Reader& reader) {
  healing_record().read(c.healing_options, reader, "healing");
  healing::suction_record().read(c.healing_options.probe, reader, "healing.probe");
  healing::furrow_record().read(c.healing_options.wrinkle, reader, "healing.wrinkle");
  read_healing_parameters(c.healing, tree, reader);
  c.healing.vessels = c.healing_options.vessels;
  c.priors = priors_of(c.healing_options, c.healing, reader);
}

/// Values of a key side by side, where the file asks for them.
void read_comparison(Case& c, const Tree& written, config::Reader& reader) {
  if (!written.has_branch("compare")) return;
  comparison_record().read(c.comparison, reader, "compare");
  check_comparison(c.comparison, [&](const auto& path, const auto& message, const auto& hint) {
    reader.error(path, message, hint);
  });
}

/// A solute and what is done with it, where there is either.
void read_delivery(Case& c, const Tree& resolved, config::Reader& reader) {
  const bool solute = resolved.has_branch("solute");
  if (!solute && !resolved.has_branch("delivery")) return;
  if (solute) {
    delivery::solute_record().read(c.solute, reader, "solute");
    if (c.solute.name.empty()) c.solute.name = "custom";
  }
  delivery::options_record().read(c.delivery, reader, "delivery");
  if (solute) delivery::check(c.delivery, delivery::completed(c.solute), reader);
}

/// What stands at a path as it would be recorded.
std::string recorded_text(const Leaf& leaf) {
  const auto* scalar = std::get_if<Scalar>(&leaf.value);
  const auto* text = scalar != nullptr ? std::get_if<std::string>(scalar) : nullptr;
  return text != nullptr ? *text : config::written(leaf.value);
}

/// A key's default as it would be recorded.
std::string default_text(const std::string& path) {
  const auto key = key_of(path);
  return key ? key->fallback : "";
}

/// Values that were recorded in the place of those of a catalogue that differ: a catalogue may have
/// moved on.
void put_recorded(Tree& resolved, const Tree& kept) {
  for (const auto& [path, leaf] : kept.leaves()) {
    const Leaf* there = resolved.find(path);
    if (there == nullptr && recorded_text(leaf) == default_text(path)) continue;
    if (there == nullptr || recorded_text(*there) != recorded_text(leaf)) resolved.set(path, leaf);
  }
}

/// Tables of another verb have no place in a case that is run.
void reject_size_tables(const Tree& written, config::Reader& reader) {
  for (const char* table : kSizeTables) {
    const Tree keys = written.below(table);
    for (const auto& [path, leaf] : keys.leaves()) {
      const std::string whole = fmt::format("{}.{}", table, path);
      reader.know(whole);
      if (path == keys.leaves().begin()->first)
        reader.error(whole, "has no place in a case that is run", "it goes with `percuta size`");
    }
  }
}

/// Keys of older files.
void reject_moved(const Tree& resolved, config::Reader& reader) {
  if (resolved.find("level") == nullptr) return;
  reader.know("level");
  reader.error("level", "has moved", "write insertion.level = \"...\", or leave it out");
}

Case finish(Tree written, const Overrides& overrides, core::Diagnostics errors,
            const Tree& kept = {}) {
  if (!errors.empty()) throw core::InputError(errors);
  for (const char* kind : {"skin", "device", "solute"}) spell_out(written, kind);
  if (kept.leaves().empty()) written.mark_given();
  for (const auto& [key, value] : overrides) override_with(written, key, value, errors);
  Loader loader{written, {}, errors, !kept.leaves().empty()};
  Case c;
  const bool known_skin = loader.resolve("skin", "skins", c.skin.name);
  const bool known_device = loader.resolve("device", "devices", c.device.name);
  const bool known_solute =
      !loader.written.has_branch("solute") || loader.resolve("solute", "solutes", c.solute.name);
  loader.resolve_set();
  put_recorded(loader.resolved, kept);
  loader.resolved.overlay(written);

  config::Reader reader(loader.resolved, loader.errors);
  for (const auto& [kind, name] : {std::pair<const char*, std::string>{"skin", c.skin.name},
                                   {"device", c.device.name},
                                   {"solute", c.solute.name}}) {
    reader.know(std::string(kind) + ".base");
    if (!name.empty()) reader.record(base_of(kind, written, name));
  }
  TopLevel top;
  top_record().read(top, reader, "");
  c.title = top.title;
  c.seed = std::isfinite(top.seed) ? static_cast<std::uint64_t>(top.seed) : 1;
  c.file = loader.file();
  if (known_skin) read_skin(c.skin, loader.resolved, reader);
  if (known_device) {
    device::device_record().read(c.device, reader, "device");
    device::needle_record().read(c.device.needle, reader, "device.needle");
  }
  protocol_record().read(c.protocol, reader, "protocol");
  protocol::follow_plan(c.protocol);
  person_record().read(c.person, reader, "person");
  insertion::choices_record().read(c.insertion, reader, "insertion");
  insertion::choices_record().check(c.insertion, reader, "insertion");
  channel_record().read(c.channels, reader, "channels");
  scatter_record().read(c.scatter, reader, "scatter");
  read_healing(c, loader.resolved, reader);
  if (known_solute) read_delivery(c, loader.resolved, reader);
  read_comparison(c, written, reader);
  reject_moved(loader.resolved, reader);
  check_sources(loader.resolved, reader);
  reject_size_tables(written, reader);
  // After an unknown skin or device its own keys mean nothing; say the one thing that is wrong.
  if (known_skin && known_device && known_solute) reader.reject_unknown();
  if (loader.errors.empty()) check_physics(c, reader);
  apply_care(c);
  if (!loader.errors.empty()) throw core::InputError(loader.errors);
  c.inputs = reader.used();
  for (auto& used : c.inputs)
    if (used.path == "skin.order") used.value = order_of(c.skin);
  if (c.skin.name.empty()) c.skin.name = "custom";
  if (c.device.name.empty()) c.device.name = "custom";
  return c;
}

}  // namespace

channel::Patch patch_of(const ChannelOptions& o) {
  if (o.outline.empty()) return channel::square(o.sample_side);
  channel::Patch out;
  for (const auto& corner : o.outline) out.outline.push_back({corner.x, corner.y});
  return out;
}

Case read_case(const std::string& path, const Overrides& overrides) {
  core::Diagnostics errors;
  const auto file = file_or_entry("cases", path);
  Tree tree = Tree::read(file, errors);
  Case c = finish(std::move(tree), overrides, std::move(errors));
  c.file = file;
  return c;
}

Case parse_case(const std::string& text, const std::string& name, const Overrides& overrides) {
  core::Diagnostics errors;
  Tree tree = Tree::parse(text, name, errors);
  Case c = finish(std::move(tree), overrides, std::move(errors));
  c.file = name;
  return c;
}

Case case_of(Tree written, const Overrides& overrides) {
  return finish(std::move(written), overrides, {});
}

Case recorded_case(const std::vector<config::Used>& inputs, const std::string& file) {
  core::Diagnostics errors;
  Tree given, kept;
  for (const auto& input : inputs) {
    const auto key = key_of(input.path);
    config::Place place{file, 1, 1, 1,
                        std::make_shared<const std::string>(input.path + " = " + input.value)};
    Leaf leaf;
    leaf.key_place = leaf.value_place = place;
    leaf.given = input.given;
    leaf.overridden = input.overridden;
    leaf.source = input.source;
    leaf.evidence = input.evidence;
    leaf.spread = input.spread;
    using config::Kind;
    const bool text =
        !key || key->kind == Kind::quantity || key->kind == Kind::text || key->kind == Kind::choice;
    if (text) leaf.value = Scalar(input.value);
    else leaf.value = value_of(input.value, place, errors);
    (input.given || input.path.ends_with(".base") ? given : kept).set(input.path, leaf);
  }
  Case c = finish(std::move(given), {}, std::move(errors), kept);
  c.file = file;
  return c;
}

}  // namespace percuta::study
