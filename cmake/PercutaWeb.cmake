# The chart library of the report comes from npm at build time and never into the tree.
find_program(PERCUTA_NPM npm)
set(PERCUTA_WEB ${PROJECT_BINARY_DIR}/web)
if(PERCUTA_NPM)
  set(uplot ${PROJECT_BINARY_DIR}/npm/node_modules/uplot/dist)
  add_custom_command(
    OUTPUT ${PERCUTA_WEB}/uPlot.iife.min.js ${PERCUTA_WEB}/uPlot.min.css
    COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/npm ${PERCUTA_WEB}
    COMMAND ${PERCUTA_NPM} install --silent --no-audit --no-fund --no-package-lock --ignore-scripts
            --prefix ${PROJECT_BINARY_DIR}/npm uplot@1.6.32
    COMMAND ${CMAKE_COMMAND} -E copy ${uplot}/uPlot.iife.min.js ${uplot}/uPlot.min.css ${PERCUTA_WEB}
    COMMENT "Fetching the chart library" VERBATIM)
  add_custom_target(percuta_web ALL DEPENDS ${PERCUTA_WEB}/uPlot.iife.min.js)
  install(DIRECTORY ${PERCUTA_WEB} DESTINATION ${CMAKE_INSTALL_DATADIR}/percuta COMPONENT devel)
else()
  message(WARNING "npm was not found: reports will not be written (everything else works)")
endif()
