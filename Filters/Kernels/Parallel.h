// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
/**
 * @file Parallel.h
 * The one place for threads. oneTBB stays behind this header, in an arena of its own, so that
 * nothing here meets ParaView's own tasks.
 */
#ifndef Parallel_h
#define Parallel_h

#include <cstdint>
#include <functional>
#include <vector>

namespace paraxanes
{

/// Number of cores that this process may use: its affinity mask, at least 1.
int AvailableCores();

/// Threads of the loops below for the whole process; 0 or less means AvailableCores().
void SetNumberOfThreads(int threads);
int NumberOfThreads();

/**
 * Calls body(first, last) for half-open parts of [begin, end), in any order and on any thread.
 * Each part but the last holds `grain` items, whatever the number of threads. An exception that
 * leaves body leaves this function too.
 */
void ParallelFor(std::int64_t begin, std::int64_t end, std::int64_t grain,
  const std::function<void(std::int64_t, std::int64_t)>& body);

/**
 * Reduces [begin, end): result = merge(...merge(merge(identity, part 0), part 1)...), where
 * part k = body(first, last) of the k-th part of `grain` items. The order of the merges is fixed,
 * so that the result does not depend on the number of threads.
 */
template <typename T, typename Body, typename Merge>
T ParallelReduce(std::int64_t begin, std::int64_t end, std::int64_t grain, const T& identity,
  Body body, Merge merge)
{
  if (end <= begin)
  {
    return identity;
  }
  std::vector<T> parts(static_cast<std::size_t>((end - begin + grain - 1) / grain), identity);
  ParallelFor(begin, end, grain,
    [&](std::int64_t first, std::int64_t last)
    { parts[static_cast<std::size_t>((first - begin) / grain)] = body(first, last); });
  T result = identity;
  for (T& part : parts)
  {
    merge(result, part);
  }
  return result;
}

}

#endif
