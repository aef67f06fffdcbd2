# Third-party headers are used in bodies only (include/celadon/**/impl/*.ipp). They come from the system, or from
# third_party/ where a source distribution carries them.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

set(CELADON_VENDOR_DIR "${CMAKE_CURRENT_SOURCE_DIR}/third_party")
add_library(celadon_third_party INTERFACE)
target_link_libraries(celadon_third_party INTERFACE Threads::Threads)
if(EXISTS "${CELADON_VENDOR_DIR}/include")
  target_include_directories(celadon_third_party SYSTEM INTERFACE $<BUILD_INTERFACE:${CELADON_VENDOR_DIR}/include>)
  set(CELADON_VENDORED ON)
else()
  set(CELADON_VENDORED OFF)
  find_package(Eigen3 3.4 REQUIRED NO_MODULE)
  find_package(Boost 1.74 REQUIRED)
  find_package(nlohmann_json 3.10 REQUIRED)
  find_path(CELADON_RANDOM123_INCLUDE Random123/philox.h REQUIRED)
  target_link_libraries(celadon_third_party INTERFACE Eigen3::Eigen Boost::headers nlohmann_json::nlohmann_json)
  target_include_directories(celadon_third_party SYSTEM INTERFACE $<BUILD_INTERFACE:${CELADON_RANDOM123_INCLUDE}>)
endif()

# The archive is optional: without SQLite 3 everything else is there.
find_package(SQLite3 3.24 QUIET)
option(CELADON_BUILD_ARCHIVE "Build celadon::archive (reports into one SQLite file)" ${SQLite3_FOUND})
if(CELADON_BUILD_ARCHIVE AND NOT SQLite3_FOUND)
  message(FATAL_ERROR "celadon::archive needs SQLite 3; install it or set CELADON_BUILD_ARCHIVE=OFF")
endif()
