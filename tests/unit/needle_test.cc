// The shapes of a needle, by name and from a case file.

#include <cstdlib>
#include <stdexcept>

#include <gtest/gtest.h>

#include "percuta/core/errors.h"
#include "percuta/study/case.h"

using namespace percuta;

TEST(Needle, ShapesAreReadByTheirNames) {
  setenv("PERCUTA_DATA", PERCUTA_SOURCE "/data", 1);
  const std::string base = "skin = \"cheek\"\ndevice.base = \"mf8-1.5mm\"\ndevice.needle.shape = ";
  for (const auto shape :
       {device::Shape::cone, device::Shape::pyramid, device::Shape::lancet, device::Shape::blunt})
    EXPECT_EQ(study::parse_case(base + '"' + name(shape) + '"', "test").device.needle.shape, shape);
  EXPECT_THROW(study::parse_case(base + "\"pyramide\"", "test"), core::InputError);
  EXPECT_THROW(name(static_cast<device::Shape>(4)), std::out_of_range);
}
