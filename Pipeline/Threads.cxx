// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Threads.h"

#include "Parallel.h"
#include "Ranks.h"

#include <vtkLogger.h>
#include <vtkSMPTools.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <sstream>
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

// Where a process runs.
struct Place
{
  std::string Host;
  std::string Cores; // such as "0-3,8"; empty where the system does not say
};

#if defined(__linux__)
std::string ListOf(const cpu_set_t& mask)
{
  std::string list;
  for (int first = 0; first < CPU_SETSIZE; ++first)
  {
    if (!CPU_ISSET(first, &mask))
    {
      continue;
    }
    int last = first;
    while (last + 1 < CPU_SETSIZE && CPU_ISSET(last + 1, &mask))
    {
      ++last;
    }
    list += (list.empty() ? "" : ",") + std::to_string(first) +
      (last > first ? "-" + std::to_string(last) : "");
    first = last;
  }
  return list;
}
#endif

Place FindPlace()
{
  Place place;
#if defined(__linux__)
  char host[256] = {};
  gethostname(host, sizeof(host) - 1);
  place.Host = host;
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof(mask), &mask) == 0)
  {
    place.Cores = ListOf(mask);
  }
#endif
  return place;
}

// Tells once, and again when it is another, which cores and how many threads the ranks have.
// Collective.
void TellBinding(const Ranks& ranks, const Place& place, int threads)
{
  static std::string told;
  const std::string mine = place.Host + ", " +
    (place.Cores.empty() ? "cores not known" : "cores " + place.Cores) + ": " +
    std::to_string(threads) + (threads > 1 ? " threads\n" : " thread\n");
  if (!ranks.Any(ranks.Size() > 1 && told != mine))
  {
    return;
  }
  told = mine;
  std::vector<unsigned char> bytes(mine.begin(), mine.end());
  GatheredBytes all;
  std::string problem; // nothing is told then
  if (!ranks.GatherBytes(bytes, 0, all, problem) || !ranks.IsRoot())
  {
    return;
  }
  std::map<std::string, int> places; // how many ranks are there
  std::istringstream lines(std::string(all.Bytes.begin(), all.Bytes.end()));
  for (std::string line; std::getline(lines, line);)
  {
    ++places[line];
  }
  constexpr int MostLines = 16;
  std::string text = "Binding of " + std::to_string(ranks.Size()) + " ranks:";
  int number = 0;
  for (const auto& [line, count] : places)
  {
    if (++number <= MostLines)
    {
      text += "\n  " + std::to_string(count) + (count > 1 ? " ranks on " : " rank on ") + line +
        (count > 1 ? " each" : "");
    }
  }
  if (number > MostLines)
  {
    text += "\n  and " + std::to_string(number - MostLines) + " more places";
  }
  vtkLogF(INFO, "%s", text.c_str());
}

}

int ChooseNumberOfThreads(const Ranks& ranks)
{
  const Place place = FindPlace();
  // Equal for processes of one node that may use the same cores, and hardly ever otherwise.
  const auto here =
    static_cast<vtkIdType>(std::hash<std::string>{}(place.Host + " " + place.Cores));
  const std::vector<vtkIdType> everyone = ranks.Gather(here);
  const auto sharing = std::count(everyone.begin(), everyone.end(), here);
  int threads = std::max(1, AvailableCores() / static_cast<int>(sharing));
  if (const char* limit = std::getenv("VTK_SMP_MAX_THREADS"); limit && std::atoi(limit) > 0)
  {
    threads = std::min(threads, std::atoi(limit));
  }
  else if (std::string(vtkSMPTools::GetBackend()) != "Sequential")
  {
    threads = std::min(threads, std::max(1, vtkSMPTools::GetEstimatedNumberOfThreads()));
  }
  SetNumberOfThreads(threads);
  TellBinding(ranks, place, threads);
  return threads;
}

}
