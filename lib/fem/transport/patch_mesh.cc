#include "transport/patch_mesh.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <numeric>

#include <mpi.h>
#include <p4est_base.h>
#include <sc.h>

#include <deal.II/distributed/tria.h>
#include <deal.II/grid/grid_generator.h>
#include <deal.II/grid/tria.h>

namespace percuta::fem {
namespace {

using namespace dealii;
using Cell = Triangulation<3>::active_cell_iterator;

constexpr int kFaces = 6;

PatchBox box_of(const Cell& cell) {
  const Point<3> low = cell->vertex(0), high = cell->vertex(7);
  return {{low[0], low[1], low[2]}, {high[0], high[1], high[2]}};
}

std::unique_ptr<Triangulation<3>> empty_mesh(const Team& team) {
  constexpr auto even = Triangulation<3>::limit_level_difference_at_vertices;
  if (team.alone()) return std::make_unique<Triangulation<3>>(even);
  static const bool quiet = [] {
    sc_init(MPI_COMM_WORLD, 0, 0, nullptr, SC_LP_SILENT);
    p4est_init(nullptr, SC_LP_SILENT);
    return true;
  }();
  static_cast<void>(quiet);
  return std::make_unique<parallel::distributed::Triangulation<3>>(MPI_COMM_WORLD, even);
}

void make_block(const std::array<std::vector<double>, 3>& lines, Triangulation<3>& mesh) {
  std::vector<std::vector<double>> steps(3);
  Point<3> low, high;
  for (unsigned int d = 0; d < 3; ++d) {
    for (std::size_t i = 1; i < lines[d].size(); ++i)
      steps[d].push_back(lines[d][i] - lines[d][i - 1]);
    low[d] = lines[d].front();
    high[d] = lines[d].back();
  }
  GridGenerator::subdivided_hyper_rectangle(mesh, steps, low, high);
}

/// Bits of three numbers in turn: near boxes have near codes.
std::uint64_t interleaved(const std::array<std::uint64_t, 3>& x) {
  std::uint64_t code = 0;
  for (int bit = 0; bit < 21; ++bit)
    for (int d = 0; d < 3; ++d) code |= ((x[d] >> bit) & 1U) << (3 * bit + d);
  return code;
}

/// The cells that this process owns, near ones next to each other.
std::vector<Cell> owned_cells(const Triangulation<3>& mesh) {
  Point<3> low, high;
  bool first = true;
  for (const auto& cell : mesh.cell_iterators_on_level(0))
    for (unsigned int d = 0; d < 3; ++d) {
      low[d] = first ? cell->vertex(0)[d] : std::min(low[d], cell->vertex(0)[d]);
      high[d] = first ? cell->vertex(7)[d] : std::max(high[d], cell->vertex(7)[d]);
      if (d == 2) first = false;
    }
  double longest = 0.0;
  for (unsigned int d = 0; d < 3; ++d) longest = std::max(longest, high[d] - low[d]);
  std::vector<std::pair<std::uint64_t, Cell>> coded;
  for (const auto& cell : mesh.active_cell_iterators()) {
    if (!cell->is_locally_owned()) continue;
    const Point<3> middle = cell->center();
    std::array<std::uint64_t, 3> x{};
    for (unsigned int d = 0; d < 3; ++d)
      x[d] = static_cast<std::uint64_t>((middle[d] - low[d]) / longest * ((1U << 21) - 1));
    coded.emplace_back(interleaved(x), cell);
  }
  std::sort(coded.begin(), coded.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Cell> out;
  for (const auto& [code, cell] : coded) out.push_back(cell);
  return out;
}

/// Visits the cells on the other side of a cell's faces, with the conductance of what they share.
template <class Visit>
void across_faces(const Cell& cell, Visit visit) {
  const auto meet = [&](const Cell& other, unsigned int axis, bool other_is_smaller) {
    const auto& face_of = other_is_smaller ? other : cell;
    double area = 1.0;
    for (unsigned int d = 0; d < 3; ++d)
      if (d != axis) area *= face_of->extent_in_direction(d);
    const double distance =
        0.5 * (cell->extent_in_direction(axis) + other->extent_in_direction(axis));
    visit(other, area / distance);
  };
  for (unsigned int f = 0; f < kFaces; ++f) {
    if (cell->at_boundary(f)) continue;
    const unsigned int axis = f / 2;
    const auto neighbour = cell->neighbor(f);
    if (neighbour->is_active()) {
      meet(neighbour, axis, false);
      continue;
    }
    for (unsigned int s = 0; s < cell->face(f)->n_children(); ++s)
      meet(cell->neighbor_child_on_subface(f, s), axis, true);
  }
}

/// Active cells on both sides of where a process ends, by a name that both processes know.
struct Shared {
  std::map<CellId, unsigned int> ours, theirs;
};

std::map<int, Shared> shared_cells(const std::vector<Cell>& cells) {
  std::map<int, Shared> out;
  for (const auto& cell : cells)
    across_faces(cell, [&](const Cell& other, double) {
      if (other->is_locally_owned()) return;
      auto& both = out[static_cast<int>(other->subdomain_id())];
      both.ours[cell->id()] = cell->active_cell_index();
      both.theirs[other->id()] = other->active_cell_index();
    });
  return out;
}

}  // namespace

PatchMesh patch_mesh(const std::array<std::vector<double>, 3>& lines, int halvings,
                     const std::function<bool(const PatchBox&, int halved)>& halve,
                     const Team& team) {
  const auto mesh = empty_mesh(team);
  make_block(lines, *mesh);
  for (int round = 0; round < halvings; ++round) {
    for (const auto& cell : mesh->active_cell_iterators())
      if (cell->is_locally_owned() && cell->level() == round && halve(box_of(cell), round))
        cell->set_refine_flag();
    mesh->execute_coarsening_and_refinement();
  }
  const auto cells = owned_cells(*mesh);
  std::vector<int> place(mesh->n_active_cells(), -1);
  for (std::size_t k = 0; k < cells.size(); ++k)
    place[cells[k]->active_cell_index()] = static_cast<int>(k);

  PatchMesh out;
  for (const auto& [process, both] : shared_cells(cells)) {
    PatchNeighbour n{process, {}, static_cast<int>(cells.size()) + out.ghosts, 0};
    for (const auto& [id, index] : both.ours) n.sends.push_back(place[index]);
    for (const auto& [id, index] : both.theirs) place[index] = n.first + n.receives++;
    out.ghosts += n.receives;
    out.neighbours.push_back(std::move(n));
  }
  for (const auto& cell : cells) {
    out.box.push_back(box_of(cell));
    out.first.push_back(static_cast<int>(out.other.size()));
    across_faces(cell, [&](const Cell& other, double conductance) {
      out.other.push_back(place[other->active_cell_index()]);
      out.conductance.push_back(conductance);
    });
  }
  out.first.push_back(static_cast<int>(out.other.size()));
  std::vector<double> counts(team.size(), 0.0);
  counts[team.rank()] = static_cast<double>(cells.size());
  team.share(counts, team.size(), 1);
  for (int r = 0; r < team.size(); ++r) {
    out.all_cells += static_cast<long>(counts[r]);
    if (r < team.rank()) out.owned_before += static_cast<long>(counts[r]);
  }
  return out;
}

}  // namespace percuta::fem
