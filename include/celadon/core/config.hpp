/// Build configuration shared by every Celadon header: version, form (header-only or compiled), and the promises
/// about floating point that the equal-bits rule rests on.
#pragma once

#define CELADON_VERSION_MAJOR 0
#define CELADON_VERSION_MINOR 1
#define CELADON_VERSION_PATCH 0
#define CELADON_VERSION "0.1.0"

// The library comes in two forms with the same source. `celadon::headers` defines CELADON_HEADER_ONLY and compiles
// the bodies in one unit of the consumer; `celadon::celadon` is the compiled archive. The forms live in different
// inline namespaces, so a program that mixes them fails at link instead of running two halves of two libraries.
#if defined(CELADON_HEADER_ONLY)
#define CELADON_ABI h0
#else
#define CELADON_ABI c0
#endif

#if defined(__FAST_MATH__)
#error "Celadon promises equal bits on every run; -ffast-math breaks that promise. Build without it."
#endif

// Under a sanitizer every operand of an inlined function becomes a checked object of its own, and compiling a kernel takes minutes; there
// the compiler decides.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CELADON_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CELADON_SANITIZED 1
#endif
#endif
#if !defined(CELADON_SANITIZED)
#define CELADON_SANITIZED 0
#endif

#if defined(__GNUC__) || defined(__clang__)
#if CELADON_SANITIZED
#define CELADON_ALWAYS_INLINE inline
#else
#define CELADON_ALWAYS_INLINE inline __attribute__((always_inline))
#endif
#define CELADON_HAS_VECTOR_EXTENSIONS 1
#else
#define CELADON_ALWAYS_INLINE inline
#define CELADON_HAS_VECTOR_EXTENSIONS 0
#endif

// Instruction sets that kernels are compiled for beside the baseline (core/simd), and doubles in a baseline register.
#if CELADON_HAS_VECTOR_EXTENSIONS && defined(__x86_64__)
#define CELADON_SIMD_X86 1
#else
#define CELADON_SIMD_X86 0
#endif
#if CELADON_HAS_VECTOR_EXTENSIONS
#define CELADON_SIMD_BASELINE_WIDTH 2
#else
#define CELADON_SIMD_BASELINE_WIDTH 1
#endif
