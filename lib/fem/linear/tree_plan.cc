// What a factorisation is made of, found once: the fronts and their tree, whose work each is, the
// room they take, and where the matrix's entries go.

#include <algorithm>
#include <limits>

#include "linear/tree_cholesky.h"

namespace percuta::fem {

TreeCholesky::TreeCholesky(const SparseCholesky& part,
                           const std::vector<std::vector<int>>& neighbours, int threads,
                           const Team& team)
    : part_(part), team_(team), threads_(std::max(1, threads)) {
  analyse(neighbours);
  std::vector<int> roots;
  for (std::size_t f = 0; f < fronts_.size(); ++f)
    if (fronts_[f].parent < 0) roots.push_back(static_cast<int>(f));
  plan_ = divide(roots, 0, threads_ * team_.size());
  std::vector<std::size_t> used(team_.size(), 0);
  for (auto& f : fronts_) {
    auto& size = used[process_of(f.owner)];
    f.panel = size;
    size += f.height() * f.width();
  }
  rooms_.emplace_back(&factor_, used[team_.rank()]);
  stacks_.resize(threads_);
  make_room(*plan_);
  place_entries();
}

void TreeCholesky::analyse(const std::vector<std::vector<int>>& neighbours) {
  Supernodes s = supernodes(neighbours);
  place_.resize(s.order.size());
  for (std::size_t k = 0; k < s.order.size(); ++k) place_[s.order[k]] = static_cast<int>(k);
  std::vector<int> front_of(place_.size());
  fronts_.resize(s.rows.size());
  for (std::size_t k = 0; k < fronts_.size(); ++k) {
    Front& f = fronts_[k];
    f.first = s.first[k];
    f.pivots = s.first[k + 1] - s.first[k];
    f.rows = std::move(s.rows[k]);
    std::fill_n(front_of.begin() + f.first, f.pivots, static_cast<int>(k));
  }
  for (std::size_t k = 0; k < fronts_.size(); ++k) {  // children come before parents
    Front& f = fronts_[k];
    const double h = static_cast<double>(f.height()), w = static_cast<double>(f.width());
    f.work += w * (h * h - h * w + w * w / 3.0);
    if (f.rows.size() == static_cast<std::size_t>(f.pivots)) continue;
    f.parent = front_of[f.rows[f.pivots]];
    Front& parent = fronts_[f.parent];
    parent.children.push_back(static_cast<int>(k));
    parent.work += f.work;
    int at = 0;
    for (std::size_t i = f.pivots; i < f.rows.size(); ++i) {
      while (parent.rows[at] != f.rows[i]) ++at;
      f.in_parent.push_back(at);
    }
  }
  // Updates wait on a stack for their parent: a child that needs much and leaves little goes first
  // (Liu).
  std::vector<std::size_t> peak(fronts_.size(), 0);
  const auto left = [&](int f) { return fronts_[f].below() * fronts_[f].below(); };
  for (std::size_t k = 0; k < fronts_.size(); ++k) {
    auto& children = fronts_[k].children;
    std::stable_sort(children.begin(), children.end(),
                     [&](int a, int b) { return peak[a] - left(a) > peak[b] - left(b); });
    std::size_t waiting = 0;
    for (const int c : children) {
      peak[k] = std::max(peak[k], waiting + peak[c]);
      waiting += left(c);
    }
    peak[k] = std::max(peak[k], waiting + left(static_cast<int>(k)));
  }
}

// Shares subtrees out to two halves of the workers. The heaviest subtree is opened, its root done
// afterwards, as long as that shortens the whole.
std::unique_ptr<TreeCholesky::Plan> TreeCholesky::divide(std::vector<int> roots, int begin,
                                                         int end) {
  auto p = std::make_unique<Plan>();
  p->begin = begin;
  p->end = end;
  if (end - begin == 1) {
    for (const int root : roots) subtree(root, p->fronts);
    for (const int f : p->fronts) fronts_[f].owner = begin;
    return p;
  }
  const int processes = process_of(end - 1) - process_of(begin) + 1;
  const int middle =
      begin + (processes > 1 ? (processes + 1) / 2 * threads_ : (end - begin + 1) / 2);
  const double left_hands = middle - begin, right_hands = end - middle;
  const auto heavier = [&](int a, int b) { return fronts_[a].work > fronts_[b].work; };
  std::vector<int> tops, best_tops, best[2];
  double on_top = 0.0, shortest = std::numeric_limits<double>::infinity();
  for (int opened = 0; opened < 400 && on_top < shortest; ++opened) {
    std::sort(roots.begin(), roots.end(), heavier);
    std::vector<int> half[2];
    double load[2] = {0.0, 0.0};
    for (const int r : roots) {
      const int side =
          (load[0] + fronts_[r].work) / left_hands <= (load[1] + fronts_[r].work) / right_hands ? 0
                                                                                                : 1;
      half[side].push_back(r);
      load[side] += fronts_[r].work;
    }
    const double length = on_top + std::max(load[0] / left_hands, load[1] / right_hands);
    if (length < shortest) {
      shortest = length;
      best_tops = tops;
      best[0] = half[0];
      best[1] = half[1];
    }
    if (roots.empty()) break;
    const int top = roots.front();
    tops.push_back(top);
    on_top += fronts_[top].work;
    roots.erase(roots.begin());
    for (const int c : fronts_[top].children) {
      on_top -= fronts_[c].work;
      roots.push_back(c);
    }
  }
  p->fronts = best_tops;
  std::sort(p->fronts.begin(), p->fronts.end());
  for (const int f : p->fronts) fronts_[f].owner = begin;
  p->left = divide(best[0], begin, middle);
  p->right = divide(best[1], middle, end);
  return p;
}

void TreeCholesky::subtree(int root, std::vector<int>& fronts) const {
  const auto begin = static_cast<std::ptrdiff_t>(fronts.size());
  std::vector<int> open{root};
  while (!open.empty()) {
    const int f = open.back();
    open.pop_back();
    fronts.push_back(f);
    open.insert(open.end(), fronts_[f].children.begin(), fronts_[f].children.end());
  }
  std::reverse(fronts.begin() + begin, fronts.end());
}

// Updates inside one worker's subtrees live on its stack; those that leave it, and those of fronts
// on top, stay apart.
void TreeCholesky::make_room(const Plan& p) {
  if (!ours(p)) return;
  if (p.left) {
    make_room(*p.left);
    make_room(*p.right);
  }
  std::vector<char> inside(p.left ? 0 : fronts_.size(), 0);
  if (!p.left)
    for (const int f : p.fronts) inside[f] = 1;
  std::size_t used = 0, peak = 0;
  for (const int k : p.fronts) {
    Front& f = fronts_[k];
    const std::size_t size = f.below() * f.below();
    if (p.left || f.parent < 0 || inside[f.parent] == 0) {
      if (ours(p.begin)) rooms_.emplace_back(&f.kept, size);
      if (p.left && ours(p.begin))
        for (const int c : f.children)  // those of other processes arrive here
          if (!ours(fronts_[c].owner))
            rooms_.emplace_back(&fronts_[c].kept, fronts_[c].below() * fronts_[c].below());
      for (const int c : f.children) used -= p.left ? 0 : fronts_[c].below() * fronts_[c].below();
      continue;
    }
    peak = std::max(peak, used + size);
    for (const int c : f.children) used -= fronts_[c].below() * fronts_[c].below();
    used += size;
  }
  if (!p.left) rooms_.emplace_back(&stacks_[p.begin % threads_].room, peak);
}

void TreeCholesky::place_entries() {
  std::vector<int> front_of(place_.size());
  for (std::size_t k = 0; k < fronts_.size(); ++k)
    std::fill_n(front_of.begin() + fronts_[k].first, fronts_[k].pivots, static_cast<int>(k));
  struct Entry {
    int front;
    std::size_t at, number;
  };
  std::vector<Entry> all;
  std::size_t number = 0;
  part_.entries([&](int row, int column) {
    int r = 3 * place_[row / 3] + row % 3, c = 3 * place_[column / 3] + column % 3;
    if (r < c) std::swap(r, c);
    const Front& f = fronts_[front_of[c / 3]];
    const auto among = std::lower_bound(f.rows.begin(), f.rows.end(), r / 3) - f.rows.begin();
    all.push_back(
        {front_of[c / 3], f.panel + (c - 3 * f.first) * f.height() + 3 * among + r % 3, number++});
  });
  if (!team_.alone()) {  // each goes to the process that eliminates it
    std::stable_sort(all.begin(), all.end(), [&](const Entry& a, const Entry& b) {
      return process_of(fronts_[a.front].owner) < process_of(fronts_[b.front].owner);
    });
    sent_counts_.assign(team_.size(), 0);
    std::vector<double> fronts, places;
    for (const Entry& e : all) {
      sent_.push_back(static_cast<int>(e.number));
      ++sent_counts_[process_of(fronts_[e.front].owner)];
      fronts.push_back(e.front);
      places.push_back(static_cast<double>(e.at));
    }
    std::vector<int> takes;
    fronts = team_.deal(fronts, sent_counts_, takes);
    places = team_.deal(places, sent_counts_, takes);
    all.clear();
    for (std::size_t k = 0; k < fronts.size(); ++k)
      all.push_back({static_cast<int>(fronts[k]), static_cast<std::size_t>(places[k]), k});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Entry& a, const Entry& b) { return a.front < b.front; });
  std::size_t at = 0;
  for (std::size_t k = 0; k < fronts_.size(); ++k) {
    fronts_[k].entries = at;
    while (at < all.size() && all[at].front == static_cast<int>(k)) ++at;
  }
  for (const Entry& e : all) entries_.emplace_back(e.at, e.number);
}

}  // namespace percuta::fem
