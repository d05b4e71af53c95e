// Takes the directions of negative curvature out of cells' tangents, several cells at once;
// included by each cell_kernel_<lanes>.cc after the body of its kernel. Householder's tridiagonal
// form, eigenvalues by bisection with Sturm counts (Golub & Van Loan, Matrix Computations, 8.4),
// vectors by twisted factors (Dhillon & Parlett 2004, doi 10.1016/j.laa.2003.12.028), which need no
// pivoting. Vectors are checked; a cell whose are not good is left to the caller.

inline V larger(V a, V b) { return a > b ? a : b; }
inline bool all_positive(V a) {
  double values[kLanes];
  store(values, a);
  for (const double v : values)
    if (!(v > 0.0)) return false;
  return true;
}

// The values of eight corners, three each, in the orthonormal basis of Walsh; the first of it is a
// translation, which costs a cell nothing. Its own inverse.
inline void to_walsh(V* values, int stride) {
  for (int apart = 1; apart < 8; apart *= 2)
    for (int a = 0; a < 8; ++a) {
      if ((a & apart) != 0) continue;
      for (int d = 0; d < 3; ++d) {
        V& one = values[(3 * a + d) * stride];
        V& other = values[(3 * (a + apart) + d) * stride];
        const V sum = one + other, difference = one - other;
        one = sum;
        other = difference;
      }
    }
  for (int i = 0; i < 24; ++i) values[i * stride] *= 0.35355339059327376220;
}

constexpr int kModes = 21;  // that deform a cell

// Positive where a symmetric matrix, lower triangle, with something added to its diagonal is
// positive definite; else not.
inline V definite(const V (&matrix)[kModes][kModes], V added) {
  V l[kModes][kModes], least = added - added + 1e300;
  for (int j = 0; j < kModes; ++j) {
    V pivot = matrix[j][j] + added;
    for (int k = 0; k < j; ++k) pivot -= l[j][k] * l[j][k];
    least = smaller(least, pivot);
    const V scale = 1.0 / square_root(larger(pivot, pivot - pivot + 1e-300));
    for (int i = j + 1; i < kModes; ++i) {
      V value = matrix[i][j];
      for (int k = 0; k < j; ++k) value -= l[i][k] * l[j][k];
      l[i][j] = value * scale;
    }
  }
  return least;
}

// A symmetric matrix in tridiagonal form.
struct Tridiagonal {
  V diagonal[kModes], beside[kModes];          // beside[i] between i and i + 1
  V mirror[kModes][kModes], strength[kModes];  // of each reflection I - strength v v'

  explicit Tridiagonal(const V (&matrix)[kModes][kModes]) {
    V a[kModes][kModes];
    for (int i = 0; i < kModes; ++i)
      for (int j = 0; j <= i; ++j) a[i][j] = a[j][i] = matrix[i][j];
    const V zero = a[0][0] - a[0][0];
    for (int k = 0; k + 2 < kModes; ++k) {
      V* v = mirror[k];
      V norm = zero;
      for (int i = k + 1; i < kModes; ++i) norm += a[i][k] * a[i][k];
      norm = square_root(norm);
      const V end = a[k + 1][k] > 0.0 ? -norm : norm;
      V square = zero;
      for (int i = k + 1; i < kModes; ++i) {
        v[i] = i == k + 1 ? a[i][k] - end : a[i][k];
        square += v[i] * v[i];
      }
      strength[k] = square > 0.0 ? 2.0 / larger(square, zero + 1e-300) : zero;
      V p[kModes], overlap = zero;
      for (int i = k + 1; i < kModes; ++i) {
        V sum = zero;
        for (int j = k + 1; j < kModes; ++j) sum += a[i][j] * v[j];
        p[i] = strength[k] * sum;
        overlap += p[i] * v[i];
      }
      for (int i = k + 1; i < kModes; ++i) p[i] -= 0.5 * strength[k] * overlap * v[i];
      for (int i = k + 1; i < kModes; ++i)
        for (int j = k + 1; j < kModes; ++j) a[i][j] -= v[i] * p[j] + p[i] * v[j];
      diagonal[k] = a[k][k];
      beside[k] = end;
    }
    diagonal[kModes - 2] = a[kModes - 2][kModes - 2];
    beside[kModes - 2] = a[kModes - 1][kModes - 2];
    diagonal[kModes - 1] = a[kModes - 1][kModes - 1];
  }

  // No pivot is zero.
  static V apart(V pivot, V tiny) { return magnitude(pivot) < tiny ? -tiny : pivot; }

  // How many eigenvalues are below x.
  V count(V x, V tiny) const {
    V pivot = apart(diagonal[0] - x, tiny);
    V below = pivot < 0.0 ? x - x + 1.0 : x - x;
    for (int i = 1; i < kModes; ++i) {
      pivot = apart(diagonal[i] - x - beside[i - 1] * beside[i - 1] / pivot, tiny);
      below += pivot < 0.0 ? x - x + 1.0 : x - x;
    }
    return below;
  }

  // The vector for an eigenvalue, of length 1.
  void vector(V value, V tiny, V* z) const {
    V forward[kModes], down[kModes], backward[kModes], up[kModes];
    forward[0] = apart(diagonal[0] - value, tiny);
    for (int i = 0; i + 1 < kModes; ++i) {
      down[i] = beside[i] / forward[i];
      forward[i + 1] = apart(diagonal[i + 1] - value - beside[i] * down[i], tiny);
    }
    backward[kModes - 1] = apart(diagonal[kModes - 1] - value, tiny);
    for (int i = kModes - 2; i >= 0; --i) {
      up[i] = beside[i] / backward[i + 1];
      backward[i] = apart(diagonal[i] - value - beside[i] * up[i], tiny);
    }
    const V zero = value - value;
    V least = zero + 1e300, twist = zero;
    for (int i = 0; i < kModes; ++i) {
      const V off = magnitude(forward[i] + backward[i] - (diagonal[i] - value));
      twist = off < least ? zero + static_cast<double>(i) : twist;
      least = smaller(least, off);
    }
    for (int i = 0; i < kModes; ++i)
      z[i] = twist == zero + static_cast<double>(i) ? zero + 1.0 : zero;
    for (int i = kModes - 2; i >= 0; --i)
      z[i] = twist > zero + static_cast<double>(i) ? -down[i] * z[i + 1] : z[i];
    for (int i = 0; i + 1 < kModes; ++i)
      z[i + 1] = twist > zero + static_cast<double>(i) ? z[i + 1] : -up[i] * z[i];
    normalise(z);
  }

  static void normalise(V* z) {
    V square = z[0] - z[0];
    for (int i = 0; i < kModes; ++i) square += z[i] * z[i];
    const V scale = 1.0 / square_root(square);
    for (int i = 0; i < kModes; ++i) z[i] *= scale;
  }

  V times(const V* z, int i) const {
    V sum = diagonal[i] * z[i];
    if (i > 0) sum += beside[i - 1] * z[i - 1];
    if (i + 1 < kModes) sum += beside[i] * z[i + 1];
    return sum;
  }

  // From the tridiagonal form's basis to the matrix's.
  void back(V* z) const {
    for (int k = kModes - 3; k >= 0; --k) {
      V sum = z[0] - z[0];
      for (int i = k + 1; i < kModes; ++i) sum += mirror[k][i] * z[i];
      for (int i = k + 1; i < kModes; ++i) z[i] -= strength[k] * sum * mirror[k][i];
    }
  }
};

void make_convex(double* stiffness, const double* bearable, double* left) {
  V k[24][24];
  for (int i = 0; i < 24; ++i)
    for (int j = 0; j <= i; ++j) k[i][j] = k[j][i] = load(stiffness + lower(i, j) * kLanes);
  const V zero = k[0][0] - k[0][0];
  V most = zero;
  for (int i = 0; i < 24; ++i) most = larger(most, magnitude(k[i][i]));
  for (auto& row : k) to_walsh(row, 1);
  for (int j = 0; j < 24; ++j) to_walsh(&k[0][j], 24);
  V deforming[kModes][kModes];
  for (int i = 0; i < kModes; ++i)
    for (int j = 0; j <= i; ++j) deforming[i][j] = k[i + 3][j + 3];
  for (int lane = 0; lane < kLanes; ++lane) left[lane] = 0.0;
  const V little = larger(1e-9 * most, load(bearable));
  if (all_positive(definite(deforming, little))) return;

  const Tridiagonal form(deforming);
  V low = zero + 1e300, scale = zero;
  for (int i = 0; i < kModes; ++i) {
    const V reach = (i > 0 ? magnitude(form.beside[i - 1]) : zero) +
                    (i + 1 < kModes ? magnitude(form.beside[i]) : zero);
    low = smaller(low, form.diagonal[i] - reach);
    scale = larger(scale, magnitude(form.diagonal[i]) + reach);
  }
  const V tiny = 1e-30 * scale + 1e-300;
  const V begins =
      form.count(-little, tiny);  // where none is below, those that are little stay too
  const V wanted = begins > 0.5 ? form.count(zero, tiny) : zero;
  V good = zero + 1.0;
  V found[kModes][kModes];
  V changed[kModes][kModes];
  for (int i = 0; i < kModes; ++i)
    for (int j = 0; j <= i; ++j) changed[i][j] = zero;
  for (int v = 0; v < kModes; ++v) {
    if (all_positive(0.5 + static_cast<double>(v) - wanted)) break;
    V below = low, above = zero;
    for (int step = 0; step < 42; ++step) {
      const V middle = 0.5 * (below + above);
      const V there = form.count(middle, tiny);
      above = there > static_cast<double>(v) + 0.5 ? middle : above;
      below = there > static_cast<double>(v) + 0.5 ? below : middle;
    }
    V value = 0.5 * (below + above);
    V* z = found[v];
    // One vector is enough for a value this close. A second, for Rayleigh's quotient of the first,
    // is worse: at a value that is right to the last digit a pivot before the twist vanishes in
    // rounding.
    form.vector(value, tiny, z);
    V quotient = zero;
    for (int i = 0; i < kModes; ++i) quotient += z[i] * form.times(z, i);
    value = quotient;
    for (int other = 0; other < v; ++other) {
      V share = zero;
      for (int i = 0; i < kModes; ++i) share += z[i] * found[other][i];
      for (int i = 0; i < kModes; ++i) z[i] -= share * found[other][i];
    }
    Tridiagonal::normalise(z);
    V off = zero;
    for (int i = 0; i < kModes; ++i) off = larger(off, magnitude(form.times(z, i) - value * z[i]));
    const V asked = wanted > static_cast<double>(v) + 0.5 ? zero + 1.0 : zero;
    good = asked > 0.5 ? (off < 1e-9 * scale ? good : zero) : good;
    V direction[kModes];
    for (int i = 0; i < kModes; ++i) direction[i] = z[i];
    form.back(direction);
    const V taken = asked > 0.5 ? smaller(value, zero) : zero;
    for (int i = 0; i < kModes; ++i)
      for (int j = 0; j <= i; ++j) changed[i][j] -= taken * direction[i] * direction[j];
  }
  for (int i = 0; i < kModes; ++i)
    for (int j = 0; j <= i; ++j) deforming[i][j] += changed[i][j];
  good = wanted > 0.5 ? (definite(deforming, little) > 0.0 ? good : zero) : good;
  double fine[kLanes], many[kLanes];
  store(fine, good);
  store(many, wanted);
  for (int lane = 0; lane < kLanes; ++lane)
    left[lane] = many[lane] > 0.5 && !(fine[lane] > 0.5) ? 1.0 : 0.0;

  for (int i = 0; i < 24; ++i)
    for (int j = 0; j < 24; ++j)
      k[i][j] = i < 3 || j < 3 ? zero : i >= j ? changed[i - 3][j - 3] : changed[j - 3][i - 3];
  for (auto& row : k) to_walsh(row, 1);
  for (int j = 0; j < 24; ++j) to_walsh(&k[0][j], 24);
  for (int i = 0; i < 24; ++i)
    for (int j = 0; j <= i; ++j) {
      const V add = wanted > 0.5 ? (good > 0.5 ? k[i][j] : zero) : zero;
      store(stiffness + lower(i, j) * kLanes, load(stiffness + lower(i, j) * kLanes) + add);
    }
}
