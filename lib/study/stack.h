#pragma once

// What reading a case and reading a part of one by itself share.

#include <string>

#include "percuta/config/record.h"
#include "percuta/skin/skin.h"

namespace percuta::study {

/// The sentence of an input that is read before its record: which entry the rest started from.
config::Used base_of(const std::string& kind, const config::Tree& written, const std::string& name);

/// The layers that there are, as skin.order is written.
std::string order_of(const skin::Skin&);

/// Everything below "skin", its layers in their order.
void read_skin(skin::Skin&, const config::Tree& resolved, config::Reader&);

/// A layer below "skin.layers", of a name that is allowed.
skin::Layer read_layer(const std::string& key, config::Reader&);

/// A source that is written like a key of the bibliography, "roemgens2014", is one.
void check_sources(const config::Tree& resolved, config::Reader&);

}  // namespace percuta::study
