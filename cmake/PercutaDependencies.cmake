find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(fmt REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(TOMLPLUSPLUS REQUIRED IMPORTED_TARGET tomlplusplus)
find_package(Boost REQUIRED)
# The serial HDF5; deal.II brings the parallel one to percuta_fem alone.
pkg_check_modules(HDF5 REQUIRED IMPORTED_TARGET hdf5-serial)
# The C++ header and its library, which holds the functions of C too.
pkg_check_modules(NLOPT REQUIRED IMPORTED_TARGET nlopt_cxx)

add_library(percuta_sundials INTERFACE)
foreach(name sundials_cvode sundials_nvecserial sundials_sunlinsolband sundials_sunmatrixband)
  find_library(PERCUTA_${name} ${name} REQUIRED)
  target_link_libraries(percuta_sundials INTERFACE ${PERCUTA_${name}})
endforeach()

if(PERCUTA_FEM)
  find_package(deal.II 9.4 REQUIRED)
  # The packaged deal_ii_setup_target forces C++17, its own flags and linker; take only what is needed.
  add_library(percuta_dealii INTERFACE)
  target_include_directories(percuta_dealii SYSTEM INTERFACE ${DEAL_II_INCLUDE_DIRS})
  target_compile_definitions(percuta_dealii INTERFACE ${DEAL_II_USER_DEFINITIONS})
  find_library(PERCUTA_DEALII_LIBRARY deal.ii REQUIRED)
  find_library(PERCUTA_CHOLMOD_LIBRARY cholmod REQUIRED)
  find_path(PERCUTA_CHOLMOD_INCLUDE cholmod.h PATH_SUFFIXES suitesparse REQUIRED)
  target_include_directories(percuta_dealii SYSTEM INTERFACE ${PERCUTA_CHOLMOD_INCLUDE})
  target_link_libraries(percuta_dealii INTERFACE ${PERCUTA_DEALII_LIBRARY} ${PERCUTA_CHOLMOD_LIBRARY})
  find_package(MPI REQUIRED COMPONENTS C)
  find_package(LAPACK REQUIRED)
  pkg_check_modules(PETSC REQUIRED PETSc)  # the one that deal.II is built with
  target_include_directories(percuta_dealii SYSTEM INTERFACE ${PETSC_INCLUDE_DIRS})
  target_link_libraries(percuta_dealii INTERFACE LAPACK::LAPACK MPI::MPI_C ${PETSC_LINK_LIBRARIES})
endif()
