option(CELADON_INSTALL "Install the library" ${PROJECT_IS_TOP_LEVEL})
option(CELADON_BUILD_C "Build the shared library with the C API" ${PROJECT_IS_TOP_LEVEL})
option(CELADON_BUILD_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(CELADON_BUILD_EXAMPLES "Build the examples" ${PROJECT_IS_TOP_LEVEL})
option(CELADON_BUILD_BENCHMARKS "Build the benchmarks" OFF)
option(CELADON_BUILD_PYTHON "Build the Python extension module" OFF)
option(CELADON_BUILD_FUZZ "Build the fuzz targets (clang only)" OFF)
option(CELADON_WARNINGS_AS_ERRORS "Treat warnings as errors in Celadon's own targets" ${PROJECT_IS_TOP_LEVEL})
option(CELADON_UNITY "Compile many bodies in one unit" ${PROJECT_IS_TOP_LEVEL})
set(CELADON_PREBUILT_LIBRARY "" CACHE FILEPATH "A libceladon.a of the same sources to link instead of compiling them")
set(CELADON_SANITIZE "" CACHE STRING "Sanitizers for every target, such as address,undefined or thread")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Warnings for the project's own code; never exported to consumers.
add_library(celadon_warnings INTERFACE)
if(MSVC)
  target_compile_options(celadon_warnings INTERFACE /W4 /utf-8)
else()
  target_compile_options(celadon_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wno-psabi
    # GCC 105651, 103483, 105562: where much is inlined, the checks that follow values warn of what cannot be; the sanitizers watch the same
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict;-Wno-free-nonheap-object;-Wno-array-bounds;-Wno-stringop-overread;-Wno-stringop-overflow>
    $<$<BOOL:${CELADON_WARNINGS_AS_ERRORS}>:-Werror>)
endif()

# What takes in bytes from outside (core, io, the C API, the fuzz targets) links this: there the sanitizers also watch alignment, and the
# fuzzer's coverage says where an input has led. In numerical code both watch every load, for a sixth of the time of compiling.
add_library(celadon_watched INTERFACE)
# The rooms above the models and the C API are glue: under clang's sanitizers they are not optimised, which compiles in half the time.
add_library(celadon_unoptimised INTERFACE)
if(CELADON_SANITIZE)
  add_compile_options(-fsanitize=${CELADON_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CELADON_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # vptr and function need type information that a hidden C++ library does not share with a program in C. What null, object-size and
    # pointer-overflow find, the address sanitizer finds where it is used; without them the library compiles in three quarters of the time.
    add_compile_options(-fno-sanitize=vptr,function,null,object-size,pointer-overflow,alignment)
    target_compile_options(celadon_unoptimised INTERFACE -O0)
    if(CELADON_SANITIZE MATCHES "undefined")
      target_compile_options(celadon_watched INTERFACE -fsanitize=alignment)
    endif()
  endif()
endif()
# The fuzz targets run the same objects as the sanitizer build of the tests, so that the library is compiled once for both.
if(CELADON_BUILD_FUZZ)
  target_compile_options(celadon_watched INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Many bodies of a target in one unit: most of the time of compiling is templates that they share. That each body of the library
# and the C bindings stands alone is seen by the lint, which compiles them apart.
function(celadon_in_large_units target bodies)
  if(CELADON_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${bodies})
  endif()
endfunction()
