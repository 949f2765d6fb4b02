// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file Multiversion.h
 * One binary for every machine: a function marked PARAXANES_MULTIVERSION is compiled for several
 * vector widths, and the widest that the processor has is taken when the library is loaded.
 */
#ifndef Multiversion_h
#define Multiversion_h

// Not with the address sanitizer: the resolvers of such functions run before it is ready.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
  !defined(__SANITIZE_ADDRESS__)
#define PARAXANES_MULTIVERSION                                                                     \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define PARAXANES_MULTIVERSION
#endif

#endif
