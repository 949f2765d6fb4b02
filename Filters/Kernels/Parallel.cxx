// SPDX-FileCopyrightText: Copyright (c) ParaXANES contributors
// SPDX-License-Identifier: BSD-3-Clause
#include "Parallel.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <thread>

#if defined(__linux__)
#include <sched.h>
#endif

namespace paraxanes
{
namespace
{

struct Arena
{
  std::mutex Mutex;
  int Threads = 0;
  std::shared_ptr<tbb::task_arena> Tasks;

  std::shared_ptr<tbb::task_arena> Get()
  {
    const std::lock_guard<std::mutex> lock(this->Mutex);
    if (!this->Tasks)
    {
      this->Tasks = std::make_shared<tbb::task_arena>(this->Count());
    }
    return this->Tasks;
  }

  int Count() const { return this->Threads > 0 ? this->Threads : AvailableCores(); }
};

Arena& TheArena()
{
  static Arena arena;
  return arena;
}

}

int AvailableCores()
{
#if defined(__linux__)
  cpu_set_t mask;
  if (sched_getaffinity(0, sizeof(mask), &mask) == 0)
  {
    return std::max(1, CPU_COUNT(&mask));
  }
#endif
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void SetNumberOfThreads(int threads)
{
  Arena& arena = TheArena();
  const std::lock_guard<std::mutex> lock(arena.Mutex);
  if (threads != arena.Threads)
  {
    arena.Threads = threads;
    arena.Tasks.reset();
  }
}

int NumberOfThreads()
{
  Arena& arena = TheArena();
  const std::lock_guard<std::mutex> lock(arena.Mutex);
  return arena.Count();
}

void ParallelFor(std::int64_t begin, std::int64_t end, std::int64_t grain,
  const std::function<void(std::int64_t, std::int64_t)>& body)
{
  if (end <= begin)
  {
    return;
  }
  const std::int64_t parts = (end - begin + grain - 1) / grain;
  const auto run = [&](std::int64_t part)
  {
    const std::int64_t first = begin + part * grain;
    body(first, std::min(end, first + grain));
  };
  // Isolated: a thread that waits here must not pick up a task of somebody else's loop.
  // Part by part, so that at the end none waits for more than a part.
  const auto loop = [&]
  { tbb::parallel_for(std::int64_t{ 0 }, parts, run, tbb::simple_partitioner()); };
  TheArena().Get()->execute([&] { tbb::this_task_arena::isolate(loop); });
}

}
