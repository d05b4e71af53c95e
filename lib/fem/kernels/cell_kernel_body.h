// The body of the cell kernels; each cell_kernel_<lanes>.cc defines the type V (double or a vector
// of them) with square_root, exponential, logarithm, and includes this inside its own namespace.
// Everything has internal linkage: code built for one width must never be merged with another's.

constexpr double kGauss = 0.57735026918962576451;
constexpr int kLanes = static_cast<int>(sizeof(V) / sizeof(double));

inline V load(const double* p) {
  V v;
  __builtin_memcpy(&v, p, sizeof(V));
  return v;
}
inline void store(double* p, V v) { __builtin_memcpy(p, &v, sizeof(V)); }
inline V smaller(V a, V b) { return a < b ? a : b; }
inline V magnitude(V a) { return a < 0.0 ? -a : a; }

struct Tensor {
  V a[3][3];
};

// Eigenvalues and -vectors of a symmetric matrix by cyclic Jacobi, a fixed number of sweeps.
inline void spectrum(V s[6], V values[3], V n[3][3]) {  // 11 22 33 12 23 13
  V d[3] = {s[0], s[1], s[2]};
  V off[3] = {s[3], s[4], s[5]};                                  // (0,1) (1,2) (0,2)
  constexpr int pairs[3][3] = {{0, 1, 2}, {1, 2, 0}, {0, 2, 1}};  // p, q, the other
  constexpr int slot[3][3] = {{-1, 0, 2}, {0, -1, 1}, {2, 1, -1}};
  const V zero = s[0] - s[0];
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) n[i][j] = zero + (i == j ? 1.0 : 0.0);
  for (int sweep = 0; sweep < 5; ++sweep)
    for (int k = 0; k < 3; ++k) {
      const int p = pairs[k][0], q = pairs[k][1], r = pairs[k][2];
      const V apq = off[slot[p][q]];
      const V gap = d[q] - d[p];
      const V root = magnitude(gap) + square_root(gap * gap + 4.0 * apq * apq);
      const V t = (gap < 0.0 ? -2.0 * apq : 2.0 * apq) / (root + 1e-300);
      const V c = 1.0 / square_root(1.0 + t * t);
      const V sn = t * c;
      d[p] -= t * apq;
      d[q] += t * apq;
      off[slot[p][q]] = zero;
      V& arp = off[slot[r][p]];
      V& arq = off[slot[r][q]];
      const V u = arp, v = arq;
      arp = c * u - sn * v;
      arq = sn * u + c * v;
      for (int i = 0; i < 3; ++i) {
        const V x = n[i][p], y = n[i][q];
        n[i][p] = c * x - sn * y;
        n[i][q] = sn * x + c * y;
      }
    }
  for (int i = 0; i < 3; ++i) values[i] = d[i];
}

constexpr int kVoigt[6][2] = {{0, 0}, {1, 1}, {2, 2}, {0, 1}, {1, 2}, {0, 2}};
constexpr int lower(int i, int j) { return i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i; }

// Adds psi'' and psi' of an energy psi(q), q = J^(-2/3) H : C, given M = J^(-2/3) F H F^T.
inline void add_structural(const V m[6], V q, V first, V second, V tau[6], V c[21]) {
  V dev[6];
  for (int i = 0; i < 6; ++i) dev[i] = i < 3 ? m[i] - q / 3.0 : m[i];
  for (int i = 0; i < 6; ++i) tau[i] += 2.0 * first * dev[i];
  for (int i = 0; i < 6; ++i)
    for (int j = 0; j <= i; ++j) {
      V value = 4.0 * second * dev[i] * dev[j];
      const bool ni = i < 3, nj = j < 3;
      if (ni) value -= 4.0 / 3.0 * first * dev[j];
      if (nj) value -= 4.0 / 3.0 * first * dev[i];
      if (i == j) value += 4.0 / 3.0 * first * q * (ni ? 1.0 : 0.5);
      if (ni && nj) value -= 4.0 / 9.0 * first * q;
      c[lower(i, j)] += value;
    }
}

void run(const CellBatchInput& in, const CellBatchOutput& out) {
  const V size[3] = {load(in.size), load(in.size + kLanes), load(in.size + 2 * kLanes)};
  const V stretch[3] = {load(in.pre_stretch), load(in.pre_stretch + kLanes),
                        load(in.pre_stretch + 2 * kLanes)};
  const V pre = stretch[0] * stretch[1] * stretch[2];
  const V volume = size[0] * size[1] * size[2];
  const V w = volume / (8.0 * pre);
  const V zero = volume - volume;
  V u[24];
  for (int i = 0; i < 24; ++i) u[i] = load(in.displacement + i * kLanes);

  // Relative deformation gradients, their determinants and the mean volume ratio.
  Tensor f[8];
  V det[8];
  V mean = zero, smallest = zero + 1e300;
  const auto gradient = [&](int point, int node, V g[3]) {
    double xi[3], n[3], d[3];
    for (int k = 0; k < 3; ++k) {
      xi[k] = 0.5 * (1.0 + ((point >> k) & 1 ? kGauss : -kGauss));
      n[k] = (node >> k) & 1 ? xi[k] : 1.0 - xi[k];
      d[k] = (node >> k) & 1 ? 1.0 : -1.0;
    }
    g[0] = d[0] * n[1] * n[2] / size[0];
    g[1] = n[0] * d[1] * n[2] / size[1];
    g[2] = n[0] * n[1] * d[2] / size[2];
  };
  for (int q = 0; q < 8; ++q) {
    Tensor& t = f[q];
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) t.a[i][j] = zero + (i == j ? 1.0 : 0.0);
    for (int a = 0; a < 8; ++a) {
      V g[3];
      gradient(q, a, g);
      for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) t.a[i][j] += u[3 * a + i] * g[j];
    }
    det[q] = t.a[0][0] * (t.a[1][1] * t.a[2][2] - t.a[1][2] * t.a[2][1]) -
             t.a[0][1] * (t.a[1][0] * t.a[2][2] - t.a[1][2] * t.a[2][0]) +
             t.a[0][2] * (t.a[1][0] * t.a[2][1] - t.a[1][1] * t.a[2][0]);
    smallest = smaller(smallest, det[q]);
    mean += 0.125 * det[q] * pre;
  }
  store(out.smallest, smallest);
  const V bulk = load(in.bulk);
  const V safe = mean < 1e-3 ? zero + 1e-3 : mean;
  const V pressure = 0.5 * bulk * (safe - 1.0 / safe);
  const V foreseen = in.pressure != nullptr ? load(in.pressure) : pressure;
  // J^2 - 1 - 2 ln J is of second order near 1: as a difference it would be lost in the round-off
  // of its terms.
  const V grown = safe - 1.0;
  V series = zero;
  for (int order = 10; order > 2; --order) series = (series + 2.0 / order) * -grown;
  const V excess = magnitude(grown) < 0.02 ? (series + 2.0) * grown * grown
                                           : safe * safe - 1.0 - 2.0 * logarithm(safe);
  V energy = volume / pre * (0.25 * bulk) * excess;

  V force[24], k[300], divergence[24];
  const bool with_matrix = out.stiffness != nullptr;
  for (int i = 0; i < 24; ++i) force[i] = divergence[i] = zero;
  if (with_matrix)
    for (int i = 0; i < 300; ++i) k[i] = zero;

  for (int q = 0; q < 8; ++q) {
    const Tensor& r = f[q];
    const V inv = 1.0 / det[q];
    V inverse[3][3];  // of the relative gradient
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) {
        const int i1 = (i + 1) % 3, i2 = (i + 2) % 3, j1 = (j + 1) % 3, j2 = (j + 2) % 3;
        inverse[j][i] = (r.a[i1][j1] * r.a[i2][j2] - r.a[i1][j2] * r.a[i2][j1]) * inv;
      }
    V full[3][3];
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) full[i][j] = r.a[i][j] * stretch[j];
    const V total = det[q] * pre;
    const V guarded = total < 1e-6 ? zero + 1e-6 : total;

    // Ogden: principal stretches without volume change.
    V b[6], eigen[3], n[3][3];
    for (int i = 0; i < 6; ++i) {
      const int x = kVoigt[i][0], y = kVoigt[i][1];
      b[i] = full[x][0] * full[y][0] + full[x][1] * full[y][1] + full[x][2] * full[y][2];
    }
    spectrum(b, eigen, n);
    V logs[3], g[3], h[3], sum = zero;
    for (int i = 0; i < 3; ++i) {
      const V positive = eigen[i] < 1e-12 ? zero + 1e-12 : eigen[i];
      logs[i] = 0.5 * logarithm(positive);
      g[i] = h[i] = zero;
      sum += logs[i];
    }
    V stored = zero;
    for (int t = 0; t < in.terms; ++t) {
      const V mu = load(in.mu + t * kLanes), alpha = load(in.alpha + t * kLanes);
      for (int i = 0; i < 3; ++i) {
        const V x = alpha * (logs[i] - sum / 3.0);
        const V power = exponential(x < 80.0 ? x : zero + 80.0);
        stored += 2.0 * mu / (alpha * alpha) * (power - 1.0);
        g[i] += 2.0 * mu / alpha * power;
        h[i] += 2.0 * mu * power;
      }
    }
    const V gm = (g[0] + g[1] + g[2]) / 3.0, hs = h[0] + h[1] + h[2];
    V principal[3], dyad[3][6], tau[6], c[21];
    for (int i = 0; i < 6; ++i) tau[i] = zero;
    for (int i = 0; i < 21; ++i) c[i] = zero;
    for (int a = 0; a < 3; ++a) {
      principal[a] = g[a] - gm;
      for (int i = 0; i < 6; ++i) {
        dyad[a][i] = n[kVoigt[i][0]][a] * n[kVoigt[i][1]][a];
        tau[i] += principal[a] * dyad[a][i];
      }
    }
    if (with_matrix) {
      V slope[6];
      for (int a = 0; a < 3; ++a)
        for (int e = 0; e <= a; ++e) {
          slope[lower(a, e)] = -(h[a] + h[e]) / 3.0 + hs / 9.0;
          if (a == e) slope[lower(a, e)] += h[a];
        }
      for (int a = 0; a < 3; ++a)
        for (int e = 0; e <= a; ++e) {
          const V coefficient =
              a == e ? slope[lower(a, a)] - 2.0 * principal[a] : slope[lower(a, e)];
          for (int i = 0; i < 6; ++i)
            for (int j = 0; j <= i; ++j)
              c[lower(i, j)] +=
                  a == e ? coefficient * dyad[a][i] * dyad[a][j]
                         : coefficient * (dyad[a][i] * dyad[e][j] + dyad[e][i] * dyad[a][j]);
        }
      for (int a = 0; a < 3; ++a) {
        const int e = (a + 1) % 3;
        const V gap = eigen[a] - eigen[e];
        const auto equal = magnitude(gap) < 1e-7 * (eigen[a] + eigen[e]);
        const V limit =
            0.25 * (slope[lower(a, a)] + slope[lower(e, e)] - 2.0 * slope[lower(a, e)]) -
            0.5 * (principal[a] + principal[e]);
        const V quotient =
            (principal[a] * eigen[e] - principal[e] * eigen[a]) / (equal ? zero + 1.0 : gap);
        const V shear = 4.0 * (equal ? limit : quotient);
        V mixed[6];
        for (int i = 0; i < 6; ++i) {
          const int x = kVoigt[i][0], y = kVoigt[i][1];
          mixed[i] = 0.5 * (n[x][a] * n[y][e] + n[y][a] * n[x][e]);
        }
        for (int i = 0; i < 6; ++i)
          for (int j = 0; j <= i; ++j) c[lower(i, j)] += shear * mixed[i] * mixed[j];
      }
    }

    const V third = exponential(-2.0 / 3.0 * logarithm(guarded));
    for (int family = 0; family < in.families; ++family) {
      const double* p = in.fibres + 6 * family * kLanes;
      const V k1 = load(p), k2 = load(p + kLanes), kappa = load(p + 2 * kLanes);
      V a[3];
      for (int i = 0; i < 3; ++i)
        a[i] = full[i][0] * load(p + 3 * kLanes) + full[i][1] * load(p + 4 * kLanes) +
               full[i][2] * load(p + 5 * kLanes);
      V m[6];
      for (int i = 0; i < 6; ++i)
        m[i] = third * (kappa * b[i] + (1.0 - 3.0 * kappa) * a[kVoigt[i][0]] * a[kVoigt[i][1]]);
      const V level = m[0] + m[1] + m[2];
      const V strain = level - 1.0;
      const V taut = strain < 0.0 ? zero : strain;  // fibres carry no compression
      const V exponent = k2 * taut * taut;
      const V power = exponential(exponent < 80.0 ? exponent : zero + 80.0);
      stored += k1 / (2.0 * k2) * (power - 1.0);
      const V first = k1 * taut * power;
      const V second = strain > 0.0 ? k1 * power * (1.0 + 2.0 * k2 * taut * taut) : zero;
      add_structural(m, level, first, second, tau, c);
    }

    if (out.stress !=
        nullptr) {  // isochoric second Piola-Kirchhoff stress over the mesh configuration
      for (int i = 0; i < 6; ++i) {
        const int x = kVoigt[i][0], y = kVoigt[i][1];
        V value = zero;
        const int index[3][3] = {{0, 3, 5}, {3, 1, 4}, {5, 4, 2}};
        for (int m = 0; m < 3; ++m)
          for (int l = 0; l < 3; ++l) value += inverse[x][m] * tau[index[m][l]] * inverse[y][l];
        store(out.stress + (q * 6 + i) * kLanes, value);
      }
    }
    if (in.history != nullptr) {
      const V share = load(in.elastic_share);
      stored *= share;
      for (int i = 0; i < 6; ++i) tau[i] *= share;
      for (int i = 0; i < 21; ++i) c[i] *= share;
      V m[6];
      const int index[3][3] = {{0, 3, 5}, {3, 1, 4}, {5, 4, 2}};
      for (int i = 0; i < 6; ++i) {
        m[i] = zero;
        for (int x = 0; x < 3; ++x)
          for (int y = 0; y < 3; ++y)
            m[i] += r.a[kVoigt[i][0]][x] * load(in.history + (q * 6 + index[x][y]) * kLanes) *
                    r.a[kVoigt[i][1]][y];
      }
      // With det of the relative gradient, since the history lives on the mesh configuration.
      const V scale = exponential(-2.0 / 3.0 * logarithm(det[q] < 1e-6 ? zero + 1e-6 : det[q]));
      for (int i = 0; i < 6; ++i) m[i] *= scale;
      const V level = m[0] + m[1] + m[2];
      stored += 0.5 * level;
      add_structural(m, level, zero + 0.5, zero, tau, c);
    }
    energy += w * stored;

    const V jp = total * pressure;
    for (int i = 0; i < 3; ++i) tau[i] += jp;
    V spatial[8][3];
    for (int a = 0; a < 8; ++a) {
      V at[3];
      gradient(q, a, at);
      for (int i = 0; i < 3; ++i) {
        spatial[a][i] = at[0] * inverse[0][i] + at[1] * inverse[1][i] + at[2] * inverse[2][i];
        divergence[3 * a + i] += 0.125 * total * spatial[a][i];
      }
    }
    V wt[6];
    for (int i = 0; i < 6; ++i) wt[i] = w * tau[i];
    V pull[8][3];
    for (int a = 0; a < 8; ++a) {
      const V* s = spatial[a];
      pull[a][0] = wt[0] * s[0] + wt[3] * s[1] + wt[5] * s[2];
      pull[a][1] = wt[3] * s[0] + wt[1] * s[1] + wt[4] * s[2];
      pull[a][2] = wt[5] * s[0] + wt[4] * s[1] + wt[2] * s[2];
      for (int i = 0; i < 3; ++i) force[3 * a + i] += pull[a][i];
    }
    if (!with_matrix) continue;
    const V seen = total * foreseen, change = w * (seen - jp);
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j <= i; ++j) c[lower(i, j)] += i == j ? -seen : seen;
    for (int i = 3; i < 6; ++i) c[lower(i, i)] -= seen;
    for (int i = 0; i < 21; ++i) c[i] *= w;
    for (int e = 0; e < 8; ++e) {
      const V* s = spatial[e];
      V cb[6][3];
      for (int i = 0; i < 6; ++i) {
        cb[i][0] = c[lower(i, 0)] * s[0] + c[lower(i, 3)] * s[1] + c[lower(i, 5)] * s[2];
        cb[i][1] = c[lower(i, 3)] * s[0] + c[lower(i, 1)] * s[1] + c[lower(i, 4)] * s[2];
        cb[i][2] = c[lower(i, 5)] * s[0] + c[lower(i, 4)] * s[1] + c[lower(i, 2)] * s[2];
      }
      for (int a = e; a < 8; ++a) {
        const V* t = spatial[a];
        const V geometric = t[0] * (pull[e][0] + change * s[0]) +
                            t[1] * (pull[e][1] + change * s[1]) +
                            t[2] * (pull[e][2] + change * s[2]);
        for (int j = 0; j < 3; ++j) {
          const V row0 = t[0] * cb[0][j] + t[1] * cb[3][j] + t[2] * cb[5][j];
          const V row1 = t[0] * cb[3][j] + t[1] * cb[1][j] + t[2] * cb[4][j];
          const V row2 = t[0] * cb[5][j] + t[1] * cb[4][j] + t[2] * cb[2][j];
          const V rows[3] = {row0, row1, row2};
          for (int i = a == e ? j : 0; i < 3; ++i)
            k[lower(3 * a + i, 3 * e + j)] += i == j ? rows[i] + geometric : rows[i];
        }
      }
    }
  }
  store(out.energy, energy);
  for (int i = 0; i < 24; ++i) store(out.force + i * kLanes, force[i]);
  if (!with_matrix) return;
  // The volume ratio is one number a cell: its curvature couples all nodes.
  const V curvature = volume / pre * 0.5 * bulk * (1.0 + 1.0 / (safe * safe));
  for (int i = 0; i < 24; ++i)
    for (int j = 0; j <= i; ++j) k[lower(i, j)] += curvature * divergence[i] * divergence[j];
  for (int i = 0; i < 300; ++i) store(out.stiffness + i * kLanes, k[i]);
  if (out.volume == nullptr) return;
  store(out.volume, mean);
  for (int i = 0; i < 24; ++i) store(out.volume + (i + 1) * kLanes, divergence[i]);
}
