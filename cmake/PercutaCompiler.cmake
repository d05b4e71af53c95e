# Warnings, linker and job pools shared by every target.
add_library(percuta_flags INTERFACE)
target_compile_options(percuta_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow=local
                       # g++ 12 sees uninitialised nodes in moved std::map and std::variant that are not, and overlaps in std::string
                       -Wno-maybe-uninitialized -Wno-restrict $<$<BOOL:${PERCUTA_WERROR}>:-Werror>)

find_program(PERCUTA_MOLD mold)
if(PERCUTA_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
add_link_options(-Wl,--as-needed)

find_program(PERCUTA_CCACHE ccache)
if(PERCUTA_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${PERCUTA_CCACHE})
endif()

set_property(GLOBAL PROPERTY JOB_POOLS compile=2 link=1)
set(CMAKE_JOB_POOL_COMPILE compile)
set(CMAKE_JOB_POOL_LINK link)
