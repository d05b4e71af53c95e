#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "percuta/io/document.h"

namespace percuta::io {
namespace {

using config::Form;
using config::Output;
using config::OutputValue;
using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json whole(double value) {
  return std::isfinite(value) ? Json(static_cast<long long>(std::llround(value))) : Json(nullptr);
}

Json series(const OutputValue& v) {
  Json values = Json::array();
  for (const double x : v.values) values.push_back(number(x));
  return v.output.axes.empty()
             ? values
             : Json{{"value", values}, {"unit", v.output.unit}};  // an axis is a plain list
}

Json json_of(const OutputValue& v) {
  switch (v.output.form) {
    case Form::text:
      return v.text;
    case Form::flag:
      return v.value() > 0.0;
    case Form::count:
      return whole(v.value());
    case Form::series:
    case Form::profile:
      return series(v);
    case Form::scalar:
      break;
  }
  if (!v.text.empty()) return v.text;
  if (v.output.unit.empty()) return number(v.value());
  Json q{{"value", number(v.value())}, {"unit", v.output.unit}};
  if (v.spread > 0.0) q["sd"] = v.spread;
  return q;
}

bool in_summary(const Output& o) {
  return (o.form != Form::series && o.form != Form::profile) || o.brief;
}

/// The node at a dotted path, made on the way.
Json& node(Json& root, const std::string& path) {
  Json* at = &root;
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find('.', begin), path.size());
    at = &(*at)[path.substr(begin, end - begin)];
    begin = end + 1;
  }
  return *at;
}

Json schema_of(const Output& o) {
  Json s;
  if (o.form == Form::text) s["type"] = "string";
  else if (o.form == Form::flag) s["type"] = "boolean";
  else if (o.form == Form::count) s["type"] = {"integer", "null"};
  else {
    const bool list = o.form != Form::scalar;
    const Json one{{"type", {"number", "null"}}};
    const Json value = list ? Json{{"type", "array"}, {"items", one}} : one;
    if (o.unit.empty() || (list && o.axes.empty())) s = value;
    else {
      const Json quantity{
          {"type", "object"},
          {"required", {"value", "unit"}},
          {"additionalProperties", false},
          {"properties",
           {{"value", value}, {"unit", {{"const", o.unit}}}, {"sd", {{"type", "number"}}}}}};
      s = list ? quantity : Json{{"anyOf", {quantity, {{"type", "string"}}}}};
    }
  }
  s["description"] = o.where.empty() ? o.sentence : o.sentence + " (where " + o.where + ")";
  return s;
}

}  // namespace

const OutputValue* find(const Document& d, const std::string& path) {
  const OutputValue* column = nullptr;
  for (const auto& v : d.outputs) {
    if (v.output.path != path) continue;
    if (in_summary(v.output)) return &v;
    column = &v;
  }
  return column;
}

std::string fact(const Provenance& facts, const std::string& name) {
  for (const auto& [key, text] : facts)
    if (key == name) return text;
  return "";
}

std::string summary_json(const Document& d) {
  Json root;
  for (const auto& v : d.outputs)
    if (in_summary(v.output)) node(root, v.output.path) = json_of(v);
  for (const auto& table : d.tables) {
    Json rows = Json::array();
    for (const auto& row : table.rows) {
      Json record;
      for (const auto& v : row) record[v.output.path] = json_of(v);
      rows.push_back(record);
    }
    root[table.name] = rows;
  }
  root["warnings"] = d.warnings;
  root["limits"] = d.limits;
  Json sources = Json::array();
  for (const auto& [tag, text] : d.sources) sources.push_back({{"tag", tag}, {"citation", text}});
  root["sources"] = sources;
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string summary_schema(const std::vector<Output>& outputs) {
  Json root{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
            {"title", "summary.json of Percuta"},
            {"type", "object"}};
  for (const auto& o : outputs) {
    if (!in_summary(o)) continue;
    Json* at = &root;
    for (std::size_t begin = 0; begin <= o.path.size();) {
      const auto end = std::min(o.path.find('.', begin), o.path.size());
      (*at)["type"] = "object";
      at = &(*at)["properties"][o.path.substr(begin, end - begin)];
      begin = end + 1;
    }
    *at = schema_of(o);
  }
  for (const char* texts : {"warnings", "limits"})
    root["properties"][texts] = {{"type", "array"}, {"items", {{"type", "string"}}}};
  root["properties"]["sources"] = {
      {"type", "array"}, {"items", {{"type", "object"}, {"required", {"tag", "citation"}}}}};
  return root.dump(2) + "\n";
}

}  // namespace percuta::io
