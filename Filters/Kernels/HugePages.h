// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file HugePages.h
 * Large arrays in large pages of memory.
 */
#ifndef HugePages_h
#define HugePages_h

#include <cstddef>

namespace paraxanes
{

/// Asks the system for large pages for memory that was allocated and not yet touched: filling a
/// new array of gigabytes otherwise spends much of its time on page faults. A hint, no more.
void AdviseHugePages(void* memory, std::size_t bytes);

}

#endif
