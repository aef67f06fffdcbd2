# celadon::headers  the library as headers: its bodies compile in one unit of the consumer
# celadon::celadon  the library as a static archive
# celadon::archive  the optional SQLite sink

# Equal bits on every machine of one kind: contraction to fused multiply-add would give each compiler its own last digit.
add_library(celadon_bits INTERFACE)
if(NOT MSVC)
  target_compile_options(celadon_bits INTERFACE -ffp-contract=off)
endif()

add_library(headers INTERFACE)
add_library(celadon::headers ALIAS headers)
target_include_directories(headers INTERFACE
  $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(headers INTERFACE cxx_std_20)
target_compile_definitions(headers INTERFACE CELADON_HEADER_ONLY)
target_link_libraries(headers INTERFACE celadon_bits $<BUILD_INTERFACE:celadon_third_party>)
target_sources(headers INTERFACE
  $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/src/celadon_headers.cpp>
  $<INSTALL_INTERFACE:$<INSTALL_PREFIX>/${CMAKE_INSTALL_DATADIR}/celadon/celadon_headers.cpp>)

# One unit of everything, for the tests of this form (tests/header_only). It takes longest and Ninja begins with what is declared first, so
# that nothing waits for it at the end.
if(CELADON_BUILD_TESTS)
  add_library(header_only_bodies STATIC)
  target_link_libraries(header_only_bodies PRIVATE headers celadon_warnings)
  if(NOT MSVC)
    target_compile_options(header_only_bodies PRIVATE -O1)  # builds in half the time, and the bits are the same
  endif()
endif()

file(GLOB_RECURSE CELADON_SOURCES CONFIGURE_DEPENDS
  "${CMAKE_CURRENT_SOURCE_DIR}/src/core/*.cpp" "${CMAKE_CURRENT_SOURCE_DIR}/src/models/*.cpp"
  "${CMAKE_CURRENT_SOURCE_DIR}/src/evaluation/*.cpp" "${CMAKE_CURRENT_SOURCE_DIR}/src/reports/*.cpp"
  "${CMAKE_CURRENT_SOURCE_DIR}/src/io/*.cpp")
list(FILTER CELADON_SOURCES EXCLUDE REGEX "/io/archive")
if(CELADON_PREBUILT_LIBRARY)
  # The same sources, compiled before: the main job does not compile them again for the wheel that it tests.
  add_library(celadon INTERFACE)
  target_include_directories(celadon INTERFACE
    $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(celadon INTERFACE cxx_std_20)
  target_link_libraries(celadon INTERFACE $<BUILD_INTERFACE:${CELADON_PREBUILT_LIBRARY}> celadon_bits Threads::Threads)
else()
  # Under clang's sanitizers the bodies that take in bytes are a part of their own, with more watched, and so are the rooms above the models,
  # which are not optimised (CeladonOptions).
  set(CELADON_PARTS celadon)
  if(CELADON_SANITIZE MATCHES "address" AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    foreach(part watched unoptimised)
      set(rooms "core|io")
      if(part STREQUAL "unoptimised")
        set(rooms "evaluation|reports")
      endif()
      set(sources ${CELADON_SOURCES})
      list(FILTER sources INCLUDE REGEX "/src/(${rooms})/")
      list(REMOVE_ITEM CELADON_SOURCES ${sources})
      add_library(celadon_${part}_bodies OBJECT ${sources})
      target_link_libraries(celadon_${part}_bodies PRIVATE celadon_${part})
      list(APPEND CELADON_PARTS celadon_${part}_bodies)
      list(APPEND parts_objects $<TARGET_OBJECTS:celadon_${part}_bodies>)
    endforeach()
    list(APPEND CELADON_SOURCES ${parts_objects})
  endif()
  add_library(celadon STATIC ${CELADON_SOURCES})
  target_link_libraries(celadon PUBLIC Threads::Threads)
  foreach(part IN LISTS CELADON_PARTS)
    target_include_directories(${part} PUBLIC
      $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_compile_features(${part} PUBLIC cxx_std_20)
    target_link_libraries(${part} PUBLIC celadon_bits PRIVATE $<BUILD_INTERFACE:celadon_third_party> $<BUILD_INTERFACE:celadon_warnings>)
    set_target_properties(${part} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    celadon_in_large_units(${part} 24)
  endforeach()
endif()
add_library(celadon::celadon ALIAS celadon)

if(CELADON_BUILD_ARCHIVE)
  add_library(celadon_archive STATIC "${CMAKE_CURRENT_SOURCE_DIR}/src/io/archive.cpp")
  add_library(celadon::archive ALIAS celadon_archive)
  target_link_libraries(celadon_archive PUBLIC celadon PRIVATE SQLite::SQLite3 $<BUILD_INTERFACE:celadon_warnings>)
  set_target_properties(celadon_archive PROPERTIES EXPORT_NAME archive
    POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
endif()
