#pragma once

#include <array>
#include <string>
#include <variant>
#include <vector>

#include <Eigen/Core>

namespace percuta::skin {

/// Neo-Hookean law, psi = mu/2 (tr C_bar - 3).
struct NeoHookean {
  double mu = 0.0;  ///< small-strain shear modulus [Pa]
};

/// One term of an Ogden law.
struct OgdenTerm {
  double mu = 0.0;     ///< share of the small-strain shear modulus [Pa]
  double alpha = 2.0;  ///< strain-hardening exponent [-]
};

/// Ogden law, psi = sum_i (2 mu_i / alpha_i^2)(l1^alpha_i + l2^alpha_i + l3^alpha_i - 3) on the
/// isochoric stretches, so that the sum of mu_i is the small-strain shear modulus.
struct Ogden {
  std::vector<OgdenTerm> terms;
};

/// A family of fibres with dispersion, psi = k1/(2 k2) (exp(k2 E^2) - 1), E = kappa (I1 - 3) + (1 -
/// 3 kappa)(I4 - 1) while taut, on the isochoric invariants (Gasser, Ogden and Holzapfel). Lies in
/// the plane of the skin.
struct FibreFamily {
  double k1 = 0.0;          ///< [Pa]
  double k2 = 1.0;          ///< [-]
  double dispersion = 0.0;  ///< kappa, 0 aligned to 1/3 even [-]
  double angle = 0.0;       ///< against the Langer line [rad]
};

/// One Prony term: the share of the modulus at once that has gone after a time.
struct Relaxation {
  double share = 0.0;  ///< g [-]
  double time = 0.0;   ///< tau [s]
};

/// Isochoric hyperelastic law of one layer.
using Law = std::variant<NeoHookean, Ogden>;

/// The law as a sum of Ogden terms; a neo-Hookean law is the term with alpha = 2.
std::vector<OgdenTerm> ogden_terms(const Law&);

/// Small-strain shear modulus [Pa].
double shear_modulus(const Law&);

/// Effective hardening exponent, sizes of the exponents weighted with the shear moduli of the terms
/// [-].
double hardening_exponent(const Law&);

/// A sentence that names the law with its constants.
std::string describe(const Law&);

/// Isochoric stored energy per reference volume at the deformation gradient F [J/m^3].
double isochoric_energy(const std::vector<OgdenTerm>&, const Eigen::Matrix3d& deformation_gradient);

using Voigt = Eigen::Matrix<double, 6, 1>;
using VoigtMatrix = Eigen::Matrix<double, 6, 6>;

/// Isochoric response at a point: energy, Kirchhoff stress and its spatial tangent.
/// Voigt order 11, 22, 33, 12, 23, 13; the tangent acts on engineering shears and belongs to the
/// Lie derivative of the Kirchhoff stress (the geometric part is left to the caller).
struct IsochoricResponse {
  double energy = 0.0;                        ///< [J/m^3]
  Voigt kirchhoff = Voigt::Zero();            ///< [Pa]
  VoigtMatrix tangent = VoigtMatrix::Zero();  ///< [Pa]
};

/// Response of the isochoric part of the law. Pure function of F; throws nothing.
/// F must have a positive determinant. Checked against finite differences in
/// tests/unit/law_test.cc.
IsochoricResponse isochoric_response(const std::vector<OgdenTerm>&,
                                     const Eigen::Matrix3d& deformation_gradient);

/// Isochoric Kirchhoff stress of a family with this direction in the reference at the deformation
/// gradient F [Pa].
Eigen::Matrix3d fibre_kirchhoff(const FibreFamily&, const Eigen::Vector3d& direction,
                                const Eigen::Matrix3d& deformation_gradient);

/// Volumetric law U(J) = K/4 (J^2 - 1 - 2 ln J), given through its pressure.
struct Volumetric {
  double bulk = 0.0;                                 ///< bulk modulus K [Pa]
  double volume_ratio(double pressure) const;        ///< J with U'(J) = pressure [-]
  double volume_ratio_slope(double pressure) const;  ///< dJ/dpressure [1/Pa]
  double pressure(double volume_ratio) const;        ///< U'(J) [Pa]
  double energy(double volume_ratio) const;          ///< U(J) [J/m^3]
};

/// First Piola-Kirchhoff stress of an incompressible bar of this law in uniaxial tension, lateral
/// faces free, at axial stretch: sum_i (2 mu_i/alpha_i)(l^(alpha_i-1) - l^(-alpha_i/2-1)) [Pa].
double uniaxial_pk1(const Law&, double stretch);

/// The same with fibres in the plane of the skin, pulled at an angle to the Langer line: 0, or a
/// quarter turn for across. Fibres come in pairs to either side of the line, so that nothing shears
/// [Pa].
double uniaxial_pk1(const Law&, const std::vector<FibreFamily>&, double stretch, double angle);

/// Equibiaxial Cauchy stress in the plane of an incompressible sheet at in-plane stretch [Pa].
double equibiaxial_cauchy(const Law&, double stretch);

}  // namespace percuta::skin
