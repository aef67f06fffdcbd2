# Install rules, package config and pkg-config files: celadon::headers, celadon::celadon and celadon::c for find_package(Celadon).
include(CMakePackageConfigHelpers)

if(CELADON_INSTALL)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/celadon" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT development)
  install(FILES "${PROJECT_SOURCE_DIR}/src/celadon_headers.cpp" DESTINATION "${CMAKE_INSTALL_DATADIR}/celadon" COMPONENT development)
  foreach(folder schemes profiles schemas wording)
    if(EXISTS "${PROJECT_SOURCE_DIR}/src/${folder}")
      install(DIRECTORY "${PROJECT_SOURCE_DIR}/src/${folder}" DESTINATION "${CMAKE_INSTALL_DATADIR}/celadon" COMPONENT runtime
        FILES_MATCHING PATTERN "*.json")
    endif()
  endforeach()

  set(exported headers celadon celadon_bits)
  if(TARGET celadon_c)
    list(APPEND exported celadon_c)
  endif()
  # celadon_third_party is the build's own; an installed celadon::headers finds what its bodies need itself (CeladonConfig.cmake).
  install(TARGETS ${exported} EXPORT CeladonTargets
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT runtime NAMELINK_COMPONENT development
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development
    RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT runtime)
  install(EXPORT CeladonTargets NAMESPACE celadon:: DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/Celadon" COMPONENT development)

  # The archive has an export of its own, so that SQLite is looked for by its users only.
  if(TARGET celadon_archive)
    install(TARGETS celadon_archive EXPORT CeladonArchiveTargets ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development)
    install(EXPORT CeladonArchiveTargets NAMESPACE celadon:: DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/Celadon" COMPONENT development)
  endif()

  configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/CeladonConfig.cmake.in" "${PROJECT_BINARY_DIR}/CeladonConfig.cmake"
    INSTALL_DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/Celadon")
  # Until 1.0 a minor version may break; the same minor version does not.
  write_basic_package_version_file("${PROJECT_BINARY_DIR}/CeladonConfigVersion.cmake" VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
  install(FILES "${PROJECT_BINARY_DIR}/CeladonConfig.cmake" "${PROJECT_BINARY_DIR}/CeladonConfigVersion.cmake"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/cmake/Celadon" COMPONENT development)

  # From the folder of the .pc files to the prefix, so that the installed tree can move.
  file(RELATIVE_PATH CELADON_PC_TO_PREFIX "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
  foreach(name celadon celadon_c)
    if(name STREQUAL celadon OR TARGET celadon_c)
      configure_file("${PROJECT_SOURCE_DIR}/cmake/${name}.pc.in" "${PROJECT_BINARY_DIR}/${name}.pc" @ONLY)
      install(FILES "${PROJECT_BINARY_DIR}/${name}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT development)
    endif()
  endforeach()
  install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/celadon" COMPONENT runtime)
endif()
