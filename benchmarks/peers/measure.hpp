// Processor time and memory of this process, and what the machine can do at all: the floors of the comparisons.
#pragma once

namespace celadon_bench {

/// Processor seconds of the process so far, user and system.
double cpu_seconds();
/// The part of it that the kernel took, first touches of memory above all.
double system_seconds();
/// Seconds of the wall clock.
double wall_seconds();
/// Memory of the process now and at its highest, MiB.
double resident_mib();
double peak_mib();
/// One JSON object: bytes a second of a read from memory and, for each instruction set that runs here, the operations a second of the
/// three loops that the kernels are made of, on data in the first-level cache, without fused multiply-add.
void print_floors();

}  // namespace celadon_bench
