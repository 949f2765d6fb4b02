// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Threads.h"

#include "Parallel.h"
#include "Ranks.h"

#include <vtkSMPTools.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#if defined(__linux__)
#include <sched.h>
#include <unistd.h>
#endif

namespace paraxanes
{
namespace
{

// Equal for processes of one node that may use the same cores, and hardly ever otherwise.
vtkIdType NodeAndCores()
{
  std::string identity;
#if defined(__linux__)
  char host[256] = {};
  gethostname(host, sizeof(host) - 1);
  identity = host;
  cpu_set_t mask;
  CPU_ZERO(&mask);
  sched_getaffinity(0, sizeof(mask), &mask);
  identity.append(reinterpret_cast<const char*>(&mask), sizeof(mask));
#endif
  return static_cast<vtkIdType>(std::hash<std::string>{}(identity));
}

}

int ChooseNumberOfThreads(const Ranks& ranks)
{
  const std::vector<vtkIdType> everyone = ranks.Gather(NodeAndCores());
  const auto sharing =
    std::count(everyone.begin(), everyone.end(), everyone[static_cast<std::size_t>(ranks.Rank())]);
  int threads = std::max(1, AvailableCores() / static_cast<int>(sharing));
  if (const char* limit = std::getenv("VTK_SMP_MAX_THREADS"); limit && std::atoi(limit) > 0)
  {
    threads = std::atoi(limit);
  }
  else if (std::string(vtkSMPTools::GetBackend()) != "Sequential")
  {
    threads = std::min(threads, std::max(1, vtkSMPTools::GetEstimatedNumberOfThreads()));
  }
  SetNumberOfThreads(threads);
  return threads;
}

}
