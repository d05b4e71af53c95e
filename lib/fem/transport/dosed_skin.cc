#include "transport/dosed_skin.h"

#include <algorithm>
#include <numbers>
#include <set>

namespace percuta::fem {
DosedSkin::DosedSkin(std::vector<SoluteClass> classes, Donor donor, double below)
    : classes_(std::move(classes)), donor_(std::move(donor)), below_(below) {
  for (const auto& c : classes_) {
    blocks_.push_back(std::make_unique<TransportSystem>(solute_problem(c.cell, c.mesh)));
    first_.push_back(cells_);
    cells_ += blocks_.back()->well(0);
  }
  const auto all = pattern();
  std::vector<int> starts{0};
  for (const auto& column : all) starts.push_back(starts.back() + static_cast<int>(column.size()));
  for (std::size_t k = 0; k < blocks_.size(); ++k) {
    const auto& b = *blocks_[k];
    entries_.emplace_back();
    const auto own = b.pattern();
    for (int j = 0; j < b.size(); ++j)
      for (const int i : own[j]) {
        const auto& rows = all[place(k, j)];
        const auto row = std::lower_bound(rows.begin(), rows.end(), place(k, i));
        const double sign = i == b.well(kDonor) ? -1.0 : 1.0;
        entries_[k].push_back(
            {j > b.well(kDonor) ? -1 : starts[place(k, j)] + static_cast<int>(row - rows.begin()),
             i < b.well(0) ? 1.0 : sign * classes_[k].share, j == b.well(kDonor)});
      }
  }
}

std::vector<double> DosedSkin::initial() const {
  std::vector<double> y(size(), 0.0);
  for (std::size_t k = 0; k < classes_.size(); ++k) {
    const auto& [share, cell, mesh] = classes_[k];
    const auto& capacity = blocks_[k]->problem().fields.front().capacity;
    for (int c = 0; c < mesh.cells(); ++c) {
      const auto& layer = cell.layers[layer_of(cell, mesh, mesh.level_of(c))];
      y[unknown(k, c)] = (1.0 - fluid_share(cell, mesh, c)) * layer.partition *
                         (1.0 + layer.bound) * layer.initial / capacity[c];
    }
  }
  return y;
}

std::vector<double> DosedSkin::in_layers(std::span<const double> y) const {
  std::vector<double> out(classes_.front().cell.layers.size(), 0.0);
  for (std::size_t k = 0; k < classes_.size(); ++k) {
    const auto& [share, cell, mesh] = classes_[k];
    const auto& capacity = blocks_[k]->problem().fields.front().capacity;
    const double per_area = share / (std::numbers::pi * cell.radius * cell.radius);
    for (int level = 0; level < mesh.levels(); ++level) {
      auto& sum = out[layer_of(cell, mesh, level)];
      for (int c = mesh.cell(0, level); c < mesh.cell(0, level + 1); ++c)
        sum += per_area * y[unknown(k, c)] * mesh.volume(c) * capacity[c];
    }
  }
  return out;
}

int DosedSkin::place(std::size_t block, int local) const {
  const int well = local - blocks_[block]->well(0);
  return well < 0 ? first_[block] + local : cells_ + well;
}

std::vector<double> DosedSkin::local(std::size_t block, const DonorState& donor,
                                     std::span<const double> y) const {
  const auto& b = *blocks_[block];
  const auto own = y.subspan(first_[block], b.well(0));
  std::vector<double> out(own.begin(), own.end());
  out.insert(out.end(), {donor.concentration, below_, 0.0});
  return out;
}

void DosedSkin::rates(double t, std::span<const double> y, std::span<double> dy) const {
  const auto donor = donor_(y[counted(kDonor)] * kCounted, t);
  for (const auto well : {kDonor, kBelow, kCleared}) dy[counted(well)] = 0.0;
  for (std::size_t k = 0; k < blocks_.size(); ++k) {
    const auto& b = *blocks_[k];
    std::vector<double> rate(b.size());
    b.rates(t, local(k, donor, y), rate);
    std::copy(rate.begin(), rate.begin() + b.well(0), dy.begin() + first_[k]);
    const double share = classes_[k].share;
    dy[counted(kDonor)] -= share * rate[b.well(kDonor)];
    for (const auto well : {kBelow, kCleared}) dy[counted(well)] += share * rate[b.well(well)];
  }
}

std::vector<std::vector<int>> DosedSkin::pattern() const {
  std::vector<std::set<int>> columns(size());
  for (int k = 0; k < size(); ++k) columns[k].insert(k);
  for (std::size_t k = 0; k < blocks_.size(); ++k) {
    const auto own = blocks_[k]->pattern();
    for (int j = 0; j <= blocks_[k]->well(kDonor); ++j)
      for (const int i : own[j]) columns[place(k, j)].insert(place(k, i));
  }
  std::vector<std::vector<int>> out;
  for (const auto& column : columns) out.emplace_back(column.begin(), column.end());
  return out;
}

void DosedSkin::jacobian(double t, std::span<const double> y, std::span<double> values) const {
  const auto donor = donor_(y[counted(kDonor)] * kCounted, t);
  std::fill(values.begin(), values.end(), 0.0);
  for (std::size_t k = 0; k < blocks_.size(); ++k) {
    const auto& b = *blocks_[k];
    std::vector<double> own(entries_[k].size());
    b.jacobian(t, local(k, donor, y), own);
    for (std::size_t n = 0; n < own.size(); ++n) {
      const auto& e = entries_[k][n];
      if (e.at >= 0)
        values[e.at] += own[n] * e.factor * (e.of_donor ? donor.slope * kCounted : 1.0);
    }
  }
}

}  // namespace percuta::fem
